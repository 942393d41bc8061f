//! People's words in Slack's markup: escaped, on one line where a line is meant, and never cut in silence.

/// What stands where something was left out.
const MORE: &str = "… (more in the portal)";

/// Slack reads `&`, `<` and `>` as its own: with them escaped nobody is paged and no link is faked; `*`, `_` and
/// `` ` `` only decorate.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, letter| {
        push(&mut escaped, letter);
        escaped
    })
}

/// Somebody's words on one line of at most `max` characters, escaped.
pub fn line(text: &str, max: usize) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shortened(one_line.trim(), max)
}

/// Somebody's words of at most `max` characters, escaped.
pub fn shortened(text: &str, max: usize) -> String {
    let whole = escape(text);
    if whole.chars().count() <= max {
        return whole;
    }
    let room = max.saturating_sub(MORE.chars().count());
    let mut kept = String::new();
    let mut length = 0;
    for letter in text.chars() {
        let mut one = String::new();
        push(&mut one, letter);
        length += one.chars().count();
        if length > room {
            break;
        }
        kept.push_str(&one);
    }
    kept.push_str(MORE);
    kept
}

/// Lines that are already escaped, as many as `max` characters take, and how many more there are.
pub fn list(heading: &str, lines: &[String], max: usize) -> String {
    let whole = format!("{heading}\n{}", lines.join("\n"));
    if whole.chars().count() <= max {
        return whole;
    }
    let more = |left: usize| format!("\n… and {left} more in the portal");
    let room = max.saturating_sub(more(lines.len()).chars().count());
    let mut text = heading.to_owned();
    let mut length = heading.chars().count();
    let mut shown = 0;
    for line in lines {
        length += line.chars().count() + 1;
        if length > room {
            break;
        }
        text.push('\n');
        text.push_str(line);
        shown += 1;
    }
    text + &more(lines.len() - shown)
}

fn push(escaped: &mut String, letter: char) {
    match letter {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        other => escaped.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f30_nobody_is_paged_and_no_link_is_faked() {
        let check = |text: &str, expect: &str| assert_eq!(escape(text), expect);
        check("<!channel>", "&lt;!channel&gt;");
        check(
            "<https://evil.example|Decide here> & now",
            "&lt;https://evil.example|Decide here&gt; &amp; now",
        );
        check("&lt;!here&gt;", "&amp;lt;!here&amp;gt;");
        assert_eq!(line("one\n*Approved by* Zoe\r\u{1b}[2J", 100), "one *Approved by* Zoe  [2J");
    }

    #[test]
    fn what_is_too_long_says_so_and_is_never_cut_in_an_escape() {
        assert_eq!(line("short", 30), "short");
        let cut = line(&"<".repeat(40), 40);
        assert!(cut.chars().count() <= 40 && cut.ends_with("&lt;… (more in the portal)"), "{cut}");
    }

    #[test]
    fn a_list_says_how_much_is_missing() {
        let lines: Vec<_> = (1..=20).map(|n| format!("line {n:02}")).collect();
        let all = list("*Plan*", &lines, 1_000);
        assert!(all.starts_with("*Plan*\nline 01\n") && all.ends_with("line 20"), "{all}");
        let some = list("*Plan*", &lines, 100);
        assert!(
            some.chars().count() <= 100 && some.ends_with("line 08\n… and 12 more in the portal"),
            "{some}"
        );
        let exact = list("*Plan*", &lines, all.chars().count());
        assert_eq!(exact, all, "what fits is not shortened");
    }
}
