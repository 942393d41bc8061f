//! A schema's pattern as an HTML `pattern` attribute: equivalent, or none at all.
//!
//! HTML anchors the pattern at both ends and compiles it with the `v` flag, where classes are
//! stricter; a JSON Schema pattern is searched for. What is not surely the same is left out: the
//! server checks it anyway.

/// The attribute's value for a pattern, when there is an equivalent one.
pub(crate) fn translate(pattern: &str) -> Option<String> {
    let mut reader =
        Reader { chars: pattern.chars().peekable(), out: String::new(), depth: 0, either: false };
    let starts = reader.chars.next_if_eq(&'^').is_some();
    let ends = reader.body()?;
    let anything = "[\\s\\S]*";
    let body = reader.out;
    if reader.either {
        // Anchors bind to one side of the bar only, so they stay where they are.
        let (start, end) = (if starts { "^" } else { "" }, if ends { "$" } else { "" });
        return Some(format!("{anything}(?:{start}{body}{end}){anything}"));
    }
    let (before, after) = (if starts { "" } else { anything }, if ends { "" } else { anything });
    Some(format!("{before}{body}{after}"))
}

struct Reader<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    depth: usize,
    /// A bar outside every group.
    either: bool,
}

impl Reader<'_> {
    /// Copies everything after a leading `^`; tells whether a final `$` was taken off.
    fn body(&mut self) -> Option<bool> {
        while let Some(c) = self.chars.next() {
            match c {
                '$' if self.chars.peek().is_none() && self.depth == 0 => return Some(true),
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    self.depth = self.depth.checked_sub(1)?;
                    self.out.push(')');
                }
                '|' => {
                    self.either |= self.depth == 0;
                    self.out.push('|');
                }
                '{' => self.repeat()?,
                '}' | ']' => return None,
                c => self.out.push(c),
            }
        }
        (self.depth == 0).then_some(false)
    }

    fn group(&mut self) -> Option<()> {
        self.out.push('(');
        self.depth += 1;
        if self.chars.next_if_eq(&'?').is_some() {
            self.chars.next_if_eq(&':')?;
            self.out.push_str("?:");
        }
        Some(())
    }

    fn repeat(&mut self) -> Option<()> {
        let mut inside = String::new();
        loop {
            match self.chars.next()? {
                '}' => break,
                c if c.is_ascii_digit() || c == ',' => inside.push(c),
                _ => return None,
            }
        }
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        if least.is_empty() || most.contains(',') {
            return None;
        }
        self.out.push('{');
        self.out.push_str(&inside);
        self.out.push('}');
        Some(())
    }

    fn escape(&mut self, in_class: bool) -> Option<()> {
        let c = self.chars.next()?;
        match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 't' | 'n' | 'r' | 'f' | 'v' => self.escaped(c),
            'b' | 'B' if !in_class => self.escaped(c),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                self.escaped(c);
            }
            '-' if in_class => self.escaped(c),
            c if c.is_ascii_punctuation() => self.literal(c, in_class)?,
            _ => return None,
        }
        Some(())
    }

    fn escaped(&mut self, c: char) {
        self.out.push('\\');
        self.out.push(c);
    }

    /// A character that stands for itself; in a class, doubled punctuation is reserved.
    fn literal(&mut self, c: char, in_class: bool) -> Option<()> {
        if in_class && self.chars.peek() == Some(&c) && c.is_ascii_punctuation() {
            return None;
        }
        self.out.push(c);
        Some(())
    }

    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.chars.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        // Whether what came last can begin a range.
        let mut single = false;
        loop {
            let before = self.out.len();
            match self.chars.next()? {
                ']' if first => return None,
                ']' => break,
                '\\' => self.escape(true)?,
                '[' => return None,
                '-' if !single || self.chars.peek() == Some(&']') => self.escaped('-'),
                '-' => {
                    if matches!(self.chars.peek(), Some('-' | '\\' | '[')) {
                        return None;
                    }
                    self.out.push('-');
                    let end = self.chars.next()?;
                    match end {
                        '(' | ')' | '{' | '}' | '/' | '|' => self.escaped(end),
                        end => self.out.push(end),
                    }
                    single = false;
                    continue;
                }
                c @ ('(' | ')' | '{' | '}' | '/' | '|') => self.escaped(c),
                c => self.literal(c, true)?,
            }
            single = !matches!(&self.out[before..], "\\d" | "\\D" | "\\w" | "\\W" | "\\s" | "\\S");
            if !single && self.chars.peek() == Some(&'-') {
                // `[\w-]` is fine, `[\w-.]` means something else here or there.
                self.chars.next();
                if self.chars.peek() != Some(&']') {
                    return None;
                }
                self.escaped('-');
            }
            first = false;
        }
        self.out.push(']');
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn equivalent_or_left_out() {
        for (pattern, expected) in [
            ("^CHG-[0-9]{6}$", Some("CHG-[0-9]{6}")),
            ("^a", Some("a[\\s\\S]*")),
            ("a$", Some("[\\s\\S]*a")),
            ("a", Some("[\\s\\S]*a[\\s\\S]*")),
            ("^a|b$", Some("[\\s\\S]*(?:^a|b$)[\\s\\S]*")),
            ("^(a|b)$", Some("(a|b)")),
            ("^cost\\$$", Some("cost\\$")),
            ("^[\\w+=,.@-]+$", Some("[\\w+=,.@\\-]+")),
            ("^[a/(b|c)]$", Some("[a\\/\\(b\\|c\\)]")),
            ("^\\-x\\@y$", Some("-x@y")),
            ("^a{2,}$", Some("a{2,}")),
            ("^[\\w-]$", Some("[\\w\\-]")),
            ("^[\\w-.]$", None),
            ("^[a-z-9]$", Some("[a-z\\-9]")),
            ("^\\p{L}$", None),
            ("(?i)abc", None),
            ("^(?=a)", None),
            ("^[[:alpha:]]$", None),
            ("^[a&&b]$", None),
            ("^a{x}$", None),
            ("^\\x41$", None),
            ("^(a$", None),
        ] {
            assert_eq!(translate(pattern).as_deref(), expected, "{pattern}");
        }
    }
}
