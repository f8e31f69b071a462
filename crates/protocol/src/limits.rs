//! Limits that both sides keep.

/// Most bytes of a JSON body.
pub const MAX_JSON_BYTES: usize = 1_000_000;
/// Most characters of a comment, a reason or a justification.
pub const MAX_WORDS: usize = 2000;
/// Most versions that a change sets aside.
pub const MAX_SET_ASIDE: usize = 8;
/// Most bytes of versions that a claim's history keeps, beside the newest decision.
pub const MAX_KEPT_VERSIONS_BYTES: u32 = 1_000_000;
/// Most lines of a history in one answer.
pub const MAX_HISTORY: u32 = 500;
/// Most entries of one page of changes.
pub const MAX_PAGE: u32 = 200;
/// Entries of a page when the client does not say.
pub const DEFAULT_PAGE: u32 = 100;
/// Bytes of a piece of an upload, on a connection that does not break.
pub const UPLOAD_CHUNK_BYTES: u64 = 5 * 1024 * 1024;
/// Bytes to which pieces shrink on one that does.
pub const MIN_PIECE_BYTES: u64 = 256 * 1024;
