//! What is wrong with a text that is not JSON, in the words of the reader that AWS uses.

use std::iter::Peekable;
use std::str::Chars;

/// What a value may be.
const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/// Deeper texts are not read on.
const DEEPEST: usize = 1_000;

/// The first mistake of a text; None if it begins with a JSON value.
pub(crate) fn mistake(text: &str) -> Option<String> {
    Reader { rest: text.chars().peekable() }.value(0).err()
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
}

type Read = Result<(), String>;

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Read {
        if depth > DEEPEST {
            return Err(format!("Document nesting depth ({depth}) exceeds the maximum allowed ({DEEPEST})"));
        }
        match self.next_visible() {
            None => Err("Unexpected end-of-input".to_owned()),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.string("VALUE_STRING"),
            Some(first @ ('-' | '0'..='9')) => self.number(first),
            Some(first) if starts_word(first) => self.word(first),
            Some(other) => Err(unexpected(other, &format!("expected a valid value {VALUES}"))),
        }
    }

    fn object(&mut self, depth: usize) -> Read {
        let mut first = true;
        loop {
            match self.next_visible() {
                None => return Err(open_end("Object")),
                Some('}') if first => return Ok(()),
                Some('"') => self.string("field name")?,
                Some(other) => {
                    return Err(unexpected(other, "was expecting double-quote to start field name"));
                }
            }
            first = false;
            match self.next_visible() {
                None => return Err("Unexpected end-of-input within/between Object entries".to_owned()),
                Some(':') => self.value(depth + 1)?,
                Some(other) => {
                    let wanted = "was expecting a colon to separate field name and value";
                    return Err(unexpected(other, wanted));
                }
            }
            match self.next_visible() {
                None => return Err(open_end("Object")),
                Some('}') => return Ok(()),
                Some(',') => {}
                Some(other) => {
                    return Err(unexpected(other, "was expecting comma to separate Object entries"));
                }
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read {
        if self.skip_blanks() == Some(']') {
            self.rest.next();
            return Ok(());
        }
        loop {
            if self.skip_blanks().is_none() {
                return Err(open_end("Array"));
            }
            self.value(depth + 1)?;
            match self.next_visible() {
                None => return Err(open_end("Array")),
                Some(']') => return Ok(()),
                Some(',') => {}
                Some(other) => {
                    return Err(unexpected(other, "was expecting comma to separate Array entries"));
                }
            }
        }
    }

    fn string(&mut self, what: &str) -> Read {
        loop {
            match self.rest.next() {
                None if what == "VALUE_STRING" => {
                    return Err(
                        "Unexpected end-of-input: was expecting closing quote for a string value".to_owned()
                    );
                }
                None => return Err(format!("Unexpected end-of-input in {what}")),
                Some('"') => return Ok(()),
                Some('\\') => self.escape()?,
                Some(control) if u32::from(control) < 32 => {
                    let part = if what == "VALUE_STRING" { "string value" } else { "name" };
                    return Err(format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {})): has to be escaped using backslash to \
                         be included in {part}",
                        u32::from(control)
                    ));
                }
                Some(_) => {}
            }
        }
    }

    fn escape(&mut self) -> Read {
        match self.rest.next() {
            None => Err("Unexpected end-of-input in character escape sequence".to_owned()),
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => Ok(()),
            Some('u') => {
                for _ in 0..4 {
                    match self.rest.next() {
                        None => return Err("Unexpected end-of-input in character escape sequence".to_owned()),
                        Some(digit) if digit.is_ascii_hexdigit() => {}
                        Some(other) => {
                            let wanted = "expected a hex-digit for character escape sequence";
                            return Err(unexpected(other, wanted));
                        }
                    }
                }
                Ok(())
            }
            Some(other) => {
                Err(format!("Unrecognized character escape '{other}' (code {})", u32::from(other)))
            }
        }
    }

    fn number(&mut self, first: char) -> Read {
        let mut text = String::from(first);
        while let Some(&next) = self.rest.peek() {
            if !next.is_ascii_digit() && !matches!(next, '.' | 'e' | 'E' | '+' | '-') {
                break;
            }
            text.push(next);
            self.rest.next();
        }
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if digits.len() > 1
            && digits.starts_with('0')
            && digits[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            return Err("Invalid numeric value: Leading zeroes not allowed".to_owned());
        }
        match self.rest.peek() {
            Some(&after) if starts_word(after) => {
                let wanted = "Expected space separating root-level values";
                Err(unexpected(after, wanted))
            }
            _ if serde_json::from_str::<serde_json::Value>(&text).is_ok() => Ok(()),
            after => Err(match after {
                Some(&after) => {
                    unexpected(after, "expected digit (0-9) to follow minus sign, for valid numeric value")
                }
                None => "Unexpected end-of-input".to_owned(),
            }),
        }
    }

    fn word(&mut self, first: char) -> Read {
        let mut word = String::from(first);
        while let Some(&next) = self.rest.peek() {
            if !next.is_alphanumeric() && !matches!(next, '_' | '$') {
                break;
            }
            word.push(next);
            self.rest.next();
        }
        if matches!(word.as_str(), "null" | "true" | "false") {
            return Ok(());
        }
        Err(format!("Unrecognized token '{word}': was expecting {VALUES}"))
    }

    fn skip_blanks(&mut self) -> Option<char> {
        while self.rest.next_if(|next| matches!(next, ' ' | '\t' | '\n' | '\r')).is_some() {}
        self.rest.peek().copied()
    }

    fn next_visible(&mut self) -> Option<char> {
        self.skip_blanks();
        self.rest.next()
    }
}

fn starts_word(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$')
}

fn unexpected(character: char, wanted: &str) -> String {
    format!("Unexpected character ('{character}' (code {})): {wanted}", u32::from(character))
}

fn open_end(what: &str) -> String {
    format!("Unexpected end-of-input: expected close marker for {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_as_aws_names_them() {
        let check = |text: &str, want: Option<&str>| assert_eq!(mistake(text).as_deref(), want, "{text}");
        check("{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\"]}", None);
        check("hello {", Some(&format!("Unrecognized token 'hello': was expecting {VALUES}")));
        check("}", Some(&format!("Unexpected character ('}}' (code 125)): expected a valid value {VALUES}")));
        let name = "was expecting double-quote to start field name";
        check("{'a'", Some(&format!("Unexpected character (''' (code 39)): {name}")));
        check(
            "{\"a\" 1}",
            Some(
                "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
            ),
        );
        check(
            "[1 2]",
            Some("Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"),
        );
        check("{\"a\": 1", Some("Unexpected end-of-input: expected close marker for Object"));
        check("[01]", Some("Invalid numeric value: Leading zeroes not allowed"));
    }

    #[test]
    fn what_is_no_mistake_is_json() {
        for text in ["{}", " [ ] ", "0", "-0.0", "\"\"", "[[{}]]", "false"] {
            assert_eq!(
                (mistake(text), serde_json::from_str::<serde_json::Value>(text).is_ok()),
                (None, true)
            );
        }
    }
}
