//! Code highlighting: text in, HTML with one `<span class>` for each token out.
//!
//! 1. [`languages`] says for each language what its words, comments and strings look like;
//! 2. [`scan`] walks the text once and cuts it into tokens by that table;
//! 3. this file writes the tokens as escaped HTML.
//!
//! Own lexer instead of a library: a portal of ten thousand guides has some thirty thousand blocks
//! of code and half a millisecond of processor time for each page. Measured on the benchmark's three
//! blocks of a guide (542 bytes; release build, one core): syntect 5.3 with its default grammars and class
//! spans takes 500 to 660 µs, this lexer 6 to 7 µs. It knows seven languages that guides of
//! workflows are written in; anything else is shown as it is. It colours words, it does not parse:
//! a wrong guess costs a colour and never text, which a test holds.

mod languages;
mod scan;

use std::fmt::Write;

use languages::Language;
use scan::{Kind, Scanner};

/// Writes `code` as HTML: escaped, with spans for the tokens of `language` when it is known.
pub(crate) fn highlight(language: &str, code: &str, out: &mut String) {
    match Language::named(language) {
        Some(language) => {
            for (kind, text) in Scanner::new(language, code) {
                write_token(kind, text, out);
            }
        }
        None => escape(code, out),
    }
}

fn write_token(kind: Kind, text: &str, out: &mut String) {
    let Some(class) = kind.class() else { return escape(text, out) };
    out.push_str("<span class=\"");
    out.push_str(class);
    out.push_str("\">");
    escape(text, out);
    out.push_str("</span>");
}

/// Escapes text for an HTML element or a double-quoted attribute.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !matches!(byte, b'&' | b'<' | b'>' | b'"') {
            continue;
        }
        out.push_str(&text[from..at]);
        out.push_str(match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Highlighted code between `<pre>` tags that a keyboard can scroll.
pub(crate) fn block(language: &str, code: &str, out: &mut String) {
    let known = Language::named(language).map_or("text", |l| l.name);
    // Writing to a string cannot fail.
    let _ = write!(out, "<pre tabindex=\"0\"><code class=\"language-{known}\">");
    highlight(language, code, out);
    out.push_str("</code></pre>\n");
}

#[cfg(test)]
mod tests {
    use super::{escape, highlight};

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(text, &mut out);
        out
    }

    fn check(language: &str, code: &str, expected: &str) {
        let mut html = String::new();
        highlight(language, code, &mut html);
        // `{k:word}` reads better in a test than spans do.
        let mut short = html.replace("</span>", "}");
        for class in ["k", "s", "n", "c", "v"] {
            short = short.replace(&format!("<span class=\"{class}\">"), &format!("{{{class}:"));
        }
        assert_eq!(short, expected, "{language}");
        assert_eq!(strip(&html), escaped(code), "{language}: text is kept");
    }

    fn strip(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = rest[at..].split_once('>').map_or("", |(_, after)| after);
        }
        out + rest
    }

    #[test]
    fn colours_the_languages_of_guides() {
        check(
            "json",
            r#"{"a": "x", "b": [1.5e3, true]}"#,
            "{{v:&quot;a&quot;}: {s:&quot;x&quot;}, {v:&quot;b&quot;}: [{n:1.5e3}, {k:true}]}",
        );
        check(
            "yaml",
            "steps:\n  - name: \"x\" # why\n    on: yes",
            "{v:steps}:\n  - {v:name}: {s:&quot;x&quot;} {c:# why}\n    {v:on}: {k:yes}",
        );
        check(
            "bash",
            "for f in *.txt; do\n  echo \"$f\" ${g} # done\ndone",
            "{k:for} f {k:in} *.txt; {k:do}\n  echo {s:&quot;$f&quot;} {v:${g}} {c:# done}\n{k:done}",
        );
        check(
            "sql",
            "SELECT count(*) from t -- all\nwhere a = 'b''c'",
            "{k:SELECT} count(*) {k:from} t {c:-- all}\n{k:where} a = {s:'b''c'}",
        );
        check(
            "python",
            "def f(x):\n    return \"\"\"a\nb\"\"\" # c",
            "{k:def} f(x):\n    {k:return} {s:&quot;&quot;&quot;a\nb&quot;&quot;&quot;} {c:# c}",
        );
        check(
            "rust",
            "fn f<'a>(x: &'a str) -> u8 { /* y */ 1_000 }",
            "{k:fn} f&lt;'a&gt;(x: &amp;'a str) -&gt; u8 { {c:/* y */} {n:1_000} }",
        );
        check(
            "hcl",
            "resource \"a\" \"b\" {\n  n = 3 // x\n}",
            "{k:resource} {s:&quot;a&quot;} {s:&quot;b&quot;} {\n  n = {n:3} {c:// x}\n}",
        );
    }

    #[test]
    fn shows_unknown_languages_as_they_are() {
        check("brainfuck", "<>&\"", "&lt;&gt;&amp;&quot;");
    }

    #[test]
    fn survives_unfinished_tokens() {
        for language in ["json", "yaml", "bash", "sql", "python", "rust", "hcl"] {
            for code in ["\"", "'", "/*", "\"\\", "${", "\"\"\"", "é\"é", "1e", "\u{1F600}'"] {
                let mut html = String::new();
                highlight(language, code, &mut html);
                assert_eq!(strip(&html), escaped(code), "{language}: {code}");
            }
        }
    }
}
