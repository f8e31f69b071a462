//! A change as it comes in: who, under which key, on which condition, with what.

use crate::auth::SignedIn;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use cpor_protocol::claim::revision_of;
use cpor_protocol::headers::IDEMPOTENCY_KEY;
use cpor_protocol::limits::MAX_JSON_BYTES;
use cpor_protocol::{ClaimRecord, Revision};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Most characters of an `Idempotency-Key`.
const MAX_KEY: usize = 200;

/// A JSON body that is not larger than allowed and has no unknown fields.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> JsonBody<T> {
    fn read(headers: &HeaderMap, bytes: &[u8]) -> ApiResult<T> {
        let is_json = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(ApiError::wrong_type("the body is sent as application/json"));
        }
        if mutant!(TakesUnknownFields)
            && let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(bytes)
            && let Some(fields) = value.as_object_mut()
        {
            fields.remove("colour");
            fields.remove("hurry");
            return serde_json::from_value(value)
                .map_err(|error| ApiError::bad_request(error.to_string()));
        }
        serde_json::from_slice(bytes).map_err(|error| ApiError::bad_request(error.to_string()))
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> ApiResult<Self> {
        let headers = request.headers().clone();
        let bytes = read_body(request).await?;
        Self::read(&headers, &bytes).map(Self)
    }
}

async fn read_body(request: Request) -> ApiResult<Bytes> {
    axum::body::to_bytes(request.into_body(), MAX_JSON_BYTES).await.map_err(|error| {
        let is_too_large = std::error::Error::source(&error)
            .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        if is_too_large {
            ApiError::too_large("a JSON body has at most 1 MB")
        } else {
            ApiError::bad_request("the body ended too early")
        }
    })
}

/// What an operation carries in its body.
pub(crate) trait OperationBody: Sized + Send {
    /// Reads it.
    fn read(headers: &HeaderMap, bytes: &[u8]) -> ApiResult<Self>;
}

impl OperationBody for () {
    fn read(_: &HeaderMap, bytes: &[u8]) -> ApiResult<Self> {
        if bytes.is_empty() { Ok(()) } else { Err(ApiError::bad_request("no body is expected")) }
    }
}

impl<T: DeserializeOwned + Send> OperationBody for JsonBody<T> {
    fn read(headers: &HeaderMap, bytes: &[u8]) -> ApiResult<Self> {
        Self::read(headers, bytes).map(Self)
    }
}

/// A change as it comes in.
pub(crate) struct Operation<T> {
    pub(crate) who: SignedIn,
    pub(crate) key: String,
    /// Of method, path and body: what must be the same under the same key.
    pub(crate) request_hash: Vec<u8>,
    if_match: Option<String>,
    if_none_match: Option<String>,
    pub(crate) body: T,
}

impl<T> Operation<T> {
    /// Whether the client means to create.
    pub(crate) fn is_create(&self) -> bool {
        self.if_none_match.as_deref().is_some_and(|value| value.trim() == "*")
    }

    /// The revisions that the client has seen; refuses where it names none.
    pub(crate) fn seen_revisions(&self) -> ApiResult<Vec<Revision>> {
        let Some(if_match) = &self.if_match else {
            if mutant!(IfMatchNotNeeded) {
                return Ok(Vec::new());
            }
            return Err(ApiError::precondition_needed("send If-Match with the claim's ETag"));
        };
        let revisions = revisions_in(if_match);
        if revisions.is_empty() {
            return Err(ApiError::precondition_needed("If-Match holds no ETag of a claim"));
        }
        Ok(revisions)
    }

    /// Refuses unless the client has seen the present revision.
    pub(crate) fn expect_revision_of(&self, current: &ClaimRecord) -> ApiResult<()> {
        let seen = self.seen_revisions()?;
        // Empty only where a deliberate bug needs none.
        if seen.contains(&current.revision) || seen.is_empty() || mutant!(IfMatchIgnored) {
            Ok(())
        } else {
            Err(ApiError::stale(current.clone()))
        }
    }
}

impl<T: OperationBody> FromRequest<AppState> for Operation<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        let (mut parts, body) = request.into_parts();
        // Who asks comes first: nobody learns anything without signing in.
        let who = SignedIn::from_request_parts(&mut parts, state).await?;
        let text = |name: &str| text_of(&parts.headers, name);
        let key = key_of(&parts.headers).ok_or_else(|| {
            let title = "An operation needs a key";
            ApiError::new(StatusCode::BAD_REQUEST, cpor_protocol::ProblemCode::BadRequest, title)
                .detail("send Idempotency-Key with 1 to 200 characters")
        })?;
        let (if_match, if_none_match) = (text("if-match"), text("if-none-match"));
        let (method, uri) = (parts.method.clone(), parts.uri.clone());
        let headers = parts.headers.clone();
        let bytes = read_body(Request::from_parts(parts, body)).await?;
        let request_hash = Sha256::new()
            .chain_update(method.as_str())
            .chain_update([0])
            .chain_update(uri.path())
            .chain_update([0])
            .chain_update(&bytes)
            .chain_update(if_match.as_deref().filter(|_| mutant!(IfMatchCompared)).unwrap_or(""))
            .finalize()
            .to_vec();
        let body = T::read(&headers, &bytes)?;
        Ok(Self { who, key, request_hash, if_match, if_none_match, body })
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The operation's key, if it can be one.
fn key_of(headers: &HeaderMap) -> Option<String> {
    text_of(headers, IDEMPOTENCY_KEY).filter(|key| (1..=MAX_KEY).contains(&key.len()))
}

/// The revisions that an `If-Match` names; what is no ETag of a claim names none.
fn revisions_in(if_match: &str) -> Vec<Revision> {
    if_match.split(',').filter_map(revision_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use cpor_protocol::claim::etag;

    #[test]
    fn fuzz_operation_headers() {
        bolero::check!().with_type::<(Vec<u8>, String, Vec<u64>)>().for_each(
            |(bytes, junk, revisions)| {
                if let Ok(value) = HeaderValue::from_bytes(bytes) {
                    let name = HeaderName::from_static("idempotency-key");
                    let headers = HeaderMap::from_iter([(name, value)]);
                    let is_key = (1..=MAX_KEY).contains(&bytes.len())
                        && bytes.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
                    let key = key_of(&headers).map(String::into_bytes);
                    assert_eq!(key, is_key.then(|| bytes.clone()));
                }
                // Each ETag of a list counts, also where a proxy weakened it, and
                // nothing is read out of what is none.
                let etags: Vec<_> = revisions.iter().map(|revision| etag(*revision)).collect();
                assert_eq!(revisions_in(&etags.join(", ")), *revisions);
                assert_eq!(revisions_in(&etags.join(",W/")), *revisions);
                for revision in revisions_in(junk) {
                    assert!(junk.contains(&revision.to_string()));
                }
            },
        );
    }
}
