//! `ItemReader`: the call that reads items, and what kind of document it reads.

use serde_json::Value;

use super::super::foreign;
use super::super::values::number_within;
use crate::command::{Integration, Pattern};
use crate::data::Template;
use crate::definition::Language;
use crate::definition::distributed::{Format, Objects, Reader};
use crate::definition::fields::Fields;

/// The largest `MaxItems`.
const MOST_ITEMS: f64 = 100_000_000.0;
/// Longest text of all CSV headers.
const LONGEST_HEADERS: usize = 10_240;

/// Reads `ItemReader`, if it is there.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Option<Reader> {
    let (value, pointer) = (fields.get("ItemReader")?, fields.at("ItemReader"));
    let mut inner = Fields::open(value, &pointer, fields.diagnostics())?;
    let integration = s3(&mut inner, &["getObject", "listObjectsV2"]);
    let arguments = arguments(&mut inner, language);
    let mut reader = Reader {
        objects: Objects::Answered,
        format: Format::Listing,
        integration: integration?,
        arguments,
        max_items: None,
    };
    let config = inner.at("ReaderConfig");
    let lists = reader.integration.action == "listObjectsV2";
    if let Some(value) = inner.get("ReaderConfig") {
        let mut inner = Fields::open(value, &config, inner.diagnostics())?;
        let limits = (0.0, MOST_ITEMS);
        reader.max_items = number_within(&mut inner, "MaxItems", "MaxItemsPath", language, limits);
        reader.objects = objects(&mut inner, lists);
        if !lists || reader.objects == Objects::Listed {
            reader.format = format(&mut inner)?;
        } else {
            inner.get("InputType");
        }
        inner.close(|name| foreign(name, language));
    } else if !lists {
        inner.require("ReaderConfig");
    }
    inner.close(|name| foreign(name, language));
    Some(reader)
}

/// `Resource` of a reader or writer: an action of S3.
pub(super) fn s3(fields: &mut Fields<'_, '_>, actions: &[&str]) -> Option<Integration> {
    let resource = fields.required_text("Resource")?;
    let mut parts = resource.rsplitn(3, ':');
    let (action, service, rest) = (parts.next()?, parts.next().unwrap_or_default(), parts.next());
    let is_states = rest.is_some_and(|rest| rest.starts_with("arn:aws") && rest.ends_with(":states::"));
    if !is_states || service != "s3" || !actions.contains(&action) {
        let message = format!(
            "'{resource}' is not a resource for this field: use arn:aws:states:::s3:{}",
            actions.join(" or ")
        );
        fields.wrong("Resource", message);
        return None;
    }
    Some(Integration {
        resource: resource.to_owned(),
        // The call is that of the SDK, whose answer has the object as it is.
        service: "aws-sdk:s3".to_owned(),
        action: action.to_owned(),
        pattern: Pattern::RequestResponse,
    })
}

/// `Parameters` or `Arguments`.
pub(super) fn arguments(fields: &mut Fields<'_, '_>, language: Language) -> Option<Template> {
    match language {
        Language::JsonPath => fields.jsonpath("Parameters"),
        Language::Jsonata => fields.jsonata("Arguments"),
    }
}

/// `Transformation` of a listing, `ManifestType` of an object.
fn objects(fields: &mut Fields<'_, '_>, lists: bool) -> Objects {
    if lists {
        let known = fields.one_of("Transformation", &["NONE", "LOAD_AND_FLATTEN"]);
        return if known == Some("LOAD_AND_FLATTEN") { Objects::Listed } else { Objects::Answered };
    }
    match fields.one_of("ManifestType", &["ATHENA_DATA", "S3_INVENTORY"]) {
        Some("ATHENA_DATA") => Objects::Manifest,
        Some(_) => {
            fields.unsupported("ManifestType", "An inventory, whose files are compressed,");
            Objects::Answered
        }
        None => Objects::Answered,
    }
}

fn format(fields: &mut Fields<'_, '_>) -> Option<Format> {
    fields.require("InputType");
    Some(match fields.one_of("InputType", &["CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"])? {
        "JSON" => Format::Json { pointer: pointer(fields) },
        "JSONL" => Format::Jsonl,
        "CSV" => Format::Csv { headers: headers(fields), delimiter: delimiter(fields) },
        kind => {
            fields.unsupported("InputType", &format!("The input type '{kind}'"));
            return None;
        }
    })
}

/// `ItemsPointer`
fn pointer(fields: &mut Fields<'_, '_>) -> Option<String> {
    let pointer = fields.text("ItemsPointer")?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        fields.wrong("ItemsPointer", format!("'{pointer}' is not a JSON pointer"));
    }
    Some(pointer.to_owned()).filter(|pointer| !pointer.is_empty())
}

/// `CSVHeaders`, where `CSVHeaderLocation` says that they are given.
fn headers(fields: &mut Fields<'_, '_>) -> Option<Vec<String>> {
    fields.require("CSVHeaderLocation");
    let location = fields.one_of("CSVHeaderLocation", &["FIRST_ROW", "GIVEN"]);
    let given = fields.list("CSVHeaders");
    let headers: Vec<String> =
        given.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if given.is_some_and(|given| given.len() != headers.len()) {
        fields.wrong("CSVHeaders", "The field 'CSVHeaders' must be an array of strings");
    }
    if headers.iter().map(String::len).sum::<usize>() > LONGEST_HEADERS {
        fields.wrong("CSVHeaders", format!("CSV headers have at most {LONGEST_HEADERS} bytes"));
    }
    if location? == "FIRST_ROW" {
        return None;
    }
    if headers.is_empty() {
        fields.require("CSVHeaders");
    }
    Some(headers)
}

fn delimiter(fields: &mut Fields<'_, '_>) -> char {
    match fields.one_of("CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]) {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    }
}
