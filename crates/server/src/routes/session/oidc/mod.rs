//! `/v1/session/oidc`: signing in at the provider of identities, and out of it.
//!
//! Browsers come here by a link and by the provider's answer, so nothing is refused with a
//! problem that nobody would read: whatever goes wrong ends on the app's own page for
//! signing in, with a word that it has a text for.

pub(crate) mod callback;
pub(crate) mod end;
pub(crate) mod start;

use crate::auth::oidc::{Provider, Refusal, ReturnPath};
use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openidconnect::url::form_urlencoded::Serializer;

/// The provider; without one there is nothing here.
fn provider(state: &AppState) -> ApiResult<&Provider> {
    state.provider.as_deref().ok_or_else(ApiError::not_found)
}

/// Sends the browser elsewhere, with cookies.
fn to(place: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> ApiResult<Response> {
    let location = HeaderValue::from_str(place).map_err(|error| ApiError::fault(&error))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Sends the browser to the app's page for signing in, which says what went wrong.
fn to_sign_in(why: Refusal, return_to: &ReturnPath) -> ApiResult<Response> {
    let query = Serializer::new(String::new())
        .append_pair("failure", why.code())
        .append_pair("return", return_to.text())
        .finish();
    to(&format!("/sign-in?{query}"), [])
}

/// Sends the browser to the app's page for signing in, where nothing has gone wrong: the
/// person may sign in there, or not.
fn ask_for_a_press(return_to: &ReturnPath) -> ApiResult<Response> {
    let query = Serializer::new(String::new()).append_pair("return", return_to.text()).finish();
    to(&format!("/sign-in?{query}"), [])
}
