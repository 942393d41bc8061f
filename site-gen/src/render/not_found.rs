//! What a visitor sees when an address leads nowhere.

use serde::Serialize;

use super::Renderer;
use crate::BuildError;

#[derive(Serialize)]
struct Context {
    nav: &'static str,
}

pub(super) fn render(renderer: &Renderer<'_>) -> Result<Vec<u8>, BuildError> {
    renderer.page("pages/404.html", &Context { nav: "" })
}
