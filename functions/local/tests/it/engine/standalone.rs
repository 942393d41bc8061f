//! Step Functions alone: virtual time, and services at an address.

use aws_sdk_sfn::Client;
use serde_json::{Value, json};

use super::harness::{OWNER, PATIENCE, SHARED, output, role, single};
use super::services::Services;
use local::step_functions::{Standalone, StepFunctions};

/// The service with virtual time, and what it calls.
pub(super) struct Alone {
    pub(super) services: Services,
    pub(super) url: String,
}

impl Alone {
    pub(super) async fn start() -> Self {
        Self::patient(300).await
    }

    /// With so many milliseconds of patience for somebody outside.
    pub(super) async fn patient(patience: u64) -> Self {
        let services = Services::start().await;
        let options = StepFunctions {
            port: 0,
            endpoint: Some(services.url.parse().expect("a URL")),
            virtual_time: true,
            patience,
            account: SHARED.to_owned(),
            region: "eu-central-1".to_owned(),
        };
        let standalone = Standalone::open(&options).await.expect("a port");
        let url = standalone.url();
        tokio::spawn(standalone.serve(std::future::pending()));
        Self { services, url }
    }

    pub(super) fn client(&self) -> Client {
        super::harness::client(&self.url, SHARED)
    }

    /// Creates, starts, waits.
    pub(super) async fn outcome(
        &self,
        definition: &Value,
        input: &Value,
    ) -> aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput {
        let client = self.client();
        let create = client.create_state_machine().name("m").definition(definition.to_string());
        let machine = create.role_arn(role(SHARED)).send().await.expect("created").state_machine_arn;
        let start = client.start_execution().state_machine_arn(machine).input(input.to_string());
        let arn = start.send().await.expect("started").execution_arn;
        super::harness::end(&client, &arn).await
    }
}

fn task(resource: &str, parameters: Value) -> Value {
    let mut state = json!({"Type": "Task", "Resource": resource});
    state["Parameters"] = parameters;
    state
}

#[tokio::test]
async fn a_month_passes_at_once() {
    let alone = Alone::start().await;
    let definition = json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 2_592_000, "Next": "Say"},
        "Say": {"Type": "Pass", "Parameters": {"at.$": "$$.State.EnteredTime"}, "End": true}}});
    let begun = std::time::Instant::now();
    let found = alone.outcome(&definition, &json!({})).await;
    assert!(begun.elapsed() < PATIENCE);
    let said: jiff::Timestamp = output(&found)["at"].as_str().expect("a time").parse().expect("a time");
    let days = said.duration_since(jiff::Timestamp::now()).as_hours() / 24;
    assert!((29..=30).contains(&days), "{days}");
}

#[tokio::test]
async fn retries_do_not_wait_and_calls_are_not_overtaken() {
    let alone = Alone::start().await;
    let mut call = task("arn:aws:states:::lambda:invoke", json!({"FunctionName": "fails"}));
    call["TimeoutSeconds"] = json!(900);
    call["Retry"] = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 600, "MaxAttempts": 3}]);
    let found = alone.outcome(&single(call), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("CustomError"));
    let cause: Value = serde_json::from_str(found.cause.as_deref().expect("a cause")).expect("JSON");
    assert_eq!(cause["errorMessage"], "no");
    assert_eq!(alone.services.count(), 4);
}

#[tokio::test]
async fn a_call_that_hangs_times_out_in_real_time() {
    let alone = Alone::start().await;
    let mut call = task("arn:aws:lambda:eu-central-1:999999999999:function:hangs", json!({}));
    call["TimeoutSeconds"] = json!(1);
    let begun = std::time::Instant::now();
    let found = alone.outcome(&single(call), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("States.Timeout"));
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1));
}

