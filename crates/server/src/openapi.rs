//! The description of the protocol, generated from the code.

use crate::routes;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// All endpoints with their types.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "CPOR Claims",
        description = "The protocol between the app and a backend, version 1. Every request that \
                       changes something carries the header `X-CPOR: 1`."
    ),
    paths(
        routes::backend::get,
        routes::session::get::get,
        routes::session::post::post,
        routes::session::delete::delete,
        routes::changes::get,
        routes::events::get,
        routes::notifications::get::get,
        routes::notifications::read::post,
        routes::claims::get::get,
        routes::claims::put::put,
        routes::claims::delete::delete,
        routes::claims::submit::post,
        routes::claims::review::post,
        routes::claims::dispute::post,
        routes::claims::disassociate::post,
        routes::claims::comments::post,
        routes::claims::history::get,
        routes::claims::usage::get,
        routes::files::options::options,
        routes::files::create::post,
        routes::files::status::head,
        routes::files::append::patch,
        routes::files::remove::delete,
        routes::files::download::get,
        routes::partner_locations::get,
        routes::associations::get,
        routes::subscriptions::check,
        routes::consent::get::get,
        routes::consent::post::post,
        routes::demo::clock::post,
        routes::demo::mails::get,
        routes::openapi::get,
    ),
    modifiers(&SessionCookie),
    security(("session" = []))
)]
pub(crate) struct ApiDescription;

/// How requests are authenticated.
struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("cpor-session")));
        api.components.get_or_insert_default().add_security_scheme("session", cookie);
    }
}
