//! The templates of pages that functions render: the same files as the static site's.
//!
//! They are read once, by a Lambda function only when a page is asked for. Local mode reads them again when one changes; a folder that does not parse
//! leaves the templates as they were.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tera::{Context, Tera};

use crate::templates;
pub use crate::templates::TemplateError;

/// The templates, replaceable while requests are answered.
#[derive(Clone)]
pub struct Templates {
    folder: Arc<Path>,
    parsed: Arc<RwLock<Option<Arc<Tera>>>>,
}

impl Templates {
    /// The templates below a folder, read when a page is first asked for; a template's name is its path from
    /// there.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.into(), parsed: Arc::default() }
    }

    /// The same, read now.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        let templates = Self::at(folder);
        templates.reload(folder)?;
        Ok(templates)
    }

    /// Replaces them by what the folder has now.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse: then nothing changes.
    pub fn reload(&self, folder: &Path) -> Result<(), TemplateError> {
        self.keep(templates::parse(folder, "")?);
        Ok(())
    }

    pub(crate) fn render(&self, name: &str, context: &Context) -> Result<String, TemplateError> {
        let parsed = self.parsed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let tera = match parsed {
            Some(tera) => tera,
            None => self.keep(templates::parse(&self.folder, "")?),
        };
        Ok(tera.render(name, context)?)
    }

    fn keep(&self, fresh: Tera) -> Arc<Tera> {
        let fresh = Arc::new(fresh);
        *self.parsed.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        fresh
    }
}
