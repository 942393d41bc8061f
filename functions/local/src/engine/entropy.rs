//! Where executions get their task tokens and their chance from: the operating system; and whether the
//! activities that they name exist.

use uuid::Uuid;

use super::store::Store;

/// Entropy of the operating system.
pub(crate) struct System;

impl asl::Entropy for System {
    fn uuid(&mut self) -> String {
        Uuid::new_v4().to_string()
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits are exactly what a double holds")]
    fn random(&mut self) -> f64 {
        // The low 64 bits of a random UUID carry two fixed bits at the top; the lowest 53 are random.
        let bits = Uuid::new_v4().as_u64_pair().1 & ((1 << 53) - 1);
        bits as f64 / (1_u64 << 53) as f64
    }
}

/// The same with what executions must know at once.
pub(crate) struct Informed<'a>(pub(crate) &'a Store);

impl asl::Entropy for Informed<'_> {
    fn uuid(&mut self) -> String {
        System.uuid()
    }

    fn random(&mut self) -> f64 {
        System.random()
    }

    fn activity_exists(&mut self, arn: &str) -> bool {
        // A store that cannot be read is no reason to fail an execution for good.
        self.0.activity(arn).map_or(true, |activity| activity.is_some())
    }
}

#[cfg(test)]
mod tests {
    use asl::Entropy as _;

    #[test]
    fn random_numbers_fill_the_unit_interval() {
        let mut numbers: Vec<f64> = (0..1000).map(|_| super::System.random()).collect();
        numbers.sort_by(f64::total_cmp);
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers[0] < 0.05 && numbers[999] > 0.95, "{} {}", numbers[0], numbers[999]);
    }
}
