//! The way of each edge, from side to side of its states, as SVG path data.

use asl::EdgeKind;

use super::graph::{Graph, Route};
use super::ink::put;

/// Radius of the corners of a loop.
const CORNER: f64 = 8.0;

/// An edge as it is drawn.
pub(super) struct Line {
    pub(super) kind: EdgeKind,
    /// SVG path data.
    pub(super) path: String,
    /// The tip of the arrow, and the way it points.
    pub(super) tip: (f64, f64),
    pub(super) points_left: bool,
    /// Middle of the label: place, whole text, written text.
    pub(super) label: Option<(f64, f64, String, String)>,
}

/// Where everything is.
pub(super) struct Grid<'a> {
    pub(super) graph: &'a Graph,
    /// Centres of the vertices.
    pub(super) xs: Vec<f64>,
    /// Top and bottom of the layers.
    pub(super) rows: Vec<(f64, f64)>,
}

impl Grid<'_> {
    fn row(&self, vertex: usize) -> (f64, f64) {
        self.rows[self.graph.vertices[vertex].layer]
    }

    /// States hang from the top of their layer.
    pub(super) fn corner(&self, vertex: usize) -> (f64, f64) {
        (self.xs[vertex] - self.graph.vertices[vertex].width / 2.0, self.row(vertex).0)
    }

    fn bottom(&self, vertex: usize) -> f64 {
        self.row(vertex).0 + self.graph.vertices[vertex].height
    }

    pub(super) fn line(&self, route: &Route) -> Line {
        let (path, tip) = if route.is_loop { self.loop_path(&route.chain) } else { self.path(&route.chain) };
        let label = route.label.as_ref().zip(route.label_at).map(|((whole, written), vertex)| {
            let (top, bottom) = self.row(vertex);
            (self.xs[vertex], f64::midpoint(top, bottom), whole.clone(), written.clone())
        });
        Line { kind: route.kind, path, tip, points_left: route.is_loop, label }
    }

    /// From the lower side of the first state through every passing place to the upper side of the last.
    fn path(&self, chain: &[usize]) -> (String, (f64, f64)) {
        let mut pen = Pen::at(self.xs[chain[0]], self.bottom(chain[0]));
        for &vertex in &chain[1..chain.len() - 1] {
            let (top, bottom) = self.row(vertex);
            pen.curve(self.xs[vertex], top);
            pen.down(bottom);
        }
        let last = chain[chain.len() - 1];
        let tip = (self.xs[last], self.row(last).0);
        pen.curve(tip.0, tip.1 - 6.0);
        (pen.done(), tip)
    }

    /// From the right side of the lower state up its column to the right side of the upper state.
    fn loop_path(&self, chain: &[usize]) -> (String, (f64, f64)) {
        let (upper, lower) = (chain[0], chain[chain.len() - 1]);
        let side = |v: usize| self.xs[v] + self.graph.vertices[v].width / 2.0;
        // Not the middle: a loop from a state to itself needs two heights.
        let middle = |v: usize, part: f64| self.row(v).0 + self.graph.vertices[v].height * part;
        let (from, to) = (middle(lower, 0.6), middle(upper, 0.4));
        let passing = &chain[1..chain.len() - 1];
        let outer = passing.iter().map(|&v| self.xs[v]).fold(side(upper), f64::max);
        let mut pen = Pen::at(side(lower), from);
        match passing.split_last() {
            Some((&last, rest)) if !rest.is_empty() => {
                pen.corner_up(self.xs[last], from);
                for &vertex in rest[1..].iter().rev() {
                    let (top, bottom) = self.row(vertex);
                    pen.curve(self.xs[vertex], bottom);
                    pen.down(top);
                }
                pen.up_to_corner(self.xs[rest[0]], to);
            }
            _ => {
                pen.corner_up(outer, from);
                pen.up_to_corner(outer, to);
            }
        }
        pen.level(side(upper) + 6.0);
        (pen.done(), (side(upper), to))
    }
}

/// Writes path data in whole units: nobody sees less.
struct Pen {
    path: String,
    x: f64,
    y: f64,
    /// How far it is written: a straight way is, once it bends or ends, as one piece.
    written: i32,
}

impl Pen {
    fn at(x: f64, y: f64) -> Self {
        let mut path = String::with_capacity(64);
        put!(&mut path, "M", unit(x), " ", unit(y));
        Self { path, x, y, written: unit(y) }
    }

    /// An S between two levels, upright at both ends.
    fn curve(&mut self, x: f64, y: f64) {
        let (from, to, end) = (unit(self.x), unit(x), unit(y));
        if from != to {
            self.write();
            let half = unit(f64::midpoint(self.y, y));
            put!(&mut self.path, "C", from, " ", half, " ", to, " ", half, " ", to, " ", end);
            self.written = end;
        }
        (self.x, self.y) = (x, y);
    }

    fn down(&mut self, y: f64) {
        self.y = y;
    }

    fn write(&mut self) {
        let to = unit(self.y);
        if to != self.written {
            put!(&mut self.path, "V", to);
            self.written = to;
        }
    }

    fn done(mut self) -> String {
        self.write();
        self.path
    }

    /// Level to the right, then round the corner upwards.
    fn corner_up(&mut self, x: f64, y: f64) {
        let (before, at, above) = (unit(x - CORNER), unit(x), unit(y - CORNER));
        put!(&mut self.path, "H", before, "Q", at, " ", unit(y), " ", at, " ", above);
        (self.x, self.y, self.written) = (x, y - CORNER, above);
    }

    /// Up, then round the corner to the left.
    fn up_to_corner(&mut self, x: f64, y: f64) {
        self.curve(x, y + CORNER);
        self.write();
        let (at, level) = (unit(x), unit(y));
        put!(&mut self.path, "Q", at, " ", level, " ", unit(x - CORNER), " ", level);
        (self.x, self.y, self.written) = (x - CORNER, y, level);
    }

    fn level(&mut self, x: f64) {
        put!(&mut self.path, "H", unit(x));
        self.x = x;
    }
}

/// A coordinate as it is written.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a picture is some thousand units wide, and the cast saturates"
)]
pub(super) fn unit(place: f64) -> i32 {
    place.round() as i32
}
