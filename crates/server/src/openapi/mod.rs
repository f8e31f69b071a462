//! The description of the protocol, generated from the code.

mod answers;
mod bounds;
mod requests;

use crate::routes;
use serde_json::Value;
use std::sync::LazyLock;
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
    modifiers(&SessionCookie),
    security(("session" = []))
)]
struct ApiDescription;

/// How requests are authenticated.
struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("cpor-session")));
        api.components.get_or_insert_default().add_security_scheme("session", cookie);
    }
}

/// The whole description: what the code says of each endpoint, and what holds for all of
/// them or follows from the limits of both sides.
pub(crate) fn description() -> &'static Value {
    static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
        // Texts, numbers and lists only, so writing it cannot fail.
        let mut api = serde_json::to_value(ApiDescription::openapi()).unwrap_or_default();
        bounds::set(&mut api);
        let paths = api["paths"].as_object_mut();
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                operation["operationId"] = Value::String(name_of(method, path));
                requests::complete(method, path, operation);
                answers::complete(method, path, operation);
            }
        }
        requests::add_shared(&mut api);
        api
    });
    &DESCRIPTION
}

/// The name of an operation, which no other has: `post_claims_id_submit`.
fn name_of(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/v1/").replace(['{', '}'], "");
    format!("{method}_{}", words.replace(['/', '-', '.'], "_"))
}

/// Whether requests by this method change something.
fn is_change(method: &str) -> bool {
    !matches!(method, "get" | "head" | "options")
}

/// Whether an operation has nothing to do with a session.
fn is_public(operation: &Value) -> bool {
    operation["security"] == serde_json::json!([{}])
}

/// The parameters of an operation that stand there.
fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}
