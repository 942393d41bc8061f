//! States in layers, and edges as chains of one step from layer to layer.

use std::collections::HashMap;

use asl::{EdgeKind, Outline};

use super::size::{cut, text_width};

/// Width of the room that a passing edge keeps free.
const PASSING: f64 = 10.0;
const LABEL_HEIGHT: f64 = 16.0;
const LONGEST_LABEL: usize = 28;

/// A state, or a place where an edge passes a layer.
#[derive(Debug, Clone)]
pub(super) struct Vertex {
    pub(super) layer: usize,
    pub(super) width: f64,
    pub(super) height: f64,
    /// None for a place where an edge passes.
    pub(super) is_state: bool,
    /// For the first and last passing place of a loop: the state it stands beside.
    pub(super) beside: Option<usize>,
}

/// An edge from state to state, with the vertices it passes, from its upper end to its lower end.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Upper end, passing places, lower end.
    pub(super) chain: Vec<usize>,
    /// Whether the edge leads upwards, against the layers.
    pub(super) is_loop: bool,
    pub(super) kind: EdgeKind,
    /// The whole label, for a tooltip, and what of it is written.
    pub(super) label: Option<(String, String)>,
    /// The vertex that has room for the label.
    pub(super) label_at: Option<usize>,
}

/// States come first, with the numbers they have in the outline; passing places follow.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) vertices: Vec<Vertex>,
    pub(super) routes: Vec<Route>,
    /// Vertices of each layer, from left to right.
    pub(super) layers: Vec<Vec<usize>>,
}

struct Link {
    from: usize,
    to: usize,
    kind: EdgeKind,
    label: Option<String>,
    reversed: bool,
}

impl Graph {
    pub(super) fn of(outline: &Outline<'_>, sizes: &[(f64, f64)]) -> Self {
        let mut links = links(outline);
        let visited = break_loops(outline, &mut links);
        let layers = layers_of(sizes.len(), &visited, &links);
        let state = |(&(width, height), &layer): (&(f64, f64), &usize)| Vertex {
            layer: layer * 2,
            width,
            height,
            is_state: true,
            beside: None,
        };
        let vertices: Vec<_> = sizes.iter().zip(&layers).map(state).collect();
        let count = vertices.iter().map(|v| v.layer + 1).max().unwrap_or(0);
        let mut graph = Self { vertices, routes: Vec::new(), layers: vec![Vec::new(); count] };
        for &state in &visited {
            let layer = graph.vertices[state].layer;
            graph.layers[layer].push(state);
            for link in links.iter().filter(|link| link.from == state) {
                graph.route(link);
            }
        }
        graph
    }

    fn route(&mut self, link: &Link) {
        let (upper, lower) = if link.reversed { (link.to, link.from) } else { (link.from, link.to) };
        let label = link.label.as_ref().map(|whole| (whole.clone(), written(link.kind, whole)));
        let (top, bottom) = (self.vertices[upper].layer, self.vertices[lower].layer);
        // A loop passes beside both its states; any other edge only the layers between them.
        let passed = if link.reversed { top..bottom + 1 } else { top + 1..bottom };
        // The label is next to where the edge begins.
        let label_layer = if link.reversed { bottom.saturating_sub(1) } else { top + 1 };
        let mut chain = vec![upper];
        let mut label_at = None;
        for layer in passed {
            let beside = match layer {
                _ if !link.reversed => None,
                layer if layer == top => Some(upper),
                layer if layer == bottom => Some(lower),
                _ => None,
            };
            let vertex = self.vertices.len();
            let written = label.as_ref().filter(|_| layer == label_layer);
            label_at = written.map(|_| vertex).or(label_at);
            let width = written.map_or(PASSING, |(_, text)| text_width(text, 11.0) + 12.0);
            let height = if written.is_some() { LABEL_HEIGHT } else { 0.0 };
            self.vertices.push(Vertex { layer, width, height, is_state: false, beside });
            self.layers[layer].push(vertex);
            chain.push(vertex);
        }
        chain.push(lower);
        self.routes.push(Route { chain, is_loop: link.reversed, kind: link.kind, label, label_at });
    }

