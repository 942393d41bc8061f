//! What holds for the whole portal: accounts, addresses, sign-in, and what tests must reach.

use serde_json::Value;

use super::at::{At, list};
use super::finding::Severity::{Breaks, Changes, Strengthens, Weakens};
use super::matching;
use super::report::{Known, Report};
use super::say::{inert, quoted};

/// Compares two `portal.json`.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    report.members(at, |key, member, report| {
        match key {
            "title" | "organisation" | "description" => {
                report.say(Changes, member, format!("The portal's `{key}` reads differently"));
            }
            "shared_account" => report.say(Weakens, member, "The portal runs in another account"),
            "public" => public(member, report),
            "sign_in" => report.members(member, sign_in),
            "deployments" => deployments(member, report),
            "tests" => report.members(member, tests),
            _ => return Known::No,
        }
        Known::Yes
    });
}

fn public(at: &At<'_>, report: &mut Report<'_>) {
    let is = |side: Option<&Value>| side.and_then(Value::as_bool).unwrap_or_default();
    match (is(at.before), is(at.after)) {
        (false, true) => report.sentence(Weakens, at, "The catalog's pages can be read without signing in"),
        (true, false) => {
            report.sentence(Strengthens, at, "The catalog's pages can be read after signing in only");
        }
        _ => {}
    }
}

fn sign_in(key: &str, at: &At<'_>, report: &mut Report<'_>) -> Known {
    let message = match key {
        "issuer" => "Somebody else says who people are",
        "client_id" => "People sign in to another client of the provider",
        "groups_claim" => "People's groups are told by another claim",
        _ => return Known::No,
    };
    report.say(Weakens, at, message);
    Known::Yes
}

fn tests(key: &str, at: &At<'_>, report: &mut Report<'_>) -> Known {
    if key != "minimum_state_coverage" {
        return Known::No;
    }
    let number = |side: Option<&Value>| side.and_then(Value::as_u64).unwrap_or_default();
    match number(at.before).cmp(&number(at.after)) {
        std::cmp::Ordering::Greater => report.say(Weakens, at, "Cases must visit fewer states"),
        std::cmp::Ordering::Less => report.say(Strengthens, at, "Cases must visit more states"),
        std::cmp::Ordering::Equal => {}
    }
    Known::Yes
}

fn deployments(at: &At<'_>, report: &mut Report<'_>) {
    let primary = |side: Option<&Value>| {
        list(side).first().and_then(|first| first.get("region")).and_then(Value::as_str).map(inert)
    };
    let (was, is) = (primary(at.before), primary(at.after));
    if was != is {
        report.words(Breaks, at, "Workflows that name no Region run in another one", was, is);
    }
    for (was, is) in matching::by_key("region", list(at.before), list(at.after)) {
        let one = at.items(was, is);
        let region = one.after.or(one.before).and_then(|one| one.get("region")).and_then(Value::as_str);
        let region = quoted(region.unwrap_or("?"));
        match (was, is) {
            (None, _) => report.sentence(Changes, &one, format!("A portal runs in {region}, too")),
            (_, None) => report.sentence(Breaks, &one, format!("No portal runs in {region} any more")),
            _ => report.members(&one, |key, member, report| {
                match key {
                    "url" => {
                        report.say(
                            Weakens,
                            member,
                            format!("People are sent to another address in {region}"),
                        );
                    }
                    "region" => report.say(Breaks, member, "The portal of an address runs in another Region"),
                    _ => return Known::No,
                }
                Known::Yes
            }),
        }
    }
}

#[cfg(test)]
mod tests_of_rules {
    use serde_json::json;

    use super::compare;
    use crate::diff::report::tests::said;

    #[test]
    fn what_everybody_trusts_is_a_widening() {
        let before = json!({"title": "T", "shared_account": "1", "public": false,
            "deployments": [{"region": "a", "url": "u"}, {"region": "b", "url": "v"}],
            "sign_in": {"issuer": "i", "client_id": "c"}, "tests": {"minimum_state_coverage": 90}});
        let after = json!({"title": "U", "shared_account": "2", "public": true,
            "deployments": [{"region": "b", "url": "w"}, {"region": "c", "url": "x"}],
            "sign_in": {"issuer": "j", "client_id": "d", "groups_claim": "g", "skew": 1}, "new": true});
        let found = said("portal.json", &before, &after, compare);
        assert_eq!(
            found,
            [
                "weakens: People are sent to another address in `b` (v → w)",
                "weakens: The catalog's pages can be read without signing in",
                "weakens: The portal runs in another account (1 → 2)",
                "weakens: People sign in to another client of the provider (c → d)",
                "weakens: People's groups are told by another claim (- → g)",
                "weakens: Somebody else says who people are (i → j)",
                "weakens: Cases must visit fewer states (90 → -)",
                "breaks: Workflows that name no Region run in another one (a → b)",
                "breaks: No portal runs in `a` any more",
                "changes: A portal runs in `c`, too",
                "changes: `new` is new (no rule knows what it means: read it) (- → true)",
                "changes: `sign_in.skew` is new (no rule knows what it means: read it) (- → 1)",
                "changes: The portal's `title` reads differently (T → U)",
            ]
        );
    }
}
