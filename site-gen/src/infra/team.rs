//! A team's account: a stack for each of its workflows in one Region.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::File;
use super::group::groups;
use super::template::{Template, logical_id, reference, sub};
use super::workflow;
use crate::BuildError;

/// The most stacks in one template: 500 are allowed, and the account's own template needs none of them.
const ROOM: usize = 450;

/// `teams/<team>.json`, and the groups below it when the team has many workflows.
pub(super) fn files(team: &str, region: &str, slugs: &BTreeSet<&str>) -> Result<Vec<File>, BuildError> {
    let file = format!("teams/{team}.json");
    let about = format!("Drawbridge: the workflows of team {team} in {region}");
    let Some(groups) = groups(slugs, ROOM) else {
        return Ok(vec![File::template(file, of_workflows(format!("{about}."), slugs))?]);
    };
    let group_file = |group: &str| format!("teams/{team}/group-{group}.json");
    let parents = groups.keys().map(|group| (format!("Group{group}"), group_file(group)));
    let mut files = vec![File::template(file, stack(format!("{about}, in groups."), parents))?];
    for (group, members) in &groups {
        let template = of_workflows(format!("{about}, group {group}."), members);
        files.push(File::template(group_file(group), template)?);
    }
    Ok(files)
}

fn of_workflows(description: String, slugs: &BTreeSet<&str>) -> Template {
    stack(description, slugs.iter().map(|slug| (logical_id(slug), format!("workflows/{slug}.json"))))
}

/// A template of nested stacks: their ids and the files of their templates.
fn stack(description: String, stacks: impl Iterator<Item = (String, String)>) -> Template {
    let mut template = Template::new(description);
    templates_url(&mut template);
    workflow::parameters(&mut template);
    for (id, file) in stacks {
        template.resource(&id, "AWS::CloudFormation::Stack", nested(&file));
    }
    template
}

fn nested(file: &str) -> Value {
    let on = file.starts_with("teams/").then_some("TemplatesUrl");
    let handed_on = on.into_iter().chain(["GatewayArn", "GatewayRoleArn", "BoundaryArn"]);
    let parameters = handed_on.map(|name| (name.to_owned(), reference(name)));
    json!({
        "TemplateURL": sub(format!("${{TemplatesUrl}}/{file}")),
        "Parameters": Value::Object(parameters.collect()),
    })
}

/// Where the folder of the Region was uploaded to.
pub(super) fn templates_url(template: &mut Template) {
    let description =
        "Address of the Region's folder, without a trailing slash; CloudFormation reads templates from S3.";
    template.parameter("TemplatesUrl", "https?://.*[^/]", description);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::files;
    use crate::infra::File;

    #[test]
    fn many_workflows_are_in_groups_that_the_first_template_names() {
        let slugs: Vec<String> = (0..451).map(|number| format!("workflow-{number}")).collect();
        let files = files("shop", "eu-west-1", &slugs.iter().map(String::as_str).collect());
        let (mut named, mut stacks, mut written) = (BTreeSet::new(), 0, BTreeSet::new());
        for File { name, bytes } in files.expect("they have a JSON form") {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            for resource in value["Resources"].as_object().expect("resources").values() {
                let url = resource["Properties"]["TemplateURL"]["Fn::Sub"].as_str().expect("an address");
                match url.strip_prefix("${TemplatesUrl}/teams/") {
                    Some(group) => drop(named.insert(format!("teams/{group}"))),
                    None => stacks += 1,
                }
            }
            written.insert(name);
        }
        assert!(written.remove("teams/shop.json"));
        assert_eq!(named.len(), 16, "{named:?}");
        assert_eq!((named, stacks), (written, 451));
    }
}
