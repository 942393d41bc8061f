//! JSON pointers of parameters: whether they lead to one, and whether it is always filled in.

use serde_json::Value;

use super::conditions::{Scope, declared};
use crate::codes;
use crate::load::report::Report;

/// A parameter that a pointer leads to.
pub(super) struct Found<'v> {
    /// The schemas that declare it.
    pub(super) schemas: Vec<&'v Value>,
    /// Whether it is there whatever else is filled in.
    pub(super) always: bool,
}

/// The parameter that `pointer`, which stands at the place `at`, leads to; a problem if there is none. `that`
/// says what it is wanted for.
pub(super) fn locate<'v>(
    pointer: &str,
    at: &str,
    that: &str,
    scope: &Scope<'v>,
    report: &mut Report<'_>,
) -> Option<Found<'v>> {
    let Some(names) = tokens(pointer) else {
        let message = format!("`{pointer}` is not a JSON pointer to a parameter.");
        let help = "Write a slash before each name, such as `/cluster`.";
        report.at(at, codes::BAD_POINTER, message, help);
        return None;
    };
    let mut found = Found { schemas: vec![scope.root], always: true };
    for name in &names {
        found.always &= required(name, scope, &found.schemas);
        found.schemas = declared(name, at, that, scope, &found.schemas, report)?;
    }
    Some(found)
}

/// The names that a JSON pointer leads along; `~` only occurs in `~0` and `~1`, which stand for `~` and `/`.
fn tokens(pointer: &str) -> Option<Vec<String>> {
    let escapes = |name: &str| name.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    let names = pointer.strip_prefix('/')?.split('/');
    names.map(|name| escapes(name).then(|| name.replace("~1", "/").replace("~0", "~"))).collect()
}

/// Whether the parameter is asked for whatever else is filled in.
fn required(name: &str, scope: &Scope<'_>, over: &[&Value]) -> bool {
    let lists = scope.always(over, &|schema| schema.get("required")?.as_array());
    lists.into_iter().flatten().any(|required| required == name)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn pointers_are_names_after_slashes() {
        let check = |pointer: &str, expect: Option<&[&str]>| {
            let names = tokens(pointer);
            let names: Option<Vec<_>> =
                names.as_ref().map(|names| names.iter().map(String::as_str).collect());
            assert_eq!(names.as_deref(), expect, "{pointer}");
        };
        check("/cluster", Some(&["cluster"]));
        check("/rollout/per~1cent~01", Some(&["rollout", "per/cent~1"]));
        check("", None);
        check("cluster", None);
        check("/a~2", None);
        check("/a~", None);
    }
}
