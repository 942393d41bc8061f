//! Emoji that notices use, by the names Slack gives them. Slack has thousands; an unknown name stays as it is.

const KNOWN: [(&str, &str); 26] = [
    (":alarm_clock:", "⏰"),
    (":arrows_counterclockwise:", "🔄"),
    (":bell:", "🔔"),
    (":busts_in_silhouette:", "👥"),
    (":eyes:", "👀"),
    (":hourglass:", "⌛"),
    (":hourglass_flowing_sand:", "⏳"),
    (":information_source:", "ℹ️"),
    (":large_blue_circle:", "🔵"),
    (":large_green_circle:", "🟢"),
    (":large_yellow_circle:", "🟡"),
    (":link:", "🔗"),
    (":lock:", "🔒"),
    (":memo:", "📝"),
    (":no_entry:", "⛔"),
    (":no_entry_sign:", "🚫"),
    (":octagonal_sign:", "🛑"),
    (":pencil2:", "✏️"),
    (":question:", "❓"),
    (":red_circle:", "🔴"),
    (":rocket:", "🚀"),
    (":tada:", "🎉"),
    (":warning:", "⚠️"),
    (":wave:", "👋"),
    (":white_check_mark:", "✅"),
    (":x:", "❌"),
];

/// The text with its emoji drawn.
pub(super) fn replace(text: &str) -> String {
    if !text.contains(':') {
        return text.to_owned();
    }
    KNOWN.iter().fold(text.to_owned(), |text, (name, drawn)| text.replace(name, drawn))
}
