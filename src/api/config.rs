//! Which backend, if any: `/config.json`.

use super::client::Api;
use super::error::ApiError;
use super::transport::{ApiRequest, Body, Method, Transport};
use cpor_protocol::Backend;
use serde::Deserialize;
use std::rc::Rc;

const TIMEOUT_MS: u32 = 10_000;

/// What was found at the start.
#[derive(Clone)]
pub enum Found {
    /// No backend: this device only.
    DeviceOnly,
    /// A backend that answers.
    Backend(Api, Box<Backend>),
    /// There is or may be a backend, and it does not answer now. Its data on
    /// this device can be used; ask again later.
    Unreachable(Api),
}

#[derive(Deserialize)]
#[expect(clippy::option_option, reason = "absent, null and an address are three things")]
struct Config {
    /// Absent, `null` and an address are three different things.
    #[serde(default, deserialize_with = "given")]
    backend: Option<Option<String>>,
}

#[expect(clippy::option_option, reason = "absent, null and an address are three things")]
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Reads the configuration and asks the backend what it is.
///
/// `{"backend": null}` is this device only; an address is that backend; no
/// file, or one that does not say, means the app's own origin, if it answers
/// `/v1/backend`. Where a backend was known before, it does not go away by an
/// answer that is not its own: a proxy, a portal or a wrong deployment gave it.
///
/// # Errors
/// When a configured backend does not speak the protocol.
pub async fn config(transport: Rc<dyn Transport>, was_known: bool) -> Result<Found, ApiError> {
    let request = ApiRequest {
        method: Method::Get,
        url: "/config.json".to_owned(),
        headers: Vec::new(),
        body: Body::Empty,
        timeout_ms: TIMEOUT_MS,
    };
    let answer = transport.send(request).await;
    let (base, is_configured) = match answer {
        Ok(answer) if answer.status == 200 => {
            match serde_json::from_str::<Config>(&String::from_utf8_lossy(&answer.body)) {
                Ok(Config { backend: Some(None) }) => return Ok(Found::DeviceOnly),
                Ok(Config { backend: Some(Some(base)) }) => (base, true),
                // Static hosts answer every path with the page itself.
                Ok(Config { backend: None }) | Err(_) => (String::new(), false),
            }
        }
        Ok(_) => (String::new(), false),
        // Offline: whether there is a backend cannot be known now.
        Err(_) => return Ok(Found::Unreachable(Api::new("", transport))),
    };
    let api = Api::new(&base, transport.clone());
    let request = ApiRequest {
        method: Method::Get,
        url: format!("{}/v1/backend", api.base()),
        headers: Vec::new(),
        body: Body::Empty,
        timeout_ms: TIMEOUT_MS,
    };
    let Ok(answer) = transport.send(request).await else { return Ok(Found::Unreachable(api)) };
    match serde_json::from_str::<Backend>(&String::from_utf8_lossy(&answer.body)) {
        Ok(backend) if answer.status == 200 => Ok(Found::Backend(api, Box::new(backend))),
        _ if matches!(answer.status, 408 | 425 | 429 | 500..=599) => Ok(Found::Unreachable(api)),
        _ if was_known => Ok(Found::Unreachable(api)),
        // A static host answers with the app's own page, or 404 or 405. Any other
        // page is the doing of something in between.
        _ if !is_configured && (answer.status != 200 || is_own_page(&answer.body)) => {
            Ok(Found::DeviceOnly)
        }
        _ if answer.status == 200 => Ok(Found::Unreachable(api)),
        _ => Err(ApiError::Bug(format!("/v1/backend answered {}", answer.status))),
    }
}

/// Whether this is the page in which the app starts.
fn is_own_page(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).contains("id=\"boot\"")
}
