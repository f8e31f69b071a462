//! Trunk's `post_build` hook: from Trunk's output to the files that are served.
//!
//! In every build the style sheets become one file. In a release build, besides,
//! the parts of the split module join in, every asset takes a name made from its
//! content, the pages refer to those names, the service worker learns them, and
//! compressed copies are written. Afterwards anything under `/assets/` may be
//! cached for ever, and nothing else.

mod compress;
mod imports;
mod minify;
mod names;
mod page;
mod parts;
mod service_worker;
mod shared;
mod styles;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use wasm_encoder::{Module, RawSection};
use wasmparser::Payload;

use crate::project::Project;

/// The folder for files whose names carry a hash of their content.
const ASSETS: &str = "assets";
/// Where the list of files of the first load is left for `cargo xtask size`.
pub const FIRST_LOAD: &str = "first-load.json";

/// Runs as Trunk's hook, on the folder Trunk names.
pub fn hook(project: &Project) -> Result<()> {
    let staging = folder_from("TRUNK_STAGING_DIR")?;
    let is_release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    styles::bundle(&project.root.join("style"), &staging)?;
    if !is_release {
        return service_worker::remove(&staging);
    }
    parts::bring(&staging)?;
    imports::shorten(&staging)?;
    minify::scripts(&staging)?;
    let assets = names::by_content(&staging)?;
    page::rewrite_all(&staging, &assets)?;
    service_worker::write_list(&staging)?;
    assets.write_first_load(&project.scratch().join(FIRST_LOAD))?;
    compress::all(&staging)
}

fn folder_from(variable: &str) -> Result<PathBuf> {
    match env::var_os(variable) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => bail!("{variable} is not set: this command is for Trunk to call"),
    }
}

/// Every file below `folder`, as paths relative to it with `/` between names, in order.
pub fn files_below(folder: &Path) -> Result<Vec<String>> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<()> {
        let entries =
            fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))?;
        for entry in entries {
            let path = entry.context("could not read a folder entry")?.path();
            if path.is_dir() {
                collect(root, &path, found)?;
            } else if let Ok(relative) = path.strip_prefix(root) {
                let names: Vec<_> =
                    relative.iter().map(|name| name.to_string_lossy().into_owned()).collect();
                found.push(names.join("/"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found)?;
    found.sort();
    Ok(found)
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Adds a section of `module` to another one as it is.
fn keep_section(rewritten: &mut Module, module: &[u8], section: &Payload) -> Result<()> {
    if let Some((id, range)) = section.as_section() {
        let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
        let data = module.get(range).context("a section ends after the module")?;
        rewritten.section(&RawSection { id, data });
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("could not read {}", path.display()))
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn hexadecimal_text_keeps_leading_zeros() {
        assert_eq!(super::hex(&[0, 10, 255]), "000aff");
    }
}
