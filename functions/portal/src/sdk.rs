//! How errors of AWS's clients are put into words, for every module that owns such a client.

/// What an error says, and what each error below it says. Not its debug form, which would carry whole
/// responses into logs and failure causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        below = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("service error")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn says_every_level_once() {
        let error = Outer(std::io::Error::other("throttled"));
        assert_eq!(chain(&error), "service error: throttled");
    }
}
