//! Writes a drawing as SVG. Geometry is here; colours, fonts and dashes are in `styles/`.

use asl::{EdgeKind, Outline};

use super::ink::{Words, put};
use super::route::{Line, unit};
use super::size::{ICON, LINE, START};
use super::{Drawing, State};

const EDGE: f64 = 12.0;
/// The widest picture whose words can still be read when it is scaled to the width of a page.
const READABLE: i32 = 1500;

/// The picture as one element with a name and a description.
pub(super) fn write(drawing: &Drawing<'_>, outline: &Outline<'_>, title: &str) -> String {
    let width = unit(drawing.width + 2.0 * EDGE);
    let height = unit(drawing.height + 2.0 * EDGE + START);
    let fit = if width <= READABLE { " fit" } else { "" };
    let mut out = String::with_capacity(16 * 1024);
    put!(
        &mut out,
        "<svg class=\"machine",
        fit,
        "\" role=\"img\" aria-labelledby=\"section-picture-title section-picture-text\" viewBox=\"0 0 ",
        width,
        " ",
        height,
        "\" width=\"",
        width,
        "\" height=\"",
        height,
        "\"><title id=\"section-picture-title\">Steps of ",
        Words(title),
        "</title><desc id=\"section-picture-text\">",
    );
    description(&mut out, outline);
    out.push_str("</desc>");
    machine(&mut out, drawing, EDGE, EDGE + START);
    out.push_str("</svg>");
    out
}

fn description(out: &mut String, outline: &Outline<'_>) {
    let count = |kind: &str| outline.nodes.iter().filter(|node| node.kind == kind).count();
    let ends = outline.nodes.iter().filter(|node| node.end).count();
    let (states, tasks, choices) = (outline.nodes.len(), count("Task"), count("Choice"));
    put!(out, states, " states, beginning with ", Words(outline.start), ". ");
    put!(out, tasks, " of them call a service, ", choices, " choose the way, ", ends, " can be the last.");
}

fn machine(out: &mut String, drawing: &Drawing<'_>, x: f64, y: f64) {
    put!(out, "<g transform=\"translate(", unit(x), " ", unit(y), ")\">");
    if let Some((x, y)) = drawing.start {
        let (column, top) = (unit(x), unit(y - START) + 5);
        put!(out, "<g class=\"edge\"><circle class=\"dot\" cx=\"", column, "\" cy=\"", top, "\" r=\"5\"/>");
        put!(out, "<path d=\"M", column, " ", top + 5, "V", unit(y - 6.0), "\"/>");
        head(out, (x, y), false);
        out.push_str("</g>");
    }
    for line in &drawing.edges {
        edge(out, line);
    }
    for state in &drawing.states {
        box_of(out, state);
    }
    for line in &drawing.edges {
        label(out, line);
    }
    out.push_str("</g>");
}

fn edge(out: &mut String, line: &Line) {
    let class = if line.kind == EdgeKind::Catch { "edge catch" } else { "edge" };
    put!(out, "<g class=\"", class, "\"><path d=\"", &line.path, "\"/>");
    head(out, line.tip, line.points_left);
    out.push_str("</g>");
}

/// The head of an arrow: its tip touches the state.
fn head(out: &mut String, (x, y): (f64, f64), points_left: bool) {
    let shape = if points_left { "l7 -4v8z" } else { "l-4 -7h8z" };
    put!(out, "<path class=\"head\" d=\"M", unit(x), " ", unit(y), shape, "\"/>");
}

fn label(out: &mut String, line: &Line) {
    let Some((x, y, whole, written)) = &line.label else { return };
    let class = if line.kind == EdgeKind::Catch { "label catch" } else { "label" };
    put!(out, "<text class=\"", class, "\" x=\"", unit(*x), "\" y=\"", unit(y + 4.0), "\">", Words(written));
    if whole != written {
        put!(out, "<title>", Words(whole), "</title>");
    }
    out.push_str("</text>");
}

fn box_of(out: &mut String, state: &State<'_>) {
    let (node, size) = (state.node, &state.size);
    let group = if state.inside.is_empty() { "" } else { " group" };
    let end = if node.end { " end" } else { "" };
    put!(out, "<g class=\"state ", Words(&node.kind.to_ascii_lowercase()), group, end);
    put!(out, "\" transform=\"translate(", unit(state.x), " ", unit(state.y), ")\"><rect width=\"");
    put!(out, unit(size.width), "\" height=\"", unit(size.height), "\" rx=\"8\"/>", icon(node.kind));
    words(out, state);
    if let Some(comment) = node.comment {
        put!(out, "<title>", Words(comment), "</title>");
    }
    for (x, y, drawing) in &state.inside {
        machine(out, drawing, *x, *y);
    }
    if node.end && state.inside.is_empty() {
        let (x, y) = (unit(size.width / 2.0), unit(size.height));
        put!(out, "<circle class=\"stop\" cx=\"", x, "\" cy=\"", y, "\" r=\"4\"/>");
    }
    out.push_str("</g>");
}

fn words(out: &mut String, state: &State<'_>) {
    let mut y = 10.0 + 13.0;
    for line in &state.size.lines {
        put!(out, "<text x=\"", unit(ICON), "\" y=\"", unit(y), "\">", Words(line), "</text>");
        y += LINE;
    }
    if let Some(note) = &state.size.note {
        let y = unit(y - 1.0);
        put!(out, "<text class=\"note\" x=\"", unit(ICON), "\" y=\"", y, "\">", Words(note), "</text>");
    }
}

/// A small sign for the type, 16 by 16, left of the name.
fn icon(kind: &str) -> &'static str {
    match kind {
        "Task" => "<path class=\"sign\" d=\"M12 13h14v10h-14zM15 23v4m8-4v4M16 18l2 2 4-4\"/>",
        "Choice" => "<path class=\"sign\" d=\"M19 11l8 8-8 8-8-8z\"/>",
        "Wait" => "<path class=\"sign\" d=\"M12 19a7 7 0 1 0 14 0a7 7 0 1 0-14 0M19 15v4l3 2\"/>",
        "Pass" => "<path class=\"sign\" d=\"M12 19h14m-5-5 5 5-5 5\"/>",
        "Parallel" => "<path class=\"sign\" d=\"M14 12v14m5-14v14m5-14v14\"/>",
        "Map" => "<path class=\"sign\" d=\"M12 12h10v10h-10zM15 25h10v-10\"/>",
        "Succeed" => "<path class=\"sign\" d=\"M12 19l5 5 9-10\"/>",
        "Fail" => "<path class=\"sign\" d=\"M13 13l12 12m0-12-12 12\"/>",
        _ => "<path class=\"sign\" d=\"M17 19a2 2 0 1 0 4 0a2 2 0 1 0-4 0\"/>",
    }
}
