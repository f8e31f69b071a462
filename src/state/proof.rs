//! Files of a proof, opened to be looked at.
//!
//! The bytes come from a partner. What they may be shown as is decided here,
//! by what they begin with and from a short list; neither the name nor the
//! media type that came with them counts.

use super::AppState;
use super::files::FileGap;
use crate::platform::object_url::ObjectUrl;
use crate::platform::{task, timer};
use leptos::prelude::*;
use std::sync::Arc;

/// How long to wait for a virus scanner before asking again, in milliseconds.
const UNSEEN_MS: u32 = 5_000;

/// How a file can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// In the browser's viewer of PDF files.
    Pdf,
    /// As a picture.
    Picture,
    /// With another program, once it is downloaded.
    Download,
}

/// A file on its way.
#[derive(Clone, Debug)]
pub enum Opening {
    /// It is being loaded.
    Loading,
    /// It cannot be had now.
    Failed(FileGap),
    /// It is here.
    Ready {
        /// How it can be looked at.
        look: Look,
        /// Its URL, for as long as somebody looks.
        url: Arc<ObjectUrl>,
    },
}

/// How bytes can be looked at, and the media type that they get for it.
pub fn look_of(bytes: &[u8]) -> (Look, &'static str) {
    if bytes.starts_with(b"%PDF-") {
        (Look::Pdf, "application/pdf")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (Look::Picture, "image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (Look::Picture, "image/jpeg")
    } else {
        (Look::Download, "application/octet-stream")
    }
}

/// Opens a file for the page that asks; it is closed with that page.
pub fn open(app: AppState, sha256: String) -> RwSignal<Opening> {
    let opening = RwSignal::new(Opening::Loading);
    load(app, sha256, opening);
    opening
}

/// Tries once more; and again by itself, while a virus scanner has not seen the file.
pub fn load(app: AppState, sha256: String, opening: RwSignal<Opening>) {
    opening.set(Opening::Loading);
    task::spawn(async move {
        loop {
            let bytes = match app.session.server() {
                Some(server) => server.file(sha256.clone()).await,
                None => Err(FileGap::Away),
            };
            let ready = bytes.and_then(|bytes| {
                let (look, media_type) = look_of(&bytes);
                let url = ObjectUrl::new(&bytes, media_type).ok_or(FileGap::Away)?;
                Ok(Opening::Ready { look, url: Arc::new(url) })
            });
            // The page may be gone by now.
            let _ = opening.try_set(ready.unwrap_or_else(Opening::Failed));
            let is_unseen = || {
                let now = opening.try_with_untracked(Clone::clone);
                matches!(now, Some(Opening::Failed(FileGap::Unseen)))
            };
            if !is_unseen() {
                return;
            }
            timer::sleep(UNSEEN_MS).await;
            // Somebody may have tried by hand meanwhile.
            if !is_unseen() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pdf_and_pictures_are_shown_whatever_they_are_called() {
        assert_eq!(look_of(b"%PDF-1.7\n"), (Look::Pdf, "application/pdf"));
        assert_eq!(look_of(b"\x89PNG\r\n\x1a\n\0"), (Look::Picture, "image/png"));
        assert_eq!(look_of(b"\xff\xd8\xff\xe0"), (Look::Picture, "image/jpeg"));
        let others: [&[u8]; 6] = [
            b"",
            b"<!doctype html><script>alert(1)</script>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b" %PDF-1.7",
            b"PK\x03\x04",
            b"II*\0",
        ];
        for bytes in others {
            assert_eq!(look_of(bytes), (Look::Download, "application/octet-stream"));
        }
    }
}
