//! The doors in the shared account: for each team that may call a workflow of the Region, the one machine that its
//! machines may start, the role that it runs as, and the role that they start it with.
//!
//! Who calls is part of the door's definition. It does not log: that would take rights over every log of the account,
//! and what a door asks for is in the audit of the run that came of it.

use std::collections::BTreeMap;

use catalog_model::{Team, aws_names};
use serde_json::{Value, json};

use super::File;
use super::group::groups;
use super::role::{Role, document, trust_in_machine, watch_and_stop};
use super::team::templates_url;
use super::template::{Template, attribute, logical_id, reference, states_arn, sub};
use crate::BuildError;

const DEFINITION: &str = include_str!("../../../infra/state-machines/door.asl.json");

/// The place of the function in the definition.
const ASK: &str = "${AskFunctionArn}";

/// A door has three resources and an output, of which a template has 500 and 200 at most.
const ROOM: usize = 160;

/// The definition of a team's door, which calls this function: the text of `infra/state-machines/door.asl.json` with
/// its places filled.
pub fn door_definition(team: &str, ask_function_arn: &str) -> String {
    DEFINITION.replace("${Caller}", team).replace(ASK, ask_function_arn)
}

/// `doors.json`, each door's definition, and groups when many teams call.
pub(super) fn files(region: &str, callers: &BTreeMap<&str, &Team>) -> Result<Vec<File>, BuildError> {
    let definition = |team: &&str| File {
        name: format!("doors/{team}.asl.json"),
        bytes: door_definition(team, ASK).into_bytes(),
    };
    let mut files: Vec<_> = callers.keys().map(definition).collect();
    let about = format!("Drawbridge: the doors of teams that call workflows in {region}");
    let Some(groups) = groups(&callers.keys().copied().collect(), ROOM) else {
        let mut whole = template(format!("{about}."), callers);
        // Whoever deploys it does not know whether it is in groups.
        templates_url(&mut whole);
        whole.output(
            "Templates",
            "Where the groups would be, were there more callers.",
            reference("TemplatesUrl"),
        );
        files.push(File::template("doors.json".to_owned(), whole)?);
        return Ok(files);
    };
    let mut parent = Template::new(format!("{about}, in groups."));
    templates_url(&mut parent);
    parameters(&mut parent);
    for (group, members) in &groups {
        let file = format!("doors/group-{group}.json");
        let nested = json!({
            "TemplateURL": sub(format!("${{TemplatesUrl}}/{file}")),
            "Parameters": {"AskFunctionArn": reference("AskFunctionArn"), "KeyArn": reference("KeyArn")},
        });
        parent.resource(&format!("Group{group}"), "AWS::CloudFormation::Stack", nested);
        let members = members.iter().filter_map(|id| Some((*id, *callers.get(id)?))).collect();
        files.push(File::template(file, template(format!("{about}, group {group}."), &members))?);
    }
    files.push(File::template("doors.json".to_owned(), parent)?);
    Ok(files)
}

fn template(description: String, callers: &BTreeMap<&str, &Team>) -> Template {
    let mut template = Template::new(description);
    parameters(&mut template);
    for (id, team) in callers {
        door(id, team, &mut template);
    }
    template
}

fn parameters(template: &mut Template) {
    template.parameter("AskFunctionArn", "arn:.+:function:.+", "The function that a door asks for a run.");
    template.parameter("KeyArn", "arn:.+:key/.+", "What the histories of doors are encrypted with.");
}

fn door(id: &str, team: &Team, template: &mut Template) {
    let machine = aws_names::door_machine(id);
    let logical = logical_id(id);
    let (door, machine_role) = (format!("{logical}Door"), format!("{logical}MachineRole"));
    let properties = json!({
        "StateMachineName": machine,
        "StateMachineType": "STANDARD",
        "DefinitionString": door_definition(id, ASK),
        "DefinitionSubstitutions": {"AskFunctionArn": reference("AskFunctionArn")},
        "RoleArn": attribute(&machine_role, "Arn"),
        "EncryptionConfiguration": {
            "Type": "CUSTOMER_MANAGED_KMS_KEY",
            "KmsKeyId": reference("KeyArn"),
            "KmsDataKeyReusePeriodSeconds": 300,
        },
    });
    template.resource(&door, "AWS::StepFunctions::StateMachine", properties);
    template.resource(&machine_role, "AWS::IAM::Role", runs_as(id, &machine));
    template.resource(&format!("{logical}CallerRole"), "AWS::IAM::Role", called_by(id, team, &machine));
    template.output(&format!("{door}Arn"), &format!("What machines of {id} start."), reference(&door));
}

/// The role that the door runs as.
fn runs_as(id: &str, machine: &str) -> Value {
    let ask = json!({
        "Sid": "Ask",
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": reference("AskFunctionArn"),
    });
    let name = sub(aws_names::door_machine_role(id, "${AWS::Region}"));
    let description = format!("The door of {id} asks for runs.");
    Role::new(name, description, trust_in_machine(machine)).may("door", document(vec![ask, history(machine)]))
}

/// The role that the team's machines take on to start the door. Its account is trusted for roles of its own that are
/// named `drawbridge-…`, as those of its workflows are: a role that a team made for something else, an
/// administrator's included, does not call by accident.
fn called_by(id: &str, team: &Team, machine: &str) -> Value {
    let account = format!("arn:${{AWS::Partition}}:iam::{}", team.account);
    let trust = json!({
        "Effect": "Allow",
        "Principal": {"AWS": sub(format!("{account}:root"))},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:PrincipalArn": sub(format!("{account}:role/drawbridge-*"))}},
    });
    let start = json!({
        "Sid": "Start",
        "Effect": "Allow",
        "Action": "states:StartExecution",
        "Resource": states_arn(&format!("stateMachine:{machine}")),
    });
    let name = sub(aws_names::door_role(id, "${AWS::Region}"));
    let description = format!("Machines of {id} start their door.");
    let statements = vec![start, watch_and_stop(machine), history(machine)];
    Role::new(name, description, trust).may("call", document(statements))
}

/// Inputs and results of the door, which are encrypted.
fn history(machine: &str) -> Value {
    let context = "kms:EncryptionContext:aws:states:stateMachineArn";
    json!({
        "Sid": "KeepItsHistorySecret",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": reference("KeyArn"),
        "Condition": {"StringEquals": {context: states_arn(&format!("stateMachine:{machine}"))}},
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use catalog_model::Team;
    use serde_json::json;

    use super::files;
    use crate::infra::File;

    #[test]
    fn many_callers_are_in_groups() {
        let team = json!({"name": "T", "description": "T", "account": "111122223333", "slack_channel": "#t",
            "email": "t@example.org", "people": [], "groups": {}});
        let team: Team = serde_json::from_value(team).expect("a team");
        let ids: Vec<String> = (0..161).map(|number| format!("team-{number}")).collect();
        let callers: BTreeMap<&str, &Team> = ids.iter().map(|id| (id.as_str(), &team)).collect();
        let (mut doors, mut definitions, mut groups) = (0, 0, 0);
        for File { name, bytes } in files("eu-west-1", &callers).expect("they have a JSON form") {
            if name.ends_with(".asl.json") {
                definitions += 1;
                continue;
            }
            let text = String::from_utf8(bytes).expect("text");
            doors += text.matches("AWS::StepFunctions::StateMachine\"").count();
            groups += text.matches("${TemplatesUrl}/doors/group-").count();
        }
        assert_eq!((doors, definitions, groups), (161, 161, 16));
    }
}
