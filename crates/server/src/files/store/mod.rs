//! Where bytes are kept: a folder, or a bucket that several processes share. Who may
//! read which is the database's matter.

mod bucket;
mod connector;
mod folder;
mod location;

pub use location::{BucketKeys, BucketLocation};

use super::{Checksum, media_type};
use crate::clock::Clock;
use crate::database::{Connection, Database};
use crate::mutants::mutant;
use crate::repositories::files::StoredFile;
use crate::repositories::uploads::Upload;
use axum::body::{Body, BodyDataStream};
use bucket::Bucket;
use folder::Folder;
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

/// What keeps the bytes of files.
///
/// New ones go to the bucket where there is one. What came to the folder before is read
/// from there: the database says of each content where it is.
#[derive(Clone, Debug)]
pub(crate) struct FileStore {
    folder: Folder,
    bucket: Option<Bucket>,
}

/// What became of bytes that were to be added.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Appended {
    /// They were, and so many are there now.
    UpTo(u64),
    /// They do not hash to their checksum; none was kept.
    OtherPiece,
    /// Somebody else added bytes there in the meantime; none of these was kept.
    Elsewhere,
}

/// What became of an upload whose bytes are all there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finished {
    /// It is what it said to be and is kept.
    Kept(Kept),
    /// The bytes do not hash to what was announced.
    OtherContent,
    /// The content is of a kind that is not taken, or of another than its name says.
    OtherKind,
    /// Some of the bytes that had arrived are not there any more.
    Lost,
}

/// A content that is kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The object in the bucket; without one it is in the folder.
    pub(crate) object_id: Option<String>,
    /// Objects that are not needed once the database knows of this one.
    pub(crate) left_over: Vec<String>,
}

/// Why bytes could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The bucket does not answer, or does not let us in; later it may.
    #[error("the bucket cannot be used: {0}")]
    Away(object_store::Error),
    /// The database failed.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    /// The folder failed.
    #[error("{0}")]
    Folder(#[from] io::Error),
}

impl FileStore {
    /// Opens the folders below `data`, and makes them if they are missing; and the bucket,
    /// where there is one.
    pub(crate) async fn open(
        data: &Path,
        location: Option<&BucketLocation>,
        database: &Database,
        clock: &Clock,
    ) -> io::Result<Self> {
        let folder = Folder::open(data).await?;
        let bucket = match location {
            Some(location) => Some(Bucket::open(location, database, clock).await?),
            None => None,
        };
        Ok(Self { folder, bucket })
    }

    /// Whether the folder of contents and uploads can be reached. A bucket is not asked:
    /// much can be done without it, and all processes would be sent away at once.
    pub(crate) async fn answers(&self) -> bool {
        self.folder.answers().await
    }

    /// Bytes of an upload that are there.
    pub(crate) async fn received(&self, upload: &Upload) -> Result<u64, StoreError> {
        match &self.bucket {
            Some(_) => Ok(upload.received_bytes),
            None => Ok(self.folder.received(&upload.id).await?),
        }
    }

    /// Adds bytes to an upload until they end, the connection breaks or there
    /// is no room. What was received before a break is kept, unless a checksum
    /// came along: of half a piece it says nothing, so the piece goes whole.
    ///
    /// `at` is where the upload ends, by [`Self::received`].
    pub(crate) async fn append(
        &self,
        upload: &Upload,
        at: u64,
        bytes: BodyDataStream,
        checksum: Option<&Checksum>,
    ) -> Result<Appended, StoreError> {
        match &self.bucket {
            Some(bucket) => bucket.append(upload, at, bytes, checksum).await,
            None => Ok(self.folder.append(&upload.id, bytes, upload.size_bytes, checksum).await?),
        }
    }

    /// Checks an upload whose bytes are all there, and keeps or removes it.
    pub(crate) async fn finish(
        &self,
        upload: &Upload,
        expected_type: &'static str,
    ) -> Result<Finished, StoreError> {
        match &self.bucket {
            Some(bucket) => bucket.finish(upload, expected_type).await,
            None => Ok(self.folder.finish(&upload.id, &upload.sha256, expected_type).await?),
        }
    }

    /// Removes the bytes of an upload that the database has forgotten; none is well too.
    /// Those in the bucket are left to [`Self::sweep`].
    pub(crate) async fn remove_upload(&self, id: &str) -> Result<(), StoreError> {
        Ok(self.folder.remove_upload(id).await?)
    }

    /// Removes objects that nothing names any more. What cannot be removed now is left to
    /// [`Self::sweep`].
    pub(crate) async fn discard(&self, object_ids: &[String]) {
        if let Some(bucket) = &self.bucket {
            bucket.discard(object_ids).await;
        }
    }

    /// Removes what abandoned uploads and lost answers have left in the bucket.
    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        match &self.bucket {
            Some(bucket) => bucket.sweep().await,
            None => Ok(()),
        }
    }

    /// Keeps a content that the server made itself; gives its hash and its object.
    pub(crate) async fn put(
        &self,
        connection: &mut Connection,
        content: &[u8],
    ) -> Result<(String, Option<String>), StoreError> {
        let sha256 = hex(&Sha256::digest(content));
        let object_id = if let Some(bucket) = &self.bucket {
            Some(bucket.put(connection, content).await?)
        } else {
            self.folder.put(&sha256, content).await?;
            None
        };
        Ok((sha256, object_id))
    }

    /// Opens a content for reading; `None` where it is not there, which the database
    /// believes after one of the two was put back to another state.
    pub(crate) async fn content(&self, file: &StoredFile) -> Result<Option<Body>, StoreError> {
        match (&file.object_id, &self.bucket) {
            (None, _) => Ok(self.folder.content(&file.info.sha256).await?),
            (Some(object_id), Some(bucket)) => bucket.content(object_id).await,
            (Some(_), None) => Ok(None),
        }
    }

    /// Whether a content is there.
    pub(crate) async fn has(&self, file: &StoredFile) -> Result<bool, StoreError> {
        match (&file.object_id, &self.bucket) {
            (None, _) => Ok(self.folder.has(&file.info.sha256).await?),
            (Some(object_id), Some(bucket)) => bucket.has(object_id).await,
            (Some(_), None) => Ok(false),
        }
    }
}

/// What is wrong with a content; `None` where it is what was announced.
async fn judged(
    content: Vec<u8>,
    sha256: &str,
    expected_type: &'static str,
) -> io::Result<(Option<Finished>, Vec<u8>)> {
    let (hash, found, content) = tokio::task::spawn_blocking(move || {
        let (hash, found) = (hex(&Sha256::digest(&content)), media_type(&content));
        (hash, found, content)
    })
    .await
    .map_err(io::Error::other)?;
    let wrong = if hash != sha256 && !mutant!(WrongHashTaken) {
        Some(Finished::OtherContent)
    } else if found != Some(expected_type) && !mutant!(WrongKindTaken) {
        Some(Finished::OtherKind)
    } else {
        None
    };
    Ok((wrong, content))
}

/// Lower-case hex.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
