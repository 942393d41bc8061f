//! `ItemBatcher`: how many items one child gets, and what besides.

use super::super::foreign;
use super::super::values::number;
use crate::definition::Language;
use crate::definition::distributed::Batcher;
use crate::definition::fields::Fields;

/// Reads `ItemBatcher`, if it is there.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Option<Batcher> {
    let (value, pointer) = (fields.get("ItemBatcher")?, fields.at("ItemBatcher"));
    let mut inner = Fields::open(value, &pointer, fields.diagnostics())?;
    let batcher = Batcher {
        max_items: number(&mut inner, "MaxItemsPerBatch", "MaxItemsPerBatchPath", language, 0.0),
        max_bytes: number(&mut inner, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath", language, 0.0),
        input: match language {
            Language::JsonPath => inner.jsonpath("BatchInput"),
            Language::Jsonata => inner.jsonata("BatchInput"),
        },
    };
    let limits =
        ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"];
    if !limits.into_iter().any(|name| inner.has(name)) {
        inner.wrong_here(
            "At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]",
        );
    }
    inner.close(|name| foreign(name, language));
    Some(batcher)
}
