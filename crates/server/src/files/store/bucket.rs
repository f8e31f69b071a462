//! Bytes in a bucket, which several processes share.
//!
//! Objects are never changed: each is written once, under a name that says nothing. What
//! they are, and in which order they make up an upload, stands in the database, and is
//! true from its commit on. An object that was written and never committed, or is not
//! needed any more, is removed by [`Bucket::sweep`].

use super::super::Checksum;
use super::connector::Connector;
use super::{Appended, BucketLocation, Finished, Kept, StoreError, judged};
use crate::clock::Clock;
use crate::database::{Connection, Database};
use crate::mutants::mutant;
use crate::repositories::objects::{self, Piece};
use crate::repositories::uploads::{self, Upload};
use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{BackoffConfig, Error, ObjectStoreExt as _, RetryConfig};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// So many bytes at least of a body that is longer make an object: what a process holds
/// of one, and what a kill of the process costs at most.
const OBJECT_BYTES: usize = 5 * 1024 * 1024;
/// A piece that is smaller is joined with what comes after it, so that an upload in tiny
/// pieces does not become as many objects.
const SMALL_BYTES: u64 = 256 * 1024;
/// What nothing names is removed after this time: whoever wrote it is done with it.
const UNNAMED_KEPT: TimeDelta = TimeDelta::days(1);
/// Most objects removed at a time.
const MAX_SWEPT: u32 = 1_000;
/// Tried again so often before somebody is told, who tries again later.
const MAX_RETRIES: usize = 2;
const RETRY_LIMIT: Duration = Duration::from_secs(10);

/// A bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
    database: Database,
    clock: Clock,
}

/// A request that adds bytes to an upload.
struct Writing<'a> {
    upload: &'a Upload,
    /// Where the upload ends by the database.
    committed: u64,
    /// Where the next byte belongs.
    end: u64,
    /// Written, and not in the database yet.
    pieces: Vec<Piece>,
    /// Objects whose bytes are in these pieces as well.
    replaced: Vec<String>,
}

