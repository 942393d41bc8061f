//! Every function has a name, a role and a log of its own, and nothing that happens to its events gets lost.

use yaml_serde::Value;

use super::{resources, template, text};

const FUNCTION: &str = "AWS::Serverless::Function";

#[test]
fn every_function_has_a_role_and_a_log_of_its_own() {
    let template = template("template.yaml");
    let functions = resources(&template, FUNCTION);
    assert!(functions.len() >= 9, "{:?}", functions.keys());
    let roles = resources(&template, "AWS::IAM::Role");
    let logs = resources(&template, "AWS::Logs::LogGroup");
    for (id, function) in functions {
        let function = &function["Properties"];
        let handler = text(&function["Handler"]);
        assert_eq!(
            id.to_lowercase(),
            format!("{}function", handler.replace('-', "")),
            "one name for one thing"
        );
        assert_eq!(text(&function["FunctionName"]), format!("drawbridge-{handler}"));
        assert_eq!(
            text(&function["CodeUri"]),
            "../dist/lambda.zip",
            "{id}: `package` does not look at Globals"
        );
        assert_eq!(text(&function["Role"]), format!("!GetAtt {id}Role.Arn"));
        assert!(function.get("Policies").is_none(), "{id}: what it may do is in {id}Role, or SAM adds to it");
        assert_eq!(text(&function["LoggingConfig"]["LogGroup"]), format!("!Ref {id}Log"));
        let log = &logs[&format!("{id}Log")]["Properties"];
        assert_eq!(text(&log["LogGroupName"]), format!("/drawbridge/{handler}"));
        let role = &roles[&format!("{id}Role")]["Properties"];
        assert_eq!(text(&role["Policies"][0]["PolicyName"]), handler);
        assert_eq!(writes_to(role), [format!("!GetAtt {id}Log.Arn")], "{id}");
    }
}

/// The resources of every statement of a role that is about logs.
fn writes_to(role: &Value) -> Vec<String> {
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_sequence().expect("statements");
    let about_logs = |one: &&Value| yaml_serde::to_string(&one["Action"]).expect("YAML").contains("logs:");
    statements.iter().filter(about_logs).map(|one| text(&one["Resource"])).collect()
}

#[test]
fn every_log_is_encrypted_and_ends() {
    for (id, log) in resources(&template("template.yaml"), "AWS::Logs::LogGroup") {
        let log = &log["Properties"];
        assert_eq!(text(&log["RetentionInDays"]), "!Ref LogRetentionDays", "{id}");
        assert_eq!(text(&log["KmsKeyId"]), "!GetAtt Key.Arn", "{id}");
        assert!(
            text(&log["LogGroupName"]).starts_with("/drawbridge/"),
            "{id}: what the key's policy lets in"
        );
    }
}

/// Events that no caller waits for: what delivery or the function gives up is kept.
#[test]
fn what_schedules_and_rules_send_ends_in_the_function_or_in_the_dead_letters() {
    let mut count = 0;
    for (id, function) in resources(&template("template.yaml"), FUNCTION) {
        let function = &function["Properties"];
        for (name, event) in function["Events"].as_mapping().into_iter().flatten() {
            let kind = event["Type"].as_str().expect("a type");
            if !["ScheduleV2", "EventBridgeRule"].contains(&kind) {
                assert_eq!(kind, "HttpApi", "{id}: how are its events kept?");
                continue;
            }
            let undelivered = text(&event["Properties"]["DeadLetterConfig"]["Arn"]);
            assert_eq!(undelivered, "!GetAtt DeadLetters.Arn", "{id} {name:?}");
            let failed = &function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"];
            assert_eq!(text(&failed["Destination"]), "!GetAtt DeadLetters.Arn", "{id}");
            count += 1;
        }
    }
    assert!(count >= 3, "{count}");
}
