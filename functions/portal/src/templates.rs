//! Tera templates below a folder: pages and mails come from the same files as the static site.

use std::path::{Path, PathBuf};
use std::{fs, io};

use tera::Tera;

/// Templates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder cannot be read.
    #[error("cannot read templates at {}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A template does not parse, or did not render.
    #[error("a template is wrong")]
    Tera(#[from] tera::Error),
}

/// Parses every template in a part of a folder, or in all of it; a template's name is its path from the folder.
pub(crate) fn parse(folder: &Path, part: &str) -> Result<Tera, TemplateError> {
    let mut files = Vec::new();
    collect(folder, &folder.join(part), &mut files)?;
    let mut tera = Tera::default();
    tera.add_raw_templates(files)?;
    Ok(tera)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), TemplateError> {
    let failed = |path: &Path, source| TemplateError::Read { path: path.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "html" || extension == "txt") {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.push((name, text));
        }
    }
    Ok(())
}
