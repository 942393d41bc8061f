//! Resources in words: `arn:aws:rds:eu-west-1:111122223333:db:dev-*` is "DB instances `dev-*`".

use super::action::plural;
use super::{Place, code, plain, tables};
use crate::words;

/// An ARN, taken apart.
#[derive(PartialEq)]
struct Kind<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
    /// The word before the name, where there is one.
    word: &'a str,
}

/// A line for each kind of resource, with all names of that kind.
pub(super) fn lines<'a>(resources: impl Iterator<Item = &'a str>, place: Place<'_>) -> Vec<String> {
    let mut kinds: Vec<(Kind<'a>, Vec<&'a str>)> = Vec::new();
    let mut lines = Vec::new();
    for resource in resources {
        match parse(resource) {
            None if resource == "*" => lines.push("every resource".to_owned()),
            None => lines.push(code(resource)),
            Some((kind, name)) => match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, names)) => names.push(name),
                None => kinds.push((kind, vec![name])),
            },
        }
    }
    lines.extend(kinds.iter().map(|(kind, names)| line(kind, names, place)));
    lines
}

/// `arn:partition:service:region:account:word:name`, the word followed by a colon or a slash.
fn parse(arn: &str) -> Option<(Kind<'_>, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, service, region, account, rest] = parts[..] else { return None };
    let objects = service == "s3" && account.is_empty() && region.is_empty();
    let (word, name) = match rest.split_once([':', '/']) {
        // A bucket's name is none.
        Some(_) if objects => ("", rest),
        Some((word, name)) => (word, name),
        None => ("", rest),
    };
    Some((Kind { service, region, account, word }, name))
}

fn line(kind: &Kind<'_>, names: &[&str], place: Place<'_>) -> String {
    let noun = noun(kind, names);
    let every = names.iter().any(|name| name.chars().all(|c| matches!(c, '*' | '/' | ':')));
    let what = if every {
        format!("every {}", plain(&noun))
    } else {
        let one = names.len() == 1 && !names[0].contains(['*', '?']);
        let noun = if one { noun } else { plural(&noun) };
        let names: Vec<String> = names.iter().map(|name| code(name)).collect();
        format!("{} {}", plain(&noun), words::and(&names))
    };
    format!("{what}{}", elsewhere(kind, place))
}

fn noun(kind: &Kind<'_>, names: &[&str]) -> String {
    let (service, word) = (kind.service, kind.word);
    if service == "s3" && word.is_empty() && names.iter().all(|name| name.contains('/')) {
        return "object".to_owned();
    }
    match tables::NOUNS.iter().find(|(of, known, _)| *of == service && *known == word) {
        Some((.., noun)) => (*noun).to_owned(),
        None if word.is_empty() => format!("resource of {}", tables::service(service)),
        None => words::spaced(&word.replace('-', " ")).to_lowercase(),
    }
}

/// Where it is, as far as that is not where the steps run.
fn elsewhere(kind: &Kind<'_>, place: Place<'_>) -> String {
    let region = match kind.region {
        "*" => " in every Region".to_owned(),
        region if region.is_empty() || region == place.region => String::new(),
        region => format!(" in {}", plain(region)),
    };
    let account = match kind.account {
        "*" => " of every account".to_owned(),
        account if account.is_empty() || account == place.account || account == "aws" => String::new(),
        account => format!(" of account {}", code(account)),
    };
    region + &account
}

#[cfg(test)]
mod tests {
    use super::{Place, lines};

    #[test]
    fn resources_are_words() {
        let place = Place { account: "111122223333", region: "eu-west-1" };
        let check = |resources: &[&str], expect: &[&str]| {
            assert_eq!(lines(resources.iter().copied(), place), expect, "{resources:?}");
        };
        check(&["*"], &["every resource"]);
        check(
            &["arn:aws:rds:eu-west-1:111122223333:db:dev-*", "arn:aws:rds:eu-west-1:111122223333:db:stg-*"],
            &["DB instances <code>dev-*</code> and <code>stg-*</code>"],
        );
        check(&["arn:aws:rds:eu-west-1:111122223333:cluster:*"], &["every DB cluster"]);
        check(&["arn:aws:ecs:eu-west-1:111122223333:service/*/*"], &["every service"]);
        check(&["arn:aws:iam::111122223333:role/Backstop"], &["role <code>Backstop</code>"]);
        check(
            &["arn:aws:iam::444455556666:role/Vending", "arn:aws:lambda:*:*:function:a"],
            &[
                "role <code>Vending</code> of account <code>444455556666</code>",
                "function <code>a</code> in every Region of every account",
            ],
        );
        check(
            &["arn:aws:sns:eu-central-1:111122223333:moves"],
            &["topic <code>moves</code> in eu-central-1"],
        );
        check(
            &["arn:aws:s3:::lake", "arn:aws:s3:::lake/raw/*"],
            &["buckets <code>lake</code> and <code>lake/raw/*</code>"],
        );
        check(&["arn:aws:s3:::lake/raw/*"], &["objects <code>lake/raw/*</code>"]);
        check(&["arn:aws:ecs:eu-west-1:111122223333:*"], &["every resource of ECS"]);
        check(&["arn:aws:logs:eu-west-1:111122223333:log-group:a*"], &["log groups <code>a*</code>"]);
    }
}
