//! Reads the text of a path.

use super::filter;
use super::{Base, Path, Step};

/// How deep filters may nest: whoever reads them recurses.
const MAX_DEPTH: usize = 50;

/// Reads a whole text as one path.
pub(super) fn path(text: &str) -> Result<Path, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let base = reader.base()?;
    let steps = reader.steps()?;
    if reader.at < text.len() {
        return Err(format!("unexpected '{}'", &text[reader.at..]));
    }
    Ok(Path { source: text.to_owned(), base, steps })
}

/// A place in a path's text.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Reads something that may contain the like of itself.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<T, String> {
        if self.depth == MAX_DEPTH {
            return Err(format!("a filter nests more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    pub(super) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn base(&mut self) -> Result<Base, String> {
        if self.eat("$$") {
            return Ok(Base::Context);
        }
        if !self.eat("$") {
            return Err("a path starts with '$'".to_owned());
        }
        let name = self.take_while(is_name);
        Ok(if name.is_empty() { Base::Root } else { Base::Variable(name.to_owned()) })
    }

    /// Steps up to the first character that does not continue the path.
    pub(super) fn steps(&mut self) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        loop {
            if self.eat("..") {
                steps.push(Step::Descend);
                if self.rest().starts_with('[') {
                    continue;
                }
                steps.push(self.after_dot()?);
            } else if self.eat(".") {
                steps.push(self.after_dot()?);
            } else if self.eat("[") {
                steps.push(self.bracket()?);
            } else {
                return Ok(steps);
            }
        }
    }

    fn after_dot(&mut self) -> Result<Step, String> {
        if self.eat("*") {
            return Ok(Step::All);
        }
        let name = self.take_while(|c| is_name(c) || c == '-' || c == ':' || c == '@');
        if name.is_empty() {
            Err("a name must follow '.'".to_owned())
        } else {
            Ok(Step::Name(name.to_owned()))
        }
    }

    fn bracket(&mut self) -> Result<Step, String> {
        self.skip_space();
        let step = if self.eat("*") {
            Step::All
        } else if self.eat("?") {
            self.skip_space();
            if !self.eat("(") {
                return Err("a filter is written [?(…)]".to_owned());
            }
            let filter = filter::parse(self)?;
            self.skip_space();
            if !self.eat(")") {
                return Err("the filter's ')' is missing".to_owned());
            }
            Step::Filter(filter)
        } else if self.rest().starts_with(['\'', '"']) {
            self.names()?
        } else {
            self.numbers()?
        };
        self.skip_space();
        if self.eat("]") { Ok(step) } else { Err("']' is missing".to_owned()) }
    }

    fn names(&mut self) -> Result<Step, String> {
        let mut names = vec![self.quoted()?];
        self.skip_space();
        while self.eat(",") {
            self.skip_space();
            names.push(self.quoted()?);
            self.skip_space();
        }
        Ok(if names.len() == 1 { Step::Name(names.remove(0)) } else { Step::Names(names) })
    }

    /// A text in single or double quotes.
    pub(super) fn quoted(&mut self) -> Result<String, String> {
        let mut characters = self.rest().char_indices();
        let Some((_, quote @ ('\'' | '"'))) = characters.next() else {
            return Err("a quoted name is missing".to_owned());
        };
        let mut name = String::new();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
                _ if character == quote => {
                    self.at += offset + character.len_utf8();
                    return Ok(name);
                }
                _ => name.push(character),
            }
        }
        Err(format!("the closing {quote} is missing"))
    }

    fn numbers(&mut self) -> Result<Step, String> {
        let first = self.integer()?;
        self.skip_space();
        if self.eat(":") {
            let to = self.integer()?;
            let by = if self.eat(":") { self.integer()? } else { None };
            return Ok(Step::Slice(first, to, by.unwrap_or(1)));
        }
        let mut indexes = vec![first.ok_or("an index is missing")?];
        while self.eat(",") {
            self.skip_space();
            indexes.push(self.integer()?.ok_or("an index is missing")?);
            self.skip_space();
        }
        Ok(if indexes.len() == 1 { Step::Index(indexes[0]) } else { Step::Indexes(indexes) })
    }

    fn integer(&mut self) -> Result<Option<i64>, String> {
        let digits = self.take_while(|c| c.is_ascii_digit() || c == '-');
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse().map(Some).map_err(|_| format!("'{digits}' is not an index"))
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
