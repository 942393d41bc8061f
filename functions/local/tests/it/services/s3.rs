//! S3 as the archive uses it, driven by AWS's own client: written once, kept for good.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use local::services::s3::S3;
use local::services::serve;
use tempfile::TempDir;
use tokio::net::TcpListener;

const BUCKET: &str = "drawbridge-anchors";

async fn start() -> (Client, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(serve(listener, S3::open(folder.path()).router(), std::future::pending()));
    let credentials = Credentials::new("999999999999", "local", None, None, "test");
    let sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url)
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    (Client::new(&sdk), folder)
}

/// The code of the refusal, or nothing.
async fn put(client: &Client, key: &str, content: &'static str, conditional: bool) -> Option<String> {
    let request =
        client.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(content.as_bytes()));
    let request = request.checksum_algorithm(ChecksumAlgorithm::Sha256);
    let request = if conditional { request.if_none_match("*") } else { request };
    let refused = request.send().await.err()?;
    Some(refused.code().unwrap_or("none").to_owned())
}

#[tokio::test]
async fn an_object_is_written_once_and_nobody_changes_or_removes_it() {
    let (client, folder) = start().await;
    assert_eq!(put(&client, "runs/a/1-x.json", "first", true).await, None);
    assert_eq!(put(&client, "runs/a/1-x.json", "second", true).await.as_deref(), Some("PreconditionFailed"));
    assert_eq!(put(&client, "runs/a/1-x.json", "third", false).await.as_deref(), Some("AccessDenied"));
    let removed = client.delete_object().bucket(BUCKET).key("runs/a/1-x.json").send().await;
    assert_eq!(removed.expect_err("locked").code(), Some("AccessDenied"));

    let read = client.get_object().bucket(BUCKET).key("runs/a/1-x.json").send().await.expect("it is there");
    assert_eq!(read.body.collect().await.expect("read").into_bytes(), "first");
    let head = client.head_object().bucket(BUCKET).key("runs/a/1-x.json").send().await.expect("it is there");
    assert_eq!(head.object_lock_mode.expect("locked").as_str(), "COMPLIANCE");
    assert_eq!(head.content_length, Some(5));
    let missing = client.get_object().bucket(BUCKET).key("runs/a/2-x.json").send().await;
    assert_eq!(missing.expect_err("missing").code(), Some("NoSuchKey"));
    let file = folder.path().join("s3").join(BUCKET).join("runs/a/1-x.json");
    assert_eq!(std::fs::read_to_string(file).expect("a file of its own"), "first");
}

#[tokio::test]
async fn a_list_is_complete_over_its_pages() {
    let (client, _folder) = start().await;
    for key in ["runs/b/2.json", "daily/1.json", "runs/a/1.json", "runs/b/1.json"] {
        assert_eq!(put(&client, key, "x", true).await, None, "{key}");
    }
    let pages = client.list_objects_v2().bucket(BUCKET).prefix("runs/").max_keys(2).into_paginator();
    let mut pages = pages.send();
    let (mut keys, mut count) = (Vec::new(), 0);
    while let Some(page) = pages.next().await {
        let found = page.expect("a page").contents.unwrap_or_default();
        keys.extend(found.into_iter().filter_map(|object| object.key));
        count += 1;
    }
    assert_eq!(
        (keys, count),
        (vec!["runs/a/1.json".into(), "runs/b/1.json".into(), "runs/b/2.json".into()], 2)
    );
}

#[tokio::test]
async fn what_arrives_damaged_or_without_a_checksum_is_refused() {
    let (client, folder) = start().await;
    let request = client.put_object().bucket(BUCKET).key("a.json").if_none_match("*");
    let damaged = request.checksum_sha256("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    let damaged = damaged.body(ByteStream::from_static(b"x")).send().await;
    assert_eq!(damaged.expect_err("damaged").code(), Some("BadDigest"));
    let request = client.put_object().bucket(BUCKET).key("a.json").if_none_match("*");
    let unknown = request.checksum_algorithm(ChecksumAlgorithm::Crc32).body(ByteStream::from_static(b"x"));
    assert_eq!(unknown.send().await.expect_err("not read").code(), Some("InvalidRequest"));
    assert!(!folder.path().join("s3").join(BUCKET).join("a.json").exists());
}
