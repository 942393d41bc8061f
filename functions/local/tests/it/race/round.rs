//! One round of the race: who votes by what, all at once, and what must be true afterwards.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;

use super::{Owner, QUORUM};
use crate::desk::{Desk, pointer};
use crate::sample::GATE;
use crate::support::{Visitor, eventually};

/// Four votes of three people: one of them acts by two channels at once.
pub(super) struct Round<'a> {
    run: &'a str,
    asked: &'a Value,
    digest: String,
    word: &'a str,
    browsers: [&'a Owner; 2],
    mailed: &'a Owner,
    in_slack: &'a Owner,
}

/// What a person was told about their vote.
#[derive(Debug)]
pub(super) struct Answer {
    person: &'static str,
    channel: &'static str,
    told: Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It is recorded.
    Recorded,
    /// It came too late.
    Late,
    /// Slack: the tables were slow, the queue will record it, or say that it came too late.
    PutOff,
}

impl<'a> Round<'a> {
    /// The people of a round; they take turns, and so do mail and Slack as somebody's second channel.
    pub(super) fn new(
        number: usize,
        run: &'a str,
        asked: &'a Value,
        link: &'a str,
        owners: &'a [Owner],
    ) -> Self {
        let [one, two, three] = [0, 1, 2].map(|next| &owners[(number + next) % owners.len()]);
        let twice_in_slack = (number / owners.len()).is_multiple_of(2);
        let (mailed, in_slack) = if twice_in_slack { (three, one) } else { (two, three) };
        let digest = pointer(asked).expect("buttons")["digest"].as_str().expect("a digest").to_owned();
        let word = link.split_once("?link=").expect("a link").1;
        Self { run, asked, digest, word, browsers: [one, two], mailed, in_slack }
    }

    /// Everybody approves at the same moment.
    pub(super) async fn vote(&self, desk: &Desk) -> Vec<Answer> {
        let view = desk.modal(&self.in_slack.user, self.asked).await;
        let [one, two] = self.browsers;
        let (one, two, mailed, in_slack) = tokio::join!(
            self.post(one, "portal", None),
            self.post(two, "portal", None),
            self.post(self.mailed, "email", Some(self.word)),
            self.submit(desk, &view),
        );
        vec![one, two, mailed, in_slack]
    }

    async fn post(&self, owner: &Owner, channel: &'static str, link: Option<&str>) -> Answer {
        let mut pairs = vec![("decision", "approve"), ("reason", channel), ("digest", &self.digest)];
        pairs.extend(link.map(|word| ("link", word)));
        let path = format!("/runs/{}/approvals/{GATE}", self.run);
        let answer = owner.browser.posting(&path).form(&pairs).send().await.expect("an answer");
        let told = match answer.status() {
            StatusCode::SEE_OTHER => Told::Recorded,
            StatusCode::CONFLICT => Told::Late,
            status => panic!("{status}: {}", answer.text().await.unwrap_or_default()),
        };
        Answer { person: owner.id, channel, told }
    }

    async fn submit(&self, desk: &Desk, view: &str) -> Answer {
        let mut sent = desk.submit(&self.in_slack.user, view, "slack").await;
        while sent["outcome"] == "silent" {
            // A machine that is busy with other things may need more than Slack's three seconds; people press again.
            sent = desk.submit(&self.in_slack.user, view, "slack").await;
        }
        assert_eq!(sent["outcome"], "taken", "{sent:#}");
        let told = match sent["errors"]["reason"].as_str() {
            Some(says) => {
                assert!(says.contains("approval is not open"), "{sent:#}");
                Told::Late
            }
            None if sent["view"].is_null() => Told::Recorded,
            None => Told::PutOff,
        };
        Answer { person: self.in_slack.id, channel: "slack", told }
    }

    /// Checks what is stored against what was told; in which order the channels came.
    pub(super) async fn check(&self, desk: &Desk, watcher: &Visitor, answers: &[Answer]) -> String {
        let votes = self.votes(desk, watcher, answers).await;
        let shown = format!("{}: {answers:#?} {votes:#?}", self.run);
        let people: BTreeSet<_> = votes.iter().map(|vote| vote.person.as_str()).collect();
        assert_eq!(people.len(), votes.len(), "nobody counts twice: {shown}");
        for answer in answers {
            let recorded = people.contains(answer.person);
            assert!(recorded || answer.told != Told::Recorded, "what was acknowledged is there: {shown}");
        }
        for vote in &votes {
            let own = answers.iter().filter(|answer| answer.person == vote.person);
            let own: Vec<_> = own.filter(|answer| answer.channel == vote.channel).collect();
            assert!(own.iter().any(|answer| answer.told != Told::Late), "a refused vote is nowhere: {shown}");
            assert_eq!(vote.reason, vote.channel, "with its own reason: {shown}");
        }
        // The first two decide it; whoever was in the middle of deciding then is recorded, and decides nothing.
        let gate: Vec<_> = votes.iter().map(|vote| vote.gate.as_str()).collect();
        let one_transition =
            |(place, gate): (usize, &&str)| *gate == if place + 1 < QUORUM { "OPEN" } else { "APPROVED" };
        assert!(gate.len() >= QUORUM && gate.iter().enumerate().all(one_transition), "{shown}");
        votes.iter().map(|vote| vote.channel.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The votes as the run's audit has them, in their order, once nothing more can come; the run has the same.
    async fn votes(&self, desk: &Desk, watcher: &Visitor, answers: &[Answer]) -> Vec<Recorded> {
        let put_off = answers.iter().find(|answer| answer.told == Told::PutOff);
        let audit = format!("/api/runs/{}/audit.jsonl", self.run);
        let mut votes = Vec::new();
        eventually("the votes are in the audit", async || {
            let export = watcher.get(&audit).await.text().await.expect("text");
            votes = export.lines().filter_map(Recorded::read).collect();
            let Some(answer) = put_off else { return true };
            votes.iter().any(|vote| vote.person == answer.person)
                || desk.title(&self.in_slack.user).await.as_deref() == Some("Not recorded")
        })
        .await;
        let run = watcher.json(&format!("/api/runs/{}", self.run)).await;
        let shown = run["approvals"][0]["votes"].as_array().expect("votes").iter();
        let shown: BTreeSet<_> =
            shown.map(|vote| [vote["person"]["id"].as_str(), vote["channel"].as_str()]).collect();
        let stored = votes.iter().map(|vote| [Some(&*vote.person), Some(&*vote.channel)]);
        assert_eq!(shown, stored.collect(), "the run shows what its audit says");
        votes
    }
}

/// A vote, from its record.
#[derive(Debug)]
struct Recorded {
    person: String,
    channel: String,
    reason: String,
    /// The gate as the vote left it.
    gate: String,
}

impl Recorded {
    fn read(line: &str) -> Option<Self> {
        let record: Value = serde_json::from_str(line).expect("JSON");
        if record["action"] != "approved" {
            return None;
        }
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let detail = &record["detail"];
        let person = record["actor"].as_str()?.strip_prefix("person:").expect("a person").to_owned();
        let (channel, reason, gate) =
            (text(&record["channel"]), text(&detail["reason"]), text(&detail["gate_status"]));
        Some(Self { person, channel, reason, gate })
    }
}
