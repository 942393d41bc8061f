//! Times as the language writes them: RFC 3339 with a capital `T` and an offset.

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;

static SHAPE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$").ok());

/// Reads a time; None for anything but the strict form, which is narrower than what jiff takes.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let shape = SHAPE.as_ref()?;
    shape.is_match(text).then(|| text.parse().ok()).flatten()
}

/// A time as the context object and the history show it: UTC with milliseconds.
pub(crate) fn text(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_strict_form_is_a_time() {
        for good in ["2016-12-05T21:29:29Z", "2016-12-05T21:29:29.25+01:00"] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in
            ["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "2016-12-05T25:29:29Z"]
        {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn milliseconds_are_always_shown() {
        assert_eq!(text(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
