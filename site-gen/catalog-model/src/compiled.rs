//! The compiled catalog: what `site-gen build` writes and the functions read.
//!
//! ```text
//! compiled/
//!   index.json               CatalogIndex
//!   workflows/<slug>.json    CompiledFile; CompiledWorkflow of it is read when it is asked for
//!   templates/               the Tera templates of pages that the functions render
//! ```
//!
//! A run pins the digest of the workflow it was requested from, so a change of the catalog while
//! a run waits cannot change what was approved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::cases::Cases;
use crate::permissions::Permissions;
use crate::{Portal, Team, Workflow};

/// Where a workflow's file is in the compiled catalog.
pub fn workflow_file(slug: &str) -> String {
    format!("workflows/{slug}.json")
}

/// Everything about the catalog except the workflows' contents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogIndex {
    /// The portal.
    pub portal: Portal,
    /// Teams by id.
    pub teams: BTreeMap<String, Team>,
    /// One line for each workflow, by slug.
    pub workflows: BTreeMap<String, Summary>,
    /// Site assets by logical name, such as `portal.css`, with the address they are served at.
    pub assets: BTreeMap<String, String>,
}

/// What lists need to know about a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The workflow's title.
    pub title: String,
    /// The owner team's id.
    pub owner: String,
    /// Digest of the compiled workflow, in hexadecimal.
    pub digest: String,
}

/// A workflow as the functions need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompiledWorkflow {
    /// The folder's name.
    pub slug: String,
    /// Digest over schema, steps, permissions and policy: see [`CompiledWorkflow::digest_of`].
    pub digest: String,
    /// The Region its state machine lives in.
    pub region: String,
    /// The owner's AWS account.
    pub account: String,
    /// `workflow.json`.
    pub workflow: Workflow,
}

/// The file of a workflow, whole: besides what the functions need, what local mode publishes and simulates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompiledFile {
    /// The workflow.
    #[serde(flatten)]
    pub compiled: CompiledWorkflow,
    /// `steps.asl.json`.
    pub steps: Value,
    /// `cases.json`.
    pub cases: Cases,
}

impl CompiledWorkflow {
    /// The name of the workflow's state machine in the owner's account.
    pub fn machine_name(slug: &str) -> String {
        format!("drawbridge-{slug}")
    }

    /// SHA-256 (hexadecimal) of the canonical JSON (RFC 8785) of what decides a run: schema, steps,
    /// permissions and policy. Guide, title and tags can change without voiding an approval.
    ///
    /// # Errors
    /// When a number in the workflow has no canonical form.
    pub fn digest_of(
        workflow: &Workflow,
        steps: &Value,
        permissions: &Permissions,
        account: &str,
        region: &str,
    ) -> Result<String, serde_json::Error> {
        let mut policy = json!({
            "account": account,
            "approvals": workflow.approvals,
            "owner": workflow.owner,
            "region": region,
            "requesters": workflow.requesters,
            "callers": workflow.callers,
            "timeout": workflow.timeout,
        });
        // Absent it is not written, so that workflows without it keep the digest that they had.
        if let Some(break_glass) = &workflow.break_glass {
            policy["break_glass"] = json!(break_glass);
        }
        if let Some(limits) = &workflow.limits {
            policy["limits"] = json!(limits);
        }
        let permissions = serde_json::to_value(permissions)?;
        // In canonical order; schema and steps are large, and not copied for this.
        let decisive = [
            ("permissions", &permissions),
            ("policy", &policy),
            ("schema", &workflow.parameters),
            ("steps", steps),
        ];
        Ok(hex::encode(Sha256::digest(canonical::object(&decisive)?)))
    }
}
