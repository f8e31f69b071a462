//! Uploads by tus 1.0: create, ask for the offset, add pieces.
//!
//! Where an upload stands, the backend alone knows: after any failure it is
//! asked, and what it says is where the next piece begins.

use super::client::{Api, Change};
use super::error::ApiError;
use super::transport::{Body, Method};
use crate::platform::files;
use crate::platform::task::Pending;
use cpor_protocol::headers::{TUS_RESUMABLE, TUS_VERSION};
use cpor_protocol::limits::{MIN_PIECE_BYTES, UPLOAD_CHUNK_BYTES};
use std::cell::Cell;

/// A piece may take longer than an ordinary request.
const PIECE_TIMEOUT_MS: u32 = 120_000;

/// A file to upload.
#[derive(Clone, Copy, Debug)]
pub struct UploadFile<'a> {
    /// SHA-256 of the content, lower-case hex.
    pub sha256: &'a str,
    /// Its name, for display.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What an upload needs to know of earlier attempts, and tells of this one.
pub trait Course {
    /// The address of an upload of this content that was begun before.
    fn location(&self) -> Pending<'_, Option<String>>;
    /// An upload was begun there; ready when that is kept.
    fn begun(&self, location: String) -> Pending<'_, ()>;
    /// So many bytes arrived, of so many in all.
    fn arrived(&self, bytes: u64, total: u64);
    /// How large pieces are at present.
    fn pieces(&self) -> &Pieces;
}

/// The size of pieces: as large as the connection bears.
#[derive(Debug)]
pub struct Pieces(Cell<u64>);

impl Default for Pieces {
    fn default() -> Self {
        Self(Cell::new(UPLOAD_CHUNK_BYTES))
    }
}

impl Pieces {
    /// Bytes of the next piece.
    pub fn size(&self) -> u64 {
        self.0.get()
    }

    /// A piece arrived.
    fn grow(&self) {
        self.0.set((self.0.get() * 2).min(UPLOAD_CHUNK_BYTES));
    }

    /// A piece did not.
    fn shrink(&self) {
        self.0.set((self.0.get() / 2).max(MIN_PIECE_BYTES));
    }

    /// Whether pieces have been arriving. A checksum makes the backend throw
    /// away what arrived of a piece that breaks off; on a connection that
    /// breaks, that must count instead. The hash of the whole is checked in
    /// any case.
    fn bear_a_checksum(&self) -> bool {
        self.0.get() >= UPLOAD_CHUNK_BYTES
    }
}

impl Api {
    /// Uploads a file, or what is missing of it.
    ///
    /// # Errors
    /// See [`ApiError`]. What arrived is kept by the backend.
    pub async fn upload(
        &self,
        file: UploadFile<'_>,
        change: Change<'_>,
        course: &dyn Course,
    ) -> Result<(), ApiError> {
        let total = file.bytes.len() as u64;
        let known = match course.location().await {
            Some(location) => self.offset_of(&location).await?.map(|offset| (location, offset)),
            None => None,
        };
        let (mut location, mut offset) = match known {
            Some(known) => known,
            None => self.begin(file, change, course).await?,
        };
        let mut began_anew = false;
        course.arrived(offset.min(total), total);
        while offset < total {
            let end = total.min(offset + course.pieces().size());
            let is_checked = course.pieces().bear_a_checksum();
            let added = self.add(&location, offset, piece(file.bytes, offset, end), is_checked);
            let error = match added.await {
                Ok(next) if next > offset => {
                    offset = next;
                    course.pieces().grow();
                    course.arrived(offset.min(total), total);
                    continue;
                }
                Ok(_) => ApiError::Retry { after_seconds: None },
                Err(error) => error,
            };
            let after_seconds = match &error {
                ApiError::SignIn | ApiError::Bug(_) => return Err(error),
                ApiError::Refused(problem) if problem.status != 404 => return Err(error),
                ApiError::Retry { after_seconds } => *after_seconds,
                _ => None,
            };
            course.pieces().shrink();
            match self.offset_of(&location).await? {
                // Something of it arrived: the connection is worth another piece.
                Some(known) if known > offset && after_seconds.is_none() => offset = known,
                Some(_) if matches!(error, ApiError::Offline) => return Err(error),
                // Whoever runs the attempts knows how long to wait for the next.
                Some(_) => return Err(ApiError::Retry { after_seconds }),
                None if !began_anew => {
                    began_anew = true;
                    (location, offset) = self.begin(file, change, course).await?;
                }
                None => return Err(ApiError::Retry { after_seconds: None }),
            }
            course.arrived(offset.min(total), total);
        }
        Ok(())
    }

