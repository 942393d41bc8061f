//! Words for people: the name that somebody probably meant, lists, sentences.

/// `Did you mean …?` if a known name is near, the known names if they are few, else `fallback`.
pub(crate) fn help<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>, fallback: &str) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    if let Some(near) = nearest(wrong, &known) {
        return format!("Did you mean `{near}`?");
    }
    match known.as_slice() {
        [] => fallback.to_owned(),
        [one] => format!("There is only `{one}`. {fallback}"),
        few if few.len() <= 12 => format!("Known are {}. {fallback}", list(few)),
        _ => fallback.to_owned(),
    }
}

/// Names as people list them: `a`, `b` and `c`.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

/// Text of another package as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{stop}")
}

/// The known name at the least distance, if it is so near that it can be a slip.
fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    let distance = |name: &&str| strsim::osa_distance(&lower, &name.to_lowercase());
    let best = known.iter().min_by_key(|name| distance(name))?;
    let allowed = (wrong.chars().count().max(best.chars().count()) / 3).max(1);
    (distance(best) <= allowed).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::{help, list};

    #[test]
    fn a_slip_is_answered_with_the_name_that_was_meant() {
        let known = ["cloud-ops", "security", "data-platform"];
        let check = |wrong: &str, expect: &str| assert_eq!(help(wrong, known, "Add it."), expect, "{wrong}");
        check("cloud-op", "Did you mean `cloud-ops`?");
        check("Security", "Did you mean `security`?");
        check("clodu-ops", "Did you mean `cloud-ops`?");
        check("finance", "Known are `cloud-ops`, `data-platform` and `security`. Add it.");
        assert_eq!(help("x", [], "Add it."), "Add it.");
        assert_eq!(help("finance", ["security"], "Add it."), "There is only `security`. Add it.");
    }

    #[test]
    fn names_are_listed_as_people_do() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
