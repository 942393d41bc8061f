//! A set of small numbers, a bit each: a map run may have many thousand children.

use serde::{Deserialize, Serialize};

/// A set of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Adds a number; false if it was there.
    pub(super) fn add(&mut self, number: usize) -> bool {
        let new = !self.has(number);
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
        new
    }

    pub(super) fn remove(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word &= !(1 << (number % 64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_and_go() {
        let mut bits = Bits::default();
        assert!(bits.add(130) && !bits.add(130) && bits.add(0));
        bits.remove(0);
        bits.remove(9999);
        assert!(bits.has(130) && !bits.has(0) && !bits.has(131));
    }
}
