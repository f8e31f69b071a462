//! Building the app: Trunk runs Cargo, our stand-in splits the module, our hook
//! gives every file its final name.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    freshness, process,
    project::{APP_BINARY, Project},
    report,
    setup::Tools,
    source_names, split,
};

/// Builds the app as users get it, into `dist/`, unless it is there already.
pub fn release(project: &Project, tools: &Tools) -> Result<()> {
    if freshness::is_fresh(project)? {
        println!("build  app: already there, nothing has changed");
        return Ok(());
    }
    freshness::forget(project)?;
    report::timed("app", || {
        let mut trunk = trunk(project, tools)?;
        trunk.args(["build", "--release", "--features", "split"]);
        let stand_in = prepare_stand_in(project)?;
        let Some(wasm_bindgen) = &tools.wasm_bindgen else {
            bail!("wasm-bindgen was not set up");
        };
        trunk
            .env("PATH", tools.path_after(&stand_in)?)
            .env(split::REAL_PROGRAM, wasm_bindgen)
            .env(split::PARTS_FOLDER, project.scratch().join("split"))
            // The splitter moves functions between modules, for which it needs
            // the linker's relocations and the function names.
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", rust_flags(project))
            .env("CARGO_PROFILE_RELEASE_STRIP", "none");
        process::run_and_repeat(&mut trunk)
    })?;
    freshness::note(project)
}

/// Flags for the compiler of the split release build.
fn rust_flags(project: &Project) -> String {
    // Erased views are one type instead of hundreds: 3 % less to download.
    format!("-C link-arg=--emit-relocs --cfg erase_components{}", source_names::flags(project))
}

/// Trunk with the environment in which our hook finds its way back.
pub fn trunk(project: &Project, tools: &Tools) -> Result<Command> {
    let mut trunk = tools.command("trunk")?;
    trunk
        .current_dir(&project.root)
        .env("CPOR_XTASK", process::own_program()?)
        // The app's flags come from the project alone; Trunk takes NO_COLOR=1,
        // which is what the convention says, for a mistake.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("NO_COLOR");
    Ok(trunk)
}

/// Makes a folder in which this program is called `wasm-bindgen`: Trunk takes the
/// first one on the PATH.
fn prepare_stand_in(project: &Project) -> Result<PathBuf> {
    let folder = project.scratch().join("bin");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let path = folder.join(format!("{}{}", split::STANDS_IN_FOR, env::consts::EXE_SUFFIX));
    if path.symlink_metadata().is_ok() {
        fs::remove_file(&path).with_context(|| format!("could not replace {}", path.display()))?;
    }
    link(process::own_program()?, &path)
        .with_context(|| format!("could not make {}", path.display()))?;
    Ok(folder)
}

#[cfg(unix)]
fn link(program: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(program, path)
}

#[cfg(not(unix))]
fn link(program: &Path, path: &Path) -> std::io::Result<()> {
    fs::copy(program, path).map(drop)
}

/// The module that Trunk writes, before it has its final name.
pub fn main_module() -> String {
    format!("{APP_BINARY}_bg.wasm")
}
