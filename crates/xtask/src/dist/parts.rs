//! Brings the parts that were split off into the built app.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow};

use super::files_below;
use crate::{process, split};

/// Copies the loader and the optimised parts beside the main module. A build
/// without splitting has none.
pub(super) fn bring(staging: &Path) -> Result<()> {
    let Some(folder) = env::var_os(split::PARTS_FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let parts = files_below(&folder)?;
    // Each part is independent, and each run of wasm-opt uses about one core.
    thread::scope(|scope| {
        let runs: Vec<_> = parts
            .iter()
            .map(|part| {
                let (from, to) = (folder.join(part), staging.join(part));
                scope.spawn(move || bring_one(&from, &to))
            })
            .collect();
        runs.into_iter().try_for_each(|run| {
            run.join().map_err(|_| anyhow!("optimising a part stopped unexpectedly"))?
        })
    })
}

fn bring_one(from: &Path, to: &Path) -> Result<()> {
    if from.extension().is_some_and(|extension| extension == "wasm") {
        process::run(
            Command::new("wasm-opt").args(["-Oz", "--strip-debug"]).arg(from).arg("-o").arg(to),
        )
    } else {
        fs::copy(from, to).map(drop).with_context(|| format!("could not copy {}", from.display()))
    }
}
