//! A local AWS, started by the launcher of `tests/ministack`, and the scripts of `infra/` that deploy to it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::catalog::copy;
use crate::support::{eventually, shipped};

/// The Region that is deployed.
pub(crate) const REGION: &str = "eu-west-1";
/// The portal's account in the sample catalog.
pub(crate) const SHARED: &str = "310458627194";
/// The role that deploys, which somebody with the rights to do so made in every account.
const DEPLOYER: &str = "DrawbridgeDeploy";

/// The engine and a folder with what is deployed to it: a copy of `infra/`, and `dist/`.
pub(crate) struct Cloud {
    /// Where every service of every account is.
    pub(crate) url: String,
    folder: TempDir,
    engine: Child,
}

impl Cloud {
    /// An AWS in which there is nothing yet.
    pub(crate) async fn start() -> Self {
        let python = tool("target/ministack/bin/python");
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let log = fs::File::create(folder.path().join("engine.log")).expect("a file");
        fs::create_dir(folder.path().join("temporary")).expect("a folder");
        let engine = Command::new(python)
            .arg("-B")
            .arg(shipped("functions/local/tests/ministack/launch.py"))
            .args([&port.to_string(), SHARED])
            .env("TMPDIR", folder.path().join("temporary"))
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("Python runs");
        let cloud = Self { url: format!("http://127.0.0.1:{port}"), folder, engine };
        eventually("the local AWS answers", async || {
            reqwest::get(format!("{}/_ministack/health", cloud.url))
                .await
                .is_ok_and(|answer| answer.status().is_success())
        })
        .await;
        cloud
    }

    /// Makes the role that deploys, in these accounts.
    pub(crate) async fn enrol(&self, accounts: &[&str]) {
        let trusted = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{SHARED}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        for account in accounts {
            let role = ["--role-name", DEPLOYER];
            let made = ["iam", "create-role", role[0], role[1], "--assume-role-policy-document", &trusted];
            self.aws(account, &made).await;
            let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
            self.aws(account, &["iam", "attach-role-policy", role[0], role[1], "--policy-arn", policy]).await;
        }
    }

    /// Builds a catalog and the functions' package, with the first command of the README.
    pub(crate) async fn build(&self, catalog: &Path) {
        copy(&shipped("infra"), &self.path("infra"));
        let mut build = self.command(&self.path("infra/build.sh"), SHARED);
        build.args(["--architecture", std::env::consts::ARCH]).arg("--catalog").arg(catalog);
        build.arg("--templates").arg(shipped("templates"));
        build.arg("--site-gen").arg(built("site-gen")).arg("--bootstrap").arg(self.stripped());
        succeeded(&run(build).await);
    }

    /// Deploys what was built, with the second command; what it said.
    pub(crate) async fn deploy(&self, parameters: &[(&str, &str)]) -> String {
        let mut deploy = self.command(&self.path("infra/deploy.sh"), SHARED);
        deploy.args(["--region", REGION, "--role", DEPLOYER]);
        for (name, value) in [&[("EndpointUrl", &*self.url)], parameters].concat() {
            deploy.arg("--parameter").arg(format!("{name}={value}"));
        }
        succeeded(&run(deploy).await)
    }

    /// Where the deployed API answers here: at its id, below the engine's address.
    pub(crate) async fn api(&self) -> String {
        let api = self.output("ApiUrl").await;
        let id = api.strip_prefix("https://").and_then(|rest| rest.split_once('.')).expect("an address").0;
        format!("{}/_aws/execute-api/{id}/$default", self.url)
    }

    /// What a secret of the shared account holds.
    pub(crate) async fn secret(&self, name: &str) -> String {
        let read = self.aws(SHARED, &["secretsmanager", "get-secret-value", "--secret-id", name]).await;
        read["SecretString"].as_str().expect("a secret").to_owned()
    }

