//! CloudFormation without AWS: the values of intrinsic functions, from parameters, pseudo parameters and the names that
//! resources have. Only what policies need; whatever else a template asks for ends the test.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use yaml_serde::Value as Yaml;

/// The Region that everything is deployed into.
pub(super) const REGION: &str = "eu-west-1";

/// One stack: a template, its account and what its parameters are given.
pub(super) struct Stack {
    template: Value,
    account: String,
    parameters: BTreeMap<String, String>,
}

impl Stack {
    /// A stack of a YAML template; JSON is YAML, too.
    pub(super) fn new(text: &str, account: &str, parameters: &[(&str, &str)]) -> Self {
        let template = plain(yaml_serde::from_str(text).expect("the template is YAML"));
        let given = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { template, account: account.to_owned(), parameters: given.collect() }
    }

    /// The properties of each resource of a type, resolved; without those whose condition does not hold.
    pub(super) fn resources(&self, kind: &str) -> Vec<(String, Value)> {
        let all = self.template["Resources"].as_object().expect("resources").iter();
        let here = all.filter(|(_, resource)| resource["Type"] == kind).filter(|(_, resource)| {
            resource["Condition"].as_str().is_none_or(|condition| self.holds(condition))
        });
        here.map(|(id, resource)| (id.clone(), self.value(&resource["Properties"]))).collect()
    }