    /// Pairs of neighbouring vertices of all chains with the weight that pulls them into line.
    pub(super) fn segments(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.routes.iter().flat_map(move |route| {
            let main = match route.kind {
                EdgeKind::Next => 3.0,
                EdgeKind::Choice | EdgeKind::Default => 1.5,
                EdgeKind::Catch => 0.2,
            };
            route.chain.windows(2).filter_map(move |pair| {
                let (a, b) = (&self.vertices[pair[0]], &self.vertices[pair[1]]);
                let straight = match (a.is_state, b.is_state) {
                    (false, false) => 8.0,
                    (true, true) => 1.0,
                    _ => 2.0,
                };
                (a.layer < b.layer).then_some((pair[0], pair[1], straight * main))
            })
        })
    }
}

/// Edges between states of the outline, one for each pair and way.
fn links(outline: &Outline<'_>) -> Vec<Link> {
    let numbers: HashMap<_, _> = outline.nodes.iter().enumerate().map(|(n, node)| (node.name, n)).collect();
    let mut links: Vec<Link> = Vec::with_capacity(outline.edges.len());
    for edge in &outline.edges {
        let ends = (numbers.get(edge.from), numbers.get(edge.to));
        let (Some(&from), Some(&to)) = ends else { continue };
        let label = label(edge.kind, edge.label.as_deref());
        let same = |link: &&mut Link| {
            link.from == from
                && link.to == to
                && (link.kind == EdgeKind::Catch) == (edge.kind == EdgeKind::Catch)
        };
        match links.iter_mut().find(same) {
            Some(link) => link.label = joined(link.label.take(), label),
            None => links.push(Link { from, to, kind: edge.kind, label, reversed: false }),
        }
    }
    links
}

/// A label as it fits the picture: without what every such label repeats.
fn written(kind: EdgeKind, whole: &str) -> String {
    if kind != EdgeKind::Catch {
        return cut(&whole.replace("$states.input.", ""), LONGEST_LABEL);
    }
    let names = whole.split(", ").map(|name| {
        let own = name.rsplit_once('.').map_or(name, |(_, own)| own);
        own.strip_suffix("Exception").filter(|own| !own.is_empty()).unwrap_or(own)
    });
    cut(&names.collect::<Vec<_>>().join(", "), LONGEST_LABEL)
}

fn joined(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) => Some(format!("{first}, or {second}")),
        (first, second) => first.or(second),
    }
}

fn label(kind: EdgeKind, text: Option<&str>) -> Option<String> {
    let words = text.map(|text| text.trim().trim_start_matches("{%").trim_end_matches("%}").trim());
    match (kind, words) {
        (EdgeKind::Default, None) => Some("otherwise".to_owned()),
        (EdgeKind::Catch, Some(errors)) => Some(errors.replace("States.ALL", "any error")),
        (_, words) => words.map(str::to_owned),
    }
}

/// Walks from the start, depth first; an edge to a state that is still being walked closes a loop.
/// Returns the states in the order of the walk.
fn break_loops(outline: &Outline<'_>, links: &mut [Link]) -> Vec<usize> {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let count = outline.nodes.len();
    let mut outgoing = vec![Vec::new(); count];
    for (number, link) in links.iter().enumerate() {
        outgoing[link.from].push(number);
    }
    let mut mark = vec![NEW; count];
    let mut visited = Vec::with_capacity(count);
    let start = outline.nodes.iter().position(|node| node.name == outline.start);
    for root in start.into_iter().chain(0..count) {
        if mark[root] != NEW {
            continue;
        }
        mark[root] = OPEN;
        visited.push(root);
        let mut stack = vec![(root, 0)];
        while let Some((state, next)) = stack.pop() {
            let Some(&number) = outgoing[state].get(next) else {
                mark[state] = DONE;
                continue;
            };
            stack.push((state, next + 1));
            let to = links[number].to;
            match mark[to] {
                OPEN => links[number].reversed = true,
                NEW => {
                    mark[to] = OPEN;
                    visited.push(to);
                    stack.push((to, 0));
                }
                _ => {}
            }
        }
    }
    visited
}

/// The layer of each state: one below the lowest state that leads to it.
fn layers_of(count: usize, visited: &[usize], links: &[Link]) -> Vec<usize> {
    let mut layers = vec![0; count];
    // Without its loops the graph has no cycle, so this settles in at most as many rounds as there are states.
    for _ in 0..count {
        let mut settled = true;
        for &state in visited {
            for link in links.iter().filter(|link| link.from == state && !link.reversed) {
                if layers[link.to] <= layers[state] {
                    layers[link.to] = layers[state] + 1;
                    settled = false;
                }
            }
        }
        if settled {
            break;
        }
    }
    layers
}
