//! The verdicts of the native build on a corpus of generated drafts, which the
//! browser tests compare byte for byte with those of the Wasm build.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
};

use anyhow::{Context, Result};

use crate::project::Project;

/// How many drafts are compared.
pub const COUNT: u64 = 10_000;

/// Writes one verdict a line to `target/verdicts.jsonl`. The folder is the one
/// inside the project, wherever Cargo builds, because the test includes the file.
pub fn write(project: &Project) -> Result<()> {
    let path = project.root.join("target/verdicts.jsonl");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    let file =
        File::create(&path).with_context(|| format!("could not write {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for line in cpor_rules::testing::verdict_lines(COUNT) {
        writeln!(file, "{line}").with_context(|| format!("could not write {}", path.display()))?;
    }
    file.flush().with_context(|| format!("could not write {}", path.display()))
}
