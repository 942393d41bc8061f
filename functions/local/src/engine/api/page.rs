//! `maxResults` and `nextToken`.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::services::aws_json::ApiError;

/// How many results a page may have: 0 and absent mean 100, more than 1000 is refused.
pub(super) fn size(max_results: Option<i64>) -> Result<usize, ApiError> {
    match max_results.unwrap_or(0) {
        0 => Ok(100),
        wanted if (1..=1000).contains(&wanted) => Ok(usize::try_from(wanted).unwrap_or(100)),
        _ => Err(ApiError::constraint("maxResults", "Member must have value between 0 and 1000")),
    }
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

/// Cuts one result too many off, and says whether there was one.
pub(super) fn cut<T>(rows: &mut Vec<T>, size: usize) -> bool {
    let more = rows.len() > size;
    rows.truncate(size);
    more
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
        assert_eq!(size(Some(1001)).expect_err("too many").code, "ValidationException");
    }
}
