//! Rows of delimited text (RFC 4180): quotes around fields, doubled inside; empty lines are skipped.

/// Every row, lazily.
pub(super) struct Rows<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    delimiter: char,
}

/// Reads rows; a byte order mark is no part of the first.
pub(super) fn rows(text: &str, delimiter: char) -> Rows<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Rows { rest: text.chars().peekable(), delimiter }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        while self.rest.next_if(|c| matches!(c, '\r' | '\n')).is_some() {}
        self.rest.peek()?;
        let mut row = Vec::new();
        loop {
            row.push(self.field());
            if self.rest.next_if_eq(&self.delimiter).is_none() {
                return Some(row);
            }
        }
    }
}

impl Rows<'_> {
    /// A field, up to the delimiter or the end of the line.
    fn field(&mut self) -> String {
        let mut field = String::new();
        if self.rest.next_if_eq(&'"').is_some() {
            while let Some(c) = self.rest.next() {
                // A quote ends the quoted part unless another follows.
                if c == '"' && self.rest.next_if_eq(&'"').is_none() {
                    break;
                }
                field.push(c);
            }
        }
        let delimiter = self.delimiter;
        while let Some(c) = self.rest.next_if(|c| *c != delimiter && !matches!(c, '\r' | '\n')) {
            field.push(c);
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delimiter: char, want: &[&[&str]]) {
        let got: Vec<_> = rows(text, delimiter).collect();
        assert_eq!(got, want, "{text:?}");
    }

    #[test]
    fn rows_have_fields() {
        check("a,b\n1,2\n", ',', &[&["a", "b"], &["1", "2"]]);
        check("a;b\r\n\r\n,;x y", ';', &[&["a", "b"], &[",", "x y"]]);
        check("   \n,,\n", ',', &[&["   "], &["", "", ""]]);
        check("", ',', &[]);
    }

    #[test]
    fn quoted_fields_hold_anything() {
        check("\"a,\"\"b\"\"\nc\",d\n\"\",e", ',', &[&["a,\"b\"\nc", "d"], &["", "e"]]);
        check("\u{feff}\"a\"b\tc", '\t', &[&["ab", "c"]]);
        check("\"open", ',', &[&["open"]]);
    }
}
