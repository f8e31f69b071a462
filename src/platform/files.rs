//! Files: reading what was chosen, hashing, handing files to the person.

use js_sys::{Array, Uint8Array};
use sha2::Digest as _;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// A file could not be read; it was moved, deleted or changed since it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotReadable;

/// How much is read at once: enough to be quick, little enough to tell of.
const SLICE_BYTES: f64 = 2_097_152.0;
/// How much is hashed before the page may draw, where the browser does not hash.
const HASHED_AT_ONCE: usize = 1_048_576;

/// The bytes of a chosen file, read in slices; `progress` gets the share read, 0 to 1.
///
/// # Errors
/// When the file cannot be read any more.
pub async fn read(file: &File, progress: &dyn Fn(f64)) -> Result<Vec<u8>, NotReadable> {
    let size = file.size();
    let mut bytes = Vec::new();
    let mut at = 0.0;
    while at < size {
        let end = (at + SLICE_BYTES).min(size);
        let slice = file.slice_with_f64_and_f64(at, end).map_err(|_| NotReadable)?;
        // Browsers refuse what was changed on the disk since it was chosen.
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|_| NotReadable)?;
        let slice = Uint8Array::new(&buffer);
        let from = bytes.len();
        bytes.resize(from + slice.length() as usize, 0);
        slice.copy_to(&mut bytes[from..]);
        at = end;
        progress(at / size);
    }
    // A slice of what was cut short in between is shorter than it should be.
    #[expect(clippy::cast_precision_loss, reason = "exact for sizes of files")]
    let is_short = (bytes.len() as f64) < size;
    if is_short { Err(NotReadable) } else { Ok(bytes) }
}

/// The first bytes of a file.
pub async fn beginning(file: &File, length: u32) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(0.0, f64::from(length)).ok()?;
    let buffer = JsFuture::from(slice.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// SHA-256. Off the page's thread by the browser; outside a secure context,
/// where browsers withhold that, here and with pauses in which the page draws.
pub async fn sha256(bytes: &[u8]) -> Option<Vec<u8>> {
    if let Some(subtle) = subtle() {
        let data = Uint8Array::from(bytes);
        let digest = subtle.digest_with_str_and_buffer_source("SHA-256", &data).ok()?;
        let digest = JsFuture::from(digest).await.ok()?;
        return Some(Uint8Array::new(&digest).to_vec());
    }
    Some(sha256_here(bytes).await)
}

/// SHA-256 without the browser's help.
pub async fn sha256_here(bytes: &[u8]) -> Vec<u8> {
    let mut hash = sha2::Sha256::new();
    for slice in bytes.chunks(HASHED_AT_ONCE) {
        hash.update(slice);
        super::timer::sleep(0).await;
    }
    hash.finalize().to_vec()
}

/// SHA-256 in lower-case hex.
pub async fn sha256_hex(bytes: &[u8]) -> Option<String> {
    sha256(bytes).await.map(|hash| hex(&hash))
}

/// The browser's cryptography; `None` outside a secure context.
pub fn subtle() -> Option<web_sys::SubtleCrypto> {
    let crypto = super::window()?.crypto().ok()?;
    js_sys::Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
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
