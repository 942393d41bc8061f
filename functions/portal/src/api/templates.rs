//! The templates of pages that functions render: the same files as the static site's.
//!
//! They are read once. Local mode reads them again when one changes; a folder that does not parse
//! leaves the templates as they were.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::{fs, io};

use tera::{Context, Tera};

/// The templates, replaceable while requests are answered.
#[derive(Clone)]
pub struct Templates(Arc<RwLock<Arc<Tera>>>);

/// Templates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder cannot be read.
    #[error("cannot read templates at {path}")]
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

impl Templates {
    /// Reads every template below a folder; a template's name is its path from there.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(parse(folder)?)))))
    }

    /// Replaces them by what the folder has now.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse: then nothing changes.
    pub fn reload(&self, folder: &Path) -> Result<(), TemplateError> {
        let fresh = Arc::new(parse(folder)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(crate) fn render(&self, name: &str, context: &Context) -> Result<String, TemplateError> {
        let tera = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(tera.render(name, context)?)
    }
}

fn parse(folder: &Path) -> Result<Tera, TemplateError> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
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
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.push((name, text));
        }
    }
    Ok(())
}
