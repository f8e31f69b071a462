//! The description of the protocol, generated from the code.

use crate::routes;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
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
        routes::session::everywhere::delete,
        routes::session::oidc::start::get,
        routes::session::oidc::callback::get,
        routes::session::oidc::end::get,
        routes::session::password::put,
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
    modifiers(&SessionCookie, &RefusedToAll),
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

/// What any route may answer: written once, so that none leaves it out.
struct RefusedToAll;

impl Modify for RefusedToAll {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        for PathItem { get, put, post, delete, options, head, patch, .. } in
            api.paths.paths.values_mut()
        {
            let changing = [put, post, delete, patch];
            for operation in changing.into_iter().flatten() {
                refuses(
                    operation,
                    "403",
                    "The role does not allow it, or the request is not the app's",
                );
                refuses(operation, "415", "This type of body is not taken");
                refuses(operation, "429", "Too many requests; see Retry-After");
            }
            for operation in [get, options, head].into_iter().flatten() {
                refuses(operation, "429", "Too many requests; see Retry-After");
            }
        }
    }
}

/// Adds a problem to what a route may answer, unless the route says it itself.
fn refuses(operation: &mut Operation, status: &str, description: &str) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content(cpor_protocol::headers::PROBLEM_JSON, problem)
            .build();
        RefOr::T(response)
    });
}
