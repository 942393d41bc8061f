//! One gate: when it is asked, how many, by when, and by which ways.

use catalog_model::IsoDuration;
use catalog_model::approval::Risk;
use serde_json::Value;

use super::{name, who};
use crate::diff::at::{At, strings};
use crate::diff::finding::Severity::{self, Changes, Strengthens, Weakens};
use crate::diff::report::{Known, Report};
use crate::diff::say::{inert, quoted, short};
use crate::diff::schema;
use crate::words;

/// Compares a gate that is on both sides. `ordered`: it was said that gates are asked in another order.
pub(super) fn compare(at: &At<'_>, root: &At<'_>, ordered: bool, report: &mut Report<'_>) {
    let name = name(at.after.unwrap_or(&Value::Null));
    let gate = name.as_str();
    report.members(at, |key, member, report| {
        match key {
            "name" => return Known::Elsewhere,
            "alongside" if ordered => return Known::Elsewhere,
            "alongside" => {}
            "title" | "why" => {
                report.say(Changes, member, format!("Gate {gate}: its `{key}` reads differently"));
            }
            "when" => asked(member, gate, &conditions(member, root), report),
            "when_requester" => asked(member, gate, &[member.before, member.after].map(requester), report),
            "from" | "people" => who::deciders(member, key, gate, report),
            "quorum" => quorum(member, gate, report),
            "within" => length(
                member,
                report,
                (Weakens, &format!("Gate {gate} stays open longer")),
                (Strengthens, &format!("Gate {gate} closes earlier")),
            ),
            "escalate" => who::escalation(member, gate, report),
            "remind" => {
                let message = format!("Gate {gate} reminds people at other times");
                let [was, is] = [member.before, member.after].map(reminders);
                report.words(Changes, member, message, Some(was), Some(is));
            }
            "from_parameter" => chosen(member, gate, "who decides", report),
            "quorum_parameter" => chosen(member, gate, "how many must approve", report),
            "channels" => channels(at, member, gate, report),
            _ => return step(key, member, gate, report),
        }
        Known::Yes
    });
}

fn quorum(at: &At<'_>, gate: &str, report: &mut Report<'_>) {
    let number = |value: Option<&Value>| value.map_or(Some(1), Value::as_u64);
    let (Some(was), Some(is)) = (number(at.before), number(at.after)) else { return };
    let (severity, word) = match was.cmp(&is) {
        std::cmp::Ordering::Greater => (Weakens, "fewer"),
        std::cmp::Ordering::Less => (Strengthens, "more"),
        std::cmp::Ordering::Equal => return,
    };
    let message = format!("Gate {gate}: {word} people must approve");
    report.words(severity, at, message, Some(was.to_string()), Some(is.to_string()));
}

/// Something that the requester chooses with each request.
fn chosen(at: &At<'_>, gate: &str, what: &str, report: &mut Report<'_>) {
    let (severity, how) = match (at.before, at.after) {
        (None, _) => (Weakens, "is chosen with each request"),
        (_, None) => (Changes, "is no longer chosen with each request"),
        _ => (Weakens, "is chosen by another parameter"),
    };
    report.say(severity, at, format!("Gate {gate}: {what} {how}"));
}

/// A choice of two, one of which is stronger; the weaker one is what is said by not saying it.
fn step(key: &str, at: &At<'_>, gate: &str, report: &mut Report<'_>) -> Known {
    let (strong, weaker, stronger) = match key {
        "on_expiry" => ("reject", "silence is no longer a no, the run expires", "silence is a no"),
        "reason" => {
            ("required", "an approval may be given without a reason", "every decision needs a reason")
        }
        "risk" => (
            "high",
            "its risk is no longer high, so that no recent sign-in is asked for",
            "its risk is high: in the portal only, soon after signing in",
        ),
        "distinct_groups" => (
            "true",
            "approvals of one and the same group are enough",
            "each approval must be of another group",
        ),
        _ => return Known::No,
    };
    let is_strong = |value: Option<&Value>| value.is_some_and(|value| short(value) == strong);
    match (is_strong(at.before), is_strong(at.after)) {
        (true, false) => report.sentence(Weakens, at, format!("Gate {gate}: {weaker}")),
        (false, true) => report.sentence(Strengthens, at, format!("Gate {gate}: {stronger}")),
        _ => {}
    }
    Known::Yes
}

