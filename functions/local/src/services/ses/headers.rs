//! The headers that a sender may add, under SES's constraints.

use super::bad;
use crate::services::aws_json::ApiError;

const MOST: usize = 15;
const LONGEST_NAME: usize = 126;
const LONGEST_VALUE: usize = 870;
/// SES writes these itself.
const RESERVED: [&str; 12] = [
    "bcc",
    "cc",
    "content-disposition",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "return-path",
    "subject",
    "to",
];

/// Refuses what SES refuses.
pub(super) fn check(headers: &Vec<(String, String)>) -> Result<(), ApiError> {
    if headers.len() > MOST {
        return Err(bad(format!("A message takes at most {MOST} headers.")));
    }
    for (name, value) in headers {
        let printable = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let named = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains([' ', ':']);
        if !named || !printable(name) {
            return Err(bad(format!("The header name {name:?} is not valid.")));
        }
        if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(bad(format!("The header {name} cannot be set in Content.Simple.Headers.")));
        }
        if value.len() > LONGEST_VALUE || !printable(value) {
            return Err(bad(format!("The value of the header {name} is too long or not printable ASCII.")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {

    fn check(name: &str, value: &str, fine: bool) {
        assert_eq!(super::check(&vec![(name.to_owned(), value.to_owned())]).is_ok(), fine, "{name}: {value}");
    }

    #[test]
    fn f8_no_header_carries_another() {
        check("In-Reply-To", "<1@eu-west-1.amazonses.com>", true);
        check("List-Unsubscribe", "<mailto:a@b>\r\nBcc: c@d", false);
        check("X-A: 1\r\nX-B", "2", false);
        check("Subject", "another", false);
    }
}
