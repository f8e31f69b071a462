//! Gives scripts, modules and style sheets names made from their content.
//!
//! A file that mentions another is hashed after the mention was brought up to
//! date, so that a change far down changes every name above it. The main script
//! and the loader of the split parts mention each other; they share one hash,
//! taken over both.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::json;
use sha2::{Digest, Sha256, Sha384};

use super::{ASSETS, files_below, hex, read, styles, write};
use crate::{app_build, project::APP_BINARY, split};

/// How many hexadecimal digits of the hash a name carries.
const DIGITS: usize = 16;
/// Files whose addresses must stay the same for ever: browsers and people keep them.
const STAYS: &[&str] = &["sw.js", "rescue.js"];
/// Where wasm-bindgen puts the scripts that Rust crates bring along.
const SNIPPETS: &str = "snippets/";

/// A file under its final name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// Its path below the built app.
    pub path: String,
    /// Its hash as the `integrity` attribute wants it.
    pub integrity: String,
}

/// Files by the names they had before, relative to the built app.
#[derive(Default)]
pub(super) struct Assets {
    renamed: BTreeMap<String, Asset>,
}

/// Renames everything that may be cached for ever into the assets folder.
pub(super) fn by_content(staging: &Path) -> Result<Assets> {
    let main = format!("{APP_BINARY}.js");
    let mut assets = Assets::default();
    let mut linked = Vec::new();
    for file in files_below(staging)? {
        if file == main || file == split::LOADER {
            linked.push((file.clone(), super::read_text(&staging.join(&file))?));
        } else if is_asset(&file) {
            let content = read(&staging.join(&file))?;
            let name = hashed_name(&file, &digits(&[&content]))?;
            assets.add(&file, &name, &content);
            write_renamed(staging, &file, &assets.renamed[&file].path, &content)?;
        }
    }
    if !linked.iter().any(|(file, _)| *file == main) {
        bail!("Trunk did not write {main}");
    }
    for (name, text) in resolve_linked(linked, &assets)? {
        assets.add(&name.before, &name.after, text.as_bytes());
        write_renamed(staging, &name.before, &assets.renamed[&name.before].path, text.as_bytes())?;
    }
    let snippets = staging.join(SNIPPETS);
    if snippets.exists() {
        fs::remove_dir_all(&snippets)
            .with_context(|| format!("could not remove {}", snippets.display()))?;
    }
    Ok(assets)
}

impl Assets {
    /// The file that was called `before`.
    pub(super) fn get(&self, before: &str) -> Option<&Asset> {
        self.renamed.get(before)
    }

    /// Every file with the name it had before.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.renamed.iter().map(|(before, asset)| (before.as_str(), asset))
    }

    /// Notes for the size check which files a first visit fetches.
    pub(super) fn write_first_load(&self, path: &Path) -> Result<()> {
        let main_module = app_build::main_module();
        let (mut css, mut js, mut wasm, mut on_demand) = (vec![], vec![], vec![], vec![]);
        for (before, asset) in self.iter() {
            let kind = match Path::new(before).extension().and_then(|e| e.to_str()) {
                Some("css") if before == styles::SHEET => &mut css,
                Some("js") => &mut js,
                Some("wasm") if before == main_module => &mut wasm,
                _ => &mut on_demand,
            };
            kind.push(asset.path.as_str());
        }
        let list = json!({
            "html": ["index.html"], "css": css, "js": js, "wasm": wasm, "on_demand": on_demand,
        });
        write(path, format!("{list:#}\n"))
    }

    fn add(&mut self, before: &str, name: &str, content: &[u8]) {
        self.renamed.insert(
            before.to_owned(),
            Asset { path: format!("{ASSETS}/{name}"), integrity: integrity(content) },
        );
    }
}

/// A linked file's name before and its new name within the assets folder.
struct Renaming {
    before: String,
    after: String,
}

/// Brings every mention in the linked scripts up to date and names them together.
fn resolve_linked(
    mut linked: Vec<(String, String)>,
    assets: &Assets,
) -> Result<Vec<(Renaming, String)>> {
    for (_, text) in &mut linked {
        for (before, asset) in assets.iter() {
            *text = mention(text, before, &asset.path[ASSETS.len() + 1..]);
        }
    }
    let contents: Vec<&[u8]> = linked.iter().map(|(_, text)| text.as_bytes()).collect();
    let digits = digits(&contents);
    let mut renamings = Vec::new();
    for (file, _) in &linked {
        renamings.push(Renaming { before: file.clone(), after: hashed_name(file, &digits)? });
    }
    for (_, text) in &mut linked {
        for renaming in &renamings {
            *text = mention(text, &renaming.before, &renaming.after);
        }
    }
    Ok(renamings.into_iter().zip(linked.into_iter().map(|(_, text)| text)).collect())
}

