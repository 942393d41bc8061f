//! Sorts the layers so that few edges cross: sweeps by the mean place of neighbours, the best kept.

use super::graph::Graph;
use super::lists::Lists;

const SWEEPS: usize = 8;

/// Neighbours of every vertex in the layer above and in the layer below.
struct Neighbours {
    above: Lists<usize>,
    below: Lists<usize>,
}

/// Changes the order within layers, nothing else.
pub(super) fn reduce_crossings(graph: &mut Graph) {
    let neighbours = Neighbours::of(graph);
    keep_loops_beside(graph);
    let mut best = graph.layers.clone();
    let mut fewest = crossings(&graph.layers, &neighbours, graph.vertices.len());
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let down = sweep % 2 == 0;
        let towards = if down { &neighbours.above } else { &neighbours.below };
        let count = graph.layers.len();
        for step in 0..count {
            let layer = if down { step } else { count - 1 - step };
            let places = places(&graph.layers, graph.vertices.len());
            sort(&mut graph.layers[layer], towards, &places);
            keep_layer_beside(graph, layer);
        }
        let now = crossings(&graph.layers, &neighbours, graph.vertices.len());
        if now < fewest {
            fewest = now;
            best.clone_from(&graph.layers);
        }
    }
    graph.layers = best;
    if fewest > 0 {
        swap_neighbours(graph, &neighbours);
    }
}

/// What means cannot see: two neighbours that cross less the other way round.
fn swap_neighbours(graph: &mut Graph, neighbours: &Neighbours) {
    let mut places = places(&graph.layers, graph.vertices.len());
    for _ in 0..SWEEPS {
        let mut better = false;
        for layer in 0..graph.layers.len() {
            for at in 1..graph.layers[layer].len() {
                let (left, right) = (graph.layers[layer][at - 1], graph.layers[layer][at]);
                // A loop's end stays right of its state.
                let fixed = [left, right].iter().any(|&v| graph.vertices[v].beside.is_some());
                if !fixed
                    && pair_crossings(left, right, neighbours, &places)
                        > pair_crossings(right, left, neighbours, &places)
                {
                    graph.layers[layer].swap(at - 1, at);
                    places.swap(left, right);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Crossings of the edges of two vertices when one is left of the other.
fn pair_crossings(left: usize, right: usize, neighbours: &Neighbours, places: &[usize]) -> usize {
    let count = |side: &Lists<usize>| -> usize {
        let over = |l: &usize| side.at(right).iter().filter(|&&r| places[*l] > places[r]).count();
        side.at(left).iter().map(over).sum()
    };
    count(&neighbours.above) + count(&neighbours.below)
}

impl Neighbours {
    fn of(graph: &Graph) -> Self {
        let (count, segments) = (graph.vertices.len(), graph.segments().collect::<Vec<_>>());
        let above = segments.iter().map(|&(upper, lower, _)| (lower, upper));
        let below = segments.iter().map(|&(upper, lower, _)| (upper, lower));
        Self { above: Lists::of(count, above), below: Lists::of(count, below) }
    }
}

/// By the mean place of the neighbours; who has none keeps its place.
fn sort(layer: &mut [usize], towards: &Lists<usize>, places: &[usize]) {
    let mean = |vertex: usize| -> f64 {
        let near = towards.at(vertex);
        if near.is_empty() {
            return to_f64(places[vertex]);
        }
        near.iter().map(|&n| to_f64(places[n])).sum::<f64>() / to_f64(near.len())
    };
    // The sort is stable, so that equal means keep the order of the definition.
    layer.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)));
}

fn places(layers: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut places = vec![0; count];
    for layer in layers {
        for (place, &vertex) in layer.iter().enumerate() {
            places[vertex] = place;
        }
    }
    places
}

fn keep_loops_beside(graph: &mut Graph) {
    for layer in 0..graph.layers.len() {
        keep_layer_beside(graph, layer);
    }
}

/// Where a loop leaves or joins its state it stands right of it: the line there is level.
fn keep_layer_beside(graph: &mut Graph, layer: usize) {
    let row = &graph.layers[layer];
    if row.iter().all(|&v| graph.vertices[v].beside.is_none()) {
        return;
    }
    let mut sorted = Vec::with_capacity(row.len());
    for &vertex in row.iter().filter(|&&v| graph.vertices[v].beside.is_none()) {
        sorted.push(vertex);
        let beside = row.iter().filter(|&&v| graph.vertices[v].beside == Some(vertex));
        sorted.extend(beside.copied());
    }
    graph.layers[layer] = sorted;
}

fn crossings(layers: &[Vec<usize>], neighbours: &Neighbours, count: usize) -> usize {
    let places = places(layers, count);
    let mut sum = 0;
    let mut ends = Vec::new();
    for layer in layers {
        ends.clear();
        for &vertex in layer {
            let first = ends.len();
            ends.extend(neighbours.below.at(vertex).iter().map(|&neighbour| places[neighbour]));
            ends[first..].sort_unstable();
        }
        for (at, end) in ends.iter().enumerate() {
            sum += ends[at + 1..].iter().filter(|other| *other < end).count();
        }
    }
    sum
}

/// Numbers of vertices are small.
fn to_f64(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
