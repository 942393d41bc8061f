//! Real schemas, where they are present: they are not part of this repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use form::{FieldError, Form, RenderOptions, Schema};
use serde_json::{Value, json};

use crate::browser::Script;
use crate::round_trip::again;
use crate::samples::sample;

/// The folder with schemas from the wild, when there is one.
fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("DRAWBRIDGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = root.join("form-schemas");
    if !folder.is_dir() {
        say(&format!("not run: {} is not there", folder.display()));
        return None;
    }
    Some(folder)
}

/// To the terminal itself: the test harness swallows what passing tests print.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "form schemas from the wild: {line}"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn load(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("the file can be read")).expect("the file is JSON")
}

/// The same JSON; where a schema has conditions, without the members of branches that are not
/// active, and then stable.
fn survived(form: &Form, schema: &Value, value: &Value, read: &Value) -> bool {
    let text = schema.to_string();
    let conditional =
        ["\"if\"", "\"dependentSchemas\"", "\"dependencies\""].iter().any(|key| text.contains(key));
    read == value || (conditional && is_part(read, value) && again(form, read, Script::On) == *read)
}

/// Whether objects lack members and nothing else differs.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| is_part(part, whole)))
        }
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(part, whole)| is_part(part, whole))
        }
        (part, whole) => part == whole,
    }
}

#[test]
fn real_schemas_render_and_their_values_survive() {
    let Some(folder) = folder() else { return };
    let (mut schemas, mut values, mut refused, mut failures) = (0, 0, 0, Vec::new());
    for path in files(&folder).iter().filter(|path| !path.to_string_lossy().contains("test-suite")) {
        let file = load(path);
        for schema in file.as_array().cloned().unwrap_or_else(|| vec![file]) {
            schemas += 1;
            let form = Form::from_schema(&schema);
            let fresh = form.render(&RenderOptions::default());
            assert!(!fresh.is_empty(), "{}", path.display());
            let judge = match Schema::compile(&schema) {
                Ok(judge) => judge,
                Err(problems) => {
                    refused += 1;
                    say(&format!("{}: {}", path.display(), problems[0].message));
                    continue;
                }
            };
            for seed in 0..200 {
                let value = sample(&schema, &schema, seed, 0);
                if value == json!({}) || !judge.validate(&value).is_empty() {
                    continue;
                }
                values += 1;
                for script in [Script::On, Script::Off] {
                    let read = again(&form, &value, script);
                    if !survived(&form, &schema, &value, &read) && failures.len() < 10 {
                        failures.push(format!("{} {script:?}\n  {value}\n  {read}", path.display()));
                    }
                }
            }
        }
    }
    say(&format!("{schemas} schemas ({refused} refused by compile), {values} values"));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(values > 500, "only {values} values were tried");
}

#[test]
fn the_public_suite_agrees_and_its_objects_survive() {
    let Some(folder) = folder() else { return };
    let (mut judged, mut kept, mut wrong, mut lost) = (0, 0, Vec::new(), Vec::new());
    for path in files(&folder.join("json-schema-test-suite")) {
        for group in load(&path).as_array().expect("a list of groups") {
            let Ok(judge) = Schema::compile(&group["schema"]) else { continue };
            let form = Form::from_schema(&group["schema"]);
            for test in group["tests"].as_array().expect("a list of tests") {
                let (data, valid) = (&test["data"], test["valid"] == true);
                judged += 1;
                let about = format!("{}: {}: {}", path.display(), group["description"], test["description"]);
                // A whole number beyond 2^53 is an error of ours, whatever the schema says.
                let large = |error: &FieldError| error.keyword == "integer";
                let errors: Vec<_> = judge.validate(data).into_iter().filter(|error| !large(error)).collect();
                if errors.is_empty() != valid {
                    wrong.push(about.clone());
                }
                // Parameters are an object.
                if !valid || !data.is_object() {
                    continue;
                }
                kept += 1;
                let read = again(&form, data, Script::On);
                if !survived(&form, &group["schema"], data, &read) {
                    lost.push(format!(
                        "{about}\n  schema {}\n  value  {data}\n  read   {read}",
                        group["schema"]
                    ));
                }
            }
        }
    }
    say(&format!("{judged} judged, {} differ; {kept} objects posted, {} differ", wrong.len(), lost.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    assert!(kept > 100, "only {kept} objects were tried");
}
