//! Errors: RFC 9457 problem details.

use crate::claim::ClaimRecord;
use cpor_rules::Violation;
use cpor_rules::life_cycle::Refusal;
use serde::{Deserialize, Serialize};

/// Body of every answer with an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`, or a page that explains the problem.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// Short, in English, for developers. The app makes its own sentences.
    pub title: String,
    /// Status code of the answer.
    pub status: u16,
    /// What it is, for programs.
    pub code: ProblemCode,
    /// More, in English, for developers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Id of the request, to find it in the log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// What the rules found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// Why the life cycle refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The claim as it is now, where the client's copy was stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<ClaimRecord>>,
    /// SHA-256 of files that are missing, or of those that a virus scanner keeps back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_files: Vec<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with nothing but its code.
    pub fn new(status: u16, code: ProblemCode, title: impl Into<String>) -> Self {
        Self {
            kind: about_blank(),
            title: title.into(),
            status,
            code,
            detail: String::new(),
            request_id: String::new(),
            violations: Vec::new(),
            refusal: None,
            current: None,
            missing_files: Vec::new(),
        }
    }
}

/// What went wrong, for programs. One that the client does not know reads as [`Self::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// Nobody is signed in, or the session ended.
    SignInNeeded,
    /// Email address or password are wrong.
    WrongCredentials,
    /// The person's role does not allow it.
    NotAllowed,
    /// There is no such thing, or not for this organisation.
    NotFound,
    /// The rules refuse; see `violations`.
    RulesBroken,
    /// The life cycle refuses; see `refusal`.
    WrongState,
    /// The client's copy is stale; see `current`.
    Stale,
    /// `If-Match` or `If-None-Match` is missing.
    PreconditionNeeded,
    /// The claim exists already.
    Exists,
    /// The key was used with another body.
    KeyReused,
    /// The first request with this key is still running.
    KeyInFlight,
    /// Files of the claim are missing; see `missing_files`.
    FilesMissing,
    /// A virus scanner has not seen files yet; see `missing_files`.
    FilesWaiting,
    /// A virus scanner found something in files; see `missing_files`.
    FilesRefused,
    /// The rules of the client are unknown here.
    RulesetUnknown,
    /// The body cannot be read.
    BadRequest,
    /// The body is too large.
    TooLarge,
    /// The kind of file or body is not taken.
    WrongType,
    /// The cursor is not known any more.
    CursorGone,
    /// The bytes do not fit what is there already.
    UploadConflict,
    /// Too many requests.
    SlowDown,
    /// The backend's fault.
    ServerFault,
    /// Something that this client does not know.
    #[serde(other)]
    Other,
}
