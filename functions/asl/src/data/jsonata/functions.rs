//! The functions that AWS adds to JSONata, and those of its own that must be pure here.

use std::cell::Cell;
use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use sha2::Digest;

use crate::data::intrinsics::text::{digest, unit_from};
use crate::data::scope::Scope;
use crate::data::timestamp;

type Outcome = Result<JValue, EvaluatorError>;

/// The longest text `$pad` makes; more could not leave a state anyway.
const MAX_WIDTH: usize = 262_144;
/// The most items `$range` makes.
const MAX_RANGE: usize = 1_000_000;

/// Makes the functions known to an evaluator.
pub(super) fn register(evaluator: &mut Evaluator, scope: &Scope<'_>) -> Result<(), EvaluatorError> {
    evaluator.register_fn("partition", partition)?;
    evaluator.register_fn("range", range)?;
    evaluator.register_fn("hash", hash)?;
    evaluator.register_fn("parse", parse)?;
    evaluator.register_fn_override("pad", pad)?;
    evaluator
        .register_fn_override("eval", |_: &[JValue]| Err(failed("The function $eval is not supported")))?;
    let now = scope.now;
    evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from(now.as_millisecond())))?;
    evaluator.register_fn_override("now", move |arguments: &[JValue]| now_as(now, arguments))?;
    let draws = Draws { seed: scope.chance.uuid(), count: Rc::new(Cell::new(0)) };
    let ids = draws.clone();
    evaluator.register_fn("uuid", move |_: &[JValue]| Ok(JValue::from(ids.uuid())))?;
    evaluator.register_fn_override("random", move |arguments: &[JValue]| {
        Ok(JValue::from(match arguments.first().and_then(JValue::as_f64) {
            Some(seed) => unit_from(&seed.to_string()),
            None => unit_from(&draws.next()),
        }))
    })
}

/// Chance for one evaluation, grown from one identifier, since host functions cannot borrow.
#[derive(Clone)]
struct Draws {
    seed: String,
    count: Rc<Cell<u64>>,
}

impl Draws {
    fn next(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("{}/{}", self.seed, self.count.get())
    }

    /// A version 4 UUID.
    fn uuid(&self) -> String {
        let mut hexadecimal = hex::encode(sha2::Sha256::digest(self.next()));
        hexadecimal.replace_range(12..13, "4");
        hexadecimal.replace_range(16..17, "a");
        let part = |range: std::ops::Range<usize>| &hexadecimal[range];
        format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
    }
}

fn failed(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::EvaluationError(message.into())
}

fn number(arguments: &[JValue], index: usize, name: &str) -> Result<f64, EvaluatorError> {
    let value = arguments.get(index).and_then(JValue::as_f64);
    value.ok_or_else(|| failed(format!("Argument {} of function \"{name}\" must be a number", index + 1)))
}

fn partition(arguments: &[JValue]) -> Outcome {
    let Some(items) = arguments.first().and_then(JValue::as_array) else {
        return Err(failed("Argument 1 of function \"partition\" must be an array"));
    };
    let size = number(arguments, 1, "partition")?.round();
    if size < 1.0 {
        return Err(failed("Argument 2 of function \"partition\" must be a positive number"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; at least 1")]
    let chunks = items.chunks(size as usize).map(|chunk| JValue::array(chunk.to_vec()));
    Ok(JValue::array(chunks.collect()))
}

fn range(arguments: &[JValue]) -> Outcome {
    let (from, to) = (number(arguments, 0, "range")?, number(arguments, 1, "range")?);
    let by = number(arguments, 2, "range")?;
    if by == 0.0 {
        return Err(failed("Argument 3 of function \"range\" must not be 0"));
    }
    let mut numbers = Vec::new();
    let mut next = from;
    while (by > 0.0 && next <= to) || (by < 0.0 && next >= to) {
        if numbers.len() == MAX_RANGE {
            return Err(failed(format!("The range has more than {MAX_RANGE} items")));
        }
        numbers.push(JValue::from(next));
        next += by;
    }
    Ok(JValue::array(numbers))
}

/// `$pad` within bounds: the library's own takes any width, and as much memory.
fn pad(arguments: &[JValue]) -> Outcome {
    let text = match arguments.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(value) => {
            value.as_str().ok_or_else(|| failed("Argument 1 of function \"pad\" must be a string"))?
        }
    };
    let width = number(arguments, 1, "pad")?.trunc();
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    if width.abs() > MAX_WIDTH as f64 {
        return Err(failed(format!("Argument 2 of function \"pad\" must be within {MAX_WIDTH}")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and limited above")]
    let missing = (width.abs() as usize).saturating_sub(text.chars().count());
    let filler = arguments.get(2).and_then(JValue::as_str).filter(|filler| !filler.is_empty()).unwrap_or(" ");
    let padding: String = filler.chars().cycle().take(missing).collect();
    Ok(JValue::from(if width < 0.0 { padding + text } else { text.to_owned() + &padding }))
}

fn hash(arguments: &[JValue]) -> Outcome {
    let text = match arguments.first() {
        Some(JValue::String(text)) => text.to_string(),
        Some(value) => value.to_json_string().map_err(|error| failed(error.to_string()))?,
        None => return Err(failed("Argument 1 of function \"hash\" is missing")),
    };
    let algorithm = arguments.get(1).and_then(JValue::as_str).unwrap_or("SHA-256");
    digest(&text, algorithm).map(JValue::from).map_err(failed)
}

fn parse(arguments: &[JValue]) -> Outcome {
    let text = arguments.first().and_then(JValue::as_str);
    let text = text.ok_or_else(|| failed("Argument 1 of function \"parse\" must be a string"))?;
    JValue::from_json_str(text).map_err(|error| failed(error.to_string()))
}

/// `$now(picture, timezone)` at the transition's time, formatted by `$fromMillis`.
fn now_as(now: jiff::Timestamp, arguments: &[JValue]) -> Outcome {
    if arguments.is_empty() {
        return Ok(JValue::from(timestamp::text(now)));
    }
    let mut context = Context::new();
    context.bind("m".to_owned(), JValue::from(now.as_millisecond()));
    for (name, value) in ["p", "z"].into_iter().zip(arguments) {
        context.bind(name.to_owned(), value.clone());
    }
    let source = if arguments.len() > 1 { "$fromMillis($m, $p, $z)" } else { "$fromMillis($m, $p)" };
    let ast = parser::parse(source).map_err(|error| failed(error.to_string()))?;
    Evaluator::with_context(context).evaluate(&ast, &JValue::Undefined)
}
