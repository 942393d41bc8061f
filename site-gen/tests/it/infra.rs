//! The templates of a deployment: what the catalog says, to the letter, and nothing wider.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use site_gen::BuildOptions;
use tempfile::TempDir;

use crate::support::{Workshop, here};

/// What is below `infra` in a folder of output, by its path there.
fn infra(out: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![out.join("infra")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of templates") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name =
                    path.strip_prefix(out.join("infra")).expect("below it").to_string_lossy().into_owned();
                files.insert(name, fs::read_to_string(&path).expect("a template"));
            }
        }
    }
    files
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The shipped catalog, and what is built from it.
struct Shipped {
    _folder: TempDir,
    files: BTreeMap<String, Value>,
}

impl Shipped {
    fn catalog() -> PathBuf {
        here().join("../catalog")
    }

    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let out = folder.path().join("dist");
        let (catalog, templates) = (Self::catalog(), here().join("../templates"));
        let options = BuildOptions { catalog, templates, out: out.clone(), portal_url: None, infra: true };
        site_gen::build(&options).expect("the shipped catalog is sound");
        let files = infra(&out).into_iter().map(|(file, text)| (file, json_of(&text))).collect();
        Self { _folder: folder, files }
    }

    /// Slugs with their templates.
    fn workflows(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.files.iter().filter_map(|(file, template)| {
            let slug = file.split_once("/workflows/")?.1.strip_suffix(".json")?;
            Some((slug, template))
        })
    }

    /// All resources of a type, with their properties.
    fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.files.values().filter_map(|file| file.get("Resources")?.as_object()).flatten();
        all.filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, r)| (id.as_str(), &r["Properties"]))
    }

    /// A file of the catalog.
    fn source(slug: &str, file: &str) -> Value {
        let path = Self::catalog().join("workflows").join(slug).join(file);
        json_of(&fs::read_to_string(path).expect("a file of the catalog"))
    }
}

#[test]
fn every_file_of_a_small_catalog() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let files = infra(&workshop.out());
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "eu-west-1/doors.json",
            "eu-west-1/doors/shop.asl.json",
            "eu-west-1/teams/platform.json",
            "eu-west-1/teams/shop.json",
            "eu-west-1/workflows/post-note.json",
            "eu-west-1/workflows/restart-service.json",
        ]
    );
    for (name, text) in files {
        insta::assert_snapshot!(name.replace('/', "__"), text);
    }
}

#[test]
fn nothing_is_written_for_a_deployment_unless_it_is_asked_for() {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().join("dist");
    let (catalog, templates) = (Shipped::catalog(), here().join("../templates"));
    let options = BuildOptions { catalog, templates, out: out.clone(), portal_url: None, infra: false };
    site_gen::build(&options).expect("the shipped catalog is sound");
    assert!(out.join("compiled").is_dir() && !out.join("infra").exists());
}

#[test]
fn a_worker_role_is_permissions_json_to_the_letter() {
    let shipped = Shipped::new();
    assert_eq!(
        shipped.workflows().count(),
        fs::read_dir(Shipped::catalog().join("workflows")).expect("it").count()
    );
    for (slug, template) in shipped.workflows() {
        let role = &template["Resources"]["WorkerRole"]["Properties"];
        let permissions = Shipped::source(slug, "permissions.json");
        // IAM takes no policy without statements.
        let policies = if permissions["Statement"] == json!([]) {
            Value::Null
        } else {
            json!([{"PolicyName": "permissions", "PolicyDocument": permissions}])
        };
        assert_eq!(role["Policies"], policies, "{slug}");
        assert_eq!(role["PermissionsBoundary"], json!({"Ref": "BoundaryArn"}), "{slug}");
        assert_eq!(role.get("ManagedPolicyArns"), None, "{slug}");
        let machine = &template["Resources"]["Machine"]["Properties"];
        assert_eq!(machine["RoleArn"], json!({"Fn::GetAtt": ["WorkerRole", "Arn"]}), "{slug}");
        let more: Vec<_> = ["LoggingConfiguration", "TracingConfiguration"]
            .into_iter()
            .filter_map(|p| machine.get(p))
            .collect();
        assert!(more.is_empty(), "{slug} would need rights that its owner did not ask for: {more:?}");
    }
}

#[test]
fn a_machine_is_the_owners_steps() {
    let shipped = Shipped::new();
    for (slug, template) in shipped.workflows() {
        let machine = &template["Resources"]["Machine"]["Properties"];
        let text = machine["DefinitionString"].as_str().expect("a definition");
        assert!(asl::check_definition(text, asl::MachineType::Standard).is_ok(), "{slug}");
        let mut definition = json_of(text);
        let mut steps = Shipped::source(slug, "steps.asl.json");
        let comment = definition["Comment"].take();
        let digest = template["Outputs"]["Digest"]["Value"].as_str().expect("a digest");
        assert!(
            comment.as_str().is_some_and(|comment| comment.ends_with(&format!("[digest {digest}]"))),
            "{comment}"
        );
        steps["Comment"].take();
        assert_eq!(definition, steps, "{slug}");
        assert_eq!(machine["StateMachineName"], format!("drawbridge-{slug}"));
        assert_eq!(machine.get("DefinitionSubstitutions"), None, "nothing in the steps is filled in");
    }
}

