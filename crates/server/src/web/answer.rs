//! An answer as it can be kept and given again.

use crate::mutants::mutant;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cpor_protocol::ClaimRecord;
use serde::Serialize;

/// A successful answer: status, JSON, and the revision for its `ETag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) revision: Option<u64>,
    /// JSON text; empty for an answer without a body.
    pub(crate) body: String,
}

impl Answer {
    /// An answer with this JSON.
    pub(crate) fn json(
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self { status, revision: None, body: serde_json::to_string(body)? })
    }

    /// A claim with its `ETag`.
    pub(crate) fn claim(
        status: StatusCode,
        record: &ClaimRecord,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self { revision: Some(record.revision), ..Self::json(status, record)? })
    }

    /// An answer without a body.
    pub(crate) const fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, revision: None, body: String::new() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::NO_CONTENT {
            headers.remove(header::CONTENT_TYPE);
        } else {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        // Quotes and digits only, so it is always a header value.
        let shift = u64::from(mutant!(WrongEtag));
        if let Some(revision) = self.revision.map(|revision| revision + shift)
            && let Ok(etag) = HeaderValue::from_str(&cpor_protocol::claim::etag(revision))
        {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}
