//! A team's account: a stack for each of its workflows in one Region.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::File;
use super::group::groups;
use super::template::{Template, logical_id, reference, sub};
use super::workflow;

/// The most stacks in one template: 500 are allowed, and the account's own template needs none of them.
const ROOM: usize = 450;

/// `teams/<team>.json`, and the groups below it when the team has many workflows.
pub(super) fn files(team: &str, region: &str, slugs: &BTreeSet<&str>) -> Vec<File> {
    let members: BTreeMap<&str, ()> = slugs.iter().map(|slug| (*slug, ())).collect();
    let file = format!("teams/{team}.json");
    let about = format!("Drawbridge: the workflows of team {team} in {region}");
    let Some(groups) = groups(&members, ROOM) else {
        let stacks = slugs.iter().map(|slug| (logical_id(slug), format!("workflows/{slug}.json")));
        return vec![File::Template(file, stack(format!("{about}."), stacks))];
    };
    let group_file = |group: &str| format!("teams/{team}/group-{group}.json");
    let parents = groups.keys().map(|group| (format!("Group{group}"), group_file(group)));
    let mut files = vec![File::Template(file, stack(format!("{about}, in groups."), parents))];
    for (group, members) in &groups {
        let stacks = members.keys().map(|slug| (logical_id(slug), format!("workflows/{slug}.json")));
        let description = format!("{about}, group {group}.");
        files.push(File::Template(group_file(group), stack(description, stacks)));
    }
    files
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
    let handed_on = match file.starts_with("teams/") {
        true => &["TemplatesUrl", "GatewayArn", "GatewayRoleArn", "BoundaryArn"][..],
        false => &["GatewayArn", "GatewayRoleArn", "BoundaryArn"],
    };
    let parameters = handed_on.iter().map(|name| ((*name).to_owned(), reference(name)));
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