#[test]
fn f51_whatever_decides_a_run_publishes_a_version_of_its_own() {
    let workshop = Workshop::new();
    let built = || {
        workshop.build().expect("a sound catalog");
        json_of(&infra(&workshop.out())["eu-west-1/workflows/post-note.json"])
    };
    let version = |template: &Value| {
        let resources = template["Resources"].as_object().expect("resources").clone();
        let mut versions =
            resources.into_iter().filter(|(_, r)| r["Type"] == "AWS::StepFunctions::StateMachineVersion");
        let version = versions.next().expect("a version");
        assert!(versions.next().is_none(), "there is one");
        version
    };
    let before = built();
    let file = workshop.catalog().join("workflows/post-note/workflow.json");
    let text = fs::read_to_string(&file).expect("a workflow");
    // The steps stay the same: only the policy changes, which is pinned as well.
    fs::write(&file, text.replace("PT5M", "PT6M")).expect("a workflow");
    let after = built();
    let ((id, resource), (new_id, new_resource)) = (version(&before), version(&after));
    assert_ne!(id, new_id, "the resource is another, or CloudFormation would publish nothing");
    assert_ne!(resource["Properties"]["Description"], new_resource["Properties"]["Description"]);
    assert_eq!(new_resource["Properties"]["Description"], after["Outputs"]["Digest"]["Value"]);
    assert_eq!(after["Outputs"]["VersionArn"]["Value"], json!({"Ref": new_id}));
    let steps = |template: &Value| template["Resources"]["Machine"]["Properties"]["DefinitionString"].clone();
    assert_ne!(steps(&before), steps(&after), "the revision is another, or it had the old version");
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        assert_eq!(new_resource[policy], "Retain", "a waiting run keeps the version that was approved");
    }
}

#[test]
fn f47_the_invoke_role_trusts_the_gateway_alone() {
    let shipped = Shipped::new();
    for (slug, template) in shipped.workflows() {
        let role = &template["Resources"]["InvokeRole"]["Properties"];
        let trust = json!([{
            "Effect": "Allow",
            "Principal": {"AWS": {"Ref": "GatewayRoleArn"}},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "GatewayArn"}}},
        }]);
        assert_eq!(role["AssumeRolePolicyDocument"]["Statement"], trust, "{slug}");
        let arn = |what: &str| {
            let arn = format!("arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:{what}");
            json!({"Fn::Sub": arn})
        };
        let statements = &role["Policies"][0]["PolicyDocument"]["Statement"];
        let may: Vec<_> =
            statements.as_array().expect("a list").iter().map(|s| (&s["Action"], &s["Resource"])).collect();
        let (start, watch) =
            (json!("states:StartExecution"), json!(["states:DescribeExecution", "states:StopExecution"]));
        let (versions, executions) = (
            arn(&format!("stateMachine:drawbridge-{slug}:*")),
            arn(&format!("execution:drawbridge-{slug}:*")),
        );
        assert_eq!(may, [(&start, &versions), (&watch, &executions)], "{slug}");
    }
}

#[test]
fn no_role_trusts_everybody_and_every_name_fits() {
    let shipped = Shipped::new();
    let mut names = BTreeSet::new();
    for (id, role) in shipped.resources("AWS::IAM::Role") {
        let trust = &role["AssumeRolePolicyDocument"]["Statement"];
        assert!(!trust.to_string().contains("\"*\""), "{id}: {trust}");
        for statement in trust.as_array().expect("a list") {
            assert!(statement["Condition"].is_object(), "{id} trusts without a condition");
        }
        let name =
            role["RoleName"].as_str().or_else(|| role["RoleName"]["Fn::Sub"].as_str()).expect("a name");
        let name = name.replace("${AWS::Region}", "ap-southeast-1");
        assert!(name.len() <= 64, "{name}");
        assert!(names.insert(name.clone()), "{name} is there twice");
    }
    assert_eq!(names.len(), 2 * shipped.workflows().count() + 2 * callers().len());
}

/// Teams that may call a workflow of the first Region, in order.
fn callers() -> BTreeSet<String> {
    let mut callers = BTreeSet::new();
    for entry in fs::read_dir(Shipped::catalog().join("workflows")).expect("workflows") {
        let slug = entry.expect("a workflow").file_name().to_string_lossy().into_owned();
        let workflow = Shipped::source(&slug, "workflow.json");
        let listed = workflow["callers"].as_array().into_iter().flatten();
        callers.extend(listed.filter_map(Value::as_str).map(str::to_owned));
    }
    callers
}

