//! Is a schema plain? Each keyword that is known here has the argument that the meta-schema asks for, and
//! compiles; with any other keyword, and with any doubt, a schema is not plain.

use serde_json::{Map, Value};

use super::leaf;
use crate::schema::exact::is_large;

/// The dialect that a schema has when it names none.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];
/// Longer lists of names are left to the validator, which does not compare each with each.
const MOST_NAMES: usize = 64;

/// Whether a whole schema is plain.
pub(in crate::schema) fn is_plain(schema: &Value) -> bool {
    schema.as_object().is_some_and(|root| keywords(root, root))
}

fn keywords(map: &Map<String, Value>, root: &Map<String, Value>) -> bool {
    map.iter().all(|(keyword, argument)| {
        fits(keyword, argument, root) || names_dialect(keyword, argument, map, root)
    })
}

fn is_schema(schema: &Value, root: &Map<String, Value>) -> bool {
    schema.is_boolean() || schema.as_object().is_some_and(|map| keywords(map, root))
}

/// Whether a keyword's argument is one that the keyword takes.
fn fits(keyword: &str, argument: &Value, root: &Map<String, Value>) -> bool {
    match keyword {
        "title" | "description" | "$comment" | "format" => argument.is_string(),
        "default" | "const" => true,
        "examples" => argument.is_array(),
        "enum" => argument.as_array().is_some_and(|options| !options.is_empty()),
        "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => argument.is_boolean(),
        "type" => types(argument),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => is_exact(argument),
        "multipleOf" => is_exact(argument) && leaf::is_sound("multipleOf", argument),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            argument.is_u64() && is_exact(argument)
        }
        "pattern" => argument.is_string() && leaf::is_sound("pattern", argument),
        "items" | "additionalProperties" | "propertyNames" | "not" | "if" | "then" | "else" => {
            is_schema(argument, root)
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => argument
            .as_array()
            .is_some_and(|all| !all.is_empty() && all.iter().all(|one| is_schema(one, root))),
        "properties" | "$defs" => {
            argument.as_object().is_some_and(|members| members.values().all(|one| is_schema(one, root)))
        }
        "required" => names(argument),
        "dependentRequired" => argument.as_object().is_some_and(|members| members.values().all(names)),
        "$ref" => argument.as_str().is_some_and(|reference| definition(reference, root).is_some()),
        _ => keyword.starts_with("x-"),
    }
}

/// What a reference names: a definition at the root. Others are left to the validator.
pub(super) fn definition<'v>(reference: &str, root: &'v Map<String, Value>) -> Option<&'v Value> {
    let name = reference.strip_prefix("#/$defs/").filter(|name| !name.contains(['/', '~', '%']))?;
    root.get("$defs")?.get(name)
}

fn names_dialect(
    keyword: &str,
    argument: &Value,
    map: &Map<String, Value>,
    root: &Map<String, Value>,
) -> bool {
    keyword == "$schema" && argument == DIALECT && std::ptr::eq(map, root)
}

fn types(argument: &Value) -> bool {
    let known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    known(argument)
        || (names(argument)
            && argument.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(known)))
}

fn is_exact(argument: &Value) -> bool {
    argument.is_number() && !is_large(argument, true)
}

/// Texts, each of them once.
fn names(argument: &Value) -> bool {
    argument.as_array().is_some_and(|names| {
        names.len() <= MOST_NAMES
            && names.iter().enumerate().all(|(at, name)| name.is_string() && !names[..at].contains(name))
    })
}
