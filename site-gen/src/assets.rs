//! Styles, scripts and images: what a page refers to by its logical name, such as `portal.css`.
//!
//! All of them live in one folder that is named after their content: pages can be cached for ever, a
//! script can import its neighbour, and a change reaches everybody with the next page.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::BuildError;
use crate::write::{Output, failed};

/// The stylesheet: every file of `styles/`, in the order of their names.
const STYLESHEET: &str = "portal.css";

/// Every asset with its content and address.
#[derive(Debug)]
pub struct Assets {
    files: BTreeMap<String, Vec<u8>>,
    addresses: BTreeMap<String, String>,
}

impl Assets {
    /// Reads `styles/`, `scripts/` and `images/` of a folder of templates.
    pub fn read(templates: &Path) -> Result<Self, BuildError> {
        let mut files = BTreeMap::new();
        let mut sheet = Vec::new();
        for path in list(&templates.join("styles"))? {
            sheet.extend(fs::read(&path).map_err(failed("read", &path))?);
        }
        files.insert(STYLESHEET.to_owned(), sheet);
        for folder in ["scripts", "images"] {
            for path in list(&templates.join(folder))? {
                let content = fs::read(&path).map_err(failed("read", &path))?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(name, content);
            }
        }
        let folder = folder_name(&files);
        let addresses = files.keys().map(|name| (name.clone(), format!("/assets/{folder}/{name}"))).collect();
        Ok(Self { files, addresses })
    }

    /// Addresses by logical name.
    pub fn addresses(&self) -> &BTreeMap<String, String> {
        &self.addresses
    }

    pub(crate) fn write(&self, output: &Output) -> Result<(), BuildError> {
        for (name, address) in &self.addresses {
            output.write(&format!("site{address}"), &self.files[name])?;
        }
        Ok(())
    }
}

fn folder_name(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (name, content) in files {
        hash.update(name.len().to_le_bytes());
        hash.update(name);
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    hex::encode(&hash.finalize()[..8])
}

/// The files of a folder by name, without hidden ones.
fn list(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed("read", folder))? {
        let entry = entry.map_err(failed("read", folder))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
