//! Reads calls of intrinsic functions.

use serde_json::Value;

use super::{Argument, Call, Function};
use crate::data::jsonpath::Path;

/// How deep calls may nest, which is AWS's limit.
const MAX_DEPTH: usize = 10;

/// Reads a whole text as one call.
pub(super) fn call(text: &str) -> Result<Call, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let call = reader.call()?;
    if reader.rest().trim().is_empty() { Ok(call) } else { Err(format!("unexpected '{}'", reader.rest())) }
}

/// A quoted text without its escapes.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn eat(&mut self, token: char) -> bool {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let found = self.rest().starts_with(token);
        self.at += if found { token.len_utf8() } else { 0 };
        found
    }

    fn call(&mut self) -> Result<Call, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("intrinsic functions are nested more than 10 deep".to_owned());
        }
        self.at += self.rest().len() - self.rest().trim_start().len();
        let start = self.at;
        let open = self.rest().find('(').ok_or("'(' is missing")?;
        let name = self.rest()[..open].trim();
        let function =
            Function::named(name).ok_or_else(|| format!("'{name}' is not an intrinsic function"))?;
        self.at += open + 1;
        let arguments = self.arguments()?;
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            return Err(format!("'{name}' does not take {} arguments", arguments.len()));
        }
        self.depth -= 1;
        Ok(Call { source: self.text[start..self.at].to_owned(), function, arguments })
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, String> {
        let mut arguments = Vec::new();
        if self.eat(')') {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.argument()?);
            if self.eat(')') {
                return Ok(arguments);
            }
            if !self.eat(',') {
                return Err("',' or ')' is missing".to_owned());
            }
        }
    }

    fn argument(&mut self) -> Result<Argument, String> {
        if self.eat('\'') {
            return self.quoted().map(Argument::Text);
        }
        if self.rest().starts_with("States.") {
            return self.call().map(Argument::Call);
        }
        let word = &self.rest()[..self.word_end()];
        self.at += word.len();
        let word = word.trim_end();
        if word.starts_with('$') {
            return Path::parse(word).map(Argument::Path);
        }
        match serde_json::from_str(word) {
            Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => Ok(Argument::Literal(value)),
            _ => Err(format!("'{word}' is not an argument")),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\'' => {
                    let raw = self.rest()[..offset].to_owned();
                    self.at += offset + 1;
                    return Ok(raw);
                }
                '\\' if !matches!(characters.next(), Some((_, '\'' | '{' | '}' | '\\'))) => {
                    return Err("only ', {, } and \\ can be escaped".to_owned());
                }
                _ => {}
            }
        }
        Err("the closing ' is missing".to_owned())
    }

    /// Where an argument ends: at a comma or parenthesis that no bracket, quote or filter contains.
    fn word_end(&self) -> usize {
        let mut depth = 0_usize;
        let mut quote = None;
        for (offset, character) in self.rest().char_indices() {
            match (quote, character) {
                (Some(open), _) if character == open => quote = None,
                (None, '\'' | '"') => quote = Some(character),
                (None, '[' | '(') => depth += 1,
                (None, ',' | ')') if depth == 0 => return offset,
                (None, ']' | ')') => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.rest().len()
    }
}
