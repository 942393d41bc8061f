//! Secrets Manager.

use std::os::unix::fs::PermissionsExt as _;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;

use super::harness::Local;

const KEY: &str = "0193ab4c-0000-7000-8000-000000000001";

#[tokio::test]
async fn a_secret_is_created_once_for_each_request() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let create = |value: &str, token: &str| {
        client
            .create_secret()
            .name("drawbridge/run-1/password")
            .secret_string(value)
            .client_request_token(token)
            .send()
    };
    let first = create("hush", KEY).await.expect("created");
    let arn = first.arn.clone().expect("an ARN");
    assert!(
        arn.starts_with("arn:aws:secretsmanager:eu-central-1:999999999999:secret:drawbridge/run-1/password-")
    );
    assert_eq!(first.version_id.as_deref(), Some(KEY));
    assert_eq!(create("hush", KEY).await.expect("the same").arn, first.arn);
    let error = create("other", KEY).await.expect_err("another value");
    assert_eq!(error.code(), Some("ResourceExistsException"));
    let other = KEY.replace('1', "2");
    assert_eq!(
        create("hush", &other).await.expect_err("another request").code(),
        Some("ResourceExistsException")
    );

    let local = local.restart().await;
    let client = Client::new(&local.sdk());
    let value = client.get_secret_value().secret_id(&arn).version_id(KEY).send().await.expect("there");
    assert_eq!(value.secret_string.as_deref(), Some("hush"));
    let by_name =
        client.get_secret_value().secret_id("drawbridge/run-1/password").send().await.expect("there");
    assert_eq!(by_name.arn, Some(arn.clone()));
    let error =
        client.get_secret_value().secret_id(&arn).version_id(other).send().await.expect_err("no version");
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn a_deleted_secret_says_so_until_it_is_gone() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    client.create_secret().name("a").secret_string("hush").send().await.expect("created");
    client.delete_secret().secret_id("a").recovery_window_in_days(7).send().await.expect("marked");
    let error = client.get_secret_value().secret_id("a").send().await.expect_err("marked");
    assert_eq!(error.code(), Some("InvalidRequestException"));
    let described = client.describe_secret().secret_id("a").send().await.expect("still there");
    assert!(described.deleted_date.is_some());
    client.delete_secret().secret_id("a").force_delete_without_recovery(true).send().await.expect("gone");
    let error = client.describe_secret().secret_id("a").send().await.expect_err("gone");
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    let error = client.list_secrets().send().await.expect_err("not here");
    assert_eq!(error.code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn f9_values_lie_in_a_file_that_nobody_else_reads() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    client.create_secret().name("a").secret_string("hush").send().await.expect("created");
    for name in ["secrets.db", "secrets.db-wal"] {
        let mode = std::fs::metadata(local.data.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
