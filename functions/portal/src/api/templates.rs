//! The templates of pages that functions render: the same files as the static site's.
//!
//! They are read once. Local mode reads them again when one changes; a folder that does not parse
//! leaves the templates as they were.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tera::{Context, Tera};

use crate::templates;
pub use crate::templates::TemplateError;

/// The templates, replaceable while requests are answered.
#[derive(Clone)]
pub struct Templates(Arc<RwLock<Arc<Tera>>>);

impl Templates {
    /// Reads every template below a folder; a template's name is its path from there.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(templates::parse(folder, "")?)))))
    }

    /// Replaces them by what the folder has now.
    ///
    /// # Errors
    /// When the folder cannot be read or a template does not parse: then nothing changes.
    pub fn reload(&self, folder: &Path) -> Result<(), TemplateError> {
        let fresh = Arc::new(templates::parse(folder, "")?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(crate) fn render(&self, name: &str, context: &Context) -> Result<String, TemplateError> {
        let tera = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(tera.render(name, context)?)
    }
}
