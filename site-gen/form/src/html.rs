//! Writing HTML: text and attribute values, always escaped.

/// Appends text, escaped for element content and for attributes in either kind of quote.
pub(crate) fn text(out: &mut String, raw: &str) {
    let mut from = 0;
    for (at, byte) in raw.bytes().enumerate() {
        if !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'') {
            continue;
        }
        out.push_str(&raw[from..at]);
        out.push_str(match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        from = at + 1;
    }
    out.push_str(&raw[from..]);
}

/// Appends ` name="value"`.
pub(crate) fn attr(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text(out, value);
    out.push('"');
}

/// Appends ` name='json'`: JSON is full of double quotes, so single ones keep it short and legible.
pub(crate) fn json_attr(out: &mut String, name: &str, value: &serde_json::Value) {
    out.push(' ');
    out.push_str(name);
    out.push_str("='");
    for c in value.to_string().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out.push('\'');
}
