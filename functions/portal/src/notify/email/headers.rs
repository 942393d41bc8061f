//! Headers of mail: which conversation it belongs to, and that no machine should answer it.

use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::MessageHeader;

use crate::domain::Conversation;

/// The headers of a mail; SES adds its own.
///
/// There is no `List-Unsubscribe`: it would have to work with one click and no sign-in, which is an authority that
/// a link in a mail does not have here. The mail says where one chooses what one is sent.
pub(super) fn of(conversation: Option<&Conversation>) -> Result<Vec<MessageHeader>, BuildError> {
    let header = |name: &str, value: String| MessageHeader::builder().name(name).value(value).build();
    let mut headers = vec![
        header("Auto-Submitted", "auto-generated".to_owned())?,
        header("X-Auto-Response-Suppress", "All".to_owned())?,
    ];
    if let Some(Conversation { first, newest }) = conversation {
        let references = if first == newest { first.clone() } else { format!("{first} {newest}") };
        headers.push(header("In-Reply-To", newest.clone())?);
        headers.push(header("References", references)?);
    }
    Ok(headers)
}

/// The `Message-ID` that SES gives a mail, from the id that it answers with. Its first Region has a host of its own.
pub(super) fn message_id(id: &str, region: Option<&str>) -> String {
    match region {
        Some(region) if region != "us-east-1" => format!("<{id}@{region}.amazonses.com>"),
        _ => format!("<{id}@email.amazonses.com>"),
    }
}

/// Whether it is one plain address: not several, no display name, and nothing that ends a line.
pub(super) fn is_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !",;:<>()[]\"\\".contains(c);
    let parts: Vec<_> = text.split('@').collect();
    text.len() <= 254
        && parts.len() == 2
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_plain() {
        let check = |text: &str, fine: bool| assert_eq!(is_address(text), fine, "{text:?}");
        check("ada@example.com", true);
        check("ada.l+portal@example.co.uk", true);
        check("", false);
        check("ada", false);
        check("@example.com", false);
        check("ada@example.com,eve@example.com", false);
        check("Ada <ada@example.com>", false);
        check("ada@example.com\r\nBcc: eve@example.com", false);
        check("ada@example.com eve@example.com", false);
    }

    #[test]
    fn message_ids_are_those_of_the_region() {
        assert_eq!(message_id("0102-a", Some("eu-west-1")), "<0102-a@eu-west-1.amazonses.com>");
        assert_eq!(message_id("0102-a", Some("us-east-1")), "<0102-a@email.amazonses.com>");
    }
}
