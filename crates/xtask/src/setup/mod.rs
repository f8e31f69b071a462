//! Set-up: each tool that the commands need, found on this machine or installed.
//!
//! A tool of the right version on the PATH is used as it is. Otherwise it goes to
//! a folder of the user's own, so that neither the system nor another project is
//! touched and a clean checkout costs nothing. One file per tool.

mod apt;
mod apt_program;
mod cargo_deny;
mod cargo_tool;
mod chromium;
mod clamav;
mod kinto;
mod moto;
mod node;
mod npm_packages;
mod npm_tool;
mod postgres;
mod rust_target;
mod schemathesis;
mod trunk;
mod wasm_bindgen;
mod wasm_pack;
mod wasm_split;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

pub use self::kinto::{pinned as pinned_python_package, version as kinto_version};
use self::{apt_program::AptProgram, npm_tool::NpmTool};
use crate::{
    process,
    project::{BINARYEN_VERSION, ESBUILD_VERSION, MUSL_TARGET, Project, WASM_TARGET},
    report,
};

/// One thing a command may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The compile target `wasm32-unknown-unknown`.
    WasmTarget,
    /// Node.js with npm.
    Node,
    /// Trunk, which builds the app.
    Trunk,
    /// `wasm-bindgen`, in the version of `Cargo.lock`.
    WasmBindgen,
    /// `wasm-opt`, which makes the module small.
    WasmOpt,
    /// `esbuild`, which makes the scripts small.
    Esbuild,
    /// `wasm-split-cli`, which cuts it into parts.
    WasmSplit,
    /// `wasm-pack`, which runs tests in a browser.
    WasmPack,
    /// Chromium, `ChromeDriver` and the fonts that screenshots need.
    Chromium,
    /// Playwright and axe, in the versions of the lock file.
    NpmPackages,
    /// A provider of OpenID Connect, for the tests of the server.
    OidcProvider,
    /// `PostgreSQL`, for the tests of the server.
    Postgres,
    /// `schemathesis`, with Python to run it.
    Schemathesis,
    /// moto, an S3 server for the tests of the server.
    Moto,
    /// clamd of `ClamAV` and c-icap, for the tests of the server.
    ClamAv,
    /// `cargo-deny`.
    CargoDeny,
    /// `wrk`, which sends requests as quickly as they are answered.
    Wrk,
    /// The shell of `SQLite`.
    SqliteShell,
    /// Kinto, the peer in measurements.
    Kinto,
    /// The compile target of a static program.
    MuslTarget,
    /// A C compiler for it: `SQLite` and the cryptography are written in C.
    MuslGcc,
}

/// Two seconds instead of the eight minutes that building it from source takes.
const WASM_OPT: NpmTool =
    NpmTool { program: "wasm-opt", package: "binaryen", version: BINARYEN_VERSION };
const ESBUILD: NpmTool =
    NpmTool { program: "esbuild", package: "esbuild", version: ESBUILD_VERSION };

const WRK: AptProgram = AptProgram { program: "wrk", package: "wrk" };
const SQLITE_SHELL: AptProgram = AptProgram { program: "sqlite3", package: "sqlite3" };
const MUSL_GCC: AptProgram = AptProgram { program: "musl-gcc", package: "musl-tools" };

/// What it takes to build and serve the app.
pub const FOR_APP: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmOpt,
    Tool::Esbuild,
    Tool::WasmSplit,
];

/// What it takes to drive the built app in a browser.
pub const FOR_BROWSER: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Node,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmOpt,
    Tool::Esbuild,
    Tool::WasmSplit,
    Tool::Chromium,
    Tool::NpmPackages,
    Tool::OidcProvider,
    Tool::ClamAv,
];

/// What it takes to measure the server beside its peer.
pub const FOR_BENCH: &[Tool] = &[Tool::Postgres, Tool::Wrk, Tool::SqliteShell, Tool::Kinto];

/// What it takes to build a static program that holds the app.
pub const FOR_PACKAGE: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmOpt,
    Tool::Esbuild,
    Tool::WasmSplit,
    Tool::MuslTarget,
    Tool::MuslGcc,
];

/// Every tool but those that only measure or pack, in an order in which each finds what it needs itself.
pub const ALL: &[Tool] = &[
    Tool::WasmTarget,
    Tool::Node,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmOpt,
    Tool::Esbuild,
    Tool::WasmSplit,
    Tool::WasmPack,
    Tool::Chromium,
    Tool::NpmPackages,
    Tool::OidcProvider,
    Tool::Postgres,
    Tool::Schemathesis,
    Tool::Moto,
    Tool::ClamAv,
    Tool::CargoDeny,
];

