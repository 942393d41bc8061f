//! What somebody copies to call a workflow: one state for a state machine, one command for a shell.
//!
//! The state is a Parallel with one branch: a Task starts the caller's door and waits, a Choice looks at how
//! the run ended, a Fail passes its error on by name. A failed nested execution alone would arrive as
//! `States.TaskFailed`; this way Retry and Catch of the Parallel can match `Drawbridge.Rejected` and the rest.
//! The idempotency key is made of the caller's execution, state and Map index: a retry finds the first
//! run instead of starting another. The deadline is an instant, so that the run ends before the caller stops
//! waiting, however long the way there took. Each state names its query language, so that it fits any machine.
//!
//! Both are templates, coloured once; a page fills in its own words.

use std::borrow::Cow;
use std::sync::LazyLock;

use catalog_model::{LoadedWorkflow, Portal};
use serde_json::{Value, json};

use crate::markdown::highlight::{escape, highlight};

/// Time that a run may take beyond its approvals and its steps, in seconds: hand-overs and retries.
const SLACK: u64 = 3600;

/// How much longer than the run a caller waits, in seconds: ending a run that does not stop takes five minutes.
const ANSWER: u64 = 600;

const STATE: &str = r#""@title@": {
  "Type": "Parallel",
  "QueryLanguage": "JSONata",
  "Branches": [
    {
      "StartAt": "Call @slug@",
      "States": {
        "Call @slug@": {
          "Type": "Task",
          "QueryLanguage": "JSONata",
          "Resource": "arn:aws:states:::states:startExecution.sync:2",
          "Credentials": { "RoleArn": "arn:aws:iam::@account@:role/DrawbridgeDoor-@caller@-@region@" },
          "Arguments": {
            "StateMachineArn": "arn:aws:states:@region@:@account@:stateMachine:drawbridge-door-@caller@",
            "Input": {
              "workflow": "@slug@",
              "parameters": @parameters@,
              "idempotency_key": "{% $states.context.Execution.Id & '/' & $states.context.State.Name & '/' & $string($states.context.Map.Item.Index) %}",
              "deadline": "{% $fromMillis($toMillis($states.context.State.EnteredTime) + @seconds@ * 1000) %}"
            }
          },
          "Output": "{% $states.result.Output %}",
          "TimeoutSeconds": @patience@,
          "Next": "Did @slug@ succeed?"
        },
        "Did @slug@ succeed?": {
          "Type": "Choice",
          "QueryLanguage": "JSONata",
          "Choices": [{ "Condition": "{% $states.input.status = 'SUCCEEDED' %}", "Next": "Result of @slug@" }],
          "Default": "Error of @slug@"
        },
        "Result of @slug@": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.result %}", "End": true },
        "Error of @slug@": {
          "Type": "Fail",
          "QueryLanguage": "JSONata",
          "Error": "{% $states.input.error.name %}",
          "Cause": "{% $states.input.error.cause %}"
        }
      }
    }
  ],
  "Output": "{% $states.result[0] %}",
  "Next": "YOUR-NEXT-STATE"
}"#;

const CURL: &str = r#"# DRAWBRIDGE_TOKEN: an access token of yours for @audience@ with the scope drawbridge/run
curl -sS --fail-with-body "@url@/api/workflows/@slug@/runs" \
  -H "Authorization: Bearer $DRAWBRIDGE_TOKEN" \
  -H "Idempotency-Key: $(date +%s)-$RANDOM" \
  -H "Content-Type: application/json" \
  --data @- <<'JSON'
{
  "parameters": @parameters@
}
JSON"#;

static STATE_COLOURED: LazyLock<String> = LazyLock::new(|| coloured("json", STATE));
static CURL_COLOURED: LazyLock<String> = LazyLock::new(|| coloured("bash", CURL));

/// What the snippets need to know.
pub(crate) struct Call<'a> {
    slug: &'a str,
    title: String,
    /// A team that may call it, to make the snippet concrete.
    caller: &'a str,
    account: &'a str,
    region: &'a str,
    url: &'a str,
    /// What an access token must be issued for.
    audience: &'a str,
    /// Coloured JSON.
    parameters: String,
    seconds: u64,
}

