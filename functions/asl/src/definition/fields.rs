//! Reads the members of one object and keeps account of mistakes and of members nobody asked for.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::pointer_token;
use crate::data::template::Mistake;
use crate::data::{Path, Template};
use crate::diagnostic::{Diagnostic, Severity};

/// The code of most findings, as in AWS.
pub(super) const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
/// The code for what AWS accepts and this engine does not run.
pub(super) const UNSUPPORTED: &str = "UNSUPPORTED_FEATURE";

/// One object of the definition, being read.
pub(super) struct Fields<'v, 'd> {
    object: &'v Map<String, Value>,
    pointer: String,
    asked: HashSet<&'static str>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'v, 'd> Fields<'v, 'd> {
    /// Begins reading; None, with a finding, if the value is no object.
    pub(super) fn open(
        value: &'v Value,
        pointer: &str,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Option<Self> {
        if let Some(object) = value.as_object() {
            return Some(Self { object, pointer: pointer.to_owned(), asked: HashSet::new(), diagnostics });
        }
        report(diagnostics, SCHEMA, pointer.to_owned(), "A JSON object is required".to_owned());
        None
    }

    /// The findings, to read something nested with.
    pub(super) fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// Where a member is.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, pointer_token(name))
    }

    /// Reports a mistake in a member.
    pub(super) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let pointer = self.at(name);
        report(self.diagnostics, SCHEMA, pointer, message.into());
    }

    /// Reports a mistake of the object itself.
    pub(super) fn wrong_here(&mut self, message: impl Into<String>) {
        report(self.diagnostics, SCHEMA, self.pointer.clone(), message.into());
    }

    /// Refuses a feature that AWS has and this engine has not.
    pub(super) fn unsupported(&mut self, name: &str, feature: &str) {
        let pointer = self.at(name);
        report(self.diagnostics, UNSUPPORTED, pointer, format!("{feature} is not supported"));
    }

    /// A member, if it is there.
    pub(super) fn get(&mut self, name: &'static str) -> Option<&'v Value> {
        self.asked.insert(name);
        self.object.get(name)
    }

    /// Whether a member is there, without asking for it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// A text, if it is there.
    pub(super) fn text(&mut self, name: &'static str) -> Option<&'v str> {
        let text = self.get(name)?.as_str();
        if text.is_none() {
            self.wrong(name, format!("The field '{name}' must be a string"));
        }
        text
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, name: &'static str) -> Option<&'v str> {
        if !self.has(name) {
            self.asked.insert(name);
            self.wrong_here(format!("The field '{name}' is required but was missing"));
        }
        self.text(name)
    }

    /// A list, if it is there.
    pub(super) fn list(&mut self, name: &'static str) -> Option<&'v Vec<Value>> {
        let list = self.get(name)?.as_array();
        if list.is_none() {
            self.wrong(name, format!("The field '{name}' must be an array"));
        }
        list
    }

    /// A number within limits, if it is there.
    pub(super) fn number(&mut self, name: &'static str, least: f64, most: f64) -> Option<f64> {
        let number = self.get(name)?.as_f64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(name, format!("The field '{name}' must be a number from {least} to {most}"));
        }
        number
    }

    /// A whole number within limits, if it is there.
    pub(super) fn integer(&mut self, name: &'static str, least: u64, most: u64) -> Option<u64> {
        let number = self.get(name)?.as_u64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(name, format!("The field '{name}' must be a whole number from {least} to {most}"));
        }
        number
    }

    /// A path, if it is there.
    pub(super) fn path(&mut self, name: &'static str) -> Option<Path> {
        let text = self.text(name)?;
        self.parsed(name, Path::parse(text), "a valid JSONPath")
    }

    /// A path or a call of an intrinsic function, if it is there.
    pub(super) fn path_or_call(&mut self, name: &'static str) -> Option<Template> {
        let text = self.text(name)?;
        self.parsed(name, Template::path_or_call(text), "a valid JSONPath or a valid intrinsic function call")
    }

    /// A parsed member, or a finding.
    pub(super) fn parsed<T>(&mut self, name: &str, parsed: Result<T, String>, what: &str) -> Option<T> {
        parsed
            .map_err(|error| {
                self.wrong(name, format!("The value for the field '{name}' must be {what}: {error}"));
            })
            .ok()
    }

    /// A JSONPath template, if it is there.
    pub(super) fn jsonpath(&mut self, name: &'static str) -> Option<Template> {
        let value = self.get(name)?;
        let mut mistakes = Vec::new();
        let template = Template::jsonpath(value, &mut mistakes);
        self.accept(name, mistakes);
        Some(template)
    }

    /// A JSONata template, if it is there.
    pub(super) fn jsonata(&mut self, name: &'static str) -> Option<Template> {
        let value = self.get(name)?;
        let mut mistakes = Vec::new();
        let template = Template::jsonata(value, &mut mistakes);
        self.accept(name, mistakes);
        Some(template)
    }

    fn accept(&mut self, name: &str, mistakes: Vec<Mistake>) {
        let base = self.at(name);
        for mistake in mistakes {
            report(self.diagnostics, SCHEMA, format!("{base}{}", mistake.pointer), mistake.message);
        }
    }

    /// Ends reading: whatever was not asked for does not belong here.
    pub(super) fn close(self, foreign: impl Fn(&str) -> String) {
        for name in self.object.keys().filter(|name| !self.asked.contains(name.as_str())) {
            let pointer = format!("{}/{}", self.pointer, pointer_token(name));
            report(self.diagnostics, SCHEMA, pointer, foreign(name));
        }
    }
}

/// The message for a field that nothing knows.
pub(super) fn unknown(name: &str) -> String {
    format!("Field '{name}' is not supported")
}

/// Adds an error.
pub(crate) fn report(diagnostics: &mut Vec<Diagnostic>, code: &str, pointer: String, message: String) {
    diagnostics.push(Diagnostic { severity: Severity::Error, code: code.to_owned(), message, pointer });
}
