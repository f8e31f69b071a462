//! The app's own files: pages, scripts, Wasm.
//!
//! Addresses of pages belong to the app: a navigation that names no file gets
//! `index.html`. Files whose name holds a hash of their content never change.
//!
//! They come from a folder or out of this program; how they are served is the same.

#[cfg(feature = "embedded-app")]
mod embedded;
mod memory;

pub use memory::{EmbeddedApp, EmbeddedFile};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};

/// For files that never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For all others: keep them, but ask before using them.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Hex digits of a hash in a name.
const HASH_DIGITS: usize = 16;

/// Where the files of the app come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppFiles {
    /// A folder.
    Folder(PathBuf),
    /// Out of the program.
    Embedded(EmbeddedApp),
}

impl AppFiles {
    /// The app in this program, if it was built with the feature `embedded-app`.
    pub fn embedded() -> Option<Self> {
        #[cfg(feature = "embedded-app")]
        return Some(Self::Embedded(embedded::app()));
        #[cfg(not(feature = "embedded-app"))]
        None
    }
}

impl fmt::Display for AppFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(formatter, "the folder {}", folder.display()),
            Self::Embedded(_) => write!(formatter, "this program"),
        }
    }
}

/// Serves the files of the app.
pub(crate) fn static_files<S: Clone + Send + Sync + 'static>(files: &AppFiles) -> Router<S> {
    match files {
        AppFiles::Folder(folder) => served(ServeDir::new(folder)),
        AppFiles::Embedded(app) => served(ServeDir::with_backend("", app.clone())),
    }
}

type Files<B> = ServeDir<DefaultServeDirFallback, B>;

fn served<S: Clone + Send + Sync + 'static, B: Backend>(files: Files<B>) -> Router<S> {
    let files =
        files.append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    Router::new().fallback(any(move |request: Request| serve(files.clone(), request)))
}

async fn serve<B: Backend>(files: Files<B>, mut request: Request) -> Response {
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
