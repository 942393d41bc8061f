//! Slack's mrkdwn as HTML: bold, italic, strike, code, quotes, links and mentions.
//!
//! Everything that is not one of these is escaped; Slack's own three entities stay what they are.

/// Renders a text. The result is safe to put into a page.
pub(super) fn render(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            html.push_str("<pre>");
            escape_into(part.trim_matches('\n'), &mut html);
            html.push_str("</pre>");
        } else {
            lines(part, &mut html);
        }
    }
    html
}

/// Escapes a text that carries no formatting.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(c, &mut html);
    }
    html
}

fn lines(text: &str, html: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        let quoted = line.strip_prefix("&gt;").or_else(|| line.strip_prefix('>'));
        if let Some(rest) = quoted {
            html.push_str("<blockquote>");
            inline(rest.trim_start(), html);
            html.push_str("</blockquote>");
        } else {
            if index > 0 {
                html.push_str("<br>");
            }
            inline(line, html);
        }
    }
}

fn inline(text: &str, html: &mut String) {
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        if let Some(after) = span(c, tail, before, html) {
            rest = after;
            before = Some(c);
            continue;
        }
        if let Some(entity) = ["&amp;", "&lt;", "&gt;"].into_iter().find(|entity| rest.starts_with(entity)) {
            html.push_str(entity);
            rest = &rest[entity.len()..];
            before = Some(';');
            continue;
        }
        push_escaped(c, html);
        rest = tail;
        before = Some(c);
    }
}

/// Renders the span that `opener` opens, if it does, and gives what follows it.
fn span<'a>(opener: char, tail: &'a str, before: Option<char>, html: &mut String) -> Option<&'a str> {
    match opener {
        '`' => {
            let (code, after) = tail.split_once('`').filter(|(code, _)| !code.is_empty())?;
            html.push_str("<code>");
            escape_into(code, html);
            html.push_str("</code>");
            Some(after)
        }
        '<' => {
            let (inside, after) = tail.split_once('>')?;
            angle(inside, html);
            Some(after)
        }
        '*' => emphasis("strong", opener, tail, before, html),
        '_' => emphasis("em", opener, tail, before, html),
        '~' => emphasis("s", opener, tail, before, html),
        _ => None,
    }
}

/// `*bold*` but not `2*3*4`: the marks stand at the edges of words.
fn emphasis<'a>(
    tag: &str,
    mark: char,
    tail: &'a str,
    before: Option<char>,
    html: &mut String,
) -> Option<&'a str> {
    if before.is_some_and(char::is_alphanumeric) || tail.starts_with(char::is_whitespace) {
        return None;
    }
    let (end, _) = tail.match_indices(mark).find(|(end, _)| {
        let inside = &tail[..*end];
        let after = tail[end + 1..].chars().next();
        !inside.is_empty()
            && !inside.ends_with(char::is_whitespace)
            && !after.is_some_and(char::is_alphanumeric)
    })?;
    html.extend(["<", tag, ">"]);
    inline(&tail[..end], html);
    html.extend(["</", tag, ">"]);
    Some(&tail[end + 1..])
}

/// `<https://…|label>`, `<@U…>`, `<#C…|name>`, `<!here>`.
fn angle(inside: &str, html: &mut String) {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    let shown = if label.is_empty() { target } else { label };
    if let Some(name) = target.strip_prefix(['@', '!']) {
        mention("@", if label.is_empty() { name } else { label }, html);
    } else if let Some(channel) = target.strip_prefix('#') {
        mention("#", if label.is_empty() { channel } else { label }, html);
    } else if is_link(target) {
        html.push_str("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
        escape_into(target, html);
        html.push_str("\">");
        escape_into(shown, html);
        html.push_str("</a>");
    } else {
        escape_into(shown, html);
    }
}

fn mention(mark: &str, name: &str, html: &mut String) {
    html.push_str("<span class=\"mention\">");
    html.push_str(mark);
    escape_into(name, html);
    html.push_str("</span>");
}

/// Nothing but the web and mail: a `javascript:` link stays text.
pub(super) fn is_link(target: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

/// Escapes a text in which Slack's entities are already escaped.
fn escape_into(text: &str, html: &mut String) {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    for c in plain.chars() {
        push_escaped(c, html);
    }
}

fn push_escaped(c: char, html: &mut String) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        c => html.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, html: &str) {
        assert_eq!(render(text), html, "{text}");
    }

    #[test]
    fn formatting_is_slacks() {
        check("*bold* _it_ ~no~ `x*y*`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>x*y*</code>");
        check("2*3*4 snake_case_name", "2*3*4 snake_case_name");
        check("a\nb", "a<br>b");
        check("&gt; quoted", "<blockquote>quoted</blockquote>");
        check("```\nlet a = 1;\n```", "<pre>let a = 1;</pre>");
        check(
            "<@U1> <!channel> <#C1|ops>",
            "<span class=\"mention\">@U1</span> <span class=\"mention\">@channel</span> <span class=\"mention\">#ops</span>",
        );
    }

    #[test]
    fn links_lead_to_the_web_only() {
        check(
            "<https://x.test/?a=1&amp;b=2|run *1*>",
            "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"https://x.test/?a=1&amp;b=2\">run *1*</a>",
        );
        check("<javascript:alert(1)|here>", "here");
    }

    #[test]
    fn f30_markup_in_a_text_is_escaped() {
        check("&lt;!channel&gt; &amp; &lt;b&gt;", "&lt;!channel&gt; &amp; &lt;b&gt;");
        check("<script>alert(\"1\")</script>", "scriptalert(&quot;1&quot;)/script");
        check("`<b>`", "<code>&lt;b&gt;</code>");
        check("5 < 6 & 'x'", "5 &lt; 6 &amp; &#39;x&#39;");
    }
}