impl<'a> Call<'a> {
    pub(crate) fn new(loaded: &'a LoadedWorkflow, portal: Option<&'a Portal>) -> Self {
        let workflow = &loaded.workflow;
        let deployment = portal.and_then(|p| p.deployments.iter().find(|d| d.region == loaded.region));
        let url = deployment.map_or("", |d| &d.url);
        let approvals = workflow.longest_wait();
        Self {
            slug: &loaded.slug,
            // It becomes the name of a state inside quotes.
            title: workflow.title.replace(['"', '\\'], ""),
            caller: workflow.callers.first().map_or("YOUR-TEAM", String::as_str),
            account: portal.map_or("", |p| &p.shared_account),
            region: &loaded.region,
            url,
            audience: portal.and_then(|p| p.sign_in.audience.as_deref()).unwrap_or(url),
            parameters: example(loaded),
            seconds: approvals + workflow.timeout.seconds() + SLACK,
        }
    }

    /// One state of Amazon States Language, coloured.
    pub(crate) fn state(&self) -> String {
        self.filled(&STATE_COLOURED, "              ")
    }

    /// One command for a shell, coloured.
    pub(crate) fn curl(&self) -> String {
        self.filled(&CURL_COLOURED, "  ")
    }

    /// A template with its places filled; the lines of the parameters are indented to where they stand.
    fn filled(&self, template: &str, indent: &str) -> String {
        let mut out = String::with_capacity(template.len() + self.parameters.len() * 2 + 256);
        let mut rest = template;
        while let Some((before, place)) = rest.split_once('@') {
            out.push_str(before);
            let (name, after) = place.split_once('@').unwrap_or((place, ""));
            rest = after;
            match name {
                "title" => escape(&self.title, &mut out),
                "slug" => escape(self.slug, &mut out),
                "caller" => escape(self.caller, &mut out),
                "account" => escape(self.account, &mut out),
                "region" => escape(self.region, &mut out),
                "url" => escape(self.url, &mut out),
                "audience" => escape(self.audience, &mut out),
                "seconds" => out.push_str(&self.seconds.to_string()),
                "patience" => out.push_str(&(self.seconds + ANSWER).to_string()),
                "parameters" => indented(&self.parameters, indent, &mut out),
                // `--data @-`: no place, but an at sign.
                _ => {
                    out.push('@');
                    rest = place;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// The errors that the workflow's own steps end with, each once.
pub(crate) fn own_errors(steps: &Value) -> Vec<&str> {
    let mut errors = Vec::new();
    let states = steps.get("States").and_then(Value::as_object).into_iter().flatten();
    for (_, state) in states.filter(|(_, state)| state.get("Type").is_some_and(|kind| kind == "Fail")) {
        // An expression is a name only once it is evaluated.
        let error = state.get("Error").and_then(Value::as_str).filter(|error| !error.starts_with("{%"));
        errors.extend(error.filter(|error| !errors.contains(error)));
    }
    errors
}

/// The parameters of the first test case, which the check has held against the schema; secrets left out.
fn example(loaded: &LoadedWorkflow) -> String {
    let first = loaded.cases.cases.first();
    let mut parameters = first.map_or_else(|| Cow::Owned(json!({})), |case| Cow::Borrowed(&case.parameters));
    let schema = &loaded.workflow.parameters;
    if may_hold_secrets(schema) {
        for pointer in form::secrets(schema, &parameters) {
            if let Some(secret) = parameters.to_mut().pointer_mut(&pointer) {
                *secret = json!("SECRET");
            }
        }
    }
    coloured("json", &serde_json::to_string_pretty(&parameters).unwrap_or_default())
}

/// Whether a schema has a word that makes a value secret, wherever it stands; most have none.
fn may_hold_secrets(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(key, value)| {
            key == "writeOnly" || (key == "format" && value == "password") || may_hold_secrets(value)
        }),
        Value::Array(items) => items.iter().any(may_hold_secrets),
        _ => false,
    }
}

fn indented(text: &str, indent: &str, out: &mut String) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            out.push_str(indent);
        }
        out.push_str(line);
    }
}

fn coloured(language: &str, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    highlight(language, code, &mut html);
    html
}

#[cfg(test)]
mod tests {
    use asl::test_state::{Outcome, Place, Test};
    use serde_json::{Value, json};

    use super::{Call, STATE, coloured, own_errors};

    #[test]
    fn errors_of_its_own_are_named_once() {
        let fail = |error: &str| json!({"Type": "Fail", "Error": error});
        let states = json!({"A": fail("NoSuchCluster"), "B": fail("{% $e %}"), "C": fail("NoSuchCluster"), "D": {"Type": "Pass"}});
        assert_eq!(own_errors(&json!({"States": states})), ["NoSuchCluster"]);
    }

