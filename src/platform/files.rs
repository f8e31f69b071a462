//! Files: reading what was chosen, hashing, handing files to the person.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// A file could not be read; it was moved, deleted or changed since it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotReadable;

/// The bytes of a chosen file.
///
/// # Errors
/// When the file cannot be read any more.
pub async fn read(file: &File) -> Result<Vec<u8>, NotReadable> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| NotReadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// SHA-256 in lower-case hex. `None` outside a secure context, where browsers
/// withhold `crypto.subtle`.
pub async fn sha256_hex(bytes: &[u8]) -> Option<String> {
    let crypto = super::window()?.crypto().ok()?;
    let subtle = js_sys::Reflect::get(&crypto, &"subtle".into()).ok()?;
    let subtle: web_sys::SubtleCrypto = subtle.dyn_into().ok()?;
    let data = Uint8Array::from(bytes);
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", &data).ok()?;
    let digest = JsFuture::from(digest).await.ok()?;
    Some(hex(&Uint8Array::new(&digest).to_vec()))
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    text
}

/// JSON with line breaks, for people who open the file; as it is where the
/// browser cannot.
pub fn indented(json: &str) -> String {
    js_sys::JSON::parse(json)
        .and_then(|value| {
            js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
        })
        .map_or_else(|_| json.to_owned(), String::from)
}

/// Hands bytes to the person as a download. `false` when the browser refused.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    try_download(name, media_type, bytes).is_ok()
}

/// Hands text to the person as a download. `false` when the browser refused.
pub fn download_text(name: &str, media_type: &str, text: &str) -> bool {
    download(name, media_type, text.as_bytes())
}

fn try_download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let window = super::window().ok_or(JsValue::NULL)?;
    let document = window.document().ok_or(JsValue::NULL)?;
    let body = document.body().ok_or(JsValue::NULL)?;
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    body.append_child(&link)?;
    link.click();
    link.remove();
    // The browser has not read the blob yet when `click` returns.
    super::task::spawn(async move {
        super::timer::sleep(60_000).await;
        drop(Url::revoke_object_url(&url));
    });
    Ok(())
}
