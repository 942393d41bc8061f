//! The picture of a state machine: a layered drawing as inline SVG, made once, when the site is built.
//!
//! 1. [`size`] says how large each state is: its words, or the branches inside it (drawn first, the same way);
//! 2. [`graph`] breaks loops, gives every state a layer below all that lead to it, and cuts long edges
//!    into pieces with a virtual node, which also carries the edge's label, in every layer between;
//! 3. [`order`] sorts each layer so that few edges cross;
//! 4. [`place`] finds coordinates that make edges straight and keeps states apart, [`straighten`] takes out the rest
//!    of the wobble, [`route`] draws the way of each edge;
//! 5. [`svg`] writes shapes, paths and words; colours and fonts are classes of the stylesheet.
//!
//! Everything is a function of the definition: the same machine gives the same bytes.

mod graph;
mod ink;
mod lists;
mod order;
mod place;
mod route;
mod size;
mod straighten;
mod svg;

use asl::{Node, Outline};

use graph::Graph;
use place::Placed;
use size::Size;

/// Draws a machine. `title` is what the picture is called when it is read aloud.
pub(crate) fn draw(outline: &Outline<'_>, title: &str) -> String {
    svg::write(&Drawing::of(outline), outline, title)
}

/// The layout of a machine or branch.
struct Drawing<'a> {
    width: f64,
    height: f64,
    states: Vec<State<'a>>,
    edges: Vec<route::Line>,
    /// Centre of the first state's upper side.
    start: Option<(f64, f64)>,
}

/// A state with its place; the point is its upper left corner.
struct State<'a> {
    node: &'a Node<'a>,
    size: Size,
    x: f64,
    y: f64,
    /// Branches of a Parallel or the processor of a Map, with their places inside the state.
    inside: Vec<(f64, f64, Drawing<'a>)>,
}

impl<'a> Drawing<'a> {
    fn of(outline: &'a Outline<'a>) -> Self {
        let mut states: Vec<State<'a>> = outline.nodes.iter().map(State::of).collect();
        let sizes: Vec<_> = states.iter().map(|state| (state.size.width, state.size.height)).collect();
        let mut graph = Graph::of(outline, &sizes);
        order::reduce_crossings(&mut graph);
        let Placed { width, height, corners, lines } = place::place(&graph);
        for (state, (x, y)) in states.iter_mut().zip(corners) {
            (state.x, state.y) = (x, y);
        }
        let first = states.iter().find(|state| state.node.name == outline.start);
        let start = first.map(|state| (state.x + state.size.width / 2.0, state.y));
        Self { width, height, states, edges: lines, start }
    }
}

impl<'a> State<'a> {
    fn of(node: &'a Node<'a>) -> Self {
        let inner = node.branches.iter().chain(node.processor.as_deref());
        let drawings: Vec<_> = inner.map(Drawing::of).collect();
        let mut size = Size::of(node);
        let mut inside = Vec::with_capacity(drawings.len());
        if !drawings.is_empty() {
            let (mut x, top) = (size::INSET, size.height + size::START);
            let mut bottom: f64 = 0.0;
            for drawing in drawings {
                bottom = bottom.max(drawing.height);
                let width = drawing.width;
                inside.push((x, top, drawing));
                x += width + size::BETWEEN;
            }
            let content = x - size::BETWEEN + size::INSET;
            // Narrow branches stand in the middle of a wide title.
            let shift = (size.width - content).max(0.0) / 2.0;
            for (x, _, _) in &mut inside {
                *x += shift;
            }
            size.width = size.width.max(content);
            size.height = top + bottom + size::INSET;
        }
        Self { node, size, x: 0.0, y: 0.0, inside }
    }
}
