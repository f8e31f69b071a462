//! How source files are called in what is built.
//!
//! Panic messages name source files. Neither the bytes nor the folders of this machine
//! belong into what people download, and without them two machines build the same.

use std::{env, fs, path::PathBuf};

use crate::project::Project;

/// Flags for the compiler, each with a blank before it.
pub fn flags(project: &Project) -> String {
    let mut flags = String::new();
    let registry = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
        .map(|home| home.join("registry/src"));
    let registries = registry
        .and_then(|folder| fs::read_dir(folder).ok())
        .into_iter()
        .flatten()
        .filter_map(|entry| Some((entry.ok()?.path(), "/c")));
    for (folder, short) in registries.chain([(project.root.clone(), "/w")]) {
        match folder.to_str() {
            // The variable is split at blanks.
            Some(folder) if !folder.contains(' ') => {
                flags.push_str(" --remap-path-prefix=");
                flags.push_str(folder);
                flags.push('=');
                flags.push_str(short);
            }
            _ => {}
        }
    }
    flags
}
