//! SQS and the worker behind a queue, through AWS's own client.

use std::sync::Arc;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{MessageSystemAttributeName as System, QueueAttributeName as Attribute};
use local::engine::{FunctionError, Functions, FunctionsFuture};
use local::queue::Worker;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::harness::Local;

const QUEUE: &str = "drawbridge-interactions";
const DEAD: &str = "drawbridge-interactions-dead";

async fn url(client: &Client, name: &str) -> String {
    client.get_queue_url().queue_name(name).send().await.expect("there").queue_url.expect("an address")
}

async fn send(client: &Client, url: &str, body: &str) -> String {
    let sent = client.send_message().queue_url(url).message_body(body).send().await.expect("sent");
    sent.message_id.expect("an id")
}

/// The bodies of what can be received at once, hidden for so many seconds.
async fn receive(client: &Client, url: &str, hide: i32) -> Vec<(String, String)> {
    let ask = client.receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(hide);
    let messages = ask.send().await.expect("an answer").messages.unwrap_or_default();
    let pair = |message: aws_sdk_sqs::types::Message| {
        (message.body.expect("a body"), message.receipt_handle.expect("a receipt"))
    };
    messages.into_iter().map(pair).collect()
}

fn bodies(received: &[(String, String)]) -> Vec<&str> {
    received.iter().map(|(body, _)| body.as_str()).collect()
}

#[tokio::test]
async fn a_message_is_hidden_until_it_is_deleted_or_its_time_is_over() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    send(&client, &queue, "one").await;
    send(&client, &queue, "two").await;
    let received = receive(&client, &queue, 60).await;
    assert_eq!(bodies(&received), ["one", "two"]);
    assert!(receive(&client, &queue, 60).await.is_empty(), "both are in flight");

    let delete = client.delete_message().queue_url(&queue).receipt_handle(&received[0].1);
    delete.send().await.expect("deleted");
    let show = client.change_message_visibility().queue_url(&queue).receipt_handle(&received[1].1);
    show.clone().visibility_timeout(0).send().await.expect("shown");

    let local = local.restart().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    let again = receive(&client, &queue, 60).await;
    assert_eq!(bodies(&again), ["two"], "a restart loses nothing");
    assert_ne!(again[0].1, received[1].1, "every receive has a receipt of its own");
    let stale = client.delete_message().queue_url(&queue).receipt_handle(&received[1].1);
    stale.send().await.expect("answered");
    let counts = client.get_queue_attributes().queue_url(&queue).attribute_names(Attribute::All);
    let counts = counts.send().await.expect("an answer").attributes.expect("some");
    assert_eq!(counts[&Attribute::ApproximateNumberOfMessages], "0");
    assert_eq!(
        counts[&Attribute::ApproximateNumberOfMessagesNotVisible],
        "1",
        "an old receipt deletes nothing"
    );
    assert!(counts[&Attribute::RedrivePolicy].contains(DEAD), "{counts:?}");
}

#[tokio::test]
async fn f53_a_message_received_in_vain_five_times_goes_to_the_dead_letters() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let (queue, dead) = (url(&client, QUEUE).await, url(&client, DEAD).await);
    send(&client, &queue, "poison").await;
    for time in 1..=5 {
        assert_eq!(bodies(&receive(&client, &queue, 0).await), ["poison"], "time {time}");
    }
    assert!(receive(&client, &queue, 0).await.is_empty());
    assert_eq!(bodies(&receive(&client, &dead, 0).await), ["poison"]);
}

#[tokio::test]
async fn a_long_poll_hears_of_a_message_at_once() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    let poll = client.receive_message().queue_url(&queue).wait_time_seconds(20);
    let polling = tokio::spawn(poll.message_system_attribute_names(System::All).send());
    let id = send(&client, &queue, "news").await;
    let message = polling.await.expect("no panic").expect("an answer").messages.expect("one").remove(0);
    assert_eq!(message.message_id, Some(id));
    assert_eq!(message.attributes.expect("some")[&System::ApproximateReceiveCount], "1");
}

