//! Schema to validator.

use std::borrow::Cow;

use jsonschema::PatternOptions;
use serde_json::{Map, Value};

use super::{Judge, SchemaProblem, problems};
use crate::document::Document;

/// What a compiled pattern may take.
pub(super) const PATTERN_LIMIT: usize = 1 << 20;

/// Compiles a schema, or says everything that is wrong with it.
pub(super) fn judge(schema: &Value) -> Result<Judge, Vec<SchemaProblem>> {
    let document = Document::new(schema.clone());
    // References are looked at before the validator sees them: it would only name the first.
    let mut found = problems::references(&document);
    if found.is_empty() {
        let judged = modern(schema);
        match validator(&judged) {
            Ok(validator) => return Ok(Judge { validator, document }),
            Err(error) => found.extend(problems::faults(schema, &judged, &error)),
        }
    } else {
        found.extend(problems::patterns(schema));
    }
    found.sort_by(|a, b| (&a.pointer, &a.code).cmp(&(&b.pointer, &b.code)));
    found.dedup();
    Err(found)
}

/// The validator with the settings that every schema is held to.
pub(super) fn validator(
    schema: &Value,
) -> Result<jsonschema::Validator, Box<jsonschema::ValidationError<'static>>> {
    jsonschema::options()
        .offline()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_LIMIT))
        .build(schema)
        .map_err(Box::new)
}

/// `dependencies` left the standard in 2019; what it says is said by two keywords now. A schema that
/// names its older dialect is judged by that one.
fn modern(schema: &Value) -> Cow<'_, Value> {
    let old =
        schema.get("$schema").and_then(Value::as_str).is_some_and(|dialect| dialect.contains("draft-0"));
    if old || !problems::mentions(schema, "dependencies") {
        return Cow::Borrowed(schema);
    }
    let mut schema = schema.clone();
    modernise(&mut schema, 0);
    Cow::Owned(schema)
}

fn modernise(schema: &mut Value, depth: usize) {
    let Value::Object(map) = schema else { return };
    if depth > 64 {
        return;
    }
    if let Some(Value::Object(dependencies)) = map.remove("dependencies") {
        for (name, needs) in dependencies {
            let key = if needs.is_array() { "dependentRequired" } else { "dependentSchemas" };
            let group = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(group) = group {
                group.entry(name).or_insert(needs);
            }
        }
    }
    problems::each_subschema(map, &mut |schema| modernise(schema, depth + 1));
}
