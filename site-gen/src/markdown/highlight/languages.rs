//! What the words, comments and strings of each language look like.

/// What the scanner has to know about a language.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent fact of a language")]
pub(super) struct Language {
    /// The name that goes into the page, such as `json`.
    pub(super) name: &'static str,
    /// Other names that authors write after the fence.
    aliases: &'static [&'static str],
    /// Words to stress, sorted; compared in lower case when `any_case`.
    pub(super) words: &'static [&'static str],
    pub(super) any_case: bool,
    /// What starts a comment that ends with its line.
    pub(super) line_comments: &'static [&'static str],
    /// `/*` to `*/`.
    pub(super) block_comments: bool,
    /// Quotes, the longest first.
    pub(super) quotes: &'static [Quote],
    /// A word or string before a colon names something.
    pub(super) keys: bool,
    /// `$name` and `${name}` are variables.
    pub(super) variables: bool,
}

/// How a string begins, ends and escapes its end.
pub(super) struct Quote {
    pub(super) mark: &'static str,
    pub(super) escape: Escape,
    pub(super) lines: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Backslash,
    Doubled,
    None,
}

const fn quote(mark: &'static str, escape: Escape, lines: bool) -> Quote {
    Quote { mark, escape, lines }
}

const PLAIN: Language = Language {
    name: "text",
    aliases: &[],
    words: &[],
    any_case: false,
    line_comments: &[],
    block_comments: false,
    quotes: &[],
    keys: false,
    variables: false,
};

static LANGUAGES: [Language; 7] = [
    Language {
        name: "json",
        aliases: &["jsonc", "json5"],
        words: &["false", "null", "true"],
        quotes: &[quote("\"", Escape::Backslash, false)],
        keys: true,
        ..PLAIN
    },
    Language {
        name: "yaml",
        aliases: &["yml"],
        words: &["false", "no", "null", "true", "yes"],
        line_comments: &["#"],
        quotes: &[quote("\"", Escape::Backslash, true), quote("'", Escape::Doubled, true)],
        keys: true,
        ..PLAIN
    },
    Language {
        name: "bash",
        aliases: &["sh", "shell", "console", "zsh"],
        words: &[
            "case", "do", "done", "elif", "else", "esac", "exit", "export", "fi", "for", "function", "if",
            "in", "local", "return", "set", "then", "until", "while",
        ],
        line_comments: &["#"],
        quotes: &[quote("\"", Escape::Backslash, true), quote("'", Escape::None, true)],
        variables: true,
        ..PLAIN
    },
    Language {
        name: "sql",
        aliases: &["postgresql", "mysql", "psql"],
        words: &[
            "add",
            "all",
            "alter",
            "and",
            "as",
            "begin",
            "by",
            "case",
            "commit",
            "create",
            "default",
            "delete",
            "desc",
            "distinct",
            "drop",
            "else",
            "end",
            "exists",
            "false",
            "from",
            "full",
            "grant",
            "group",
            "having",
            "if",
            "in",
            "index",
            "inner",
            "insert",
            "into",
            "is",
            "join",
            "key",
            "left",
            "like",
            "limit",
            "not",
            "null",
            "on",
            "or",
            "order",
            "outer",
            "primary",
            "references",
            "returning",
            "right",
            "rollback",
            "select",
            "set",
            "table",
            "then",
            "true",
            "union",
            "update",
            "values",
            "view",
            "when",
            "where",
            "with",
        ],
        any_case: true,
        line_comments: &["--"],
        block_comments: true,
        quotes: &[quote("'", Escape::Doubled, true), quote("\"", Escape::Doubled, true)],
        ..PLAIN
    },
    Language {
        name: "python",
        aliases: &["py"],
        words: &[
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
            "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
            "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
            "with", "yield",
        ],
        line_comments: &["#"],
        quotes: &[
            quote("\"\"\"", Escape::Backslash, true),
            quote("'''", Escape::Backslash, true),
            quote("\"", Escape::Backslash, false),
            quote("'", Escape::Backslash, false),
        ],
        ..PLAIN
    },
    Language {
        name: "rust",
        aliases: &["rs"],
        words: &[
            "Self", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
            "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
            "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe",
            "use", "where", "while",
        ],
        line_comments: &["//"],
        block_comments: true,
        // No character literals: `'a` is a lifetime far more often.
        quotes: &[quote("\"", Escape::Backslash, true)],
        ..PLAIN
    },
    Language {
        name: "hcl",
        aliases: &["terraform", "tf"],
        words: &[
            "data",
            "false",
            "for",
            "if",
            "in",
            "locals",
            "module",
            "null",
            "output",
            "provider",
            "resource",
            "terraform",
            "true",
            "variable",
        ],
        line_comments: &["#", "//"],
        block_comments: true,
        quotes: &[quote("\"", Escape::Backslash, false)],
        ..PLAIN
    },
];

impl Language {
    /// The language that a code fence names: the first word of its info string.
    pub(super) fn named(info: &str) -> Option<&'static Self> {
        let name = info.split([' ', ',', '{']).next().unwrap_or_default();
        LANGUAGES.iter().find(|l| l.name == name || l.aliases.contains(&name))
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        if self.any_case {
            return self.words.binary_search(&word.to_ascii_lowercase().as_str()).is_ok();
        }
        self.words.binary_search(&word).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::LANGUAGES;

    #[test]
    fn words_are_sorted_for_the_binary_search() {
        for language in &LANGUAGES {
            assert!(language.words.is_sorted(), "{}", language.name);
        }
    }
}
