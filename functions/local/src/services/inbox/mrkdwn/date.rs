//! Slack's dates, `<!date^SECONDS^FORMAT^LINK|TEXT>`, in UTC: Slack shows them in each reader's own zone.

use jiff::Timestamp;

use super::{escape_into, is_link};

/// Renders what stands behind `!date^`; `fallback` is shown where that is no date.
pub(super) fn render(date: &str, fallback: &str, html: &mut String) {
    let mut parts = date.splitn(3, '^');
    let at = parts.next().and_then(|seconds| seconds.parse().ok()).map(Timestamp::from_second);
    let (Some(Ok(at)), Some(format)) = (at, parts.next()) else { return escape_into(fallback, html) };
    let link = parts.next().filter(|link| is_link(link));
    if let Some(link) = link {
        html.push_str("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
        escape_into(link, html);
        html.push_str("\">");
    }
    html.push_str("<time title=\"UTC\">");
    escape_into(&formatted(at, format), html);
    html.push_str(if link.is_some() { "</time></a>" } else { "</time>" });
}

fn formatted(at: Timestamp, format: &str) -> String {
    [
        ("{date_num}", "%Y-%m-%d"),
        ("{date_long_pretty}", "%A, %B %-d, %Y"),
        ("{date_short_pretty}", "%b %-d, %Y"),
        ("{date_pretty}", "%B %-d, %Y"),
        ("{date_long}", "%A, %B %-d, %Y"),
        ("{date_short}", "%b %-d, %Y"),
        ("{date}", "%B %-d, %Y"),
        ("{time_secs}", "%H:%M:%S UTC"),
        ("{time}", "%H:%M UTC"),
    ]
    .iter()
    .fold(format.to_owned(), |text, (token, how)| text.replace(token, &at.strftime(how).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: &str, html: &str) {
        let mut rendered = String::new();
        render(date, "then", &mut rendered);
        assert_eq!(rendered, html, "{date}");
    }

    #[test]
    fn a_date_is_formatted() {
        check("1392734382^{date_short} at {time}", "<time title=\"UTC\">Feb 18, 2014 at 14:39 UTC</time>");
        check("soon^{date}", "then");
        check(
            "0^{date_num}^https://x.test/",
            "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"https://x.test/\"><time title=\"UTC\">1970-01-01</time></a>",
        );
    }
}
