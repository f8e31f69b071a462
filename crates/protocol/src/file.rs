//! Files of the proof: uploaded by tus 1.0, named by their SHA-256.
//!
//! `POST /v1/files` with `Upload-Length` and `Upload-Metadata` (`filename`,
//! `sha256`) makes an upload and answers its URL in `Location`; `HEAD` tells
//! `Upload-Offset`; `PATCH` adds bytes. A backend that has the content already
//! answers the `POST` with the offset at the end. Complete files are read at
//! `GET /v1/files/{sha256}`.

use serde::{Deserialize, Serialize};

/// A file as a backend knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileInfo {
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Media type by content.
    pub media_type: String,
    /// Whether all bytes are there.
    pub is_complete: bool,
}
