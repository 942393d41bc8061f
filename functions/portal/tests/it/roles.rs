//! What the deployment template lets each function read: no more than the binary asks for.

use std::collections::BTreeMap;

use yaml_serde::Value;

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

#[test]
fn only_who_uses_a_secret_may_read_it() {
    let readers = |of: &str| -> Vec<String> {
        let functions = functions().into_iter();
        functions.filter(|(_, text)| text.contains(of)).map(|(handler, _)| handler).collect()
    };
    assert_eq!(readers("SecretKey"), ["api"], "it alone keeps secret parameters away");
    assert_eq!(readers("secret:drawbridge/slack-token-"), ["api", "finish", "next-gate", "relay"]);
    assert_eq!(readers("LinkKey"), ["api", "digest", "finish", "next-gate", "relay"], "whoever sends mail");
    let globals = text(&template()["Globals"]);
    assert!(
        !globals.contains("SecretKey") && !globals.contains("LinkKey"),
        "and the others are not told where it is"
    );
}

/// Each function's properties as text, by its handler.
fn functions() -> BTreeMap<String, String> {
    let template = template();
    let resources = template["Resources"].as_mapping().expect("resources").iter();
    let functions = resources.filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    let each = functions.map(|(_, function)| {
        let properties = &function["Properties"];
        (properties["Handler"].as_str().expect("a handler").to_owned(), text(properties))
    });
    each.collect()
}

fn template() -> Value {
    yaml_serde::from_str(TEMPLATE).expect("the template is YAML")
}

fn text(value: &Value) -> String {
    yaml_serde::to_string(value).expect("YAML")
}
