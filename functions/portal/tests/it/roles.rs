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
    assert_eq!(
        readers("secret:drawbridge/slack-token-"),
        ["api", "finish", "interaction", "next-gate", "relay"]
    );
    assert_eq!(readers("secret:drawbridge/slack-app-"), ["api"], "it alone verifies what Slack signs");
    assert_eq!(readers("secret:drawbridge/oidc-client-"), ["api"], "it alone signs people in");
    assert_eq!(readers("secret:drawbridge/site-key-"), ["api"], "and lets them read");
    assert_eq!(
        readers("LinkKey"),
        ["api", "digest", "finish", "interaction", "next-gate", "relay"],
        "whoever sends mail"
    );
    let globals = text(&template()["Globals"]);
    assert!(
        !globals.contains("SecretKey") && !globals.contains("LinkKey"),
        "and the others are not told where it is"
    );
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

#[test]
fn whoever_tells_slack_may_read_what_it_tells() {
    for (handler, text) in functions() {
        let tells = text.contains("secret:drawbridge/slack-token-") && handler != "api";
        assert_eq!(tells, text.contains("TellWhatItIsAbout"), "{handler}");
    }
}

#[test]
fn one_function_fills_the_queue_and_one_empties_it() {
    let who = |action: &str| -> Vec<String> {
        functions()
            .into_iter()
            .filter(|(_, text)| text.contains(action) && text.contains("InteractionsQueue.Arn"))
            .map(|(handler, _)| handler)
            .collect()
    };
    assert_eq!(who("sqs:SendMessage"), ["api"], "what is queued was verified by it");
    assert_eq!(who("sqs:ReceiveMessage"), ["interaction"]);
    let mapping = &template()["Resources"]["InteractionsToFunction"]["Properties"];
    assert_eq!(mapping["FunctionResponseTypes"][0], "ReportBatchItemFailures", "the step answers so");
}

/// Wherever a run can end somebody may have to be answered. Those whom events and other teams call do no more than that.
#[test]
fn doors_are_answered_where_runs_end_and_their_functions_reach_nobody_else() {
    let who = |part: &str| -> Vec<String> {
        let functions = functions().into_iter();
        functions.filter(|(_, text)| text.contains(part)).map(|(handler, _)| handler).collect()
    };
    assert_eq!(
        who("stateMachine:drawbridge-door-*"),
        ["api", "ask", "finish", "interaction", "next-gate", "relay"]
    );
    assert_eq!(who("execution:drawbridge-door-*"), ["door-ended", "relay"]);
    for handler in ["ask", "door-ended"] {
        let role = &functions()[handler];
        for beyond in
            ["sts:AssumeRole", "secretsmanager:", "ses:", "s3:", "InteractionsQueue", "states:StopExecution"]
        {
            assert!(!role.contains(beyond), "{handler} has {beyond}");
        }
    }
}

/// The app as Slack is told of it: no more rights than the portal uses, addresses that the portal has.
#[test]
fn the_manifest_of_the_slack_app_fits_the_portal() {
    let manifest: serde_json::Value =
        serde_json::from_str(include_str!("../../../../infra/slack-manifest.json")).expect("JSON");
    let scopes = &manifest["oauth_config"]["scopes"];
    assert_eq!(*scopes, serde_json::json!({"bot": ["chat:write"], "user": ["openid"]}));
    let portal = "https://drawbridge.example.com";
    let config = crate::support::config(std::path::Path::new(""));
    assert_eq!(config.url, portal);
    assert_eq!(manifest["oauth_config"]["redirect_urls"][0], config.slack_redirect_uri().as_str());
    let interactivity = &manifest["settings"]["interactivity"];
    assert_eq!(interactivity["request_url"], format!("{portal}/slack/interactions").as_str());
    assert_eq!(interactivity["is_enabled"], true);
}

/// Each function's properties and its role's policies as text, by its handler.
fn functions() -> BTreeMap<String, String> {
    let template = template();
    let resources = template["Resources"].as_mapping().expect("resources");
    let functions = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    let role_of = |id: &Value| {
        text(&resources[format!("{}Role", id.as_str().expect("an id"))]["Properties"]["Policies"])
    };
    let each = functions.map(|(id, function)| {
        let properties = &function["Properties"];
        (properties["Handler"].as_str().expect("a handler").to_owned(), text(properties) + &role_of(id))
    });
    each.collect()
}

fn template() -> Value {
    yaml_serde::from_str(TEMPLATE).expect("the template is YAML")
}

fn text(value: &Value) -> String {
    yaml_serde::to_string(value).expect("YAML")
}