/// What is of no use but to measure or to pack, so that only these need it.
const RARE: &[Tool] = &[Tool::Wrk, Tool::SqliteShell, Tool::Kinto, Tool::MuslTarget, Tool::MuslGcc];

/// Where the tools are that have been set up.
#[derive(Default)]
pub struct Tools {
    folders: Vec<PathBuf>,
    /// The real `wasm-bindgen`, which our stand-in calls.
    pub wasm_bindgen: Option<PathBuf>,
    /// The browser that the tests drive.
    pub chromium: Option<PathBuf>,
    /// The same without a window, where there is one: quicker, and not quite the same.
    pub headless_shell: Option<PathBuf>,
    /// The driver of that browser.
    pub chromedriver: Option<PathBuf>,
    /// The folder of the programs of `PostgreSQL`.
    pub postgres: Option<PathBuf>,
    /// The folder of `schemathesis` and its Python.
    pub schemathesis: Option<PathBuf>,
    /// A Python that has moto.
    pub moto: Option<PathBuf>,
    /// The folder of the programs of Kinto.
    pub kinto: Option<PathBuf>,
}

impl Tools {
    /// Puts a folder before the PATH of every program started with these tools.
    fn add_folder(&mut self, folder: &Path) {
        if !self.folders.iter().any(|known| known == folder) {
            self.folders.push(folder.to_path_buf());
        }
    }

    /// The PATH on which these tools are found first.
    pub fn path(&self) -> Result<OsString> {
        process::path_with(&self.folders)
    }

    /// The same with one more folder before all others.
    pub fn path_after(&self, first: &Path) -> Result<OsString> {
        let mut folders = vec![first.to_path_buf()];
        folders.extend(self.folders.iter().cloned());
        process::path_with(&folders)
    }

    /// A program, to be found among these tools first.
    pub fn command(&self, program: &str) -> Result<Command> {
        let found = self
            .folders
            .iter()
            .map(|folder| folder.join(program))
            .find(|candidate| candidate.is_file());
        let mut command = Command::new(found.unwrap_or_else(|| PathBuf::from(program)));
        command.env("PATH", self.path()?);
        Ok(command)
    }
}

/// Makes sure that these tools are there, one step each.
pub fn ensure(project: &Project, wanted: &[Tool]) -> Result<Tools> {
    let mut tools = Tools::default();
    for tool in ALL.iter().chain(RARE).filter(|tool| wanted.contains(tool)) {
        let tools = &mut tools;
        match tool {
            Tool::WasmTarget => report::step("Wasm target", || rust_target::ensure(WASM_TARGET)),
            Tool::Node => report::step("Node.js", node::ensure),
            Tool::Trunk => report::step("Trunk", || trunk::ensure(project, tools)),
            Tool::WasmBindgen => {
                report::step("wasm-bindgen", || wasm_bindgen::ensure(project, tools))
            }
            Tool::WasmOpt => report::step("wasm-opt", || WASM_OPT.ensure(project, tools)),
            Tool::Esbuild => report::step("esbuild", || ESBUILD.ensure(project, tools)),
            Tool::WasmSplit => report::step("wasm-split", || wasm_split::ensure(project, tools)),
            Tool::WasmPack => report::step("wasm-pack", || wasm_pack::ensure(project, tools)),
            Tool::Chromium => report::step("Chromium", || chromium::ensure(tools)),
            Tool::NpmPackages => report::step("Playwright", || npm_packages::ensure(project)),
            Tool::OidcProvider => {
                report::step("OpenID Connect", || npm_packages::ensure_provider(project))
            }
            Tool::Postgres => report::step("PostgreSQL", || postgres::ensure(tools)),
            Tool::Schemathesis => {
                report::step("schemathesis", || schemathesis::ensure(project, tools))
            }
            Tool::Moto => report::step("moto", || moto::ensure(project, tools)),
            Tool::ClamAv => report::step("ClamAV", clamav::ensure),
            Tool::CargoDeny => report::step("cargo-deny", || cargo_deny::ensure(project, tools)),
            Tool::Wrk => report::step("wrk", || WRK.ensure()),
            Tool::SqliteShell => report::step("SQLite's shell", || SQLITE_SHELL.ensure()),
            Tool::Kinto => report::step("Kinto", || kinto::ensure(project, tools)),
            Tool::MuslTarget => report::step("musl target", || rust_target::ensure(MUSL_TARGET)),
            Tool::MuslGcc => report::step("musl-gcc", || MUSL_GCC.ensure()),
        }
        .with_context(|| format!("set-up of {tool:?} failed"))?;
    }
    cargo_tool::remove_build_folder(project)?;
    Ok(tools)
}
