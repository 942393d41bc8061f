//! What is really sent, held against Slack's own TypeScript types, and kept to be read.
//!
//! Each message and modal becomes a typed constant of a TypeScript file, which the compiler judges: a member
//! that Slack does not know, lacks or has otherwise does not compile.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::{Desk, someone};
use crate::api::world::production;

/// Everything that one request brings: asked, reminded of what is different, voted on, closed.
struct Sent {
    messages: Vec<(&'static str, Value)>,
    views: Vec<(&'static str, Value)>,
}

async fn sent() -> Sent {
    let desk = Desk::start().await;
    let mut parameters = production();
    parameters["note"] = json!("<!channel> see <https://evil.example|this>\n*Approved by* Bob & all");
    let run = desk.world.person("ada").await.run("resize", "typed", &parameters).await;
    desk.world.step("next-gate", &run).await;
    let asked = desk.slack.posts("#team").pop().expect("asked");
    let value = super::button(&asked, "approve")["value"].as_str().expect("a value").to_owned();
    desk.press(&someone("UBOB"), "approve", &value).await;
    desk.press(&someone("UBOB"), "reject", &value).await;
    desk.tables.close(true);
    let body = desk.modal_of("UBOB", "approve", &value, "Fine").await;
    let waiting: Value = desk.send(&body).await.json().await.expect("JSON");
    desk.tables.close(false);
    let batch = desk.queue.batch();
    Box::pin(portal::steps::dispatch("interaction", batch, &desk.world.portal)).await.expect("carried out");
    let approved = desk.slack.calls("chat.update").pop().expect("updated");
    let mut opened = desk.slack.calls("views.open").into_iter().map(|body| body["view"].clone());
    let mut view = |name| (name, opened.next().expect("a modal"));
    let views = vec![
        view("approve"),
        view("reject"),
        view("approve_briefly"),
        ("being_recorded", waiting["view"].clone()),
        ("recorded", desk.slack.calls("views.update").pop().expect("a modal")["view"].clone()),
    ];
    let stable = Stable::of(&desk, &run).await;
    let mut sent = Sent { messages: vec![("asked", asked), ("approved", approved)], views };
    for (_, value) in sent.messages.iter_mut().chain(&mut sent.views) {
        *value = stable.made(value);
    }
    sent
}

/// What differs from one run of the tests to the next.
struct Stable(Vec<(String, &'static str)>);

impl Stable {
    async fn of(desk: &Desk, run: &str) -> Self {
        let item = desk.world.run(run).await;
        let until = item.gates[0].expires_at.expect("it was open");
        Self(vec![
            (desk.world.base.clone(), "https://portal.example"),
            (run.to_owned(), "RUN"),
            (item.digest, "DIGEST"),
            (until.as_second().to_string(), "1795000000"),
            (until.strftime("%Y-%m-%d %H:%M UTC").to_string(), "2026-11-18 11:06 UTC"),
        ])
    }

    fn made(&self, value: &Value) -> Value {
        let mut text = value.to_string();
        for (found, stands) in &self.0 {
            text = text.replace(found, stands);
        }
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(message) = value.as_object_mut() {
            message.remove("client_msg_id");
        }
        value
    }
}

#[tokio::test]
async fn f30_messages_and_modals_are_what_slack_takes_and_nothing_of_people_is_markup() {
    let sent = sent().await;
    for (name, value) in sent.messages.iter().chain(&sent.views) {
        let text = value.to_string();
        for markup in ["<!channel", "<https://evil", "*Approved by* Bob\\n"] {
            assert!(!text.contains(markup), "{name}: {text}");
        }
        within_limits(name, value);
        insta::assert_json_snapshot!(*name, value);
    }
    let note = "&lt;!channel&gt; see &lt;https://evil.example|this&gt; *Approved by* Bob &amp; all";
    assert!(sent.messages[0].1.to_string().contains(note), "on one line, escaped");
    compile(&typescript(&sent));
}

/// What Slack says of sizes, and types do not.
fn within_limits(name: &str, message: &Value) {
    let blocks = message["blocks"].as_array().expect("blocks");
    assert!(blocks.len() <= 50, "{name}");
    for block in blocks {
        assert!(block["text"]["text"].as_str().is_none_or(|text| text.chars().count() <= 3_000), "{name}");
        let fields = block["fields"].as_array().map_or(0, Vec::len);
        assert!(fields <= 10, "{name}: {fields} fields");
    }
    assert!(message["private_metadata"].as_str().is_none_or(|text| text.len() <= 3_000), "{name}");
    assert!(message["title"]["text"].as_str().is_none_or(|text| text.len() <= 24), "{name}");
}

fn typescript(sent: &Sent) -> String {
    // A modal's blocks are typed loosely; every one of ours is a known one.
    let head = "import type { KnownBlock, ModalView } from '@slack/types';\n\
        type Known = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };\n";
    let message = |(name, message): &(&str, Value)| {
        format!("export const message_{name}: KnownBlock[] = {};\n", message["blocks"])
    };
    let view = |(name, view): &(&str, Value)| format!("export const view_{name}: Known = {view};\n");
    let constants = sent.messages.iter().map(message).chain(sent.views.iter().map(view));
    [head.to_owned()].into_iter().chain(constants).collect()
}

fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/slack-types")
}

/// Compiles a source where the types are installed.
fn compile(source: &str) {
    let compiler = installed().join("node_modules/.bin/tsc");
    if !compiler.exists() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing: run `make setup`", compiler.display());
        eprintln!("NOT RUN: {} is missing; `make setup` installs Slack's types there", compiler.display());
        return;
    }
    assert!(compiles(&compiler, source), "see above");
    let broken = source.replace("\"plain_text\"", "\"plain\"");
    assert!(!compiles(&compiler, &broken), "the compiler looks at what is sent");
}

fn compiles(compiler: &Path, source: &str) -> bool {
    // Beside the types, so that the compiler finds them; a folder of its own, so that no test meets another.
    let folder = tempfile::tempdir_in(installed()).expect("a folder");
    let config = include_str!("../../../slack-types/tsconfig.json");
    std::fs::write(folder.path().join("tsconfig.json"), config).expect("a file");
    std::fs::write(folder.path().join("sent.ts"), source).expect("a file");
    let output = Command::new(compiler).arg("--project").arg(folder.path()).output().expect("node runs");
    let told = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        eprintln!("{}", &told[..told.len().min(4_000)]);
    }
    output.status.success()
}