#[test]
fn a_door_says_who_calls_and_its_caller_cannot() {
    let shipped = Shipped::new();
    let doors = &shipped.files["eu-west-1/doors.json"]["Resources"];
    let machines = doors.as_object().into_iter().flatten();
    let machines: Vec<_> =
        machines.filter(|(_, r)| r["Type"] == "AWS::StepFunctions::StateMachine").collect();
    let callers = callers();
    assert_eq!(machines.len(), callers.len());
    for ((_, machine), team) in machines.into_iter().zip(&callers) {
        let properties = &machine["Properties"];
        assert_eq!(properties["StateMachineName"], format!("drawbridge-door-{team}"));
        let text = properties["DefinitionString"].as_str().expect("a definition");
        assert!(!text.contains("${Caller}") && text.contains("${AskFunctionArn}"), "{text}");
        let definition = json_of(text);
        assert_eq!(asl::validate(&definition), [], "{team}");
        let payload = &definition["States"]["Ask"]["Arguments"]["Payload"];
        assert_eq!(payload["caller"], *team, "a text, and no expression over the input");
        assert_eq!(definition, shipped.files[&format!("eu-west-1/doors/{team}.asl.json")]);
    }
    let local = json_of(&site_gen::infra::door_definition(
        "shop",
        "arn:aws:lambda:eu-west-1:111111111111:function:ask",
    ));
    assert_eq!(asl::validate(&local), []);
    assert_eq!(local["States"]["Ask"]["Arguments"]["Payload"]["caller"], "shop");
    assert!(!local.to_string().contains("${"), "every place is filled: {local}");
}

#[test]
fn a_door_is_started_by_its_own_team_alone() {
    let shipped = Shipped::new();
    let doors = shipped.files["eu-west-1/doors.json"]["Resources"].clone();
    let accounts = BTreeMap::from([
        ("CloudOps", "527310946281"),
        ("DataPlatform", "846102375519"),
        ("Security", "193847560237"),
    ]);
    for (id, account) in accounts {
        let team = json_of(
            &fs::read_to_string(Shipped::catalog().join(format!("teams/{}.json", kebab(id)))).expect("it"),
        );
        assert_eq!(team["account"], account);
        let role = &doors[format!("{id}CallerRole")]["Properties"];
        let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
        let root = format!("arn:${{AWS::Partition}}:iam::{account}:root");
        assert_eq!(trust["Principal"], json!({"AWS": {"Fn::Sub": root}}));
        let roles = format!("arn:${{AWS::Partition}}:iam::{account}:role/drawbridge-*");
        assert_eq!(trust["Condition"], json!({"ArnLike": {"aws:PrincipalArn": {"Fn::Sub": roles}}}));
        let policy = role["Policies"].to_string();
        let others =
            ["cloud-ops", "data-platform", "security"].into_iter().filter(|other| *other != kebab(id));
        for other in others {
            assert!(!policy.contains(&format!("door-{other}")), "{id}: {policy}");
        }
        let machine_role = &doors[format!("{id}MachineRole")]["Properties"]["Policies"];
        let actions: Vec<_> = machine_role[0]["PolicyDocument"]["Statement"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|statement| (&statement["Action"], &statement["Resource"]))
            .collect();
        let (invoke, keys) = (json!("lambda:InvokeFunction"), json!(["kms:Decrypt", "kms:GenerateDataKey"]));
        let (ask, key) = (json!({"Ref": "AskFunctionArn"}), json!({"Ref": "KeyArn"}));
        assert_eq!(actions, [(&invoke, &ask), (&keys, &key)], "a door asks and does nothing else");
    }
}

/// `CloudOps` is `cloud-ops`.
fn kebab(id: &str) -> String {
    let words = id.char_indices().map(|(at, c)| {
        if c.is_uppercase() && at > 0 {
            format!("-{}", c.to_lowercase())
        } else {
            c.to_lowercase().to_string()
        }
    });
    words.collect()
}

#[test]
fn every_team_has_a_stack_in_every_region_and_finds_its_workflows_there() {
    let shipped = Shipped::new();
    let mut nested = BTreeSet::new();
    for (file, template) in &shipped.files {
        let Some((region, _)) = file.split_once("/teams/") else { continue };
        for (id, resource) in template["Resources"].as_object().expect("resources") {
            if id == "Nothing" {
                continue;
            }
            let url = resource["Properties"]["TemplateURL"]["Fn::Sub"].as_str().expect("an address");
            let file =
                format!("{region}/{}", url.strip_prefix("${TemplatesUrl}/").expect("below the folder"));
            let handed_on = resource["Properties"]["Parameters"].as_object().expect("parameters").keys();
            let taken = shipped.files[&file]["Parameters"].as_object().expect("parameters").keys();
            assert!(handed_on.eq(taken), "{file} is given what it takes");
            nested.insert(file);
        }
    }
    let written = shipped.files.keys().filter(|file| file.contains("/workflows/"));
    assert!(nested.iter().eq(written), "each workflow is in one stack: {nested:?}");
    let stacks = shipped.files.keys().filter(|file| file.contains("/teams/")).count();
    assert_eq!(stacks, 2 * fs::read_dir(Shipped::catalog().join("teams")).expect("teams").count());
    assert!(nested.contains("eu-central-1/workflows/fail-over-region.json"), "{nested:?}");
}
