//! Writes a drawing as SVG. Geometry is here; colours, fonts and dashes are in `styles/`.

use std::fmt::Write;

use asl::{EdgeKind, Outline};

use super::route::{Line, unit};
use super::size::{ICON, LINE, START};
use super::{Drawing, State};
use crate::markdown::highlight::escaped;

const EDGE: f64 = 12.0;
/// The widest picture whose words can still be read when it is scaled to the width of a page.
const READABLE: i32 = 1500;

/// The picture as one element with a name and a description.
pub(super) fn write(drawing: &Drawing<'_>, outline: &Outline, title: &str) -> String {
    let width = unit(drawing.width + 2.0 * EDGE);
    let height = unit(drawing.height + 2.0 * EDGE + START);
    let fit = if width <= READABLE { " fit" } else { "" };
    let mut out = String::with_capacity(4096);
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        out,
        "<svg class=\"machine{fit}\" role=\"img\" aria-labelledby=\"section-picture-title section-picture-text\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\
         <title id=\"section-picture-title\">Steps of {}</title><desc id=\"section-picture-text\">{}</desc>",
        escaped(title),
        escaped(&description(outline))
    );
    machine(&mut out, drawing, EDGE, EDGE + START);
    out.push_str("</svg>");
    out
}

fn description(outline: &Outline) -> String {
    let count = |kind: &str| outline.nodes.iter().filter(|node| node.kind == kind).count();
    let ends = outline.nodes.iter().filter(|node| node.end).count();
    let states = outline.nodes.len();
    format!(
        "{states} states, beginning with {}. {} of them call a service, {} choose the way, {ends} can be the last.",
        outline.start,
        count("Task"),
        count("Choice"),
    )
}

fn machine(out: &mut String, drawing: &Drawing<'_>, x: f64, y: f64) {
    let _ = write!(out, "<g transform=\"translate({} {})\">", unit(x), unit(y));
    if let Some((x, y)) = drawing.start {
        let (column, top) = (unit(x), unit(y - START) + 5);
        let _ = write!(
            out,
            "<g class=\"edge\"><circle class=\"dot\" cx=\"{column}\" cy=\"{top}\" r=\"5\"/><path d=\"M{column} {}V{}\"/>{}</g>",
            top + 5,
            unit(y - 6.0),
            head((x, y), false)
        );
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
    let _ = write!(
        out,
        "<g class=\"{class}\"><path d=\"{}\"/>{}</g>",
        line.path,
        head(line.tip, line.points_left)
    );
}

/// The head of an arrow: its tip touches the state.
fn head((x, y): (f64, f64), points_left: bool) -> String {
    let (x, y) = (unit(x), unit(y));
    if points_left {
        format!("<path class=\"head\" d=\"M{x} {y}l7 -4v8z\"/>")
    } else {
        format!("<path class=\"head\" d=\"M{x} {y}l-4 -7h8z\"/>")
    }
}

fn label(out: &mut String, line: &Line) {
    let Some((x, y, whole, written)) = &line.label else { return };
    let class = if line.kind == EdgeKind::Catch { "label catch" } else { "label" };
    let tooltip = if whole == written { String::new() } else { format!("<title>{}</title>", escaped(whole)) };
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}{tooltip}</text>",
        unit(*x),
        unit(y + 4.0),
        escaped(written)
    );
}

fn box_of(out: &mut String, state: &State<'_>) {
    let node = state.node;
    let group = if state.inside.is_empty() { "" } else { " group" };
    let end = if node.end { " end" } else { "" };
    let _ = write!(
        out,
        "<g class=\"state {}{group}{end}\" transform=\"translate({} {})\"><rect width=\"{}\" height=\"{}\" rx=\"8\"/>{}",
        escaped(&node.kind.to_ascii_lowercase()),
        unit(state.x),
        unit(state.y),
        unit(state.size.width),
        unit(state.size.height),
        icon(&node.kind),
    );
    words(out, state);
    if let Some(comment) = &node.comment {
        let _ = write!(out, "<title>{}</title>", escaped(comment));
    }
    for (x, y, drawing) in &state.inside {
        machine(out, drawing, *x, *y);
    }
    if node.end && state.inside.is_empty() {
        let (x, y) = (unit(state.size.width / 2.0), unit(state.size.height));
        let _ = write!(out, "<circle class=\"stop\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
    }
    out.push_str("</g>");
}

fn words(out: &mut String, state: &State<'_>) {
    let mut y = 10.0 + 13.0;
    for line in &state.size.lines {
        let _ = write!(out, "<text x=\"{}\" y=\"{}\">{}</text>", unit(ICON), unit(y), escaped(line));
        y += LINE;
    }
    if let Some(note) = &state.size.note {
        let (x, y) = (unit(ICON), unit(y - 1.0));
        let _ = write!(out, "<text class=\"note\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(note));
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
