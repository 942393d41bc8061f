//! Objects that a listing or a manifest names, read one after the other.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::csv;
use super::messages::MapRunCommand;
use super::reading::{body, from, items, unreadable};
use super::{MapRun, Phase, Reading, Step};
use crate::command::{Integration, Pattern};
use crate::definition::distributed::Objects;

/// Objects that are being read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Loading {
    /// Bucket and key of each.
    objects: Vec<(String, String)>,
    /// What was read, in their order; the next one is being read.
    bodies: Vec<String>,
}

impl MapRun {
    /// The call that reads the next object.
    pub(super) fn loading_call(&self, call: u64, loading: &Loading) -> Option<MapRunCommand> {
        let (bucket, key) = loading.objects.get(loading.bodies.len())?;
        let integration = Integration {
            resource: "arn:aws:states:::s3:getObject".to_owned(),
            service: "aws-sdk:s3".to_owned(),
            action: "getObject".to_owned(),
            pattern: Pattern::RequestResponse,
        };
        Some(self.call(call, &integration, json!({"Bucket": bucket, "Key": key})))
    }
}

impl Step<'_> {
    /// Reads every object.
    pub(super) fn load(&mut self, objects: Vec<(String, String)>) {
        self.go_on_loading(Loading { objects, bodies: Vec::new() });
    }

    fn go_on_loading(&mut self, loading: Loading) {
        self.run.calls += 1;
        let call = self.run.calls;
        match self.run.loading_call(call, &loading) {
            Some(command) => {
                self.run.phase = Phase::Loading { call, loading };
                self.command(command);
            }
            None => self.all_loaded(&loading),
        }
    }

    /// An object was read.
    pub(super) fn loaded(&mut self, output: &Value) {
        let before = std::mem::replace(&mut self.run.phase, Phase::Running);
        let Phase::Loading { mut loading, .. } = before else { return };
        match body(std::slice::from_ref(output)) {
            Ok(text) => {
                loading.bodies.push(text);
                self.go_on_loading(loading);
            }
            Err(cause) => self.give_up(unreadable(&cause)),
        }
    }

    fn all_loaded(&mut self, loading: &Loading) {
        let Some(format) = self.run.request.reading.as_ref().map(|reading| reading.format.clone()) else {
            return;
        };
        let mut all = Vec::new();
        for ((bucket, key), text) in loading.objects.iter().zip(&loading.bodies) {
            match items(&format, &[json!({"Body": text})]) {
                Ok(values) => all.extend(from(values, &format!("S3://{bucket}/{key}"))),
                Err(cause) => return self.give_up(unreadable(&format!("s3://{bucket}/{key}: {cause}"))),
            }
        }
        self.some_items(all);
    }
}

/// Which objects are to be read: those listed, or those a manifest has, one address a line.
pub(super) fn objects(reading: &Reading, pages: &[Value]) -> Result<Vec<(String, String)>, String> {
    if reading.objects == Objects::Listed {
        let bucket = reading.arguments["Bucket"].as_str().unwrap_or_default();
        let listed = pages.iter().filter_map(|page| page["Contents"].as_array()).flatten();
        let keys = listed.filter_map(|object| object["Key"].as_str());
        return Ok(keys.map(|key| (bucket.to_owned(), key.to_owned())).collect());
    }
    let text = body(pages)?;
    let addresses = csv::rows(&text, ',').filter_map(|row| row.into_iter().next());
    addresses.map(|address| place(&address)).collect()
}

fn place(address: &str) -> Result<(String, String), String> {
    let place = address.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    match place {
        Some((bucket, key)) if !key.is_empty() => Ok((bucket.to_owned(), key.to_owned())),
        _ => Err(format!("The manifest has no S3 URI in '{address}'.")),
    }
}
