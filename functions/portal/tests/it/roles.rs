//! What the deployment template lets each function do: no more than the binary asks for.

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
    let globals = text(&template()["Globals"]);
    assert!(!globals.contains("SecretKey"), "and the others are not told where it is");
}

#[test]
fn only_who_anchors_may_write_anchors_and_nobody_may_remove_them() {
    let allowed = |action: &str| -> Vec<String> {
        let functions = functions().into_iter();
        functions.filter(|(_, text)| text.contains(action)).map(|(handler, _)| handler).collect()
    };
    assert_eq!(allowed("s3:PutObject"), ["anchor", "relay"]);
    assert_eq!(allowed("s3:GetObject"), ["anchor", "relay"]);
    assert_eq!(allowed("s3:ListBucket"), ["anchor", "api"], "an export names the anchors of its runs");
    for action in ["s3:Delete", "s3:Bypass", "s3:PutObjectRetention", "s3:PutBucket", "s3:*"] {
        assert_eq!(allowed(action), [""; 0], "{action}");
    }
    let resources = &template()["Resources"];
    let bucket = &resources["AnchorBucket"];
    assert_eq!(bucket["DeletionPolicy"], "Retain");
    let lock = &bucket["Properties"]["ObjectLockConfiguration"]["Rule"]["DefaultRetention"];
    assert_eq!(lock["Mode"], "COMPLIANCE");
    let denied = |sid: &str| {
        let statements = &resources["AnchorBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"];
        let statements = statements.as_sequence().expect("statements");
        text(statements.iter().find(|one| one["Sid"] == sid && one["Effect"] == "Deny").expect("a denial"))
    };
    assert!(denied("NobodyRemoves").contains("s3:DeleteObjectVersion"));
    assert!(denied("OnlyWhatIsNew").contains("s3:if-none-match"));
    let writers = denied("OnlyTheTwoFunctionsWrite");
    assert!(writers.contains("RelayFunctionRole.Arn") && writers.contains("AnchorFunctionRole.Arn"));
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
