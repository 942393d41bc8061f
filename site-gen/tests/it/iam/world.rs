//! The sample organisation as it would be deployed: the shared account, a team account for each owner, and every role and
//! resource policy in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::ask::{Ask, evaluate};
use super::resolve::{REGION, Stack};
use crate::support::here;

/// Accounts of the sample catalog, by what owns them.
pub(super) const ACCOUNTS: [(&str, &str); 5] = [
    ("shared", "310458627194"),
    ("cloud-ops", "527310946281"),
    ("data-platform", "846102375519"),
    ("developer-experience", "671928304415"),
    ("security", "193847560237"),
];

/// Deployed once for all tests of this process.
pub(super) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::deploy)
}

/// Who is there, and what resources say about who may use them.
pub(super) struct World {
    /// By `account/name`.
    roles: BTreeMap<String, Role>,
    /// Resource policies by the ARN that they are attached to.
    policies: BTreeMap<String, Value>,
}

struct Role {
    arn: String,
    tags: BTreeMap<String, String>,
    trust: Value,
    policies: Vec<Value>,
    boundary: Option<Value>,
}

impl World {
    /// Fails with every request that was answered otherwise.
    pub(super) fn check(&self, table: impl IntoIterator<Item = Ask>) {
        let table: Vec<Ask> = table.into_iter().collect();
        let simulations: Vec<Value> = table.iter().map(|ask| self.simulation(ask)).collect();
        let answers = evaluate(&Value::Array(simulations));
        let answers = answers.as_array().expect("an answer for each");
        assert_eq!(answers.len(), table.len());
        let wrong: Vec<String> = table
            .iter()
            .zip(answers)
            .filter_map(|(ask, answer)| {
                let expect =
                    if ask.expect { &["Allowed"][..] } else { &["ImplicitlyDenied", "ExplicitlyDenied"] };
                let fine = answer["result"].as_str().is_some_and(|result| expect.contains(&result));
                let may = if ask.expect { "may" } else { "may not" };
                (!fine).then(|| {
                    format!("{} {may} {} on {} {:?}: {answer}", ask.who, ask.action, ask.on, ask.with)
                })
            })
            .collect();
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
    }

    fn simulation(&self, ask: &Ask) -> Value {
        let role = ask.who.contains('/').then(|| self.roles.get(&ask.who)).flatten();
        assert!(
            role.is_some() || !ask.who.contains('/') || ask.who.starts_with("arn:"),
            "no role {}",
            ask.who
        );
        let principal = role.map_or(&ask.who, |role| &role.arn);
        let owner = self.owner(&ask.on, principal);
        let named = |policies: &[Value]| -> Vec<Value> {
            policies.iter().map(|policy| json!({"name": "policy", "policy": policy})).collect()
        };
        // A stranger may do everything at home: what stops it must be what it knocks at.
        let stranger = everything();
        let is_service = ask.who.ends_with(".amazonaws.com");
        let identity = role.map_or_else(
            || if is_service { vec![] } else { named(&[stranger]) },
            |role| named(&role.policies),
        );
        let mut simulation = json!({
            "request": {
                "principal": principal,
                "action": ask.action,
                "resource": {"resource": ask.on, "accountId": owner},
                "contextVariables": context(ask, principal, role, &owner),
            },
            "identityPolicies": identity,
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        });
        if let Some(boundary) = role.and_then(|role| role.boundary.clone()) {
            simulation["permissionBoundaryPolicies"] = json!(named(&[boundary]));
        }
        if let Some(policy) = self.policy_of(&ask.on) {
            simulation["resourcePolicy"] = policy.clone();
        }
        simulation
    }

    /// Whose a resource is: its ARN says it, or else the caller's.
    fn owner(&self, resource: &str, principal: &str) -> String {
        let said = resource.split(':').nth(4).filter(|account| account.len() == 12);
        let of_bucket = self.policies.contains_key(resource.split('/').next().unwrap_or_default());
        match said {
            Some(account) => account.to_owned(),
            None if of_bucket => ACCOUNTS[0].1.to_owned(),
            None => principal.split(':').nth(4).unwrap_or(ACCOUNTS[0].1).to_owned(),
        }
    }

