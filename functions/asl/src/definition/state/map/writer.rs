//! `ResultWriter`: where the children's results go, and in what form.

use super::reader::{arguments, s3};
use crate::definition::Language;
use crate::definition::distributed::{Transformation, Writer};
use crate::definition::fields::{Fields, unknown};

/// Reads `ResultWriter`, if it is there.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Option<Writer> {
    let (value, pointer) = (fields.get("ResultWriter")?, fields.at("ResultWriter"));
    let mut inner = Fields::open(value, &pointer, fields.diagnostics())?;
    let mut writer = Writer { target: None, transformation: None, lines: false };
    let config = inner.at("WriterConfig");
    let configured = inner.has("WriterConfig");
    let arguments = arguments(&mut inner, language);
    if inner.has("Resource") || !configured {
        writer.target = s3(&mut inner, &["putObject"]).map(|integration| (integration, arguments));
    }
    if let Some(value) = inner.get("WriterConfig") {
        let mut inner = Fields::open(value, &config, inner.diagnostics())?;
        writer.transformation = transformation(&mut inner);
        writer.lines = inner.one_of("OutputType", &["JSON", "JSONL"]) == Some("JSONL");
        inner.close(unknown);
    }
    inner.close(unknown);
    Some(writer)
}

fn transformation(fields: &mut Fields<'_, '_>) -> Option<Transformation> {
    Some(match fields.one_of("Transformation", &["NONE", "COMPACT", "FLATTEN"])? {
        "COMPACT" => Transformation::Compact,
        "FLATTEN" => Transformation::Flatten,
        _ => Transformation::None,
    })
}
