//! JSON Schemas of the catalog's files, generated from the Rust types.
//!
//! Editors use the copies in `schemas/` (a test keeps them equal; `cargo run -p site-gen -- schemas` writes
//! them again); the loader uses them to say everything that is wrong with a file at once. One is of no file:
//! `input.schema.json` says what an owner's steps start with.

use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cases::Cases;
use crate::{IsoDuration, OwnerInput, Permissions, Portal, Team, Workflow};

/// A kind of file: its Rust type and what is derived from it.
pub(crate) trait CatalogFile: DeserializeOwned {
    /// The schema, and a validator of it, made when the first faulty file of the kind is met.
    fn shape() -> &'static Shape;
}

/// A schema and its validator.
pub(crate) struct Shape {
    pub(crate) schema: Value,
    /// None never occurs for a generated schema, which a test holds.
    pub(crate) validator: Option<Validator>,
}

macro_rules! catalog_files {
    ($($type:ty => $name:literal),* $(,)?) => {
        $(impl CatalogFile for $type {
            fn shape() -> &'static Shape {
                static SHAPE: LazyLock<Shape> = LazyLock::new(Shape::of::<$type>);
                &SHAPE
            }
        })*

        /// Every schema with the name of its file.
        pub fn all() -> Vec<(&'static str, Value)> {
            vec![
                $((concat!($name, ".schema.json"), generate::<$type>()),)*
                ("input.schema.json", generate::<OwnerInput>()),
            ]
        }
    };
}

catalog_files! {
    Portal => "portal",
    Team => "team",
    Workflow => "workflow",
    Permissions => "permissions",
    Cases => "cases",
}

/// The schema as text: what the files in `schemas/` hold.
pub fn to_text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

impl Shape {
    fn of<T: JsonSchema>() -> Self {
        let schema = generate::<T>();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .with_format("duration", |text: &str| IsoDuration::parse(text).is_ok())
            .build(&schema)
            .ok();
        Self { schema, validator }
    }
}

fn generate<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
}

#[cfg(test)]
mod tests {
    use super::{CatalogFile, Portal, Team, Workflow};
    use crate::cases::Cases;
    use crate::permissions::Permissions;

    #[test]
    fn every_generated_schema_compiles() {
        let shapes =
            [Portal::shape(), Team::shape(), Workflow::shape(), Permissions::shape(), Cases::shape()];
        assert!(shapes.iter().all(|shape| shape.validator.is_some()));
    }
}
