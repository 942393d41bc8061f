//! kill -9 in the middle of a wait: the run is still there, and goes on.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use local::Endpoints;

use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{Visitor, shipped};

/// A `drawbridge` process that is killed, not asked, when it is dropped.
struct Process {
    child: Child,
    endpoints: Endpoints,
    /// Held open: a process must not end because nobody reads its greeting to the end.
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_drawbridge"))
            .args(["--port", "0", "--max-wait", "0", "--pace", "0", "--data"])
            .arg(data)
            .arg("--catalog")
            .arg(shipped("catalog"))
            .arg("--templates")
            .arg(shipped("templates"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let greeting = stdout.by_ref().lines().map_while(Result::ok).find(|line| line.contains("Portal"));
        assert!(greeting.is_some(), "it ended before it served");
        let text = std::fs::read_to_string(data.join("endpoints.json")).expect("written before it says so");
        let endpoints = serde_json::from_str(&text).expect("endpoints");
        Self { child, endpoints, _stdout: stdout }
    }

    async fn person(&self, id: &str) -> Visitor {
        let visitor = Visitor::new(&self.endpoints.portal);
        visitor.sign_in(id).await;
        visitor
    }
}

impl Drop for Process {
    /// `Child::kill` sends SIGKILL.
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_survives_kill_9_and_goes_on() {
    let data = tempfile::tempdir().expect("a folder");
    let run = {
        let process = Process::start(data.path());
        let requester = process.person(REQUESTER).await;
        let run = requester.run(SLUG, "killed", &parameters()).await;
        requester.until(&run, "WAITING").await;
        run
    };
    let process = Process::start(data.path());
    let approver = process.person(APPROVER).await;
    let decided = approver.decide(&run, GATE, "approve", "Still wanted").await;
    assert!(decided.status().is_success(), "{}", decided.text().await.unwrap_or_default());
    let requester = process.person(REQUESTER).await;
    requester.until(&run, "SUCCEEDED").await;
}

#[test]
fn a_catalog_with_problems_is_refused_with_all_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = folder.path().join("catalog");
    std::fs::create_dir(&catalog).expect("a folder");
    std::fs::write(catalog.join("portal.json"), "{ \"title\": }").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_drawbridge"))
        .args(["--port", "0", "--data"])
        .arg(folder.path().join("data"))
        .arg("--catalog")
        .arg(&catalog)
        .arg("--templates")
        .arg(shipped("templates"))
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("portal.json:1:12"), "{said}");
}
