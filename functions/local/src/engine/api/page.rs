//! `maxResults` and `nextToken`.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::services::aws_json::ApiError;

/// How many results a page has when nothing is said, or 0.
const USUAL: usize = 100;

/// How many results a page may have. Numbers out of range are refused before.
pub(super) fn size(max_results: Option<i64>) -> usize {
    max_results.and_then(|wanted| usize::try_from(wanted).ok()).filter(|wanted| *wanted > 0).unwrap_or(USUAL)
}

/// The place to go on after, as an opaque token.
pub(super) fn token(after: &str) -> Value {
    json!(BASE64_URL_SAFE_NO_PAD.encode(after))
}

/// The place that a token names.
pub(super) fn place<T: std::str::FromStr>(token: Option<&str>) -> Result<Option<T>, ApiError> {
    let Some(token) = token else { return Ok(None) };
    let text = BASE64_URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.and_then(|text| text.parse().ok());
    place.map(Some).ok_or_else(|| ApiError::new("InvalidToken", "Invalid Token: 'Invalid token'"))
}

/// A list's answer: a page of rows, and the place of its last one if there is one row too many for the page.
pub(super) fn answer<T, P: ToString>(
    member: &str,
    mut rows: Vec<T>,
    size: usize,
    item: impl FnMut(&T) -> Result<Value, ApiError>,
    place: impl FnOnce(&T) -> P,
) -> Result<Value, ApiError> {
    let more = rows.len() > size;
    rows.truncate(size);
    let items = rows.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    let mut answer = json!({ member: items });
    if let Some(last) = rows.last().filter(|_| more) {
        answer["nextToken"] = token(&place(last).to_string());
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_place_and_others_are_refused() {
        let issued = token("41");
        assert_eq!(place::<u64>(issued.as_str()).expect("ours"), Some(41));
        assert_eq!(place::<u64>(None).expect("the first page"), None);
        assert_eq!(place::<u64>(Some("!")).expect_err("not ours").code, "InvalidToken");
        assert_eq!((size(None), size(Some(0)), size(Some(7))), (100, 100, 7));
    }
}
