//! Text files that come with the app, such as the texts of a language.

use super::transport::{ApiRequest, Body, FetchTransport, Method, Transport as _};

const TIMEOUT_MS: u32 = 20_000;

/// Loads a text file of the app.
///
/// # Errors
/// When it cannot be had now. The caller does without.
pub async fn text_file(path: &str) -> Result<String, FileUnavailable> {
    let request = ApiRequest {
        method: Method::Get,
        url: path.to_owned(),
        headers: Vec::new(),
        body: Body::Empty,
        timeout_ms: TIMEOUT_MS,
    };
    match FetchTransport.send(request).await {
        Ok(answer) if answer.status == 200 => {
            String::from_utf8(answer.body).map_err(|_| FileUnavailable)
        }
        Ok(_) | Err(_) => Err(FileUnavailable),
    }
}

/// The file cannot be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileUnavailable;
