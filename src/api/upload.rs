//! Uploads by tus 1.0: create, ask for the offset, add pieces.

use super::client::{Api, Change};
use super::error::ApiError;
use super::transport::{Body, Method};
use cpor_protocol::headers::{TUS_RESUMABLE, TUS_VERSION};
use cpor_protocol::limits::UPLOAD_CHUNK_BYTES;

/// Called with the bytes sent and the bytes in all.
pub type Progress<'a> = &'a dyn Fn(u64, u64);

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

impl Api {
    /// Uploads a file, or what is missing of it.
    ///
    /// `location` is the address of an upload that was begun before, or
    /// empty; it is filled in as soon as it is known, so that the next attempt
    /// goes on where this one stopped.
    ///
    /// # Errors
    /// See [`ApiError`]. What arrived is kept by the backend.
    pub async fn upload(
        &self,
        file: UploadFile<'_>,
        change: Change<'_>,
        location: &mut Option<String>,
        progress: Progress<'_>,
    ) -> Result<(), ApiError> {
        let total = file.bytes.len() as u64;
        let mut offset = match location.as_deref() {
            Some(known) => self.offset_of(known).await?,
            None => None,
        };
        if offset.is_none() {
            let (address, begun_at) = self.create_upload(file, change).await?;
            offset = match begun_at {
                Some(offset) => Some(offset),
                None => self.offset_of(&address).await?,
            };
            *location = Some(address);
        }
        let Some(address) = location.clone() else {
            return Err(ApiError::Bug("an upload has no address".to_owned()));
        };
        let mut offset = offset.unwrap_or(0);
        progress(offset.min(total), total);
        while offset < total {
            let end = total.min(offset + UPLOAD_CHUNK_BYTES);
            let next = self.add(&address, offset, piece(file.bytes, offset, end)).await?;
            if next <= offset {
                // No progress: an error that would otherwise repeat without end.
                return Err(ApiError::Retry { after_seconds: None });
            }
            offset = next;
            progress(offset.min(total), total);
        }
        Ok(())
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

    async fn add(&self, address: &str, offset: u64, piece: &[u8]) -> Result<u64, ApiError> {
        let mut request = self.request(Method::Patch, "", Body::Bytes(piece.to_vec()));
        address.clone_into(&mut request.url);
        request.headers.push((TUS_RESUMABLE, TUS_VERSION.to_owned()));
        request.headers.push(("Content-Type", "application/offset+octet-stream".to_owned()));
        request.headers.push(("Upload-Offset", offset.to_string()));
        request.timeout_ms = PIECE_TIMEOUT_MS;
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
    fn a_piece_stays_within_the_file() {
        assert_eq!(super::piece(b"abcdef", 4, 99), b"ef");
        assert_eq!(super::piece(b"abcdef", 9, 99), b"");
    }
}
