//! Expressions that were compiled before.
//!
//! The states of many machines say the same few things, `$states.input` first among them, and to compile an
//! expression takes more than ten times as long as to find it again.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Expression;

/// More are not kept.
const MOST_KEPT: usize = 256;
/// Longer texts are not kept: they are rarely met twice, and would take memory for nothing.
const LONGEST_KEPT: usize = 256;

thread_local! {
    /// By text. Each thread has its own, so that none waits.
    static KEPT: RefCell<HashMap<String, Expression>> = RefCell::new(HashMap::new());
}

/// The expression of a text, parsed unless it is known. What does not parse is not kept.
pub(super) fn or_parsed(
    source: &str,
    parse: impl FnOnce() -> Result<Expression, String>,
) -> Result<Expression, String> {
    if source.len() > LONGEST_KEPT {
        return parse();
    }
    if let Some(known) = KEPT.with_borrow(|kept| kept.get(source).cloned()) {
        return Ok(known);
    }
    let expression = parse()?;
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(source.to_owned(), expression.clone());
    });
    Ok(expression)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Expression, MOST_KEPT};

    /// What an expression is and which variables it reads.
    fn told(text: &str) -> Result<(String, BTreeSet<String>), String> {
        let expression = Expression::parse(text)?;
        let mut variables = BTreeSet::new();
        expression.variables(&mut variables);
        Ok((expression.source, variables))
    }

    #[test]
    fn an_expression_is_the_same_again_and_after_many_others() {
        let expected = Ok(("$states.input.a + $n".to_owned(), BTreeSet::from(["n".to_owned()])));
        for number in 0..2 * MOST_KEPT {
            assert_eq!(told(&number.to_string()), Ok((number.to_string(), BTreeSet::new())));
            assert_eq!(told(" $states.input.a + $n "), expected);
        }
    }

    #[test]
    fn a_mistake_is_told_again() {
        assert!(told("1 +").is_err());
        assert_eq!(told("1 +"), told("1 +"));
    }
}