    /// The ARN of a resource.
    pub(super) fn arn(&self, id: &str) -> String {
        let resource = &self.template["Resources"][id];
        let properties = &resource["Properties"];
        let kind = resource["Type"].as_str().unwrap_or_else(|| panic!("no resource {id}"));
        let name = |property: &str| {
            let name = properties.get(property).map(|name| self.text(name));
            name.unwrap_or_else(|| id.to_owned())
        };
        let here = |service: &str| format!("arn:aws:{service}:{REGION}:{}", self.account);
        match kind {
            "AWS::DynamoDB::Table" => format!("{}:table/{}", here("dynamodb"), name("TableName")),
            "AWS::KMS::Key" => format!("{}:key/{id}", here("kms")),
            "AWS::SQS::Queue" => format!("{}:{}", here("sqs"), name("QueueName")),
            "AWS::SNS::Topic" => format!("{}:{}", here("sns"), name("TopicName")),
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{}", id.to_lowercase()),
            "AWS::SecretsManager::Secret" => {
                format!("{}:secret:{}-a1b2c3", here("secretsmanager"), name("Name"))
            }
            "AWS::Logs::LogGroup" => format!("{}:log-group:{}:*", here("logs"), name("LogGroupName")),
            "AWS::Serverless::Function" => format!("{}:function:{}", here("lambda"), name("FunctionName")),
            "AWS::StepFunctions::StateMachine" => {
                format!("{}:stateMachine:{}", here("states"), name("StateMachineName"))
            }
            "AWS::IAM::Role" => format!("arn:aws:iam::{}:role/{}", self.account, name("RoleName")),
            "AWS::IAM::ManagedPolicy" => {
                format!("arn:aws:iam::{}:policy/{}", self.account, name("ManagedPolicyName"))
            }
            kind => panic!("{id}: what is the ARN of {kind}?"),
        }
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item)).filter(|v| !v.is_null()).collect())
            }
            Value::Object(members) => self.object(members),
            plain => plain.clone(),
        }
    }

    fn object(&self, members: &Map<String, Value>) -> Value {
        if let Some((function, argument)) = intrinsic(members) {
            return self.call(function, argument);
        }
        let members = members.iter().map(|(name, member)| (name.clone(), self.value(member)));
        Value::Object(members.filter(|(_, member)| !member.is_null()).collect())
    }

    fn text(&self, value: &Value) -> String {
        match self.value(value) {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            other => panic!("{value} is {other}, not a text"),
        }
    }

    fn call(&self, function: &str, argument: &Value) -> Value {
        match function {
            "Ref" => self.reference(argument.as_str().expect("a name")),
            "Fn::GetAtt" => Value::String(self.attribute(argument)),
            "Fn::Sub" => Value::String(self.substitute(argument.as_str().expect("a text"))),
            "Fn::Split" => {
                let separator = argument[0].as_str().expect("a separator");
                self.text(&argument[1]).split(separator).collect()
            }
            "Fn::Select" => {
                let index = argument[0].as_u64().expect("an index");
                self.value(&argument[1])[usize::try_from(index).expect("small")].clone()
            }
            "Fn::If" => {
                let branch = if self.holds(argument[0].as_str().expect("a condition")) { 1 } else { 2 };
                self.value(&argument[branch])
            }
            "Fn::Equals" => Value::Bool(self.value(&argument[0]) == self.value(&argument[1])),
            "Fn::Not" => Value::Bool(self.value(&argument[0]) != true),
            other => panic!("{other} is not known here"),
        }
    }

    fn holds(&self, condition: &str) -> bool {
        self.value(&self.template["Conditions"][condition]) == true
    }

    fn reference(&self, name: &str) -> Value {
        if let Some(pseudo) = self.pseudo(name) {
            return pseudo;
        }
        if let Some(given) = self.parameters.get(name) {
            return Value::String(given.clone());
        }
        if let Some(parameter) = self.template["Parameters"].get(name) {
            let default = parameter.get("Default").unwrap_or_else(|| panic!("{name} is given nothing"));
            return default.clone();
        }
        let arn = self.arn(name);
        match self.template["Resources"][name]["Type"].as_str() {
            Some("AWS::S3::Bucket" | "AWS::KMS::Key" | "AWS::DynamoDB::Table") => {
                Value::String(arn.rsplit([':', '/']).next().expect("a name").to_owned())
            }
            Some("AWS::Logs::LogGroup") => {
                self.template["Resources"][name]["Properties"]["LogGroupName"].clone()
            }
            _ => Value::String(arn),
        }
    }

    fn pseudo(&self, name: &str) -> Option<Value> {
        Some(match name {
            "AWS::AccountId" => json!(self.account),
            "AWS::Region" => json!(REGION),
            "AWS::Partition" => json!("aws"),
            "AWS::URLSuffix" => json!("amazonaws.com"),
            "AWS::NoValue" => Value::Null,
            _ => return None,
        })
    }

    /// Every attribute that policies use is the ARN.
    fn attribute(&self, argument: &Value) -> String {
        let dotted = argument.as_str().map(|text| text.split_once('.').expect("Resource.Attribute"));
        let (id, name) = dotted.unwrap_or_else(|| {
            (argument[0].as_str().expect("a resource"), argument[1].as_str().expect("an attribute"))
        });
        assert!(["Arn", "QueueUrl"].contains(&name) || name.starts_with("Outputs"), "{id}.{name}");
        if name.starts_with("Outputs") { name.to_owned() } else { self.arn(id) }
    }

    /// `${Name}`, `${Resource.Arn}`; `${!x}` is `${x}` and nobody's to fill in here.
    fn substitute(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').expect("a closing brace");
            let value = match name.strip_prefix('!') {
                Some(literal) => ["${", literal, "}"].concat(),
                None if name.contains('.') => self.attribute(&json!(name)),
                None => self.text(&json!({"Ref": name})),
            };
            filled += &value;
            filled += rest;
        }
        filled
    }
}

/// The function and its argument, where an object is a call.
fn intrinsic(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = members.iter().next().filter(|_| members.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// YAML's short forms as JSON's long ones.
fn plain(value: Yaml) -> Value {
    match value {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let name = if tag == "Ref" { tag.to_owned() } else { format!("Fn::{tag}") };
            Value::Object(Map::from_iter([(name, plain(tagged.value))]))
        }
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(plain).collect()),
        Yaml::Mapping(members) => {
            let member =
                |(key, value): (Yaml, Yaml)| (key.as_str().expect("a name").to_owned(), plain(value));
            Value::Object(members.into_iter().map(member).collect())
        }
        scalar => serde_json::to_value(scalar).expect("a plain value"),
    }
}