    fn call() -> Call<'static> {
        Call {
            slug: "resize",
            title: "Resize".to_owned(),
            caller: "shop",
            account: "111111111111",
            region: "eu-west-1",
            url: "https://portal.example.org",
            audience: "https://portal.example.org",
            parameters: coloured("json", "{\n  \"a\": 1\n}"),
            seconds: 60,
        }
    }

    fn text(html: &str) -> String {
        let tags = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        tags.collect::<String>().replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
    }

    #[test]
    fn the_state_is_one_that_step_functions_takes() {
        let copied = format!("{{{}}}", text(&call().state()));
        let state: Value = serde_json::from_str(&copied).expect("JSON");
        let machine = serde_json::json!({
            "StartAt": "Resize",
            "States": {"Resize": state["Resize"], "YOUR-NEXT-STATE": {"Type": "Succeed"}},
        });
        assert_eq!(asl::validate(&machine), [], "{copied}");
        let input = &state["Resize"]["Branches"][0]["States"]["Call resize"]["Arguments"]["Input"];
        assert_eq!(input["parameters"], serde_json::json!({"a": 1}));
        assert!(!copied.replace("{%", "").contains('@'), "every place is filled: {copied}");
        assert!(STATE.contains("idempotency_key"));
        let task = &state["Resize"]["Branches"][0]["States"]["Call resize"];
        let deadline = "{% $fromMillis($toMillis($states.context.State.EnteredTime) + 60 * 1000) %}";
        assert_eq!(input["deadline"], deadline);
        assert_eq!(task["TimeoutSeconds"], 660, "the caller outwaits the run");
    }

    /// Neither a clock nor chance.
    struct Still;

    impl asl::Entropy for Still {
        fn uuid(&mut self) -> String {
            "00000000-0000-4000-8000-000000000000".to_owned()
        }

        fn random(&mut self) -> f64 {
            0.5
        }
    }

    #[test]
    fn the_deadline_is_an_instant_after_the_state_was_entered() {
        let copied = format!("{{{}}}", text(&call().state()));
        let state: Value = serde_json::from_str(&copied).expect("JSON");
        let task = &state["Resize"]["Branches"][0]["States"]["Call resize"];
        let context = serde_json::json!({
            "Execution": {"Id": "arn:aws:states:eu-west-1:333333333333:execution:drawbridge-x:1"},
            "State": {"Name": "Call resize", "EnteredTime": "2026-01-01T23:59:30.250Z"},
        });
        let request = serde_json::json!({
            "definition": task.to_string(),
            "inspectionLevel": "DEBUG",
            "context": context.to_string(),
            "mock": {"result": "{\"Output\": {}}", "fieldValidationMode": "NONE"},
        });
        let request = serde_json::from_value(request).expect("a request");
        let place = Place { region: "eu-west-1".to_owned(), account: "333333333333".to_owned() };
        let outcome =
            Test::begin(&request, &place, jiff::Timestamp::UNIX_EPOCH, &mut Still).expect("it is taken");
        let Outcome::Done(told) = outcome else { panic!("a mock stands for the call: {outcome:?}") };
        let arguments = told["inspectionData"]["afterArguments"].as_str().unwrap_or_else(|| panic!("{told}"));
        let arguments: Value = serde_json::from_str(arguments).expect("JSON");
        assert_eq!(arguments["Input"]["deadline"], "2026-01-02T00:00:30.250Z");
        let key = arguments["Input"]["idempotency_key"].as_str().expect("a key");
        assert!(key.ends_with("execution:drawbridge-x:1/Call resize/"), "{key}");
    }

    #[test]
    fn the_command_posts_the_parameters() {
        let copied = text(&call().curl());
        let command = copied.split_once('\n').expect("a comment and a command").1;
        assert!(command.starts_with("curl "), "{command}");
        for part in [
            "\"https://portal.example.org/api/workflows/resize/runs\"",
            "\"Authorization: Bearer $DRAWBRIDGE_TOKEN\"",
        ] {
            assert!(command.contains(part), "{part} in {command}");
        }
        assert!(
            copied.ends_with("--data @- <<'JSON'\n{\n  \"parameters\": {\n    \"a\": 1\n  }\n}\nJSON"),
            "{copied}"
        );
    }
}
