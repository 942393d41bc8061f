//! Coordinates: layers from top to bottom, and within a layer places that pull edges straight.

use super::graph::Graph;
use super::lists::Lists;
use super::route::{Grid, Line};
use super::straighten;

const GAP: f64 = 18.0;
const BETWEEN_STATES: f64 = 26.0;
const BETWEEN_LINES: f64 = 12.0;
const ROUNDS: usize = 6;

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
    let mut springs = Springs::of(graph);
    let mut xs = vec![0.0; graph.vertices.len()];
    for layer in &graph.layers {
        springs.settle(layer, &mut xs, Sides::NONE);
    }
    for round in 0..ROUNDS {
        // At last both sides count, so that a state stands between what it joins.
        let upwards = if round + 2 >= ROUNDS { Sides::BOTH } else { Sides::BELOW };
        for layer in &graph.layers {
            springs.settle(layer, &mut xs, Sides::ABOVE);
        }
        for layer in graph.layers.iter().rev() {
            springs.settle(layer, &mut xs, upwards);
        }
    }
    straighten::straighten(graph, &mut xs);
    xs
}

/// Which neighbours pull.
#[derive(Clone, Copy)]
struct Sides {
    above: bool,
    below: bool,
}

impl Sides {
    const NONE: Self = Self { above: false, below: false };
    const ABOVE: Self = Self { above: true, below: false };
    const BELOW: Self = Self { above: false, below: true };
    const BOTH: Self = Self { above: true, below: true };
}

/// What pulls each vertex, and room to work in that is used again and again.
struct Springs {
    above: Lists<(usize, f64)>,
    below: Lists<(usize, f64)>,
    /// How far each vertex stands from the first one of its layer, at least.
    offsets: Vec<f64>,
    runs: Vec<Run>,
}

/// Vertices that touch, and where they would like to be together.
struct Run {
    sum: f64,
    weight: f64,
    place: f64,
    count: usize,
}

impl Springs {
    fn of(graph: &Graph) -> Self {
        let (count, segments) = (graph.vertices.len(), graph.segments().collect::<Vec<_>>());
        let above = segments.iter().map(|&(upper, lower, weight)| (lower, (upper, weight)));
        let below = segments.iter().map(|&(upper, lower, weight)| (upper, (lower, weight)));
        Self {
            above: Lists::of(count, above),
            below: Lists::of(count, below),
            offsets: offsets(graph),
            runs: Vec::new(),
        }
    }

    /// The weighted mean of a vertex's neighbours, and how strongly they pull.
    fn wish(&self, vertex: usize, xs: &[f64], sides: Sides) -> (f64, f64) {
        let (mut sum, mut weight) = (0.0, 0.0);
        let mut pull = |neighbours: &[(usize, f64)]| {
            for &(neighbour, strength) in neighbours {
                sum += xs[neighbour] * strength;
                weight += strength;
            }
        };
        if sides.above {
            pull(self.above.at(vertex));
        }
        if sides.below {
            pull(self.below.at(vertex));
        }
        // Who has no neighbour there stays where it is, but gives way to others.
        if weight > 0.0 { (sum / weight, weight) } else { (xs[vertex], 0.05) }
    }

    /// Moves the vertices of a layer to where they are pulled, apart enough: the least squares under these
    /// constraints, found by merging runs that would overlap (pool adjacent violators).
    fn settle(&mut self, layer: &[usize], xs: &mut [f64], sides: Sides) {
        if let [alone] = *layer {
            xs[alone] = self.wish(alone, xs, sides).0;
            return;
        }
        self.runs.clear();
        for &vertex in layer {
            let (wish, weight) = self.wish(vertex, xs, sides);
            let place = wish - self.offsets[vertex];
            self.runs.push(Run { sum: place * weight, weight, place, count: 1 });
            self.merge();
        }
        let mut rest = layer;
        for run in &self.runs {
            let (vertices, others) = rest.split_at(run.count);
            for &vertex in vertices {
                xs[vertex] = run.place + self.offsets[vertex];
            }
            rest = others;
        }
    }

    fn merge(&mut self) {
        while let [.., left, right] = self.runs.as_mut_slice() {
            if left.place <= right.place {
                break;
            }
            left.sum += right.sum;
            left.weight += right.weight;
            left.count += right.count;
            left.place = left.sum / left.weight;
            self.runs.pop();
        }
    }
}

fn offsets(graph: &Graph) -> Vec<f64> {
    let mut offsets = vec![0.0; graph.vertices.len()];
    for layer in &graph.layers {
        for pair in layer.windows(2) {
            offsets[pair[1]] = offsets[pair[0]] + apart(graph, pair[0], pair[1]);
        }
    }
    offsets
}

pub(super) fn apart(graph: &Graph, left: usize, right: usize) -> f64 {
    let (a, b) = (&graph.vertices[left], &graph.vertices[right]);
    let gap = if a.is_state && b.is_state { BETWEEN_STATES } else { BETWEEN_LINES };
    f64::midpoint(a.width, b.width) + gap
}
