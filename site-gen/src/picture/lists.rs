//! A list for each vertex, all of them in one piece.
//!
//! A picture has some dozen vertices with one or two neighbours each: lists of their own took as long to make
//! as to use.

/// What belongs to each vertex.
pub(super) struct Lists<T> {
    /// Where the items of a vertex begin; those of the next one follow.
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    /// Sorts items by the vertex that they belong to; those of one vertex keep their order.
    pub(super) fn of(vertices: usize, pairs: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut starts = vec![0; vertices + 1];
        for (vertex, _) in pairs.clone() {
            starts[vertex + 1] += 1;
        }
        for vertex in 0..vertices {
            starts[vertex + 1] += starts[vertex];
        }
        let mut next = starts.clone();
        let mut items = vec![T::default(); starts[vertices]];
        for (vertex, item) in pairs {
            items[next[vertex]] = item;
            next[vertex] += 1;
        }
        Self { starts, items }
    }

    /// The items of a vertex.
    pub(super) fn at(&self, vertex: usize) -> &[T] {
        &self.items[self.starts[vertex]..self.starts[vertex + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::Lists;

    #[test]
    fn items_are_listed_by_vertex_in_their_order() {
        let lists = Lists::of(4, [(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd')].into_iter());
        let all: Vec<_> = (0..4).map(|vertex| lists.at(vertex)).collect();
        assert_eq!(all, [&['b'][..], &[], &['a', 'c'], &['d']]);
    }
}
