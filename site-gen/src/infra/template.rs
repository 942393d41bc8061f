//! A CloudFormation template: its sections in the order in which people read them, and the few functions that are
//! used in it.

use serde_json::{Map, Value, json};

use crate::{BuildError, write};

/// A template in the making.
pub(super) struct Template {
    description: String,
    parameters: Map<String, Value>,
    resources: Map<String, Value>,
    outputs: Map<String, Value>,
}

impl Template {
    pub(super) fn new(description: String) -> Self {
        Self { description, parameters: Map::new(), resources: Map::new(), outputs: Map::new() }
    }

    /// Adds a text that whoever deploys the template gives it.
    pub(super) fn parameter(&mut self, name: &str, pattern: &str, description: &str) {
        let parameter = json!({"Type": "String", "AllowedPattern": pattern, "Description": description});
        self.parameters.insert(name.to_owned(), parameter);
    }

    pub(super) fn resource(&mut self, id: &str, kind: &str, properties: Value) {
        let resource = object([("Type", kind.into()), ("Properties", properties)]);
        self.resources.insert(id.to_owned(), resource);
    }

    /// Adds a resource that CloudFormation never deletes.
    pub(super) fn kept_resource(&mut self, id: &str, kind: &str, properties: Value) {
        let resource = object([
            ("Type", kind.into()),
            ("DeletionPolicy", "Retain".into()),
            ("UpdateReplacePolicy", "Retain".into()),
            ("Properties", properties),
        ]);
        self.resources.insert(id.to_owned(), resource);
    }

    pub(super) fn output(&mut self, name: &str, description: &str, value: Value) {
        let output = object([("Description", description.into()), ("Value", value)]);
        self.outputs.insert(name.to_owned(), output);
    }

    fn into_value(self) -> Value {
        let Self { description, parameters, mut resources, outputs } = self;
        let mut template = json!({"AWSTemplateFormatVersion": "2010-09-09", "Description": description});
        if resources.is_empty() {
            // CloudFormation wants a resource, and this one is nothing. What is not used is a parameter then.
            resources
                .insert("Nothing".to_owned(), json!({"Type": "AWS::CloudFormation::WaitConditionHandle"}));
            template["Metadata"] = json!({"cfn-lint": {"config": {"ignore_checks": ["W2001"]}}});
        }
        template["Parameters"] = Value::Object(parameters);
        template["Resources"] = Value::Object(resources);
        if !outputs.is_empty() {
            template["Outputs"] = Value::Object(outputs);
        }
        template
    }

    /// The file's content.
    pub(super) fn into_bytes(self, path: &str) -> Result<Vec<u8>, BuildError> {
        write::pretty_json(path, &self.into_value())
    }
}

/// An object of these members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A parameter's value, or a resource's own name.
pub(super) fn reference(name: &str) -> Value {
    json!({"Ref": name})
}

/// An attribute of a resource.
pub(super) fn attribute(resource: &str, name: &str) -> Value {
    json!({"Fn::GetAtt": [resource, name]})
}

/// A text with `${…}` to fill in.
pub(super) fn sub(text: impl Into<String>) -> Value {
    json!({"Fn::Sub": text.into()})
}

/// An ARN of Step Functions in the stack's own account and Region.
pub(super) fn states_arn(what: &str) -> Value {
    sub(format!("arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:{what}"))
}

/// A logical id for a name: each word with a capital, without the dashes.
///
/// Two names never have the same one. A capital stands for a dash, and `X` for a dash before what has no capital
/// of its own: a digit, or the `x` itself.
pub(super) fn logical_id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 1);
    for word in name.split('-') {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if first.is_ascii_digit() || first == 'x' => id.extend(['X', first]),
            Some(first) => id.push(first.to_ascii_uppercase()),
            None => {}
        }
        id.push_str(chars.as_str());
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::logical_id;

    #[test]
    fn names_become_logical_ids() {
        let check = |name: &str, expect: &str| assert_eq!(logical_id(name), expect, "{name}");
        check("resize-rds-cluster", "ResizeRdsCluster");
        check("grant-s3-access", "GrantS3Access");
        check("v2-0", "V2X0");
        check("xray", "Xxray");
    }

    #[test]
    fn no_two_names_share_a_logical_id() {
        let words = ["a", "x", "1", "ax", "a1", "x1", "xx", "1x"];
        let mut names: BTreeSet<String> = words.map(str::to_owned).into();
        for first in words {
            for second in words {
                names.insert(format!("{first}-{second}"));
                names.extend(words.map(|third| format!("{first}-{second}-{third}")));
            }
        }
        let ids: BTreeSet<String> = names.iter().map(|name| logical_id(name)).collect();
        assert_eq!(ids.len(), names.len());
    }
}
