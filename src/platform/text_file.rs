//! Text files that come with the app, such as the texts of a language.
//!
//! Asked of the browser directly: the transport for the server is in a module
//! that comes after the first screen.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

const TIMEOUT_MS: u32 = 20_000;

/// Loads a text file of the app. `None` when it cannot be had now; the caller
/// does without.
pub async fn load(path: &str) -> Option<String> {
    let options = RequestInit::new();
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer = super::window()?.fetch_with_str_and_init(path, &options);
    let answer: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}
