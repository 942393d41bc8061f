//! Intrinsic functions on arrays.

use serde_json::Value;

use super::functions::integer;

/// The most items `States.ArrayRange` makes.
const MAX_RANGE: i64 = 1000;

pub(super) fn contains(array: &Value, item: &Value) -> Result<Value, String> {
    Ok(Value::Bool(items(array)?.contains(item)))
}

pub(super) fn get_item(array: &Value, index: &Value) -> Result<Value, String> {
    let array = items(array)?;
    let index = integer(index)?;
    usize::try_from(index)
        .ok()
        .and_then(|index| array.get(index))
        .cloned()
        .ok_or_else(|| format!("the index {index} is outside the array of {} items", array.len()))
}

pub(super) fn length(array: &Value) -> Result<Value, String> {
    Ok(Value::from(items(array)?.len()))
}

pub(super) fn partition(array: &Value, size: &Value) -> Result<Value, String> {
    let size = usize::try_from(integer(size)?).ok().filter(|size| *size > 0);
    let size = size.ok_or("the size of a chunk must be a positive number")?;
    Ok(Value::Array(items(array)?.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect()))
}

pub(super) fn range(from: &Value, to: &Value, by: &Value) -> Result<Value, String> {
    let (from, to, by) = (integer(from)?, integer(to)?, integer(by)?);
    if by == 0 {
        return Err("the step must not be 0".to_owned());
    }
    let mut numbers = Vec::new();
    let mut number = from;
    while (by > 0 && number <= to) || (by < 0 && number >= to) {
        numbers.push(Value::from(number));
        if numbers.len() > usize::try_from(MAX_RANGE).unwrap_or(usize::MAX) {
            return Err(format!("the range has more than {MAX_RANGE} items"));
        }
        number = number.checked_add(by).ok_or("the range is out of bounds")?;
    }
    Ok(Value::Array(numbers))
}

/// Keeps the first of equal items; texts are compared through a set, so that long arrays stay cheap.
pub(super) fn unique(array: Value) -> Result<Value, String> {
    let Value::Array(array) = array else { return Err("an array is needed".to_owned()) };
    let mut seen = std::collections::HashSet::new();
    Ok(Value::Array(array.into_iter().filter(|item| seen.insert(item.to_string())).collect()))
}

fn items(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "an array is needed".to_owned())
}
