//! The endpoints, one file each.

pub(crate) mod associations;
pub(crate) mod backend;
pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod consent;
pub(crate) mod demo;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod notifications;
pub(crate) mod openapi;
pub(crate) mod partner_locations;
pub(crate) mod session;
pub(crate) mod subscriptions;

use crate::auth::oidc::CALLBACK;
use crate::error::ApiError;
use crate::state::AppState;
use crate::web::{api_headers, refuse_floods, refuse_foreign_pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, delete, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

/// Everything under `/v1`.
pub(crate) fn api(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/v1/backend", get(backend::get))
        .route("/v1/openapi.json", get(openapi::get))
        .route(
            "/v1/session",
            get(session::get::get).post(session::post::post).delete(session::delete::delete),
        )
        .route("/v1/sessions", delete(session::everywhere::delete))
        .route("/v1/session/oidc", get(session::oidc::start::get))
        .route(CALLBACK, get(session::oidc::callback::get))
        .route("/v1/session/oidc/end", get(session::oidc::end::get))
        .route("/v1/session/password", put(session::password::put))
        .route("/v1/changes", get(changes::get))
        .route("/v1/events", get(events::get))
        .route("/v1/notifications", get(notifications::get::get))
        .route("/v1/notifications/read", post(notifications::read::post))
        .route(
            "/v1/claims/{id}",
            get(claims::get::get).put(claims::put::put).delete(claims::delete::delete),
        )
        .route("/v1/claims/{id}/submit", post(claims::submit::post))
        .route("/v1/claims/{id}/review", post(claims::review::post))
        .route("/v1/claims/{id}/dispute", post(claims::dispute::post))
        .route("/v1/claims/{id}/disassociate", post(claims::disassociate::post))
        .route("/v1/claims/{id}/usage", get(claims::usage::get))
        .route("/v1/claims/{id}/comments", post(claims::comments::post))
        .route("/v1/claims/{id}/history", get(claims::history::get))
        .route("/v1/partner-locations", get(partner_locations::get))
        .route("/v1/associations", get(associations::get))
        .route("/v1/subscriptions/check", post(subscriptions::check))
        .route("/v1/consent/{token}", get(consent::get::get).post(consent::post::post))
        .route("/v1/demo/clock", post(demo::clock::post))
        .route("/v1/demo/mails", get(demo::mails::get))
        .merge(file_routes())
        .route("/v1", any(unknown))
        .route("/v1/", any(unknown))
        .route("/v1/{*rest}", any(unknown))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), refuse_foreign_pages))
        .layer(from_fn_with_state(state.clone(), refuse_floods))
        .layer(from_fn(api_headers))
}

fn file_routes() -> Router<AppState> {
    Router::new()
        .route("/v1/files", post(files::create::post).options(files::options::options))
        .route(
            "/v1/files/{id}",
            get(files::download::get)
                .head(files::status::head)
                .patch(files::append::patch)
                .delete(files::remove::delete)
                .options(files::options::options),
        )
        // An upload is read as a stream and measured while it is written.
        .layer(DefaultBodyLimit::disable())
        .layer(map_response(files::say_version))
}

async fn unknown() -> ApiError {
    ApiError::not_found()
}

/// One request that panics must not end the others, nor tell its secrets.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::fault(&"a handler panicked").into_response()
}
