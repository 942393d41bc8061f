//! The id by which one request is followed: from whoever asked, through the gateway, to the run's end.
//!
//! It is an X-Ray trace id, which `OpenTelemetry` writes without dashes. A run keeps the one that its request
//! came with, or has one made of its own id; the gateway's execution is started with it, and Step Functions
//! hands it to every function that it calls.
//!
//! Sources: "Tracing header" in the AWS X-Ray developer guide; W3C Trace Context, `traceparent`.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::RunId;

/// X-Ray's header, which AWS's services send.
pub const XRAY: &str = "x-amzn-trace-id";
/// The W3C's header, which everybody else sends.
pub const TRACEPARENT: &str = "traceparent";

/// A trace id as X-Ray writes it: `1-65f0c2a4-0123456789abcdef01234567`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace(String);

impl Trace {
    /// The trace of a run that nobody traced before, made at this moment.
    pub fn of(run: RunId, at: Timestamp) -> Self {
        let digits: String = run.to_string().chars().filter(char::is_ascii_hexdigit).skip(8).collect();
        Self(format!("1-{:08x}-{digits}", at.as_second()))
    }

    /// The trace of a request, by either header; what is malformed is as good as absent.
    pub fn of_request<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        header(XRAY).and_then(from_xray).or_else(|| header(TRACEPARENT).and_then(from_traceparent))
    }

    /// The header that Step Functions starts an execution with.
    pub fn header(&self) -> String {
        format!("Root={}", self.0)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `Root=1-65f0c2a4-0123456789abcdef01234567;Parent=…;Sampled=1`
fn from_xray(header: &str) -> Option<Trace> {
    let root = header.split(';').find_map(|part| part.trim().strip_prefix("Root="))?;
    let mut parts = root.split('-');
    let (version, time, random) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = version == "1" && is_hex(time, 8) && is_hex(random, 24) && parts.next().is_none();
    fits.then(|| Trace(root.to_owned()))
}

/// `00-0123456789abcdef0123456789abcdef-0123456789abcdef-01`
fn from_traceparent(header: &str) -> Option<Trace> {
    let mut parts = header.split('-');
    let (version, id) = (parts.next()?, parts.next()?);
    let fits =
        is_hex(version, 2) && version != "ff" && is_hex(id, 32) && id.bytes().any(|digit| digit != b'0');
    fits.then(|| Trace(format!("1-{}-{}", &id[..8], &id[8..])))
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "1-65f0c2a4-0123456789abcdef01234567";

    #[test]
    fn reads_both_headers_and_takes_nothing_malformed() {
        let check = |name: &str, value: &str, expect: Option<&str>| {
            let trace = Trace::of_request(|asked| (asked == name).then_some(value));
            assert_eq!(trace.map(|trace| trace.to_string()).as_deref(), expect, "{name}: {value}");
        };
        check(XRAY, &format!("Root={ROOT}"), Some(ROOT));
        check(XRAY, &format!("Self=x; Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"), Some(ROOT));
        check(XRAY, "Root=1-65f0c2a4-0123456789abcdef0123456", None);
        check(XRAY, "Root=1-65f0c2a4-0123456789abcdef01234567-1", None);
        check(XRAY, "Root=1-65f0c2a4-0123456789abcdef0123456\n", None);
        check(TRACEPARENT, "00-65f0c2a40123456789abcdef01234567-0123456789abcdef-01", Some(ROOT));
        check(TRACEPARENT, "00-00000000000000000000000000000000-0123456789abcdef-01", None);
        check(TRACEPARENT, "ff-65f0c2a40123456789abcdef01234567-0123456789abcdef-01", None);
        check(TRACEPARENT, "garbage", None);
    }

    #[test]
    fn a_run_without_one_gets_one_of_its_own() {
        let at = Timestamp::from_second(1_795_000_000).expect("in range");
        let trace = Trace::of(RunId::new(at, [7; 10]), at);
        assert_eq!(from_xray(&trace.header()), Some(trace.clone()), "{trace}");
        assert!(trace.to_string().starts_with("1-6afd86c0-"), "{trace}");
    }
}
