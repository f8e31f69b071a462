//! Code splitting: this program stands in for `wasm-bindgen` while Trunk builds.
//!
//! Trunk knows nothing of splitting. So the first `wasm-bindgen` on its PATH is
//! ours: it lets `wasm-split-cli` cut the functions marked `#[lazy]` out of the
//! module and hands what remains to the real one. The parts wait in a folder
//! until the hook (see [`crate::dist`]) brings them into the built app.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::process;

/// The program whose place we take.
pub const STANDS_IN_FOR: &str = "wasm-bindgen";
/// Names the real program.
pub const REAL_PROGRAM: &str = "CPOR_WASM_BINDGEN";
/// Names the folder for the parts.
pub const PARTS_FOLDER: &str = "CPOR_SPLIT_DIR";
/// The script that loads the parts; the main script imports it by this name.
pub const LOADER: &str = "__wasm_split.js";

/// Does what `wasm-bindgen` was asked to do, on a split module.
pub fn stand_in(arguments: &[OsString]) -> Result<()> {
    let real = env::var_os(REAL_PROGRAM)
        .map(PathBuf::from)
        .with_context(|| format!("{REAL_PROGRAM} does not name the real wasm-bindgen"))?;
    let Some(request) = Request::read(arguments) else {
        // It was asked for its version.
        return process::run(Command::new(real).args(arguments));
    };
    let parts = env::var_os(PARTS_FOLDER)
        .map(PathBuf::from)
        .with_context(|| format!("{PARTS_FOLDER} does not name a folder"))?;
    if parts.exists() {
        fs::remove_dir_all(&parts)
            .with_context(|| format!("could not empty {}", parts.display()))?;
    }
    fs::create_dir_all(&parts).with_context(|| format!("could not make {}", parts.display()))?;
    process::run(
        Command::new("wasm-split-cli")
            .arg(request.module)
            .arg(&parts)
            .args(["--target", "web", "--out-name"])
            .arg(request.name),
    )?;
    // The remaining main module moves out of the way of the parts.
    let file_name = Path::new(request.name).with_extension("wasm");
    let main = parts.with_file_name("split-main");
    fs::create_dir_all(&main).with_context(|| format!("could not make {}", main.display()))?;
    let module = main.join(&file_name);
    fs::rename(parts.join(&file_name), &module)
        .context("wasm-split-cli did not write the main module")?;
    process::run(
        Command::new(real)
            .args(arguments.iter().filter(|argument| *argument != request.module))
            // The parts reach into the main module through these exports.
            .arg("--keep-lld-exports")
            .arg(module),
    )
}

/// What matters to us in the arguments Trunk passes.
#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    module: &'a OsStr,
    name: &'a OsStr,
}

impl<'a> Request<'a> {
    fn read(arguments: &'a [OsString]) -> Option<Self> {
        let name =
            arguments.iter().find_map(|argument| argument.to_str()?.strip_prefix("--out-name="))?;
        let module = arguments
            .iter()
            .find(|argument| Path::new(argument).extension() == Some(OsStr::new("wasm")))?;
        Some(Self { module, name: OsStr::new(name) })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{OsStr, OsString};

    use super::Request;

    fn arguments(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn module_and_name_are_found_wherever_they_stand() {
        let given = arguments(&[
            "--target=web",
            "--out-dir=/t/out",
            "--out-name=app",
            "/t/app.wasm",
            "--no-typescript",
        ]);
        assert_eq!(
            Request::read(&given),
            Some(Request { module: OsStr::new("/t/app.wasm"), name: OsStr::new("app") })
        );
    }

    #[test]
    fn a_question_for_the_version_is_no_request() {
        assert_eq!(Request::read(&arguments(&["--version"])), None);
    }
}