impl Bucket {
    /// Looks whether it can be used. A store that does not answer now may do so later,
    /// and much can be done without it.
    pub(super) async fn open(
        location: &BucketLocation,
        database: &Database,
        clock: &Clock,
    ) -> io::Result<Self> {
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: MAX_RETRIES,
            retry_timeout: RETRY_LIMIT,
        };
        // From parts alone: nothing of it comes from the environment.
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&location.name)
            .with_region(&location.region)
            .with_access_key_id(&location.keys.id)
            .with_secret_access_key(&location.keys.secret)
            .with_retry(retry)
            .with_http_connector(Connector::new(location.is_plain_http)?);
        if let Some(endpoint) = &location.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(location.is_plain_http);
        }
        let store = Arc::new(builder.build().map_err(io::Error::other)?);
        let (database, clock) = (database.clone(), clock.clone());
        let bucket = Self { store, prefix: location.prefix.clone(), database, clock };
        match bucket.probe().await {
            Ok(()) => {}
            Err(StoreError::Away(
                error @ (Error::NotFound { .. }
                | Error::PermissionDenied { .. }
                | Error::Unauthenticated { .. }),
            )) => return Err(io::Error::other(format!("the bucket cannot be used: {error}"))),
            Err(error) => tracing::warn!(%error, "the bucket does not answer yet"),
        }
        Ok(bucket)
    }

    /// Writes an object and removes it.
    async fn probe(&self) -> Result<(), StoreError> {
        let id = self.add(Bytes::from_static(b"probe")).await?;
        self.remove(&id).await
    }

    /// The path of an object. Its id is one that the server made.
    fn path(&self, id: &str) -> io::Result<Path> {
        Path::parse(format!("{}/{id}", self.prefix)).map_err(io::Error::other)
    }

    /// Writes an object that was noted before.
    async fn write(&self, id: &str, content: Bytes) -> Result<(), StoreError> {
        let path = self.path(id)?;
        self.store.put(&path, content.into()).await.map_err(StoreError::Away)?;
        Ok(())
    }

    /// Notes an object and writes it.
    async fn add(&self, content: Bytes) -> Result<String, StoreError> {
        let id = new_id();
        let mut transaction = self.database.write().await?;
        objects::note(&mut transaction, &id, self.clock.now()).await?;
        transaction.commit().await?;
        self.write(&id, content).await?;
        Ok(id)
    }

    /// The bytes of an object, if it is there.
    async fn bytes(&self, id: &str) -> Result<Option<Bytes>, StoreError> {
        let path = self.path(id)?;
        let found = match self.store.get(&path).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StoreError::Away(error)),
        }
    }

    /// As [`super::FileStore::append`].
    pub(super) async fn append(
        &self,
        upload: &Upload,
        at: u64,
        mut bytes: BodyDataStream,
        checksum: Option<&Checksum>,
    ) -> Result<Appended, StoreError> {
        let mut writing =
            Writing { upload, committed: at, end: at, pieces: Vec::new(), replaced: Vec::new() };
        let mut hashing = checksum.map(Checksum::begin);
        let mut block = Vec::new();
        let mut room = upload.size_bytes - at;
        let mut is_whole = true;
        while let Some(chunk) = bytes.next().await {
            let Ok(chunk) = chunk else {
                is_whole = false;
                break;
            };
            if let Some(hashing) = &mut hashing {
                hashing.take(&chunk);
            }
            let part = &chunk[..chunk.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
            block.extend_from_slice(part);
            room -= length(part);
            if block.len() >= OBJECT_BYTES {
                self.extend(&mut writing, std::mem::take(&mut block)).await?;
                // Of what comes with a checksum nothing counts before its end.
                if checksum.is_none() && !self.commit(&mut writing).await? {
                    return Ok(Appended::Elsewhere);
                }
            }
            if part.len() < chunk.len() {
                break;
            }
        }
        if let (Some(checksum), Some(hashing)) = (checksum, hashing)
            && (!is_whole || !checksum.fits(hashing))
            && !mutant!(ChecksumIgnored)
        {
            let written: Vec<_> = writing.pieces.into_iter().map(|piece| piece.object_id).collect();
            self.discard(&written).await;
            return Ok(Appended::OtherPiece);
        }
        if !block.is_empty() {
            self.extend(&mut writing, block).await?;
        }
        if !self.commit(&mut writing).await? {
            return Ok(Appended::Elsewhere);
        }
        Ok(Appended::UpTo(writing.end))
    }

    /// Writes bytes as a piece, joined with a small one before them.
    async fn extend(&self, writing: &mut Writing<'_>, block: Vec<u8>) -> Result<(), StoreError> {
        let mut view = self.database.read().await?;
        let last = objects::last_piece(&mut view, &writing.upload.id).await?;
        drop(view);
        let small = last.filter(|last| {
            last.size_bytes < SMALL_BYTES && last.start_bytes + last.size_bytes == writing.end
        });
        let before = match &small {
            // One that is gone is found out at the end, with all that is gone.
            Some(small) => self.bytes(&small.object_id).await?,
            None => None,
        };
        let end = writing.end + length(&block);
        let (start_bytes, content) = match (small, before) {
            (Some(small), Some(before)) => {
                writing.replaced.push(small.object_id);
                (small.start_bytes, Bytes::from([&before[..], &block].concat()))
            }
            _ => (writing.end, Bytes::from(block)),
        };
        let size_bytes = length(&content);
        let object_id = self.add(content).await?;
        writing.pieces.push(Piece { start_bytes, size_bytes, object_id });
        writing.end = end;
        Ok(())
    }

    /// Makes what was written part of the upload; whether nobody else wrote there in the
    /// meantime.
    async fn commit(&self, writing: &mut Writing<'_>) -> Result<bool, StoreError> {
        let id = &writing.upload.id;
        let mut transaction = self.database.write().await?;
        if !uploads::advance(&mut transaction, id, writing.committed, writing.end).await? {
            return Ok(false);
        }
        for piece in std::mem::take(&mut writing.pieces) {
            objects::add_piece(&mut transaction, id, &piece).await?;
        }
        transaction.commit().await?;
        writing.committed = writing.end;
        self.discard(&std::mem::take(&mut writing.replaced)).await;
        Ok(true)
    }

    /// As [`super::FileStore::finish`].
    pub(super) async fn finish(
        &self,
        upload: &Upload,
        expected_type: &'static str,
    ) -> Result<Finished, StoreError> {
        let mut view = self.database.read().await?;
        let pieces = objects::pieces(&mut view, &upload.id).await?;
        drop(view);
        let mut content = Vec::new();
        for piece in &pieces {
            match self.bytes(&piece.object_id).await? {
                Some(bytes) if length(&bytes) == piece.size_bytes => {
                    content.extend_from_slice(&bytes);
                }
                _ => return Ok(Finished::Lost),
            }
        }
        let content = match judged(content, &upload.sha256, expected_type).await? {
            (Some(wrong), _) => return Ok(wrong),
            (None, content) => content,
        };
        Ok(Finished::Kept(if let [whole] = &pieces[..] {
            Kept { object_id: Some(whole.object_id.clone()), left_over: Vec::new() }
        } else {
            let object_id = Some(self.add(content.into()).await?);
            let left_over = pieces.into_iter().map(|piece| piece.object_id).collect();
            Kept { object_id, left_over }
        }))
    }

    /// Writes a content that the server made itself.
    pub(super) async fn put(
        &self,
        connection: &mut Connection,
        content: &[u8],
    ) -> Result<String, StoreError> {
        let id = new_id();
        objects::note(connection, &id, self.clock.now()).await?;
        self.write(&id, Bytes::copy_from_slice(content)).await?;
        Ok(id)
    }

    /// An object as it comes, if it is there.
    pub(super) async fn content(&self, id: &str) -> Result<Option<Body>, StoreError> {
        match self.store.get(&self.path(id)?).await {
            Ok(found) => Ok(Some(Body::from_stream(found.into_stream()))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StoreError::Away(error)),
        }
    }

    /// Whether an object is there.
    pub(super) async fn has(&self, id: &str) -> Result<bool, StoreError> {
        match self.store.head(&self.path(id)?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(StoreError::Away(error)),
        }
    }

    /// As [`super::FileStore::discard`].
    pub(super) async fn discard(&self, ids: &[String]) {
        for id in ids {
            if let Err(error) = self.remove(id).await {
                tracing::warn!(%error, "an object is left to the hourly jobs");
                return;
            }
        }
    }

    /// Removes an object and then forgets it, in this order: after a cut in between it
    /// is removed once more, which is well.
    async fn remove(&self, id: &str) -> Result<(), StoreError> {
        match self.store.delete(&self.path(id)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(StoreError::Away(error)),
        }
        let mut transaction = self.database.write().await?;
        objects::forget(&mut transaction, id).await?;
        Ok(transaction.commit().await?)
    }

    /// As [`super::FileStore::sweep`].
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let before = self.clock.now() - UNNAMED_KEPT;
        let unnamed = objects::unnamed(&mut self.database.read().await?, before, MAX_SWEPT).await?;
        for id in unnamed {
            self.remove(&id).await?;
        }
        Ok(())
    }
}

/// A name that says nothing of what it names.
fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// A length as the protocol counts it.
fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