#[tokio::test]
async fn what_sqs_would_not_take_is_refused_by_name() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    let error = client.get_queue_url().queue_name("other").send().await.expect_err("not there");
    assert_eq!(error.code(), Some("QueueDoesNotExist"));
    let delete = client.delete_message().queue_url(&queue).receipt_handle("x");
    assert_eq!(delete.send().await.expect_err("no receipt").code(), Some("ReceiptHandleIsInvalid"));
    let send = client.send_message().queue_url(&queue).message_body("x").message_group_id("g");
    let error = send.send().await.expect_err("not here");
    assert!(error.message().is_some_and(|said| said.contains("MessageGroupId")), "{error:?}");
}

/// Sends every event to the test and answers as it says.
struct Consumer {
    events: mpsc::UnboundedSender<Value>,
    answer: fn(&Value) -> Result<Value, FunctionError>,
}

impl Functions for Consumer {
    fn has(&self, name: &str) -> bool {
        name == "interaction"
    }

    fn invoke<'a>(&'a self, name: &'a str, payload: Value) -> FunctionsFuture<'a> {
        Box::pin(async move {
            assert!(self.has(name), "{name}");
            let answer = (self.answer)(&payload);
            self.events.send(payload).expect("somebody listens");
            answer
        })
    }
}

/// Starts a worker; what it is given.
fn work(
    client: &Client,
    queue: &str,
    answer: fn(&Value) -> Result<Value, FunctionError>,
) -> (mpsc::UnboundedReceiver<Value>, tokio::task::JoinHandle<()>) {
    let (events, given) = mpsc::unbounded_channel();
    let worker = Worker {
        client: client.clone(),
        queue_url: queue.to_owned(),
        queue_arn: format!("arn:aws:sqs:eu-central-1:999999999999:{QUEUE}"),
        functions: Arc::new(Consumer { events, answer }),
        function: "interaction",
    };
    (given, tokio::spawn(worker.run()))
}

/// How many messages the queue has, seen and unseen.
async fn left(client: &Client, queue: &str) -> i32 {
    let ask = client.get_queue_attributes().queue_url(queue).attribute_names(Attribute::All);
    let counts = ask.send().await.expect("an answer").attributes.expect("some");
    let number = |name: Attribute| counts[&name].parse::<i32>().expect("a number");
    number(Attribute::ApproximateNumberOfMessages) + number(Attribute::ApproximateNumberOfMessagesNotVisible)
}

#[tokio::test]
async fn a_worker_gives_the_function_lambdas_event_and_deletes_what_it_took() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    let (mut given, worker) = work(&client, &queue, |_| Ok(Value::Null));
    let id = send(&client, &queue, "{\"a\":1}").await;
    let event = given.recv().await.expect("an event");
    let record = &event["Records"][0];
    assert_eq!((&record["messageId"], &record["body"]), (&json!(id), &json!("{\"a\":1}")));
    assert_eq!((&record["eventSource"], &record["awsRegion"]), (&json!("aws:sqs"), &json!("eu-central-1")));
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    crate::support::eventually("the message is deleted", async || left(&client, &queue).await == 0).await;
    worker.abort();
}

#[tokio::test]
async fn a_worker_leaves_what_failed() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let queue = url(&client, QUEUE).await;
    let (mut given, worker) = work(&client, &queue, |event| {
        let records = event["Records"].as_array().expect("records").iter();
        let bad = records.filter(|record| record["body"] == "bad");
        let failures: Vec<_> = bad.map(|record| json!({"itemIdentifier": record["messageId"]})).collect();
        Ok(json!({"batchItemFailures": failures}))
    });
    send(&client, &queue, "bad").await;
    given.recv().await.expect("an event");
    send(&client, &queue, "good").await;
    given.recv().await.expect("an event");
    crate::support::eventually("only the good one is deleted", async || left(&client, &queue).await == 1)
        .await;
    worker.abort();

    let (mut given, worker) = work(&client, &queue, |_| {
        Err(FunctionError { error_type: "Broken".to_owned(), message: "no".to_owned() })
    });
    send(&client, &queue, "other").await;
    given.recv().await.expect("an event");
    worker.abort();
    assert_eq!(left(&client, &queue).await, 2, "a failed batch is deleted nowhere");
}
