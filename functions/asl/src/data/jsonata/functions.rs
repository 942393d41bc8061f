//! The functions that AWS adds to JSONata, and those of its own that must be pure here.

use std::cell::Cell;
use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use sha2::Digest;

use super::wording;
use crate::data::intrinsics::text::{digest, unit_from};
use crate::data::scope::Scope;
use crate::data::timestamp;
use crate::json_text;

type Outcome = Result<JValue, EvaluatorError>;

/// The longest text `$pad` makes; more could not leave a state anyway.
const MAX_WIDTH: usize = 262_144;
/// The most items `$range` makes, as AWS was seen to allow.
const MAX_RANGE: f64 = 360_145.0;

type Pure = fn(&[JValue]) -> Outcome;

/// Functions that need nothing but their arguments, and whether they take the place of JSONata's own.
const PURE: [(&str, Pure, bool); 6] = [
    ("partition", partition, false),
    ("range", range, false),
    ("hash", hash, false),
    ("parse", parse, false),
    ("pad", pad, true),
    // AWS took $eval out of the language.
    ("eval", |_| Err(failed("T1006: Attempted to invoke a non-function")), true),
];

/// Makes the functions known to an evaluator, as far as its expression mentions them: making all of them
/// known takes longer than most expressions.
pub(super) fn register(
    evaluator: &mut Evaluator,
    scope: &Scope<'_>,
    mentioned: &[String],
) -> Result<(), EvaluatorError> {
    let mentions = |name: &str| mentioned.iter().any(|mentioned| mentioned == name);
    for (name, function, replaces) in PURE.into_iter().filter(|row| mentions(row.0)) {
        if replaces {
            evaluator.register_fn_override(name, function)?;
        } else {
            evaluator.register_fn(name, function)?;
        }
    }
    let now = scope.now;
    if mentions("millis") {
        evaluator
            .register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from(now.as_millisecond())))?;
    }
    if mentions("now") {
        evaluator.register_fn_override("now", move |arguments: &[JValue]| now_as(now, arguments))?;
    }
    if mentions("uuid") || mentions("random") { register_chance(evaluator, scope) } else { Ok(()) }
}

/// Both draw from one identifier.
fn register_chance(evaluator: &mut Evaluator, scope: &Scope<'_>) -> Result<(), EvaluatorError> {
    let draws = Draws { seed: scope.chance.uuid(), count: Rc::new(Cell::new(0)) };
    let ids = draws.clone();
    evaluator.register_fn("uuid", move |arguments: &[JValue]| {
        at_most(arguments, 0, "uuid")?;
        Ok(JValue::from(ids.uuid()))
    })?;
    evaluator.register_fn_override("random", move |arguments: &[JValue]| {
        at_most(arguments, 1, "random")?;
        Ok(JValue::from(match arguments.first() {
            Some(JValue::Undefined) | None => unit_from(&draws.next()),
            Some(seed) => seeded(seed.as_f64().ok_or_else(|| unfit("random", 0))?),
        }))
    })
}

/// The first number that Java's generator draws from a seed, which is what AWS answers.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "53 bits; `as` saturates")]
fn seeded(seed: f64) -> f64 {
    const MULTIPLIER: i64 = 0x5_DEEC_E66D;
    const MASK: i64 = (1 << 48) - 1;
    let mut state = (seed as i64 ^ MULTIPLIER) & MASK;
    let mut draw = |bits: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    let (high, low) = (draw(26), draw(27));
    ((high << 27) + low) as f64 / (1_i64 << 53) as f64
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

/// An argument is not what the function's signature asks for.
fn unfit(name: &str, index: usize) -> EvaluatorError {
    failed(format!("T0410: Argument {} of function \"{name}\" does not match function signature", index + 1))
}

fn at_most(arguments: &[JValue], most: usize, name: &str) -> Result<(), EvaluatorError> {
    if arguments.len() > most { Err(unfit(name, most)) } else { Ok(()) }
}

/// Whether an argument is missing, which makes the result nothing, too.
fn nothing(arguments: &[JValue], needed: usize) -> bool {
    arguments.len() < needed || arguments[..needed].iter().any(JValue::is_undefined)
}

fn number(arguments: &[JValue], index: usize, name: &str) -> Result<f64, EvaluatorError> {
    arguments.get(index).and_then(JValue::as_f64).ok_or_else(|| unfit(name, index))
}

fn partition(arguments: &[JValue]) -> Outcome {
    at_most(arguments, 2, "partition")?;
    if nothing(arguments, 2) {
        return Ok(JValue::Undefined);
    }
    // As everywhere in the language, one value is a list of one.
    let items = match &arguments[0] {
        JValue::Array(items) => items.to_vec(),
        single => vec![single.clone()],
    };
    let size = number(arguments, 1, "partition")?.trunc();
    if size < 0.0 {
        return Err(unfit("partition", 1));
    }
    if size == 0.0 || items.is_empty() {
        return Ok(JValue::Undefined);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; at least 1")]
    let chunks = items.chunks(size as usize).map(|chunk| JValue::array(chunk.to_vec()));
    Ok(JValue::array(chunks.collect()))
}

/// From one whole number to another, both included; a range of one is the number itself.
fn range(arguments: &[JValue]) -> Outcome {
    at_most(arguments, 3, "range")?;
    for (index, argument) in arguments.iter().enumerate() {
        if !argument.is_undefined() {
            number(arguments, index, "range")?;
        }
    }
    if nothing(arguments, 3) {
        return Ok(JValue::Undefined);
    }
    let whole = |index| number(arguments, index, "range").map(f64::trunc);
    let (from, to, by) = (whole(0)?, whole(1)?, whole(2)?);
    if by == 0.0 || (by > 0.0 && from > to) || (by < 0.0 && from < to) {
        return Ok(JValue::Undefined);
    }
    let count = ((to - from) / by).floor() + 1.0;
    if count > MAX_RANGE {
        return Err(failed(wording::TOO_LARGE));
    }
    if count <= 1.0 {
        return Ok(JValue::from(from));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited, and more than 1")]
    let numbers = (0..count as u32).map(|index| JValue::from(from + f64::from(index) * by));
    Ok(JValue::array(numbers.collect()))
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
    at_most(arguments, 2, "hash")?;
    if nothing(arguments, 2) {
        return Ok(JValue::Undefined);
    }
    let text = match &arguments[0] {
        JValue::String(text) => text.to_string(),
        value => value.to_json_string().map_err(|error| failed(error.to_string()))?,
    };
    let algorithm = arguments[1].as_str().ok_or_else(|| unfit("hash", 1))?;
    digest(&text, algorithm).map(JValue::from).map_err(failed)
}

fn parse(arguments: &[JValue]) -> Outcome {
    at_most(arguments, 1, "parse")?;
    if nothing(arguments, 1) {
        return Ok(JValue::Undefined);
    }
    let text = arguments[0].as_str().ok_or_else(|| unfit("parse", 0))?;
    JValue::from_json_str(text).map_err(|error| {
        failed(format!("$parse: {}", json_text::mistake(text).unwrap_or_else(|| error.to_string())))
    })
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