    /// A role's trust, or a bucket's, queue's or key's policy.
    fn policy_of(&self, resource: &str) -> Option<&Value> {
        let trust = self.roles.values().find(|role| role.arn == resource).map(|role| &role.trust);
        let bucket = || self.policies.get(resource.split('/').next()?);
        trust.or_else(|| self.policies.get(resource)).or_else(bucket)
    }

    fn deploy() -> Self {
        let mut world = Self { roles: BTreeMap::new(), policies: BTreeMap::new() };
        let built = build();
        let read = |file: &str| fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let infra = here().join("../infra");
        let ours = |file: &str| read(infra.join(file).to_str().expect("a path"));
        let generated =
            |file: &str| read(built.path().join(format!("infra/{REGION}/{file}")).to_str().expect("a path"));
        let shared = Stack::new(&ours("template.yaml"), ACCOUNTS[0].1, &SHARED_PARAMETERS);
        let ask = format!("arn:aws:lambda:{REGION}:{}:function:drawbridge-ask", ACCOUNTS[0].1);
        let doors = [("AskFunctionArn", ask.as_str()), ("KeyArn", &shared.arn("Key"))];
        world.add("shared", &Stack::new(&generated("doors.json"), ACCOUNTS[0].1, &doors), &BTreeMap::new());
        world.add("shared", &shared, &BTreeMap::new());
        for (team, account) in &ACCOUNTS[1..] {
            world.enrol(team, account, &ours("team-account.yaml"), built.path(), &shared);
        }
        // The management account is not the portal's; its role trusts these teams, whatever their boundary says.
        let trusted = [ACCOUNTS[1].1, ACCOUNTS[4].1].map(|account| format!("arn:aws:iam::{account}:root"));
        let vending = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": trusted},
            "Action": "sts:AssumeRole",
        }});
        world.policies.insert("arn:aws:iam::908173264550:role/AccountVending".to_owned(), vending);
        world
    }

    fn enrol(&mut self, team: &str, account: &str, template: &str, built: &Path, shared: &Stack) {
        let roles = "arn:aws:iam::908173264550:role/AccountVending";
        let more = [("AssumableRoles", roles), ("OtherAccounts", "908173264550")];
        let given = [("SharedAccount", ACCOUNTS[0].1), ("Team", team), ("TemplatesUrl", "https://templates")];
        // Only the team that makes accounts is let out of its own.
        let given = [&given[..], if team == "cloud-ops" { &more } else { &[] }].concat();
        let stack = Stack::new(template, account, &given);
        let boundary = stack.resources("AWS::IAM::ManagedPolicy").remove(0).1["PolicyDocument"].clone();
        let boundaries = BTreeMap::from([(stack.arn("Boundary"), boundary)]);
        self.add(team, &stack, &boundaries);
        // What a permissions.json that says everything would come to.
        let anything = Role {
            arn: format!("arn:aws:iam::{account}:role/drawbridge-anything"),
            tags: BTreeMap::from([("drawbridge-machine".to_owned(), "drawbridge-anything".to_owned())]),
            trust: json!({"Version": "2012-10-17", "Statement": []}),
            policies: vec![everything()],
            boundary: boundaries.values().next().cloned(),
        };
        self.roles.insert(format!("{team}/anything"), anything);
        let parameters = [
            ("GatewayArn", &*shared.arn("Gateway")),
            ("GatewayRoleArn", &*shared.arn("GatewayRole")),
            ("BoundaryArn", &*stack.arn("Boundary")),
        ];
        for slug in workflows_of(team, built) {
            let file = built.join(format!("infra/{REGION}/workflows/{slug}.json"));
            let text = fs::read_to_string(&file).expect("a workflow's template");
            self.add(team, &Stack::new(&text, account, &parameters), &boundaries);
        }
    }

    fn add(&mut self, owner: &str, stack: &Stack, boundaries: &BTreeMap<String, Value>) {
        let managed: BTreeMap<String, Value> = stack
            .resources("AWS::IAM::ManagedPolicy")
            .into_iter()
            .map(|(id, policy)| (stack.arn(&id), policy["PolicyDocument"].clone()))
            .collect();
        for (id, role) in stack.resources("AWS::IAM::Role") {
            let arn = stack.arn(&id);
            let name = arn.rsplit('/').next().expect("a name").to_owned();
            let list = |member: &str| role[member].as_array().cloned().unwrap_or_default();
            let mut policies: Vec<_> =
                list("Policies").iter().map(|policy| policy["PolicyDocument"].clone()).collect();
            policies.extend(
                list("ManagedPolicyArns").iter().map(|arn| managed[arn.as_str().expect("an ARN")].clone()),
            );
            let boundary = role["PermissionsBoundary"].as_str().map(|arn| boundaries[arn].clone());
            let tag = |tag: &Value| {
                (
                    tag["Key"].as_str().expect("a key").to_owned(),
                    tag["Value"].as_str().expect("a value").to_owned(),
                )
            };
            let tags = list("Tags").iter().map(tag).collect();
            let trust = role["AssumeRolePolicyDocument"].clone();
            let role = Role { arn, tags, trust, policies, boundary };
            assert!(self.roles.insert(format!("{owner}/{name}"), role).is_none(), "{owner}/{name} twice");
        }
        for (_, policy) in stack.resources("AWS::S3::BucketPolicy") {
            let bucket = format!("arn:aws:s3:::{}", policy["Bucket"].as_str().expect("a bucket"));
            self.policies.insert(bucket, policy["PolicyDocument"].clone());
        }
        for (id, key) in stack.resources("AWS::KMS::Key") {
            self.policies.insert(stack.arn(&id), key["KeyPolicy"].clone());
        }
        for (_, policy) in stack.resources("AWS::SQS::QueuePolicy") {
            for queue in policy["Queues"].as_array().expect("queues") {
                self.policies
                    .insert(queue.as_str().expect("a queue").to_owned(), policy["PolicyDocument"].clone());
            }
        }
    }
}