/// Replaces the mention of a file in an import or an address, with or without
/// `./` before it. The same text elsewhere is left: the main script hands its
/// imports to the module under the names that the module was built with.
fn mention(text: &str, before: &str, after: &str) -> String {
    let mut text = text.to_owned();
    for lead in ["from ", "from", "import ", "import", "import(", "new URL("] {
        for quote in ['"', '\'', '`'] {
            for start in ["", "./"] {
                text = text.replace(
                    &format!("{lead}{quote}{start}{before}{quote}"),
                    &format!("{lead}{quote}./{after}{quote}"),
                );
            }
        }
    }
    text
}

fn is_asset(file: &str) -> bool {
    let is_code = Path::new(file)
        .extension()
        .is_some_and(|extension| ["js", "css", "wasm"].iter().any(|known| extension == *known));
    let is_ours = !file.contains('/') || file.starts_with(SNIPPETS);
    is_code && is_ours && !STAYS.contains(&file)
}

fn hashed_name(file: &str, digits: &str) -> Result<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let (stem, extension) =
        name.rsplit_once('.').with_context(|| format!("{file} has no extension"))?;
    Ok(format!("{stem}-{digits}.{extension}"))
}

fn digits(contents: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for content in contents {
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    let mut digits = hex(&hash.finalize());
    digits.truncate(DIGITS);
    digits
}

fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", base64(&Sha384::digest(content)))
}

/// Base 64 with padding, as the `integrity` attribute wants it.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut padded = [0; 3];
        padded[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            if place <= group.len() {
                let index = (bits >> (18 - 6 * place)) & 0x3f;
                text.push(char::from(ALPHABET[index as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn write_renamed(staging: &Path, before: &str, after: &str, content: &[u8]) -> Result<()> {
    write(&staging.join(after), content)?;
    let old = staging.join(before);
    fs::remove_file(&old).with_context(|| format!("could not remove {}", old.display()))
}

#[cfg(test)]
mod tests {
    use super::{Asset, Assets, base64, is_asset, resolve_linked};

    fn linked(part_digits: &str) -> Vec<(String, String)> {
        let mut assets = Assets::default();
        assets.renamed.insert(
            "split_reports.wasm".to_owned(),
            Asset {
                path: format!("assets/split_reports-{part_digits}.wasm"),
                integrity: String::new(),
            },
        );
        resolve_linked(
            vec![
                (
                    "__wasm_split.js".to_owned(),
                    "import x from \"./app.js\"; new URL(\"./split_reports.wasm\", u)".to_owned(),
                ),
                (
                    "app.js".to_owned(),
                    "import * as s from './__wasm_split.js'; ({ './__wasm_split.js': s })"
                        .to_owned(),
                ),
            ],
            &assets,
        )
        .unwrap()
        .into_iter()
        .map(|(renaming, text)| (renaming.after, text))
        .collect()
    }

    #[test]
    fn scripts_that_mention_each_other_get_names_that_fit() {
        let files = linked("0000000000000000");
        let (loader, app) = (&files[0], &files[1]);
        assert!(loader.1.contains(&format!("\"./{}\"", app.0)), "{loader:?}");
        assert!(app.1.contains(&format!("'./{}'", loader.0)), "{app:?}");
        assert!(app.1.contains("{ './__wasm_split.js': s }"), "{app:?}");
        assert!(loader.1.contains("\"./split_reports-0000000000000000.wasm\""));
    }

    #[test]
    fn a_changed_part_changes_the_names_of_all_that_lead_to_it() {
        let (before, after) = (linked("0000000000000000"), linked("1111111111111111"));
        assert_ne!(before[0].0, after[0].0);
        assert_ne!(before[1].0, after[1].0);
        assert_eq!(before, linked("0000000000000000"));
    }

    #[test]
    fn addresses_that_others_keep_are_left_alone() {
        assert!(is_asset("boot.js"));
        assert!(is_asset("snippets/idb-0123/inline0.js"));
        assert!(!is_asset("sw.js"));
        assert!(!is_asset("rescue.js"));
        assert!(!is_asset("config.json"));
    }

    #[test]
    fn base_64_is_padded() {
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"Man"), "TWFu");
    }
}
