//! The modal that the reader has open.

use crate::services::inbox::blocks::Place;
use crate::services::inbox::mrkdwn::escape;

use super::Reading;

/// The modal as a dialog; none when nothing is open. The result is safe to put into a page.
pub(super) fn html(reading: &Reading) -> anyhow::Result<Option<String>> {
    let Some(open) = reading.inbox.view_of(&reading.you.id)? else { return Ok(None) };
    let view = &open.view;
    let attributes = format!(" data-view=\"{}\"", escape(open.text("id")));
    let place = Place { workspace: &reading.workspace, attributes, values: &view["state"]["values"] };
    let blocks = view["blocks"].as_array().map(|blocks| place.render(blocks)).unwrap_or_default();
    let label = |field: &str, otherwise: &str| {
        let text = view[field]["text"].as_str().unwrap_or(otherwise);
        escape(text)
    };
    let submit = view["submit"].is_object().then(|| {
        format!("<button class=\"button primary\" type=\"submit\">{}</button>", label("submit", "Submit"))
    });
    Ok(Some(format!(
        "<dialog id=\"modal\" data-view=\"{id}\" data-hash=\"{hash}\" aria-labelledby=\"modal-title\">\
         <form method=\"dialog\" novalidate>\
         <header><span class=\"avatar small\" aria-hidden=\"true\"></span><h2 id=\"modal-title\">{title}</h2>\
         <button type=\"button\" class=\"dismiss\" data-close aria-label=\"Close\">×</button></header>\
         <div class=\"modal-body\">{blocks}</div>\
         <p class=\"warning\" id=\"modal-warning\" role=\"alert\"></p>\
         <footer><button class=\"button\" type=\"button\" data-close>{close}</button>{submit}</footer>\
         </form></dialog>",
        id = escape(open.text("id")),
        hash = escape(open.text("hash")),
        title = label("title", ""),
        close = label("close", "Cancel"),
        submit = submit.unwrap_or_default(),
    )))
}
