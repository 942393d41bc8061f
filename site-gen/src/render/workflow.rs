//! A workflow: what it does, the form to ask for it, what will happen and who will be asked.

use asl::Outline;
use catalog_model::limits::target_word;
use catalog_model::workflow::Kind;
use catalog_model::{LoadedWorkflow, Team, Workflow};
use serde::Serialize;
use serde_json::Value;

use super::gate::{self, Round, Who};
use super::{Renderer, TeamName};
use crate::BuildError;
use crate::markdown::{self, Guide};
use crate::permissions::{self, Can, Place};
use crate::picture;
use crate::snippet::{self, Call};

#[derive(Serialize)]
struct Context<'a> {
    nav: &'static str,
    slug: &'a str,
    title: &'a str,
    summary: &'a str,
    kind: Kind,
    tags: &'a [String],
    team: TeamName<'a>,
    slack_channel: &'a str,
    email: &'a str,
    account: &'a str,
    region: &'a str,
    timeout: String,
    /// One sentence for each.
    limits: Vec<String>,
    requesters: Vec<TeamName<'a>>,
    callers: Vec<TeamName<'a>>,
    guide: Guide,
    /// HTML of the form's fields.
    fields: String,
    has_fields: bool,
    /// Inline SVG.
    picture: String,
    steps: Vec<Step<'a>>,
    rounds: Vec<Round<'a>>,
    break_glass: Option<Who<'a>>,
    can: Vec<Can>,
    /// HTML of each line.
    cannot: Vec<String>,
    acts_through: Option<String>,
    /// Highlighted HTML.
    call: String,
    curl: String,
    own_errors: Vec<&'a str>,
    digest: &'a str,
}

/// A state, for readers of lists.
#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    comment: Option<&'a str>,
    resource: Option<&'a str>,
    depth: usize,
}

pub(super) fn render(renderer: &Renderer<'_>, loaded: &LoadedWorkflow) -> Result<Vec<u8>, BuildError> {
    let workflow = &loaded.workflow;
    let team = renderer.catalog.teams.get(&workflow.owner);
    let mail = |field: fn(&Team) -> &String| team.map_or("", |team| field(team));
    let fields = form::blank(&workflow.parameters);
    let outline = asl::outline(&loaded.steps);
    let mut steps = Vec::with_capacity(outline.nodes.len());
    list_steps(&outline, 0, &mut steps);
    let call = Call::new(loaded, renderer.catalog.portal.as_ref());
    let place = Place { account: &loaded.account, region: &loaded.region };
    let context = Context {
        nav: "workflows",
        slug: &loaded.slug,
        title: &workflow.title,
        summary: &workflow.summary,
        kind: workflow.kind,
        tags: &workflow.tags,
        team: renderer.team_name(&workflow.owner),
        slack_channel: mail(|team| &team.slack_channel),
        email: mail(|team| &team.email),
        account: &loaded.account,
        region: &loaded.region,
        timeout: workflow.timeout.words(),
        limits: limits(workflow),
        requesters: workflow.requesters.iter().map(|id| renderer.group_name(id)).collect(),
        callers: workflow.callers.iter().map(|id| renderer.team_name(id)).collect(),
        guide: markdown::render(&loaded.guide, &workflow.title),
        has_fields: !fields.is_empty(),
        fields,
        picture: picture::draw(&outline, &workflow.title),
        steps,
        rounds: gate::rounds(renderer, workflow),
        break_glass: workflow.break_glass.as_ref().map(|glass| gate::who(renderer, glass.approvers())),
        can: loaded
            .permissions
            .statement
            .iter()
            .map(|statement| permissions::can(statement, place))
            .collect(),
        cannot: permissions::cannot(&loaded.permissions, place),
        acts_through: permissions::acts_through(&loaded.permissions),
        call: call.state(),
        curl: call.curl(),
        own_errors: snippet::own_errors(&loaded.steps),
        digest: &loaded.digest,
    };
    renderer.page("pages/workflow.html", &context)
}

fn limits(workflow: &Workflow) -> Vec<String> {
    let target = target_word(workflow.target.as_deref(), &workflow.parameters);
    workflow.limits.iter().flat_map(|limits| limits.sentences(&target)).collect()
}

/// States in the order of the definition, those of a branch after the state that holds it.
fn list_steps<'a>(outline: &'a Outline<'a>, depth: usize, steps: &mut Vec<Step<'a>>) {
    for node in &outline.nodes {
        steps.push(Step {
            name: node.name,
            kind: node.kind,
            comment: node.comment,
            resource: node.resource.as_deref(),
            depth,
        });
        for inner in node.branches.iter().chain(node.processor.as_deref()) {
            list_steps(inner, depth + 1, steps);
        }
    }
}

/// JSON as highlighted HTML.
pub(super) fn highlighted(value: &Value) -> String {
    let mut html = String::new();
    markdown::highlight::highlight("json", &format!("{value:#}"), &mut html);
    html
}
