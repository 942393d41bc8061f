//! The tables, read from the deployment template, so that local mode and production cannot differ.
//!
//! `infra/template.yaml` is CloudFormation; a table's `Properties` are the fields of DynamoDB's
//! `CreateTable` under the same names, apart from those that only a deployment has.

use anyhow::{Context, bail};
use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

/// The template of the shared account.
pub const TEMPLATE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/template.yaml"));

/// What `CreateTable` takes; the rest of the properties is set by other calls or only on AWS.
const CREATE: [&str; 5] =
    ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode"];

/// One table of the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The resource's name in the template.
    pub logical_id: String,
    /// The body of a `CreateTable` request, without `TableName`.
    pub request: Map<String, Value>,
    /// The attribute that holds when an item may go, where the table has one.
    pub ttl: Option<String>,
}

/// Every `AWS::DynamoDB::Table` of a CloudFormation template.
///
/// # Errors
/// When the text is not YAML, or a table uses an intrinsic function where `CreateTable` needs a value.
pub fn read(template: &str) -> anyhow::Result<Vec<Table>> {
    let template: Yaml = yaml_serde::from_str(template).context("the template is not YAML")?;
    let resources = template.get("Resources").and_then(Yaml::as_mapping).context("no Resources")?;
    resources
        .iter()
        .filter(|(_, resource)| resource.get("Type").and_then(Yaml::as_str) == Some("AWS::DynamoDB::Table"))
        .map(|(name, resource)| table(name.as_str().unwrap_or_default(), resource))
        .collect()
}

fn table(logical_id: &str, resource: &Yaml) -> anyhow::Result<Table> {
    let properties = resource.get("Properties").context("a table without Properties")?;
    let mut request = Map::new();
    for key in CREATE {
        if let Some(value) = properties.get(key) {
            let value = plain(value).with_context(|| format!("{logical_id}.{key}"))?;
            request.insert(key.to_owned(), value);
        }
    }
    let ttl = properties.get("TimeToLiveSpecification").and_then(|ttl| ttl.get("AttributeName"));
    let ttl = ttl.and_then(Yaml::as_str).map(str::to_owned);
    Ok(Table { logical_id: logical_id.to_owned(), request, ttl })
}

fn plain(value: &Yaml) -> anyhow::Result<Value> {
    if let Yaml::Tagged(tagged) = value {
        bail!("{} cannot be resolved outside a deployment", tagged.tag);
    }
    Ok(match value {
        Yaml::Sequence(items) => Value::Array(items.iter().map(plain).collect::<anyhow::Result<_>>()?),
        Yaml::Mapping(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| Ok((key.as_str().unwrap_or_default().to_owned(), plain(value)?)))
                .collect::<anyhow::Result<_>>()?,
        ),
        scalar => serde_json::to_value(scalar).context("not a plain value")?,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    const TEMPLATE: &str = "
Resources:
  Runs:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${AWS::StackName}-runs'
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
  Bucket:
    Type: AWS::S3::Bucket
";

    #[test]
    fn takes_what_create_table_needs() {
        let tables = read(TEMPLATE).expect("a template");
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].logical_id, "Runs");
        assert_eq!(tables[0].ttl.as_deref(), Some("ttl"));
        assert_eq!(tables[0].request["KeySchema"][0]["AttributeName"], "PK");
        assert!(!tables[0].request.contains_key("TableName"));
    }

    #[test]
    fn says_which_value_cannot_be_known() {
        let template = TEMPLATE.replace("PAY_PER_REQUEST", "!Ref Billing");
        let error = format!("{:#}", read(&template).expect_err("an unknown value"));
        assert!(error.contains("Runs.BillingMode") && error.contains("!Ref"), "{error}");
    }
}
