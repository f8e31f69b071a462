//! Changes come from the app alone, not from a page of somebody else.
//!
//! A foreign page can send a form with the user's cookie, but not with a
//! header of its own choice, and modern browsers say where a request is from.

use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cpor_protocol::headers::{APP_HEADER, APP_HEADER_VALUE};

/// Refuses changes that a foreign page could have sent.
pub(crate) async fn refuse_foreign_pages(request: Request, next: Next) -> Response {
    match check(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check(method: &Method, headers: &HeaderMap) -> ApiResult<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let is_ours = headers.get(APP_HEADER).is_some_and(|value| value == APP_HEADER_VALUE);
    if !is_ours && !mutant!(NeedsNoAppHeader) {
        return Err(ApiError::not_allowed("every change carries the header X-CPOR: 1"));
    }
    match headers.get("sec-fetch-site").map(|value| value.to_str()) {
        // Programs other than browsers do not send it; `none` is the user's own doing.
        None | Some(Ok("same-origin" | "none")) => Ok(()),
        Some(_) if mutant!(TakesForeignPages) => Ok(()),
        Some(_) => Err(ApiError::not_allowed("the request comes from another site")),
    }
}
