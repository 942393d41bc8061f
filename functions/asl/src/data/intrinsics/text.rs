//! Intrinsic functions on text, and the hashes that JSONata's `$hash` shares.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::Digest;

/// The longest text that `States.Base64Encode`, `Base64Decode` and `Hash` take.
const MAX_TEXT: usize = 10_000;

pub(super) fn base64_encode(value: &Value) -> Result<Value, String> {
    Ok(Value::String(STANDARD.encode(bounded(value)?)))
}

pub(super) fn base64_decode(value: &Value) -> Result<Value, String> {
    let bytes = STANDARD.decode(bounded(value)?).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map(Value::String).map_err(|error| error.to_string())
}

pub(super) fn hash(data: &Value, algorithm: &Value) -> Result<Value, String> {
    let text = match data {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() > MAX_TEXT {
        return Err(format!("the data is longer than {MAX_TEXT} characters"));
    }
    digest(&text, string(algorithm)?).map(Value::String)
}

/// The digest of a text in hexadecimal.
pub(crate) fn digest(text: &str, algorithm: &str) -> Result<String, String> {
    Ok(match algorithm {
        "MD5" => hex::encode(md5::Md5::digest(text)),
        "SHA-1" => hex::encode(sha1::Sha1::digest(text)),
        "SHA-256" => hex::encode(sha2::Sha256::digest(text)),
        "SHA-384" => hex::encode(sha2::Sha384::digest(text)),
        "SHA-512" => hex::encode(sha2::Sha512::digest(text)),
        other => return Err(format!("'{other}' is not a hash algorithm")),
    })
}

/// A number from 0 up to but not 1 that a seed determines.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
pub(crate) fn unit_from(seed: &str) -> f64 {
    let bytes = sha2::Sha256::digest(seed);
    let word = bytes.iter().take(8).fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// Splits at every character of the separator; empty parts are dropped.
pub(super) fn split(value: &Value, separators: &Value) -> Result<Value, String> {
    let separators: Vec<char> = string(separators)?.chars().collect();
    let parts = string(value)?.split(separators.as_slice()).filter(|part| !part.is_empty());
    Ok(Value::Array(parts.map(Value::from).collect()))
}

pub(super) fn to_json(value: &Value) -> Result<Value, String> {
    let text = string(value)?.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| format!("the text is not JSON: {error}"))
}

/// Fills the `{}` of a template in. Escapes are read only in a template written in the call itself.
pub(super) fn format(template: &Value, values: &[Value], literal: bool) -> Result<Value, String> {
    let template = string(template)?;
    let mut filled = String::with_capacity(template.len());
    let mut values = values.iter();
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if literal => filled.extend(characters.next()),
            '{' if characters.peek() == Some(&'}') => {
                characters.next();
                shown(values.next().ok_or("there are more {} than values")?, &mut filled);
            }
            _ => filled.push(character),
        }
    }
    if values.next().is_some() {
        return Err("there are more values than {}".to_owned());
    }
    Ok(Value::String(filled))
}

/// A value as `States.Format` shows it: objects and arrays as AWS's implementation prints them.
fn shown(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                shown(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, item)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(name);
                out.push('=');
                shown(item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn bounded(value: &Value) -> Result<&str, String> {
    let text = string(value)?;
    if text.len() > MAX_TEXT {
        return Err(format!("the text is longer than {MAX_TEXT} characters"));
    }
    Ok(text)
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("'{value}' is not a string"))
}
