//! Where a browser may be sent after signing in: a path of this portal and nothing else.
//!
//! Browsers drop tabs and line ends from addresses, read `\` as `/`, and take `//host` for another
//! site, so a path that only looks local can lead away. What is not plainly a path is ignored.

/// Paths longer than this are not ours.
const LONGEST: usize = 2048;

/// The path when it is safe to redirect to, the home page otherwise.
pub(crate) fn local_path(asked: Option<&str>) -> &str {
    asked.filter(|path| is_local(path)).unwrap_or("/")
}

fn is_local(path: &str) -> bool {
    let plain = path.len() <= LONGEST && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    plain && path.starts_with('/') && !path.starts_with("//") && !decodes_to_another_host(path)
}

/// Whether some proxy that decodes the path once more would see `//`, `/\` or a control character at
/// its start. The query is left alone: forms put encoded slashes there.
fn decodes_to_another_host(path: &str) -> bool {
    let before_query = path.split(['?', '#']).next().unwrap_or(path);
    let lower = before_query.to_ascii_lowercase();
    let doubled = lower.starts_with("/%2f") || lower.starts_with("/%5c");
    let dots = lower.starts_with("/.") || lower.starts_with("/%2e");
    let again = lower.contains("%25");
    let control = (0..0x20).any(|c| lower.contains(&format!("%{c:02x}"))) || lower.contains("%7f");
    doubled || dots || again || control
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn f10_only_a_path_of_this_portal_is_followed() {
        let follows = |path: &str| assert_eq!(local_path(Some(path)), path);
        follows("/");
        follows("/runs/0192-abc?from=mail#approvals");
        follows("/workflows/resize/form?%2Fcluster=orders&%2Fsize=%2F%2F");
        let ignores = |path: &str| assert_eq!(local_path(Some(path)), "/", "{path:?}");
        for path in
            ["", "runs", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"]
        {
            ignores(path);
        }
        for path in
            ["/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", " //evil", "/ö", "/\u{0}"]
        {
            ignores(path);
        }
        for path in [
            "/%2fevil.example",
            "/%2Fevil",
            "/%5cevil",
            "/%5Cevil",
            "/%252fevil",
            "/.//evil",
            "/%2e%2e//evil",
            "/%09/evil",
            "/a%0d%0ab",
        ] {
            ignores(path);
        }
        ignores(&format!("/{}", "a".repeat(5000)));
        assert_eq!(local_path(None), "/");
    }
}