    /// Begins an upload, or finds the one of this content; gives where it is
    /// and how much of it arrived.
    async fn begin(
        &self,
        file: UploadFile<'_>,
        change: Change<'_>,
        course: &dyn Course,
    ) -> Result<(String, u64), ApiError> {
        let (location, offset) = self.create_upload(file, change).await?;
        course.begun(location.clone()).await;
        let offset = match offset {
            Some(offset) => offset,
            None => self.offset_of(&location).await?.unwrap_or(0),
        };
        Ok((location, offset))
    }

    async fn create_upload(
        &self,
        file: UploadFile<'_>,
        change: Change<'_>,
    ) -> Result<(String, Option<u64>), ApiError> {
        let mut request = self.change(Method::Post, "/v1/files", Body::Empty, change);
        let metadata = format!(
            "filename {},sha256 {}",
            base64(file.name.as_bytes()),
            base64(file.sha256.as_bytes())
        );
        request.headers.push((TUS_RESUMABLE, TUS_VERSION.to_owned()));
        request.headers.push(("Upload-Length", file.bytes.len().to_string()));
        request.headers.push(("Upload-Metadata", metadata));
        let answer = self.send(request).await?;
        let location = answer
            .header("location")
            .ok_or_else(|| ApiError::Bug("a new upload has no Location".to_owned()))?;
        let offset = answer.header("upload-offset").and_then(|offset| offset.parse().ok());
        Ok((self.absolute(location), offset))
    }

    /// How much of an upload arrived; `None` when it is not known any more.
    async fn offset_of(&self, address: &str) -> Result<Option<u64>, ApiError> {
        let mut request = self.request(Method::Head, "", Body::Empty);
        address.clone_into(&mut request.url);
        request.headers.push((TUS_RESUMABLE, TUS_VERSION.to_owned()));
        match self.send(request).await {
            Ok(answer) => {
                let offset = answer.header("upload-offset").and_then(|text| text.parse().ok());
                // A proxy may answer HEAD without it; then the upload cannot go on now.
                offset.map(Some).ok_or(ApiError::Retry { after_seconds: None })
            }
            Err(ApiError::Gone) => Ok(None),
            Err(ApiError::Refused(problem)) if problem.status == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn add(
        &self,
        address: &str,
        offset: u64,
        piece: &[u8],
        is_checked: bool,
    ) -> Result<u64, ApiError> {
        let mut request = self.request(Method::Patch, "", Body::Bytes(piece.to_vec()));
        address.clone_into(&mut request.url);
        request.headers.push((TUS_RESUMABLE, TUS_VERSION.to_owned()));
        request.headers.push(("Content-Type", "application/offset+octet-stream".to_owned()));
        request.headers.push(("Upload-Offset", offset.to_string()));
        request.timeout_ms = PIECE_TIMEOUT_MS;
        if is_checked && let Some(hash) = files::sha256(piece).await {
            request.headers.push(("Upload-Checksum", format!("sha256 {}", base64(&hash))));
        }
        let answer = self.send(request).await?;
        answer
            .header("upload-offset")
            .and_then(|offset| offset.parse().ok())
            .ok_or_else(|| ApiError::Bug("a PATCH was answered without Upload-Offset".to_owned()))
    }

    /// A `Location` may be a path of the backend.
    fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') {
            format!("{}{location}", self.base())
        } else {
            location.to_owned()
        }
    }
}

fn piece(bytes: &[u8], from: u64, to: u64) -> &[u8] {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    &bytes[index(from)..index(to)]
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte))
            << (8 * (3 - group.len()));
        for digit in 0..4 {
            text.push(if digit <= group.len() {
                char::from(DIGITS[(number >> (18 - 6 * digit)) & 63])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_padded() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(super::base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn pieces_shrink_by_halves_and_grow_again() {
        let pieces = super::Pieces::default();
        assert_eq!(pieces.size(), 5 * 1024 * 1024);
        assert!(pieces.bear_a_checksum());
        pieces.shrink();
        assert_eq!(pieces.size(), 5 * 512 * 1024);
        assert!(!pieces.bear_a_checksum());
        for _ in 0..9 {
            pieces.shrink();
        }
        assert_eq!(pieces.size(), 256 * 1024);
        for _ in 0..9 {
            pieces.grow();
        }
        assert_eq!(pieces.size(), 5 * 1024 * 1024);
        assert!(pieces.bear_a_checksum());
    }

    #[test]
    fn a_piece_stays_within_the_file() {
        assert_eq!(super::piece(b"abcdef", 4, 99), b"ef");
        assert_eq!(super::piece(b"abcdef", 9, 99), b"");
    }
}
