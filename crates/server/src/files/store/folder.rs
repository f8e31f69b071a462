//! Bytes in the folder of data: contents by their SHA-256, and uploads under way.

use super::super::Checksum;
use super::{Appended, Finished, Kept, judged};
use crate::mutants::mutant;
use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt as _;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

/// The folder of data.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    folder: PathBuf,
}

impl Folder {
    /// Opens the folders below `data`, and makes them if they are missing.
    pub(super) async fn open(data: &Path) -> io::Result<Self> {
        let store = Self { folder: data.to_owned() };
        for folder in ["files", "uploads"] {
            fs::create_dir_all(store.folder.join(folder)).await?;
        }
        Ok(store)
    }

    /// Names are ids that the server made and hashes that it checked, so no
    /// path can lead elsewhere.
    fn upload_path(&self, id: &str) -> PathBuf {
        self.folder.join("uploads").join(id)
    }

    fn content_path(&self, sha256: &str) -> PathBuf {
        self.folder.join("files").join(&sha256[..2]).join(sha256)
    }

    /// Bytes of an upload that are there.
    pub(super) async fn received(&self, id: &str) -> io::Result<u64> {
        match fs::metadata(self.upload_path(id)).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Adds bytes to an upload until they end, the connection breaks or there
    /// is no room. What was received before a break is kept, unless a checksum
    /// came along: of half a piece it says nothing, so the piece goes whole.
    pub(super) async fn append(
        &self,
        id: &str,
        mut bytes: BodyDataStream,
        max_bytes: u64,
        checksum: Option<&Checksum>,
    ) -> io::Result<Appended> {
        let mut file =
            OpenOptions::new().create(true).append(true).open(self.upload_path(id)).await?;
        let before = file.metadata().await?.len();
        let mut size = before;
        let mut hashing = checksum.map(Checksum::begin);
        let mut is_whole = true;
        while let Some(chunk) = bytes.next().await {
            let Ok(chunk) = chunk else {
                is_whole = false;
                break;
            };
            if let Some(hashing) = &mut hashing {
                hashing.take(&chunk);
            }
            let room = usize::try_from(max_bytes - size).unwrap_or(usize::MAX);
            let part = &chunk[..chunk.len().min(room)];
            file.write_all(part).await?;
            size += u64::try_from(part.len()).unwrap_or(0);
            if part.len() < chunk.len() {
                break;
            }
        }
        file.flush().await?;
        if let (Some(checksum), Some(hashing)) = (checksum, hashing)
            && (!is_whole || !checksum.fits(hashing))
            && !mutant!(ChecksumIgnored)
        {
            file.set_len(before).await?;
            file.sync_data().await?;
            return Ok(Appended::OtherPiece);
        }
        file.sync_data().await?;
        Ok(Appended::UpTo(size))
    }

    /// Checks an upload whose bytes are all there, and keeps or removes it.
    pub(super) async fn finish(
        &self,
        id: &str,
        sha256: &str,
        expected_type: &'static str,
    ) -> io::Result<Finished> {
        let path = self.upload_path(id);
        let content = fs::read(&path).await?;
        if let (Some(wrong), _) = judged(content, sha256, expected_type).await? {
            self.remove_upload(id).await?;
            return Ok(wrong);
        }
        let target = self.content_path(sha256);
        let folder = target.parent().unwrap_or(&self.folder).to_owned();
        fs::create_dir_all(&folder).await?;
        fs::rename(&path, &target).await?;
        // The new name must survive a power cut as well as the bytes.
        File::open(&folder).await?.sync_all().await?;
        Ok(Finished::Kept(Kept::default()))
    }

    /// Removes the bytes of an upload; none is well too.
    pub(super) async fn remove_upload(&self, id: &str) -> io::Result<()> {
        match fs::remove_file(self.upload_path(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps a content that the server made itself.
    pub(super) async fn put(&self, sha256: &str, content: &[u8]) -> io::Result<()> {
        let path = self.content_path(sha256);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await?;
        }
        fs::write(path, content).await
    }

    /// Opens a content for reading, if it is there.
    pub(super) async fn content(&self, sha256: &str) -> io::Result<Option<Body>> {
        match File::open(self.content_path(sha256)).await {
            Ok(file) => Ok(Some(Body::from_stream(ReaderStream::new(file)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a content is there.
    pub(super) async fn has(&self, sha256: &str) -> io::Result<bool> {
        fs::try_exists(self.content_path(sha256)).await
    }
}
