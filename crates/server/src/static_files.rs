//! The app's own files: pages, scripts, Wasm.
//!
//! Addresses of pages belong to the app: a navigation that names no file gets
//! `index.html`. Files whose name holds a hash of their content never change.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

/// For files that never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For all others: keep them, but ask before using them.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Hex digits of a hash in a name.
const HASH_DIGITS: usize = 16;

/// Serves the files of this folder.
pub(crate) fn static_files<S: Clone + Send + Sync + 'static>(folder: &Path) -> Router<S> {
    let folder = folder.to_owned();
    Router::new().fallback(any(move |request: Request| serve(folder.clone(), request)))
}

async fn serve(folder: PathBuf, mut request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allowed = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
    }
    let path = request.uri().path().to_owned();
    let name = path.rsplit('/').next().unwrap_or_default();
    let cache = if has_hash(name) { IMMUTABLE } else { REVALIDATE };
    let is_page = !name.contains('.');
    if is_page {
        *request.uri_mut() = axum::http::Uri::from_static("/index.html");
    }
    let files = ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    // ServeDir answers errors itself; its error type has no values.
    let mut response = match files.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => never(error),
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, cache);
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

fn never(error: Infallible) -> Response {
    match error {}
}

/// Whether a name is of the form `app-0123456789abcdef.js`, or
/// `app-0123456789abcdef_bg.wasm` as wasm-bindgen names the module.
fn has_hash(name: &str) -> bool {
    name.split_once('.').and_then(|(stem, _)| stem.rsplit_once('-')).is_some_and(|(_, end)| {
        let hash = end.strip_suffix("_bg").unwrap_or(end);
        hash.len() == HASH_DIGITS
            && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn a_name_with_a_hash_is_recognised() {
        assert!(has_hash("cpor-claims-0123456789abcdef.js"));
        assert!(has_hash("cpor-claims-0123456789abcdef_bg.wasm"));
        assert!(has_hash("style-0123456789abcdef.css"));
        assert!(!has_hash("index.html"));
        assert!(!has_hash("config.json"));
        assert!(!has_hash("a-0123456789abcdeg.js"));
        assert!(!has_hash("page-0123456789abcdef"));
    }
}
