//! What only a distributed Map has: where items are read from, how they are batched, where results go.

use super::Number;
use crate::command::Integration;
use crate::data::Template;

/// The fields of a Map whose processor runs in child executions.
#[derive(Debug, Clone)]
pub(crate) struct Distributed {
    /// Children are Express executions.
    pub(crate) express: bool,
    pub(crate) label: Option<String>,
    pub(crate) reader: Option<Reader>,
    pub(crate) batcher: Option<Batcher>,
    pub(crate) writer: Option<Writer>,
}

/// `ItemReader`
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) integration: Integration,
    pub(crate) arguments: Option<Template>,
    pub(crate) objects: Objects,
    pub(crate) format: Format,
    pub(crate) max_items: Option<Number>,
}

/// Which objects hold the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) enum Objects {
    /// What the call itself answers has them.
    #[default]
    Answered,
    /// Every object that is listed is read.
    Listed,
    /// Every object that a manifest of Athena names is read.
    Manifest,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Format {
    /// The objects of a bucket, as they are listed.
    Listing,
    /// A JSON file, or the part of it that a JSON pointer names.
    Json { pointer: Option<String> },
    /// A JSON document in every line.
    Jsonl,
    /// A text of rows; without headers the first row has them.
    Csv { headers: Option<Vec<String>>, delimiter: char },
}

/// `ItemBatcher`
#[derive(Debug, Clone)]
pub(crate) struct Batcher {
    pub(crate) max_items: Option<Number>,
    pub(crate) max_bytes: Option<Number>,
    pub(crate) input: Option<Template>,
}

/// `ResultWriter`
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    /// Where results are written to; without it they are the state's result.
    pub(crate) target: Option<(Integration, Option<Template>)>,
    pub(crate) transformation: Option<Transformation>,
    /// One JSON document in every line instead of one array.
    pub(crate) lines: bool,
}

/// `WriterConfig.Transformation`
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Transformation {
    /// Everything about the child.
    None,
    /// Its output only.
    Compact,
    /// Its output only; the elements of an output that is an array.
    Flatten,
}
