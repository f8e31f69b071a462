//! `browser`: the tests that need a DOM, storage or the Wasm build of the rules.

use anyhow::{Result, bail};

use super::Bench;
use crate::{process, setup::Tool, verdicts};

/// The runner comes with wasm-bindgen; wasm-pack starts it and the driver.
pub(super) const NEEDS: &[Tool] =
    &[Tool::WasmTarget, Tool::WasmBindgen, Tool::WasmPack, Tool::Chromium];

pub(super) fn run(bench: &Bench) -> Result<()> {
    let Some(driver) = &bench.tools.chromedriver else {
        bail!("ChromeDriver was not set up");
    };
    verdicts::write(bench.project)?;
    let mut command = bench.tools.command("wasm-pack")?;
    command
        .current_dir(&bench.project.root)
        .args(["test", "--headless", "--chrome", "--chromedriver"])
        .arg(driver)
        .args(["--mode", "no-install"]);
    bench.look_at_lints(&mut command);
    if let Some(wasm_bindgen) = &bench.tools.wasm_bindgen {
        // wasm-pack takes the runner from the PATH in this mode.
        if let Some(folder) = wasm_bindgen.parent() {
            command.env("PATH", bench.tools.path_after(folder)?);
        }
    }
    process::run_and_repeat(&mut command)
}
