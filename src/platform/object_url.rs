//! Bytes under a URL that only this page knows.

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag, Url};

/// The URL. It ends when the last one who holds it lets go.
#[derive(Debug)]
pub struct ObjectUrl {
    url: String,
}

impl ObjectUrl {
    /// Gives bytes a URL. The browser takes them for what `media_type` says,
    /// so that is for the caller to decide and never for whoever sent them.
    pub fn new(bytes: &[u8], media_type: &'static str) -> Option<Self> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        Some(Self { url })
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.url
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Fails only for a URL that is gone already.
        drop(Url::revoke_object_url(&self.url));
    }
}