/// Channels that are not named are those that the risk allows.
fn channels(gate_at: &At<'_>, at: &At<'_>, gate: &str, report: &mut Report<'_>) {
    let (was, is) = (channels_of(gate_at.before), channels_of(gate_at.after));
    for channel in is.iter().filter(|channel| !was.contains(channel)) {
        report.sentence(Weakens, at, format!("Gate {gate} is decided by {}, too", quoted(channel)));
    }
    for channel in was.iter().filter(|channel| !is.contains(channel)) {
        report.sentence(Strengthens, at, format!("Gate {gate} is no longer decided by {}", quoted(channel)));
    }
}

fn channels_of(gate: Option<&Value>) -> Vec<&str> {
    let gate = gate.unwrap_or(&Value::Null);
    if let Some(named) = gate.get("channels") {
        return strings(Some(named));
    }
    let high = gate.get("risk").and_then(Value::as_str) == Some("high");
    let risk = if high { Risk::High } else { Risk::Standard };
    risk.channels().iter().map(|channel| channel.as_str()).collect()
}

/// "after 5 minutes and 1 hour".
fn reminders(said: Option<&Value>) -> String {
    let moments: Vec<&str> = match said {
        None => return "never".to_owned(),
        Some(Value::String(one)) => vec![one],
        many => strings(many),
    };
    format!("after {}", words::and(&moments.into_iter().map(duration).collect::<Vec<_>>()))
}

/// A time that got longer or shorter, each with its meaning.
pub(in crate::diff) fn length(
    at: &At<'_>,
    report: &mut Report<'_>,
    longer: (Severity, &str),
    shorter: (Severity, &str),
) {
    let (Some(was), Some(is)) = at.texts() else { return };
    let (Ok(was), Ok(is)) = (IsoDuration::parse(was), IsoDuration::parse(is)) else { return };
    let (severity, message) = match was.seconds().cmp(&is.seconds()) {
        std::cmp::Ordering::Less => longer,
        std::cmp::Ordering::Greater => shorter,
        std::cmp::Ordering::Equal => return,
    };
    report.words(severity, at, message, Some(was.words()), Some(is.words()));
}

/// A duration in words, or as it is written if it is none.
pub(super) fn duration(text: &str) -> String {
    IsoDuration::parse(text).map_or_else(|_| inert(text), |duration| duration.words())
}

/// When a gate is asked, in words.
fn asked(at: &At<'_>, gate: &str, said: &[String; 2], report: &mut Report<'_>) {
    let always = &Value::Bool(true);
    let (was, is) = (at.before.unwrap_or(always), at.after.unwrap_or(always));
    let (severity, message) = match (schema::covers(is, was), schema::covers(was, is)) {
        (true, true) => (Changes, "is asked in the same cases, in other words"),
        (true, false) if at.after.is_none() => (Strengthens, "is always asked"),
        (true, false) => (Strengthens, "is asked in more cases"),
        (false, _) if at.before.is_none() => (Weakens, "is no longer always asked"),
        (false, _) => (Weakens, "is not asked in every case in which it was"),
    };
    let [was, is] = said.clone();
    report.words(severity, at, format!("Gate {gate} {message}"), Some(was), Some(is));
}

fn conditions(at: &At<'_>, root: &At<'_>) -> [String; 2] {
    [(at.before, root.before), (at.after, root.after)].map(|(condition, workflow)| {
        when(condition, workflow.and_then(|workflow| workflow.get("parameters")))
    })
}

/// "when Environment is production", or the schema where words cannot say it.
pub(super) fn when(condition: Option<&Value>, parameters: Option<&Value>) -> String {
    let Some(condition) = condition else { return "always".to_owned() };
    let words = words::condition(condition, parameters.unwrap_or(&Value::Null));
    format!("when {}", words.as_deref().map_or_else(|| short(condition), inert))
}

fn requester(condition: Option<&Value>) -> String {
    let Some(condition) = condition else { return "always".to_owned() };
    let words = words::requester(condition, &|_, id| id.to_owned());
    format!("when {}", words.as_deref().map_or_else(|| short(condition), inert))
}
