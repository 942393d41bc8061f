//! What a workflow's page offers to copy: the command, run as it is; `calls` runs the state.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::sample::{REQUESTER, SLUG};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_on_the_page_starts_a_run() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let page = requester.get(&format!("/workflows/{SLUG}/")).await.text().await.expect("a page");
    let command = command(&page);

    let stranger = run(&command, "nobody");
    assert!(!stranger.status.success(), "a session that is none starts nothing");
    let told: Value = serde_json::from_slice(&stranger.stdout).expect("the command shows the refusal");
    assert_eq!(told["type"], "urn:drawbridge:problem:sign-in-required", "{told:#}");

    let output = run(&command, &requester.session());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let run = told["run_id"].as_str().expect("a run id");
    requester.until(run, "WAITING").await;
}

/// The text of the snippet for shells, as the button copies it.
fn command(page: &str) -> String {
    copied(page, "From a shell")
}

/// The text of the snippet below a heading of a workflow's page, as the button copies it.
pub(crate) fn copied(page: &str, heading: &str) -> String {
    let snippet = page.split_once(heading).expect("the snippet").1;
    let code = snippet.split_once("<code>").expect("its code").1.split_once("</code>").expect("its end").0;
    let text: String =
        code.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Pastes the command into a shell in which the session is known.
fn run(command: &str, session: &str) -> Output {
    let mut shell = Command::new("bash")
        .env("DRAWBRIDGE_SESSION", session)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash is installed");
    let mut input = shell.stdin.take().expect("piped");
    writeln!(input, "{command}").expect("bash reads");
    drop(input);
    shell.wait_with_output().expect("it ends")
}
