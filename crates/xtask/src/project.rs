//! Where things are, and which versions of outside tools the project is pinned to.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Trunk builds the app. Later versions ask for a newer compiler than ours.
pub const TRUNK_VERSION: &str = "0.21.14";
/// `wasm-opt` comes with the npm package `binaryen`.
pub const BINARYEN_VERSION: &str = "132";
/// `esbuild` makes scripts small.
pub const ESBUILD_VERSION: &str = "0.28.2";
/// `wasm-split-cli` cuts rarely opened pages out of the main module.
pub const WASM_SPLIT_VERSION: &str = "0.2.4";
/// `wasm-pack` runs the tests that need a browser.
pub const WASM_PACK_VERSION: &str = "0.15.1";
/// `schemathesis` holds the server against its own description.
pub const SCHEMATHESIS_VERSION: &str = "4.32.5";
/// moto, which speaks S3 with the tests of the server.
pub const MOTO_VERSION: &str = "5.2.1";
/// `cargo-deny` checks licences, sources and banned crates.
pub const CARGO_DENY_VERSION: &str = "0.20.2";

/// The compile target of the app.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The compile target of a program that needs nothing of the system but its kernel.
pub const MUSL_TARGET: &str = "x86_64-unknown-linux-musl";
/// The name of the app's binary, and so of the files Trunk writes.
pub const APP_BINARY: &str = "cpor-claims-web";

/// The checked-out project and the folders that belong to it.
pub struct Project {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where Cargo puts what it builds.
    pub target: PathBuf,
    /// Tools installed by the set-up, one folder each, shared by all checkouts of this user.
    pub tools: PathBuf,
}

impl Project {
    /// Finds the project from where Cargo says this package lives.
    pub fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .filter(|folder| folder.ends_with("crates/xtask"))
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = package
            .ancestors()
            .nth(2)
            .map(Path::to_path_buf)
            .with_context(|| format!("{} is not inside a workspace", package.display()))?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { tools: user_cache()?.join("cpor-claims").join("tools"), root, target })
    }

    /// The built app.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Files that only these commands read and write.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The folder of the Playwright suite.
    pub fn end_to_end(&self) -> PathBuf {
        self.root.join("tests/e2e")
    }

    /// The wasm-bindgen version in `Cargo.lock`; the command-line tool must be the same.
    pub fn wasm_bindgen_version(&self) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        if !path.exists() {
            let made = Command::new("cargo")
                .arg("generate-lockfile")
                .current_dir(&self.root)
                .status()
                .context("could not run cargo")?;
            if !made.success() {
                bail!("Cargo.lock is missing and could not be made");
            }
        }
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        locked_version(&text, "wasm-bindgen")
            .map(str::to_owned)
            .context("Cargo.lock does not mention wasm-bindgen")
    }
}

/// The version of `package` in the text of a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn user_cache() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    if let Some(folder) = env::var_os("LOCALAPPDATA") {
        return Ok(PathBuf::from(folder));
    }
    match env::var_os("HOME") {
        Some(home) => Ok(PathBuf::from(home).join(".cache")),
        None => bail!("HOME is not set, so there is no place to install tools: set it and retry"),
    }
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_locked_version_is_read_from_the_package_of_that_exact_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }
}
