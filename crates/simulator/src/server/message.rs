//! What is asked of the server, and what it answers.

use cpor_protocol::{ChangesPage, ClaimRecord, Problem, ProblemCode, Revision};
use cpor_rules::{Action, Draft, PoeFile, ReviewReason, UserRole};
use std::hash::{Hash, Hasher};

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: String,
    /// Whose.
    pub organisation: String,
    /// What it may do.
    pub role: UserRole,
}

/// What must hold for a claim to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `If-None-Match: *`
    IsNew,
    /// `If-Match`
    HasRevision(Revision),
    /// Neither.
    Missing,
}

impl Condition {
    /// `If-Match` where a revision is known.
    pub fn matches(revision: Option<Revision>) -> Self {
        revision.map_or(Self::Missing, Self::HasRevision)
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Id of the account for which the client speaks; empty for any.
    pub account: String,
    /// `Idempotency-Key`; empty where none is sent.
    pub key: String,
    /// What is asked.
    pub what: What,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum What {
    /// `GET /v1/session`
    Session,
    /// `PUT /v1/claims/{id}`, with what a merge set aside
    Put(String, Condition, Box<Draft>, Vec<Draft>),
    /// `POST /v1/claims/{id}/submit`, with rules and manifest
    Submit(String, Condition, String, Vec<String>),
    /// `DELETE /v1/claims/{id}`
    Delete(String, Condition),
    /// `POST /v1/claims/{id}/comments`
    Comment(String, String),
    /// `POST /v1/claims/{id}/dispute`
    Dispute(String, Condition, String, Vec<PoeFile>),
    /// `POST /v1/claims/{id}/disassociate`
    Disassociate(String, Condition, String),
    /// `POST /v1/claims/{id}/review`
    Review(String, Condition, Action, String, Vec<ReviewReason>),
    /// `POST /v1/files`, with hash and size
    BeginUpload(String, u64),
    /// `HEAD /v1/files/{location}`
    UploadOffset(String),
    /// `PATCH /v1/files/{location}`, from an offset so many bytes
    Append(String, u64, u64),
    /// `GET /v1/changes`
    Changes {
        /// Cursor.
        since: Option<String>,
        /// `If-None-Match`
        etag: Option<String>,
        /// Most entries.
        limit: u32,
    },
}

impl What {
    /// Method, path and body, as a number: what must be the same under the
    /// same key.
    pub fn hash(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        std::mem::discriminant(self).hash(&mut hasher);
        match self {
            Self::Session | Self::Changes { .. } => {}
            Self::Put(id, _, draft, set_aside) => (id, draft, set_aside).hash(&mut hasher),
            Self::Submit(id, _, ruleset, manifest) => (id, ruleset, manifest).hash(&mut hasher),
            Self::Delete(id, _) | Self::UploadOffset(id) => id.hash(&mut hasher),
            Self::Dispute(id, _, text, files) => (id, text, files).hash(&mut hasher),
            Self::Comment(id, text) | Self::Disassociate(id, _, text) => {
                (id, text).hash(&mut hasher);
            }
            Self::Review(id, _, action, text, grounds) => {
                (id, action, text, grounds.len()).hash(&mut hasher);
            }
            Self::BeginUpload(sha256, size) => (sha256, size).hash(&mut hasher),
            Self::Append(location, offset, bytes) => (location, offset, bytes).hash(&mut hasher),
        }
        hasher.finish()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `Retry-After`
    pub retry_after_s: Option<u64>,
    /// Body.
    pub body: Body,
}

/// Body of an answer.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// A claim.
    Claim(Box<ClaimRecord>),
    /// A problem.
    Problem(Box<Problem>),
    /// A page of changes and its `ETag`.
    Page(ChangesPage, String),
    /// Id of the account that is signed in.
    Session(String),
    /// Where an upload is, and how far it has come.
    Upload(String, u64),
    /// A page of something in between.
    Html,
    /// What was left of a body.
    CutOff,
}

impl Answer {
    /// A success.
    pub fn ok(status: u16, body: Body) -> Self {
        Self { status, retry_after_s: None, body }
    }

    /// A failure.
    pub fn problem(status: u16, code: ProblemCode) -> Self {
        Self::ok(status, Body::Problem(Box::new(Problem::new(status, code, ""))))
    }

    /// A failure that says how the claim is now.
    pub fn stale(code: ProblemCode, current: ClaimRecord) -> Self {
        let mut problem = Problem::new(412, code, "");
        problem.current = Some(Box::new(current));
        Self::ok(412, Body::Problem(Box::new(problem)))
    }

    /// What kind of failure it is.
    pub fn code(&self) -> Option<ProblemCode> {
        match &self.body {
            Body::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }
}
