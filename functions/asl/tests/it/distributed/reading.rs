//! `ItemReader`.

use serde_json::{Value, json};

use super::world::{World, definition};

fn reader(config: &Value) -> Value {
    json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
        "Parameters": {"Bucket": "data", "Key.$": "$.key"}}})
}

fn check(config: &Value, body: &str, want: &Value) {
    let machine = definition(&reader(config));
    let ended = World::default().with("data", "file", body).run(&machine, json!({"key": "file", "most": 1}));
    assert_eq!(ended.execution.output(), Some(want), "{config}: {:?}", ended.execution.cause());
}

fn check_fails(config: &Value, body: &str, want: &str) {
    let machine = definition(&reader(config));
    let ended = World::default().with("data", "file", body).run(&machine, json!({"key": "file", "most": -1}));
    assert_eq!(ended.execution.error(), Some("States.ItemReaderFailed"), "{config}");
    assert_eq!(ended.execution.cause(), Some(want));
    assert!(ended.history.iter().any(|event| event.kind == "MapRunFailed"));
}

#[test]
fn files_of_every_kind_are_items() {
    check(&json!({"InputType": "JSON"}), "[1, {\"a\": 2}]", &json!([1, {"a": 2}]));
    check(&json!({"InputType": "JSON", "ItemsPointer": "/x/y"}), r#"{"x": {"y": [3]}}"#, &json!([3]));
    check(&json!({"InputType": "JSONL"}), "1\n[2]\n", &json!([1, [2]]));
    let first_row = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "PIPE"});
    check(&first_row, "a|b\n1|2\n", &json!([{"a": "1", "b": "2"}]));
    let given = json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x", "y"]});
    check(&given, "1,2\n3\n", &json!([{"x": "1", "y": "2"}, {"x": "3", "y": ""}]));
}

#[test]
fn only_so_many_items_are_read() {
    check(&json!({"InputType": "JSON", "MaxItems": 2}), "[1, 2, 3]", &json!([1, 2]));
    check(&json!({"InputType": "JSON", "MaxItems": 0}), "[1, 2, 3]", &json!([1, 2, 3]));
    check(&json!({"InputType": "JSON", "MaxItemsPath": "$.most"}), "[1, 2, 3]", &json!([1]));
}

#[test]
fn what_cannot_be_read_fails_the_map_run() {
    check_fails(&json!({"InputType": "JSON"}), "7", "Attempting to map over non-iterable node.");
    let most = json!({"InputType": "JSON", "MaxItemsPath": "$.most"});
    check_fails(&most, "[]", "field MaxItems must be positive");
    let twice = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"});
    check_fails(&twice, "a,a\n", "CSV headers cannot contain duplicates.");
    let machine = definition(&reader(&json!({"InputType": "JSON"})));
    let ended = World::default().run(&machine, json!({"key": "none"}));
    assert_eq!(ended.execution.cause(), Some("The specified key does not exist."));
}

#[test]
fn a_limit_that_is_no_number_fails_the_state_before_its_map_run() {
    let machine = definition(&reader(&json!({"InputType": "JSON", "MaxItemsPath": "$.key"})));
    let ended = World::default().run(&machine, json!({"key": "none"}));
    assert_eq!(ended.execution.error(), Some("States.Runtime"));
    assert!(ended.family.map_runs().next().is_none());
}

#[test]
fn every_page_of_a_listing_is_read() {
    let machine = definition(&json!({"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "data", "Prefix": "in/"}}}));
    let world = World::default().with("data", "in/a", "").with("data", "in/b", "").with("data", "out/c", "");
    let ended = world.run(&machine, json!({}));
    assert_eq!(ended.execution.output(), Some(&json!([{"Key": "in/a"}, {"Key": "in/b"}])));
}

#[test]
fn an_items_source_is_the_object() {
    let mut fields = reader(&json!({"InputType": "JSONL"}));
    fields["ItemSelector"] = json!({"from.$": "$$.Map.Item.Source"});
    let ended = World::default().with("data", "file", "1").run(&definition(&fields), json!({"key": "file"}));
    assert_eq!(ended.execution.output(), Some(&json!([{"from": "S3://data/file"}])));
}

#[test]
fn jsonata_gives_the_place() {
    let machine = definition(&json!({"QueryLanguage": "JSONata", "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% 1 %}"},
        "Arguments": {"Bucket": "data", "Key": "{% $states.input.key %}"}}}));
    let ended = World::default().with("data", "file", "[5, 6]").run(&machine, json!({"key": "file"}));
    assert_eq!(ended.execution.output(), Some(&json!([5])));
}

#[test]
fn objects_that_are_listed_are_read() {
    let machine =
        definition(&json!({"ItemSelector": {"v.$": "$$.Map.Item.Value", "from.$": "$$.Map.Item.Source"},
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
            "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 3},
            "Parameters": {"Bucket": "data", "Prefix": "in/"}}}));
    let world = World::default().with("data", "in/a", "1\n2\n").with("data", "in/b", "3\n4\n");
    let ended = world.run(&machine, json!({}));
    let want = json!([{"v": 1, "from": "S3://data/in/a"}, {"v": 2, "from": "S3://data/in/a"},
        {"v": 3, "from": "S3://data/in/b"}]);
    assert_eq!(ended.execution.output(), Some(&want));
}

#[test]
fn objects_that_a_manifest_names_are_read() {
    let mut fields =
        reader(&json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "ManifestType": "ATHENA_DATA"}));
    fields["Label"] = json!("all");
    let world = |manifest: &str| {
        World::default()
            .with("data", "file", manifest)
            .with("one", "x/a.csv", "n\n1\n")
            .with("two", "b.csv", "n\n2\n")
    };
    let machine = definition(&fields);
    let ended = world("\"s3://one/x/a.csv\"\ns3://two/b.csv\n").run(&machine, json!({"key": "file"}));
    assert_eq!(ended.execution.output(), Some(&json!([{"n": "1"}, {"n": "2"}])));
    let ended = world("https://one/x").run(&machine, json!({"key": "file"}));
    assert_eq!(ended.execution.cause(), Some("The manifest has no S3 URI in 'https://one/x'."));
    let ended = world("s3://one/gone").run(&machine, json!({"key": "file"}));
    assert_eq!(ended.execution.error(), Some("States.ItemReaderFailed"));
}
