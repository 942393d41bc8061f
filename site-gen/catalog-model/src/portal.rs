//! `portal.json`: the organisation, its Regions, and who may read the catalog.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sign_in::SignIn;

/// The file `portal.json` at the root of a catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// The JSON Schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Shown in the header and in the browser's title.
    pub title: String,
    /// The organisation that runs the portal.
    pub organisation: String,
    /// One or two sentences for the home page.
    pub description: String,
    /// The AWS account that holds the gateway, the tables and the functions: twelve digits.
    pub shared_account: String,
    /// Where portals run. The first is the primary; a workflow of another Region runs from that Region's portal.
    pub deployments: Vec<Deployment>,
    /// Whether catalog pages can be read without signing in.
    #[serde(default)]
    pub public: bool,
    /// How people sign in.
    pub sign_in: SignIn,
    /// What `site-gen test` asks of every workflow.
    #[serde(default)]
    pub tests: Tests,
}

/// One portal, in one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// AWS Region, such as `eu-west-1`.
    pub region: String,
    /// The portal's address there, without a trailing slash.
    pub url: String,
}

/// What the test cases of a workflow must reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// How many of a workflow's states its cases must visit together, per cent; 0 asks for nothing.
    #[serde(default)]
    pub minimum_state_coverage: Percentage,
}

/// A share in per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schemars(extend("maximum" = 100))]
pub struct Percentage(u8);

impl TryFrom<u8> for Percentage {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if number <= 100 { Ok(Self(number)) } else { Err("a percentage is 100 at most") }
    }
}

impl From<Percentage> for u8 {
    fn from(percentage: Percentage) -> Self {
        percentage.0
    }
}

impl Portal {
    /// The Region that a workflow without one of its own runs in.
    pub fn primary_region(&self) -> &str {
        self.deployments.first().map_or("", |d| d.region.as_str())
    }
}
