//! Files that come with the app and are no text, such as the proof template.
//!
//! Asked of the browser, so that the service worker can answer from what it kept.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

const TIMEOUT_MS: u32 = 20_000;

/// Loads a file of the app. `None` when it cannot be had now.
pub async fn load(path: &str) -> Option<Vec<u8>> {
    let options = RequestInit::new();
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer = super::window()?.fetch_with_str_and_init(path, &options);
    let answer: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let bytes = JsFuture::from(answer.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}
