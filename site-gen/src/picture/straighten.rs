//! Takes the wobble out of long edges: pieces that can stand above each other do.
//!
//! A piece may move as far as its neighbours in the layer leave room, so the order and the distances hold.

use super::graph::Graph;
use super::place::apart;

pub(super) fn straighten(graph: &Graph, xs: &mut [f64]) {
    let room = Room::of(graph);
    // Twice: what one edge gives up, another can use.
    for _ in 0..2 {
        for route in &graph.routes {
            let passing = &route.chain[1..route.chain.len() - 1];
            // The ends of a loop stand beside their states and are drawn level.
            let passing = if route.is_loop { inner(passing) } else { passing };
            align(graph, &room, passing, xs);
        }
    }
}

fn inner(passing: &[usize]) -> &[usize] {
    if passing.len() > 2 { &passing[1..passing.len() - 1] } else { &[] }
}

/// The neighbours of every vertex in its layer.
struct Room {
    left: Vec<Option<usize>>,
    right: Vec<Option<usize>>,
}

impl Room {
    fn of(graph: &Graph) -> Self {
        let count = graph.vertices.len();
        let mut room = Self { left: vec![None; count], right: vec![None; count] };
        for layer in &graph.layers {
            for pair in layer.windows(2) {
                room.right[pair[0]] = Some(pair[1]);
                room.left[pair[1]] = Some(pair[0]);
            }
        }
        room
    }

    /// How far to the left and to the right a vertex can go.
    fn around(&self, graph: &Graph, vertex: usize, xs: &[f64]) -> (f64, f64) {
        let left = self.left[vertex].map_or(f64::NEG_INFINITY, |n| xs[n] + apart(graph, n, vertex));
        let right = self.right[vertex].map_or(f64::INFINITY, |n| xs[n] - apart(graph, vertex, n));
        (left, right)
    }
}

/// Gives as many pieces as possible in a row one place, then goes on with the rest.
fn align(graph: &Graph, room: &Room, mut passing: &[usize], xs: &mut [f64]) {
    while !passing.is_empty() {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut count = 0;
        for &vertex in passing {
            let (left, right) = room.around(graph, vertex, xs);
            if left.max(low) > right.min(high) {
                break;
            }
            (low, high) = (left.max(low), right.min(high));
            count += 1;
        }
        // Rounding can leave a piece less room than it has: it stays where it is.
        let (together, rest) = passing.split_at(count.max(1));
        if count > 0 {
            let mut places: Vec<_> = together.iter().map(|&v| xs[v]).collect();
            places.sort_by(f64::total_cmp);
            let middle = places[places.len() / 2].clamp(low, high);
            for &vertex in together {
                xs[vertex] = middle;
            }
        }
        passing = rest;
    }
}
