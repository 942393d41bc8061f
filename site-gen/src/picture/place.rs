//! Coordinates: layers from top to bottom, and within a layer places that pull edges straight.

use super::graph::Graph;
use super::route::{Grid, Line};
use super::straighten;

const GAP: f64 = 18.0;
const BETWEEN_STATES: f64 = 26.0;
const BETWEEN_LINES: f64 = 12.0;
const ROUNDS: usize = 10;

/// The finished layout.
pub(super) struct Placed {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Upper left corners of the states.
    pub(super) corners: Vec<(f64, f64)>,
    pub(super) lines: Vec<Line>,
}

pub(super) fn place(graph: &Graph) -> Placed {
    let xs = columns(graph);
    let rows = rows(graph);
    let left = |v: usize| xs[v] - graph.vertices[v].width / 2.0;
    let right = |v: usize| xs[v] + graph.vertices[v].width / 2.0;
    let all = 0..graph.vertices.len();
    let leftmost = all.clone().map(left).reduce(f64::min).unwrap_or(0.0);
    let width = all.map(right).fold(leftmost, f64::max) - leftmost;
    let at = Grid { graph, xs: xs.iter().map(|x| x - leftmost).collect(), rows };
    Placed {
        width: width.ceil(),
        height: at.rows.last().map_or(0.0, |row| row.1),
        corners: (0..graph.vertices.len())
            .filter(|&v| graph.vertices[v].is_state)
            .map(|v| at.corner(v))
            .collect(),
        lines: graph.routes.iter().map(|route| at.line(route)).collect(),
    }
}

/// Top and bottom of every layer.
fn rows(graph: &Graph) -> Vec<(f64, f64)> {
    let mut y = 0.0;
    let mut rows = Vec::with_capacity(graph.layers.len());
    for layer in &graph.layers {
        let height = layer.iter().map(|&v| graph.vertices[v].height).fold(0.0, f64::max);
        rows.push((y, y + height));
        y += height + GAP;
    }
    rows
}

/// Centres of all vertices: each layer in turn moves as close to its neighbours as its order allows.
fn columns(graph: &Graph) -> Vec<f64> {
    let count = graph.vertices.len();
    let mut above = vec![Vec::new(); count];
    let mut below = vec![Vec::new(); count];
    for (upper, lower, weight) in graph.segments() {
        below[upper].push((lower, weight));
        above[lower].push((upper, weight));
    }
    let mut xs = vec![0.0; count];
    for layer in &graph.layers {
        settle(graph, layer, &mut xs, &[]);
    }
    let empty: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
    for round in 0..ROUNDS {
        for layer in &graph.layers {
            settle(graph, layer, &mut xs, &[&above]);
        }
        for layer in graph.layers.iter().rev() {
            // At last both sides count, so that a state stands between what it joins.
            let last = if round + 2 >= ROUNDS { &above } else { &empty };
            settle(graph, layer, &mut xs, &[&below, last]);
        }
    }
    straighten::straighten(graph, &mut xs);
    xs
}

/// Moves the vertices of a layer to the weighted mean of their neighbours, apart enough: the least squares
/// under these constraints, found by merging runs that would overlap (pool adjacent violators).
fn settle(graph: &Graph, layer: &[usize], xs: &mut [f64], towards: &[&Vec<Vec<(usize, f64)>>]) {
    struct Run {
        sum: f64,
        weight: f64,
        count: usize,
    }
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(layer.len());
    let mut runs: Vec<Run> = Vec::with_capacity(layer.len());
    for (at, &vertex) in layer.iter().enumerate() {
        if at > 0 {
            offset += apart(graph, layer[at - 1], vertex);
        }
        offsets.push(offset);
        let near = towards.iter().flat_map(|side| &side[vertex]);
        let (sum, weight) = near.fold((0.0, 0.0), |(s, w), &(n, weight)| (s + xs[n] * weight, w + weight));
        // Who has no neighbour there stays where it is, but gives way to others.
        let (wish, weight) = if weight > 0.0 { (sum / weight, weight) } else { (xs[vertex], 0.05) };
        runs.push(Run { sum: (wish - offset) * weight, weight, count: 1 });
        while let [.., left, right] = runs.as_mut_slice() {
            if left.sum / left.weight <= right.sum / right.weight {
                break;
            }
            left.sum += right.sum;
            left.weight += right.weight;
            left.count += right.count;
            runs.pop();
        }
    }
    let mut at = 0;
    for run in runs {
        for _ in 0..run.count {
            xs[layer[at]] = run.sum / run.weight + offsets[at];
            at += 1;
        }
    }
}

pub(super) fn apart(graph: &Graph, left: usize, right: usize) -> f64 {
    let (a, b) = (&graph.vertices[left], &graph.vertices[right]);
    let gap = if a.is_state && b.is_state { BETWEEN_STATES } else { BETWEEN_LINES };
    f64::midpoint(a.width, b.width) + gap
}
