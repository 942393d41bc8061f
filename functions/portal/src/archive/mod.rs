//! Owns S3: the bucket with object lock that the audit is anchored in. What is written here is written
//! once; the bucket keeps it for as long as it was told to, whoever asks otherwise.

#![expect(clippy::disallowed_types, reason = "this module owns S3")]

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use tokio::time::timeout;

use crate::{AwsError, Late};

/// For so long an answer is waited for: the relay, which asks, has other things to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bucket.
#[derive(Debug, Clone)]
pub struct Archive {
    client: Late<Client>,
    bucket: String,
}

/// The archive did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// S3 could not be reached or refused the request.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// S3 took longer than it may.
    #[error("S3 did not answer within {} seconds", PATIENCE.as_secs())]
    TooSlow(#[from] tokio::time::error::Elapsed),
    /// What is kept as the anchor of a day is none.
    #[error("{0} is not the anchor of a day: {1}")]
    NotDaily(String, String),
    /// What is kept under a key is not text.
    #[error("{0} is not UTF-8")]
    NotText(String),
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It was written.
    New,
    /// There was one of this key before; this is its content.
    Before(String),
}

impl Archive {
    /// A bucket by name, reached through a client.
    pub fn new(client: Late<Client>, bucket: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into() }
    }

    /// Writes an object, unless there is one of this key. A bucket with object lock demands a checksum.
    pub async fn keep(&self, key: &str, content: String) -> Result<Kept, ArchiveError> {
        let sent = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .if_none_match("*")
            .content_type("application/json")
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .body(ByteStream::from(content.into_bytes()))
            .send();
        match timeout(PATIENCE, sent).await? {
            Ok(_) => Ok(Kept::New),
            Err(error) if status(&error) == Some(412) => Ok(Kept::Before(self.read(key).await?)),
            Err(error) => Err(AwsError::from(error).into()),
        }
    }

    /// The content of an object.
    pub async fn read(&self, key: &str) -> Result<String, ArchiveError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let answer = timeout(PATIENCE, request.send()).await?.map_err(AwsError::from)?;
        let bytes = timeout(PATIENCE, answer.body.collect()).await?;
        let bytes = bytes.map_err(|error| AwsError::saying(format!("{key} could not be read: {error}")))?;
        String::from_utf8(bytes.to_vec()).map_err(|_| ArchiveError::NotText(key.to_owned()))
    }

    /// All keys that begin like this, in order.
    pub async fn keys(&self, prefix: &str) -> Result<Vec<String>, ArchiveError> {
        let pages = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).into_paginator();
        let mut keys = Vec::new();
        let mut pages = pages.send();
        while let Some(page) = timeout(PATIENCE, pages.next()).await? {
            let page = page.map_err(AwsError::from)?;
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        }
        Ok(keys)
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
