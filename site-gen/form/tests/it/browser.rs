//! What a browser would post from the fields as they are: names and values of the controls that
//! are not disabled. With scripts, inactive branches are disabled; without, everything is posted.

/// Whether `form.js` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Inactive branches are disabled.
    On,
    /// Everything is there.
    Off,
}

/// One start tag with its attributes, or an end tag, or text.
enum Token<'a> {
    Start(&'a str, Vec<(String, String)>),
    End(&'a str),
    Text(&'a str),
}

/// Posts the fields unchanged.
pub(crate) fn post(html: &str, script: Script) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut frames: Vec<bool> = Vec::new();
    let mut skipped = 0;
    let mut select: Option<(String, Option<String>)> = None;
    let mut area: Option<(String, String)> = None;
    for token in tokens(html) {
        match token {
            Token::Start("template" | "noscript", _) => skipped += 1,
            Token::End("template" | "noscript") => skipped -= 1,
            _ if skipped > 0 => {}
            Token::Start("fieldset", attributes) => {
                frames.push(script == Script::On && has(&attributes, "data-inactive"));
            }
            Token::End("fieldset") => drop(frames.pop().expect("fieldsets are balanced")),
            _ if frames.contains(&true) => {}
            Token::Start("input", attributes) => pairs.extend(input(&attributes)),
            Token::Start("select", attributes) => select = Some((get(&attributes, "name"), None)),
            Token::Start("option", attributes) => {
                if let Some((_, chosen)) = &mut select
                    && (chosen.is_none() || has(&attributes, "selected"))
                {
                    *chosen = Some(get(&attributes, "value"));
                }
            }
            Token::End("select") => {
                let (name, value) = select.take().expect("a select was open");
                pairs.extend(value.map(|value| (name, value)));
            }
            Token::Start("textarea", attributes) => area = Some((get(&attributes, "name"), String::new())),
            Token::Text(text) => {
                if let Some((_, typed)) = &mut area {
                    typed.push_str(&unescape(text));
                }
            }
            Token::End("textarea") => {
                let (name, typed) = area.take().expect("a text area was open");
                let typed = typed.strip_prefix('\n').unwrap_or(&typed).replace('\n', "\r\n");
                pairs.push((name, typed));
            }
            Token::Start(..) | Token::End(_) => {}
        }
    }
    assert!(frames.is_empty(), "fieldsets are balanced");
    pairs.retain(|(name, _)| !name.is_empty());
    pairs
}

/// Every id in the fields that are really there.
pub(crate) fn ids(html: &str) -> Vec<String> {
    let mut skipped = 0;
    let mut ids = Vec::new();
    for token in tokens(html) {
        match token {
            Token::Start("template" | "noscript", _) => skipped += 1,
            Token::End("template" | "noscript") => skipped -= 1,
            Token::Start(_, attributes) if skipped == 0 && has(&attributes, "id") => {
                ids.push(get(&attributes, "id"));
            }
            _ => {}
        }
    }
    ids
}

/// The ids that labels and descriptions refer to.
pub(crate) fn references(html: &str) -> Vec<String> {
    let mut skipped = 0;
    let mut references = Vec::new();
    for token in tokens(html) {
        match token {
            Token::Start("template" | "noscript", _) => skipped += 1,
            Token::End("template" | "noscript") => skipped -= 1,
            Token::Start(_, attributes) if skipped == 0 => {
                for name in ["for", "aria-describedby", "list"] {
                    references.extend(get(&attributes, name).split_whitespace().map(str::to_owned));
                }
            }
            _ => {}
        }
    }
    references
}

fn input(attributes: &[(String, String)]) -> Option<(String, String)> {
    let kind = get(attributes, "type");
    let value = get(attributes, "value");
    let value = match kind.as_str() {
        "checkbox" | "radio" if !has(attributes, "checked") => return None,
        // What is not a number is not shown in a number input, and so on.
        "number" if value.parse::<f64>().is_err() => String::new(),
        "email" | "url" => value.trim().to_owned(),
        // A browser leaves out seconds that are zero.
        "datetime-local" | "time" => {
            let short = value.strip_suffix(":00").filter(|short| short.matches(':').count() == 1);
            short.map_or(value.clone(), str::to_owned)
        }
        _ => value,
    };
    Some((get(attributes, "name"), value))
}

fn has(attributes: &[(String, String)], name: &str) -> bool {
    attributes.iter().any(|(other, _)| other == name)
}

fn get(attributes: &[(String, String)], name: &str) -> String {
    attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            tokens.push(Token::Text(&rest[..at]));
        }
        rest = &rest[at + 1..];
        let name_end = rest.find([' ', '>']).expect("a tag ends");
        let name = &rest[..name_end];
        rest = &rest[name_end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = rest.find([' ', '=', '>']).expect("an attribute ends");
            let attribute = rest[..end].to_owned();
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix('=') {
                let quote = after.chars().next().expect("a value is quoted");
                assert!(matches!(quote, '"' | '\''), "values are quoted: {after:.40}");
                let close = after[1..].find(quote).expect("a quote closes");
                value = unescape(&after[1..=close]);
                rest = &after[close + 2..];
            }
            attributes.push((attribute, value));
        }
        match name.strip_prefix('/') {
            Some(name) => tokens.push(Token::End(name)),
            None => tokens.push(Token::Start(name, attributes)),
        }
    }
    tokens
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