/// A policy that allows everything.
fn everything() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

/// Parameters of template.yaml without a default.
const SHARED_PARAMETERS: [(&str, &str); 4] = [
    ("PortalUrl", "https://drawbridge.hollinmere.example"),
    ("Issuer", "https://id.hollinmere.example/realms/staff"),
    ("ClientId", "drawbridge"),
    ("EmailSender", "drawbridge@hollinmere.example"),
];

/// What AWS says of every request, and what this one says besides.
fn context(ask: &Ask, principal: &str, role: Option<&Role>, owner: &str) -> Value {
    let organisation = "o-h0llinmere1";
    let mut context =
        json!({"aws:SecureTransport": "true", "aws:ResourceAccount": owner, "aws:RequestedRegion": REGION});
    let ours =
        |account: &str| ACCOUNTS.iter().any(|(_, known)| *known == account) || account == "908173264550";
    if ours(owner) {
        context["aws:ResourceOrgID"] = json!(organisation);
    }
    if let Some(account) = principal.split(':').nth(4).filter(|account| account.len() == 12) {
        context["aws:PrincipalArn"] = json!(principal);
        context["aws:PrincipalAccount"] = json!(account);
        context["kms:CallerAccount"] = json!(account);
        if ours(account) {
            context["aws:PrincipalOrgID"] = json!(organisation);
        }
    }
    for (key, value) in role.into_iter().flat_map(|role| &role.tags) {
        context[format!("aws:PrincipalTag/{key}")] = json!(value);
    }
    for (key, value) in &ask.with {
        context[*key] = json!(value);
    }
    context
}

/// The sample catalog's templates.
fn build() -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let options = site_gen::BuildOptions {
        catalog: here().join("../catalog"),
        templates: here().join("../templates"),
        out: folder.path().join("dist"),
        portal_url: None,
        infra: true,
    };
    site_gen::build(&options).expect("the sample catalog compiles");
    fs::rename(folder.path().join("dist/infra"), folder.path().join("infra")).expect("templates");
    folder
}

/// The workflows that a team's own template nests.
fn workflows_of(team: &str, built: &Path) -> Vec<String> {
    let file = built.join(format!("infra/{REGION}/teams/{team}.json"));
    let text = fs::read_to_string(file).expect("a team's template");
    let parts = text.split("/workflows/").skip(1);
    parts.map(|part| part.split(".json").next().expect("a slug").to_owned()).collect()
}
