//! Compressed copies beside the files, so that a server need not compress.

use std::{io::Write as _, path::Path};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use super::{files_below, read, write};

/// What gets smaller by compression.
const EXTENSIONS: &[&str] = &["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
/// The one file that whoever installs the app edits: a stale copy would win.
const EDITED_BY_HAND: &str = "config.json";
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW: i32 = 24;

/// Writes `.br` and `.gz` beside each file that gets smaller by it.
pub(super) fn all(staging: &Path) -> Result<()> {
    for file in files_below(staging)? {
        let is_text = Path::new(&file)
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| EXTENSIONS.contains(&extension));
        if !is_text || file == EDITED_BY_HAND {
            continue;
        }
        let content = read(&staging.join(&file))?;
        let brotli = brotli(&content)?;
        if brotli.len() < content.len() {
            write(&staging.join(format!("{file}.br")), brotli)?;
        }
        let gzip = gzip(&content)?;
        if gzip.len() < content.len() {
            write(&staging.join(format!("{file}.gz")), gzip)?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)
        .context("could not compress with brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .context("could not compress with gzip")
}