#[tokio::test]
async fn functions_are_invoked_over_http() {
    let alone = Alone::start().await;
    let by_arn =
        json!({"Type": "Task", "Resource": "arn:aws:lambda:eu-central-1:999999999999:function:echo"});
    assert_eq!(output(&alone.outcome(&single(by_arn), &json!([1])).await), json!([1]));

    let alone = Alone::start().await;
    let mut invoke =
        task("arn:aws:states:::lambda:invoke", json!({"FunctionName": "echo", "Payload.$": "$"}));
    invoke["Credentials"] = json!({"RoleArn": role(OWNER)});
    let result = output(&alone.outcome(&single(invoke), &json!({"n": 1})).await);
    assert_eq!((&result["Payload"], &result["ExecutedVersion"]), (&json!({"n": 1}), &json!("$LATEST")));
    assert_eq!(result["StatusCode"], 200);
    let asked = alone.services.request(|asked| asked.path.contains("echo")).await;
    assert!(asked.credential.starts_with(&format!("{OWNER}/")), "{}", asked.credential);
    assert!(asked.credential.ends_with("/eu-central-1/lambda/aws4_request"), "{}", asked.credential);

    let alone = Alone::start().await;
    let missing = task("arn:aws:states:::lambda:invoke", json!({"FunctionName": "nothing"}));
    let found = alone.outcome(&single(missing), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Lambda.ResourceNotFoundException"));
    let cause = found.cause.expect("a cause");
    let words = "Function not found: nothing (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;";
    assert!(cause.starts_with(words), "{cause}");
}

#[tokio::test]
async fn a_queue_carries_a_token_back() {
    let alone = Alone::patient(60_000).await;
    let client = alone.client();
    let state = task(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        json!({"QueueUrl": "http://sqs/1/q", "MessageBody": {"token.$": "$$.Task.Token"}}),
    );
    let answered = async {
        let asked = alone.services.request(|asked| asked.target == "AmazonSQS.SendMessage").await;
        let message: Value = serde_json::from_str(&asked.body).expect("JSON");
        let message: Value =
            serde_json::from_str(message["MessageBody"].as_str().expect("text")).expect("JSON");
        let token = message["token"].as_str().expect("a token").to_owned();
        client.send_task_success().task_token(token).output("\"back\"").send().await.expect("accepted");
    };
    let (definition, input) = (single(state), json!({}));
    let (found, ()) = tokio::join!(alone.outcome(&definition, &input), answered);
    assert_eq!(output(&found), json!("back"));
}

#[tokio::test]
async fn a_token_that_nobody_sends_back_times_out_after_some_patience() {
    let alone = Alone::start().await;
    let mut state = task(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        json!({"QueueUrl": "http://sqs/1/q", "MessageBody": {"token.$": "$$.Task.Token"}}),
    );
    state["HeartbeatSeconds"] = json!(3600);
    let found = alone.outcome(&single(state), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("States.Timeout"));
}

#[tokio::test]
async fn services_answer_in_the_shape_of_their_integration() {
    let get =
        task("arn:aws:states:::dynamodb:getItem", json!({"TableName": "items", "Key": {"id": {"S": "id1"}}}));
    let result = output(&Alone::start().await.outcome(&single(get), &json!({})).await);
    assert_eq!(result["Item"], json!({"id": {"S": "id1"}}));
    assert_eq!(result["SdkHttpMetadata"]["HttpStatusCode"], 200);

    let alone = Alone::start().await;
    let publish = task("arn:aws:states:::sns:publish", json!({"TopicArn": "arn:t", "Message": {"n": 1}}));
    assert_eq!(output(&alone.outcome(&single(publish), &json!({})).await)["MessageId"], "n-1");
    let asked = alone.services.request(|asked| asked.body.contains("Action=Publish")).await;
    assert!(asked.body.contains("Message=%7B%22n%22%3A1%7D"), "{}", asked.body);

    let logs =
        task("arn:aws:states:::aws-sdk:cloudwatchlogs:describeLogGroups", json!({"LogGroupNamePrefix": "a"}));
    let alone = Alone::start().await;
    let result = output(&alone.outcome(&single(logs), &json!({})).await);
    assert_eq!(result, json!({"LogGroups": [{"LogGroupName": "a", "StoredBytes": 3}]}));
    let asked = alone.services.request(|asked| asked.target.ends_with("DescribeLogGroups")).await;
    assert_eq!(asked.body, r#"{"logGroupNamePrefix":"a"}"#);
}

#[tokio::test]
async fn objects_are_read_written_and_listed() {
    let s3 =
        |action: &str, parameters| single(task(&format!("arn:aws:states:::aws-sdk:s3:{action}"), parameters));
    let alone = async |definition: Value| Alone::start().await.outcome(&definition, &json!({})).await;
    let read = output(&alone(s3("getObject", json!({"Bucket": "bucket", "Key": "a/b"}))).await);
    assert_eq!(
        (&read["Body"], &read["ContentLength"], &read["ETag"]),
        (&json!("text"), &json!(4), &json!("\"e\""))
    );
    let listed = output(&alone(s3("listObjectsV2", json!({"Bucket": "bucket", "Prefix": "a"}))).await);
    assert_eq!(listed["Contents"], json!([{"Key": "a/b", "Size": 4}]));
    let kept = Alone::start().await;
    let put = s3("putObject", json!({"Bucket": "bucket", "Key": "c", "Body": {"n": 1}}));
    assert_eq!(output(&kept.outcome(&put, &json!({})).await)["ETag"], "\"f\"");
    let asked = kept.services.request(|asked| asked.method == "PUT").await;
    assert_eq!(
        (asked.path.as_str(), asked.body.as_str(), asked.query.as_str()),
        ("/bucket/c", r#"{"n":1}"#, "")
    );
    let kept = Alone::start().await;
    kept.outcome(&s3("putObject", json!({"Bucket": "bucket", "Key": "c", "Body": "text"})), &json!({})).await;
    assert_eq!(kept.services.request(|asked| asked.method == "PUT").await.body, "\"text\"");
    let missing = alone(s3("getObject", json!({"Bucket": "bucket", "Key": "none"}))).await;
    assert_eq!(missing.error.as_deref(), Some("S3.NoSuchKeyException"));
}

#[tokio::test]
async fn failures_have_the_names_of_step_functions() {
    let fails = async |state: Value| {
        let found = Alone::start().await.outcome(&single(state), &json!({})).await;
        (found.error.expect("an error"), found.cause.expect("a cause"))
    };
    let optimised = task("arn:aws:states:::dynamodb:putItem", json!({"TableName": "none", "Item": {}}));
    let (error, cause) = fails(optimised).await;
    assert_eq!(error, "DynamoDB.ResourceNotFoundException");
    assert!(
        cause
            .contains("(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException;"),
        "{cause}"
    );
    let sdk = task("arn:aws:states:::aws-sdk:dynamodb:query", json!({"TableName": "none"}));
    let (error, cause) = fails(sdk).await;
    assert_eq!(error, "DynamoDb.ResourceNotFoundException");
    assert!(
        cause.starts_with("Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: "),
        "{cause}"
    );
    let events = task("arn:aws:states:::events:putEvents", json!({"Entries": [{"Detail": {"n": 1}}]}));
    assert_eq!(fails(events).await.0, "EventBridge.FailedEntry");
    let (error, cause) = fails(task("arn:aws:states:::aws-sdk:ec2:describeInstances", json!({}))).await;
    assert_eq!(error, "States.Runtime");
    assert!(
        cause.contains("arn:aws:states:::aws-sdk:ec2:describeInstances cannot be called here"),
        "{cause}"
    );
    let (error, _) = fails(task("arn:aws:states:::ecs:runTask.sync", json!({}))).await;
    assert_eq!(error, "States.Runtime");
}
