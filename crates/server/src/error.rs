//! Refusals and failures, and how they are answered: `application/problem+json`.
//!
//! An [`ApiError`] travels up to the outermost layer as an extension of the
//! response; there it gets the request's id and is written once.

use crate::database::{is_passing, is_unstorable};
use crate::files::StoreError;
use crate::mutants::mutant;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cpor_protocol::{ClaimRecord, Problem, ProblemCode};
use cpor_rules::Violation;
use cpor_rules::life_cycle::Refusal;

/// So long somebody waits for a bucket that does not answer: it was asked several times.
const STORE_PAUSE_SECONDS: u64 = 5;

/// So long somebody waits for a virus scanner, which mostly needs less.
const SCAN_PAUSE_SECONDS: u64 = 5;

/// An answer that is not what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct ApiError(Box<Failure>);

/// What the outermost layer needs to write the answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) problem: Problem,
    pub(crate) retry_after_seconds: Option<u64>,
}

/// The result of handling a request.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: ProblemCode, title: &str) -> Self {
        let problem = Problem::new(status.as_u16(), code, title);
        Self(Box::new(Failure { problem, retry_after_seconds: None }))
    }

    /// Adds a sentence for developers. Never put what a person typed into it.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.problem.detail = detail.into();
        self
    }

    /// Says when to try again.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    pub(crate) fn sign_in_needed() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::SignInNeeded, "Sign in first")
    }

    pub(crate) fn of_another_account() -> Self {
        Self::sign_in_needed().detail("the session is of another account")
    }

    /// Whether nobody is signed in, as against anything else that failed.
    pub(crate) fn is_sign_in_needed(&self) -> bool {
        self.0.problem.code == ProblemCode::SignInNeeded
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, "There is no such thing here")
    }

    pub(crate) fn not_allowed(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::NotAllowed, "Not allowed").detail(detail)
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadRequest, "The request cannot be read")
            .detail(detail)
    }

    pub(crate) fn too_large(detail: &str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, "Too large").detail(detail)
    }

    pub(crate) fn wrong_type(detail: &str) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, ProblemCode::WrongType, "This type is not taken").detail(detail)
    }

    pub(crate) fn precondition_needed(detail: &str) -> Self {
        let status = StatusCode::PRECONDITION_REQUIRED;
        Self::new(status, ProblemCode::PreconditionNeeded, "A precondition is needed")
            .detail(detail)
    }

    /// The client's copy is older than `current`.
    pub(crate) fn stale(current: ClaimRecord) -> Self {
        let status = StatusCode::PRECONDITION_FAILED;
        Self::new(status, ProblemCode::Stale, "The claim has changed").with_current(current)
    }

    pub(crate) fn exists(current: ClaimRecord) -> Self {
        let status = StatusCode::PRECONDITION_FAILED;
        Self::new(status, ProblemCode::Exists, "The claim exists already").with_current(current)
    }

    fn with_current(mut self, current: ClaimRecord) -> Self {
        self.0.problem.current = Some(Box::new(current)).filter(|_| !mutant!(StaleWithoutCurrent));
        self
    }

    pub(crate) fn rules_broken(violations: Vec<Violation>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let mut error = Self::new(status, ProblemCode::RulesBroken, "The rules refuse the claim");
        error.0.problem.violations = violations;
        error
    }

    pub(crate) fn wrong_state(refusal: Refusal) -> Self {
        let mut error =
            Self::new(StatusCode::CONFLICT, ProblemCode::WrongState, "Not possible in this state");
        error.0.problem.refusal = Some(refusal);
        error
    }

    pub(crate) fn files_missing(missing: Vec<String>) -> Self {
        let mut error =
            Self::new(StatusCode::CONFLICT, ProblemCode::FilesMissing, "Files are missing");
        error.0.problem.missing_files = missing;
        error
    }

    /// A virus scanner has not seen these files yet.
    pub(crate) fn files_waiting(files: Vec<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let title = "A file is being scanned for viruses";
        let mut error =
            Self::new(status, ProblemCode::FilesWaiting, title).retry_after(SCAN_PAUSE_SECONDS);
        error.0.problem.missing_files = files;
        error
    }

    /// A virus scanner found something in these files.
    pub(crate) fn files_refused(files: Vec<String>) -> Self {
        let title = "A virus was found in a file: remove the file from the claim";
        let mut error = Self::new(StatusCode::CONFLICT, ProblemCode::FilesRefused, title);
        error.0.problem.missing_files = files;
        error
    }

    pub(crate) fn upload_conflict(detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, ProblemCode::UploadConflict, "The bytes do not fit")
            .detail(detail)
    }

    /// The status that tus has for it.
    pub(crate) fn checksum_mismatch() -> Self {
        let status = StatusCode::from_u16(460).unwrap_or(StatusCode::CONFLICT);
        Self::new(status, ProblemCode::UploadConflict, "The bytes do not fit")
            .detail("the bytes do not hash to Upload-Checksum")
    }

    pub(crate) fn slow_down(seconds: u64) -> Self {
        let error =
            Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemCode::SlowDown, "Too many requests");
        if mutant!(NeverSaysWhen) { error } else { error.retry_after(seconds) }
    }

    /// The backend's own fault. The cause goes to the log, not to the client.
    pub(crate) fn fault(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::ServerFault, "Our fault")
    }

    /// Nothing is wrong with the request; it goes well in a moment, under the same key.
    pub(crate) fn not_now(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%cause, "a request was put off");
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, ProblemCode::ServerFault, "Not now").retry_after(1)
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if is_unstorable(&error) {
            Self::bad_request("a text holds the character NUL")
        } else if is_passing(&error) {
            Self::not_now(&error)
        } else {
            Self::fault(&error)
        }
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        // Only what we stored ourselves is read by `?`; a message about it may
        // quote the content, so the place alone is logged.
        Self::fault(&format!("stored JSON at {}:{}", error.line(), error.column()))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(_) => Self::not_now(&error).retry_after(STORE_PAUSE_SECONDS),
            StoreError::Database(error) => error.into(),
            StoreError::Folder(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self::fault(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.problem.status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl ApiError {
    /// Writes the answer. `given` is the response that carried the error: its
    /// other headers stay.
    pub(crate) fn write(self, mut given: Response, request_id: &str) -> Response {
        let Failure { mut problem, retry_after_seconds } = *self.0;
        if !mutant!(RequestIdMissing) {
            request_id.clone_into(&mut problem.request_id);
        }
        // A problem holds strings and numbers only, so writing it cannot fail;
        // if it did, the status would still tell.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let headers = given.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(cpor_protocol::headers::PROBLEM_JSON),
        );
        if let Some(seconds) = retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        *given.body_mut() = body.into();
        given
    }
}