    /// Something in this AWS's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the AWS command line answers to an account's root user.
    pub(crate) async fn aws(&self, account: &str, arguments: &[&str]) -> Value {
        let mut command = self.command(&tool("target/deploy-tools/bin/aws"), account);
        command.args(arguments).args(["--output", "json"]);
        let said = succeeded(&run(command).await);
        serde_json::from_str(&said).unwrap_or_default()
    }

    /// A client's configuration for an account.
    pub(crate) fn sdk(&self, account: &str) -> aws_config::SdkConfig {
        crate::support::sdk_of(&self.url, account)
    }

    /// An output of the shared account's stack.
    pub(crate) async fn output(&self, name: &str) -> String {
        let stacks =
            self.aws(SHARED, &["cloudformation", "describe-stacks", "--stack-name", "drawbridge"]).await;
        let outputs = stacks["Stacks"][0]["Outputs"].as_array().expect("outputs").clone();
        let output = outputs.into_iter().find(|output| output["OutputKey"] == name);
        output.unwrap_or_else(|| panic!("{name} is an output"))["OutputValue"]
            .as_str()
            .expect("text")
            .to_owned()
    }

    /// A command with an account's credentials and with nothing of this machine's own configuration of AWS.
    fn command(&self, program: &Path, account: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        let path = std::env::var("PATH").expect("a path");
        let tools = tool("target/deploy-tools/bin/aws");
        command
            .env("PATH", format!("{}:{path}", tools.parent().expect("a folder").display()))
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", account)
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_REGION", REGION)
            // The name that the command line had first, and its first version still has.
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_PAGER", "");
        command
    }

    /// The functions' binary as `cargo test` built it, without its debug information.
    fn stripped(&self) -> PathBuf {
        let small = self.folder.path().join("bootstrap");
        let stripped = Command::new("strip").arg("-o").arg(&small).arg(built("bootstrap")).status();
        assert!(stripped.expect("`make setup` installs strip").success());
        small
    }

    /// What the engine logged, functions and all.
    fn log(&self) -> String {
        let mut log = String::new();
        let file = fs::File::open(self.folder.path().join("engine.log"));
        file.expect("a log").read_to_string(&mut log).expect("text");
        log
    }
}

impl Drop for Cloud {
    /// Ends the engine, and tells what it said where a test failed.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let errors: Vec<_> =
                log.lines().filter(|line| line.contains("ERROR") || line.contains("WARN")).collect();
            eprintln!("the local AWS said:\n{}", errors[errors.len().saturating_sub(30)..].join("\n"));
        }
        drop(self.engine.kill());
        drop(self.engine.wait());
    }
}

/// Something that `make setup` installs. A deployment that was not tried is not one that works: there is no skipping.
fn tool(path: &str) -> PathBuf {
    let tool = shipped(path);
    assert!(tool.exists(), "{} is missing: run `make setup`", tool.display());
    tool
}

/// A binary of the workspace beside the one of this test. It must be as new as what it was built from, or an old one
/// would be tested.
fn built(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a path");
    let binary = own.parent().and_then(Path::parent).expect("target/debug").join(name);
    let made = |file: &Path| fs::metadata(file).and_then(|found| found.modified()).ok();
    let sources = fs::read_to_string(binary.with_extension("d")).unwrap_or_default();
    let sources =
        sources.split_once(": ").map(|(_, sources)| sources.split_whitespace()).into_iter().flatten();
    let newer = sources.map(Path::new).find(|source| made(source) > made(&binary));
    let how = "`make test` builds it, and so does `cargo build --bin`";
    assert!(binary.exists(), "{} is missing: {how} {name}", binary.display());
    assert!(newer.is_none(), "{} is older than {newer:?}: {how} {name}", binary.display());
    binary
}

async fn run(mut command: Command) -> Output {
    let run = move || command.output().expect("it starts");
    tokio::task::spawn_blocking(run).await.expect("no panic")
}

fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
