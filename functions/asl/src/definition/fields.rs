//! Reads the members of one object and keeps account of mistakes and of members nobody asked for.

use serde_json::{Map, Value};

use super::pointer::Pointer;
use crate::data::jsonata::Offered;
use crate::data::template::Mistake;
use crate::data::{Path, Template};
use crate::diagnostic::{Diagnostic, NO_OBJECT, Severity};
use crate::member;

/// The code of most findings, as in AWS.
pub(super) const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
/// The code for what AWS accepts and this engine does not run.
pub(super) const UNSUPPORTED: &str = "UNSUPPORTED_FEATURE";

/// The code for an expression that reads what is not there.
pub(crate) const OVERREACH: &str = "UNSUPPORTED_JSONATA_EXPRESSION";

/// As many members as most objects are asked for.
const ASKED: usize = 16;

/// One object of the definition, being read.
pub(super) struct Fields<'v, 'd> {
    object: &'v Map<String, Value>,
    pointer: &'v Pointer<'v>,
    /// A dozen at most: a list is quicker than a set.
    asked: Vec<&'static str>,
    /// Members that must be there and are not; said at the end, all at once.
    missing: Vec<&'static str>,
    /// What JSONata reads in `Output` and `Assign`, besides input and context.
    offered: Offered,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Drop for Fields<'_, '_> {
    fn drop(&mut self) {
        if !self.missing.is_empty() {
            let message = format!("These fields are required: [{}]", self.missing.join(", "));
            report(self.diagnostics, SCHEMA, self.pointer.to_string(), message);
        }
    }
}

impl<'v, 'd> Fields<'v, 'd> {
    /// Begins reading; None, with a finding, if the value is no object.
    pub(super) fn open(
        value: &'v Value,
        pointer: &'v Pointer<'v>,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Option<Self> {
        if let Some(object) = value.as_object() {
            let (asked, offered) = (Vec::with_capacity(ASKED), Offered::default());
            return Some(Self { object, pointer, asked, missing: Vec::new(), offered, diagnostics });
        }
        let is_whole = matches!(pointer, Pointer::Root);
        let message = if is_whole { NO_OBJECT } else { "Expected value of type Object" };
        report(diagnostics, SCHEMA, pointer.to_string(), message.to_owned());
        None
    }

    /// Says what there is once the work is done or has failed.
    pub(super) fn offer(&mut self, offered: Offered) {
        self.offered = offered;
    }

    /// The findings, to read something nested with.
    pub(super) fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// Where a member is.
    pub(super) fn at(&self, name: &'v str) -> Pointer<'v> {
        self.pointer.member(name)
    }

    /// Reports a mistake in a member.
    pub(super) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let pointer = self.pointer.member(name).to_string();
        report(self.diagnostics, SCHEMA, pointer, message.into());
    }

    /// Reports a mistake of the object itself.
    pub(super) fn wrong_here(&mut self, message: impl Into<String>) {
        report(self.diagnostics, SCHEMA, self.pointer.to_string(), message.into());
    }

    /// Refuses a feature that AWS has and this engine has not.
    pub(super) fn unsupported(&mut self, name: &str, feature: &str) {
        let pointer = self.pointer.member(name).to_string();
        report(self.diagnostics, UNSUPPORTED, pointer, format!("{feature} is not supported"));
    }

    /// A member, if it is there.
    pub(super) fn get(&mut self, name: &'static str) -> Option<&'v Value> {
        self.asked.push(name);
        member::find(self.object, name)
    }

    /// Whether a member is there, without asking for it.
    pub(super) fn has(&self, name: &str) -> bool {
        member::find(self.object, name).is_some()
    }

    /// A text, if it is there.
    pub(super) fn text(&mut self, name: &'static str) -> Option<&'v str> {
        let text = self.get(name)?.as_str();
        if text.is_none() {
            self.wrong(name, "Expected value of type String");
        }
        text
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, name: &'static str) -> Option<&'v str> {
        self.require(name);
        self.text(name)
    }

    /// Notes that a member must be there.
    pub(super) fn require(&mut self, name: &'static str) {
        if !self.has(name) {
            self.asked.push(name);
            self.missing.push(name);
        }
    }

    /// A text that is one of a few, if it is there.
    pub(super) fn one_of(&mut self, name: &'static str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(name)?;
        let word = words.iter().find(|word| **word == text).copied();
        if word.is_none() {
            let words = words.join(", ");
            self.wrong(name, format!("Value should be one of the following: [{words}]"));
        }
        word
    }

    /// A list, if it is there.
    pub(super) fn list(&mut self, name: &'static str) -> Option<&'v Vec<Value>> {
        let list = self.get(name)?.as_array();
        if list.is_none() {
            self.wrong(name, "Expected value of type Array");
        }
        list
    }

    /// A list that is not empty, and must be there.
    pub(super) fn required_list(&mut self, name: &'static str) -> &'v [Value] {
        self.require(name);
        let Some(list) = self.list(name) else { return &[] };
        if list.is_empty() {
            self.wrong(name, "Value cannot be empty");
        }
        list
    }

    /// A number within limits, if it is there.
    pub(super) fn number(&mut self, name: &'static str, least: f64, most: f64) -> Option<f64> {
        let Some(number) = self.get(name)?.as_f64() else {
            self.wrong(name, "Expected value of type Number");
            return None;
        };
        self.within(name, number, (least, most), 1)
    }

    /// A whole number within limits, if it is there.
    pub(super) fn whole_number(&mut self, name: &'static str, least: f64, most: f64) -> Option<f64> {
        let Some(number) = self.get(name)?.as_f64().filter(|number| number.fract() == 0.0) else {
            self.wrong(name, "Expected value of type Integer");
            return None;
        };
        self.within(name, number, (least, most), 0)
    }

    fn within(&mut self, name: &str, number: f64, (least, most): (f64, f64), decimals: usize) -> Option<f64> {
        if number < least {
            self.wrong(name, format!("Minimum value is {least:.decimals$}"));
            return None;
        }
        if number > most {
            self.wrong(name, format!("Maximum value is {most:.decimals$}"));
            return None;
        }
        Some(number)
    }

    /// A whole number within limits, if it is there.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and at least 0")]
    pub(super) fn integer(&mut self, name: &'static str, least: u32, most: u32) -> Option<u64> {
        self.whole_number(name, least.into(), most.into()).map(|number| number as u64)
    }

    /// Notes that exactly one of these members must be there.
    pub(super) fn exactly_one(&mut self, names: &[&str]) {
        match names.iter().filter(|name| self.has(name)).count() {
            0 => {
                let names = names.join(", ");
                self.wrong_here(format!(
                    "This object should have only one of the following fields: [{names}]"
                ));
            }
            1 => {}
            _ => self.not_both(names),
        }
    }

    /// Says that at most one of these members may be there.
    pub(super) fn not_both(&mut self, names: &[&str]) {
        let names = names.join(", ");
        self.wrong_here(format!("There should only be one of the following fields: [{names}]"));
    }

    /// A path, if it is there.
    pub(super) fn path(&mut self, name: &'static str) -> Option<Path> {
        let text = self.text(name)?;
        self.parsed(name, Path::parse(text), "Value must be a valid JSONPath.")
    }

    /// A path or a call of an intrinsic function, if it is there.
    pub(super) fn path_or_call(&mut self, name: &'static str) -> Option<Template> {
        let text = self.text(name)?;
        let message = format!(
            "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
        );
        self.parsed(name, Template::path_or_call(text), &message)
    }

    /// A reference path, if it is there: it names one place.
    pub(super) fn reference(&mut self, name: &'static str) -> Option<Path> {
        let text = self.text(name)?;
        if !text.starts_with('$') {
            self.wrong(name, "Value is not a Reference Path: Reference path didn't start with '$'");
            return None;
        }
        self.parsed(name, Path::parse(text), "Value is not a Reference Path")
    }

    /// A reference path into the input or a variable, if it is there.
    pub(super) fn reference_to_data(&mut self, name: &'static str) -> Option<Path> {
        let path = self.reference(name)?;
        if path.is_of_context() || !path.is_definite() {
            self.wrong(name, "Value is not a Reference Path");
            return None;
        }
        Some(path)
    }

    /// A parsed member, or a finding.
    pub(super) fn parsed<T>(&mut self, name: &str, parsed: Result<T, String>, message: &str) -> Option<T> {
        parsed.map_err(|_| self.wrong(name, message)).ok()
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
        let offered = if matches!(name, "Output" | "Assign") { self.offered } else { Offered::default() };
        let overreach = template.complaints(offered).into_iter();
        mistakes.extend(overreach.map(|(pointer, message)| Mistake { code: OVERREACH, pointer, message }));
        self.accept(name, mistakes);
        Some(template)
    }

    fn accept(&mut self, name: &str, mistakes: Vec<Mistake>) {
        for mistake in mistakes {
            let pointer = format!("{}{}", self.pointer.member(name), mistake.pointer);
            report(self.diagnostics, mistake.code, pointer, mistake.message);
        }
    }

    /// Ends reading: whatever was not asked for does not belong here, which is said of the object.
    pub(super) fn close(self, foreign: impl Fn(&str) -> String) {
        for name in self.object.keys().filter(|name| !self.asked.contains(&name.as_str())) {
            report(self.diagnostics, SCHEMA, self.pointer.to_string(), foreign(name));
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
