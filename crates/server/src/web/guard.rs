//! Changes come from the app alone, not from a page of somebody else.
//!
//! A foreign page can send a form with the user's cookie, but not with a header of its
//! own choice nor in another type than the three of forms, and browsers say where a
//! request is from.

use super::reach::Reach;
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cpor_protocol::headers::{APP_HEADER, APP_HEADER_VALUE};

/// The types in which a form, and a script of a foreign page without leave, can send.
const OF_FORMS: [&str; 3] =
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Refuses changes that a foreign page could have sent.
pub(crate) async fn refuse_foreign_pages(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    match check(&state.reach, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Whether a page of the app, or the person at the browser, has begun it, as far as the
/// browser says. Wherever a page has sent it on to, the first one counts.
pub(crate) fn is_of_own_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|value| value.to_str());
    // Programs other than browsers do not send it; `none` is the user's own doing.
    matches!(site, None | Some(Ok("same-origin" | "none")))
}

fn check(reach: &Reach, method: &Method, headers: &HeaderMap) -> ApiResult<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let is_ours = headers.get(APP_HEADER).is_some_and(|value| value == APP_HEADER_VALUE);
    if !is_ours && !mutant!(NeedsNoAppHeader) {
        return Err(ApiError::not_allowed("every change carries the header X-CPOR: 1"));
    }
    // Older browsers say the origin alone.
    let is_own_origin = reach.is_own_page(headers) || mutant!(TakesForeignOrigins);
    let is_own = is_of_own_site(headers) && is_own_origin;
    if !is_own && !mutant!(TakesForeignPages) {
        return Err(ApiError::not_allowed("the request comes from another site"));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if OF_FORMS.iter().any(|form| kind.eq_ignore_ascii_case(form)) {
        return Err(ApiError::wrong_type("no change is sent as a form"));
    }
    Ok(())
}
