//! Slack's mrkdwn as HTML: bold, italic, strike, code, quotes, links and mentions.
//!
//! Everything that is not one of these is escaped; Slack's own three entities stay what they are.

mod date;
mod emoji;

use crate::services::workspace::{BOT_NAME, BOT_USER_ID, Workspace};

/// Renders a text; `names` says who is mentioned. The result is safe to put into a page.
pub(super) fn render(text: &str, names: &Workspace) -> String {
    let text = &emoji::replace(text);
    let mut html = String::with_capacity(text.len() * 2);
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            html.push_str("<pre>");
            escape_into(part.trim_matches('\n'), &mut html);
            html.push_str("</pre>");
        } else {
            lines(part, names, &mut html);
        }
    }
    html
}

/// Renders a plain text, whose emoji are drawn and nothing else.
pub(super) fn plain(text: &str) -> String {
    escape(&emoji::replace(text)).replace('\n', "<br>")
}

/// Escapes a text that carries no formatting.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(c, &mut html);
    }
    html
}

fn lines(text: &str, names: &Workspace, html: &mut String) {
    for (index, line) in text.split('\n').enumerate() {
        let quoted = line.strip_prefix("&gt;").or_else(|| line.strip_prefix('>'));
        if let Some(rest) = quoted {
            html.push_str("<blockquote>");
            inline(rest.trim_start(), names, html);
            html.push_str("</blockquote>");
        } else {
            if index > 0 {
                html.push_str("<br>");
            }
            inline(line, names, html);
        }
    }
}

fn inline(text: &str, names: &Workspace, html: &mut String) {
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        if let Some(after) = span(c, tail, before, names, html) {
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
fn span<'a>(
    opener: char,
    tail: &'a str,
    before: Option<char>,
    names: &Workspace,
    html: &mut String,
) -> Option<&'a str> {
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
            angle(inside, names, html);
            Some(after)
        }
        '*' => emphasis("strong", opener, tail, before, names, html),
        '_' => emphasis("em", opener, tail, before, names, html),
        '~' => emphasis("s", opener, tail, before, names, html),
        _ => None,
    }
}

/// `*bold*` but not `2*3*4`: the marks stand at the edges of words.
fn emphasis<'a>(
    tag: &str,
    mark: char,
    tail: &'a str,
    before: Option<char>,
    names: &Workspace,
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
    inline(&tail[..end], names, html);
    html.extend(["</", tag, ">"]);
    Some(&tail[end + 1..])
}

/// `<https://…|label>`, `<@U…>`, `<#C…|name>`, `<!here>`, `<!date^…^…|…>`.
fn angle(inside: &str, names: &Workspace, html: &mut String) {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    let shown = if label.is_empty() { target } else { label };
    let labelled =
        |known: Option<&str>, name| if label.is_empty() { known.unwrap_or(name) } else { label }.to_owned();
    if let Some(id) = target.strip_prefix('@') {
        let member = names.member(id).map(|member| member.real_name.as_str());
        mention("@", &labelled(member.or((id == BOT_USER_ID).then_some(BOT_NAME)), id), html);
    } else if let Some(channel) = target.strip_prefix('#') {
        let known = names.channels.iter().find(|known| known.id == channel).map(|known| known.name.as_str());
        mention("#", &labelled(known, channel), html);
    } else if let Some(date) = target.strip_prefix("!date^") {
        date::render(date, shown, html);
    } else if let Some(name) = target.strip_prefix('!') {
        mention("@", &labelled(None, name), html);
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
    use crate::services::workspace::Member;

    fn check(text: &str, html: &str) {
        let names = Workspace { members: vec![Member::new("ana", "Ana Lima", "", "")], channels: Vec::new() };
        assert_eq!(render(text, &names), html, "{text}");
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
    fn members_are_mentioned_by_name() {
        let id = Member::new("ana", "", "", "").id;
        check(&format!("<@{id}>"), "<span class=\"mention\">@Ana Lima</span>");
        check("<@U0DRAWBRIDGE>", "<span class=\"mention\">@Drawbridge</span>");
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
