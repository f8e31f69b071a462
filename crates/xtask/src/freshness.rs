//! Whether the built app is that of the present sources, so that nobody waits
//! minutes for the same files once more.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{dist, process, project::Project};

/// Everything that the built app is made of, below the project's folder.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "crates/protocol",
    "crates/rules",
    "crates/sync",
    // This program does a part of the building.
    "crates/xtask/src",
    "public",
    "src",
    "style",
];
const STAMP: &str = "app-built-from";

/// Whether `dist/` holds what these sources make, complete and unchanged.
pub fn is_fresh(project: &Project) -> Result<bool> {
    let stamp = stamp_path(project);
    if !project.dist().join("index.html").exists() || !stamp.exists() {
        return Ok(false);
    }
    let noted = fs::read_to_string(&stamp)
        .with_context(|| format!("could not read {}", stamp.display()))?;
    Ok(noted == fingerprint(project)?)
}

/// Notes that `dist/` was just built.
pub fn note(project: &Project) -> Result<()> {
    let stamp = stamp_path(project);
    fs::write(&stamp, fingerprint(project)?)
        .with_context(|| format!("could not write {}", stamp.display()))
}

/// Before a build: a build that fails half way leaves nothing that looks whole.
pub fn forget(project: &Project) -> Result<()> {
    match fs::remove_file(stamp_path(project)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("could not forget the last build")
        }
        _ => Ok(()),
    }
}

fn stamp_path(project: &Project) -> PathBuf {
    project.scratch().join(STAMP)
}

/// Sources, result and compiler.
fn fingerprint(project: &Project) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(process::answer("rustc", &["--version"]).unwrap_or_default());
    for source in SOURCES {
        add(&mut hash, source, &project.root.join(source))?;
    }
    add(&mut hash, "dist", &project.dist())?;
    Ok(dist::hex(&hash.finalize()))
}

fn add(hash: &mut Sha256, name: &str, path: &Path) -> Result<()> {
    if path.is_dir() {
        for file in dist::files_below(path)? {
            add_file(hash, &file, &path.join(&file))?;
        }
        return Ok(());
    }
    add_file(hash, name, path)
}

fn add_file(hash: &mut Sha256, name: &str, path: &Path) -> Result<()> {
    let content = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    hash.update((content.len() as u64).to_le_bytes());
    hash.update(content);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{SOURCES, forget, is_fresh, note};
    use crate::project::Project;

    #[test]
    fn a_changed_source_or_result_and_a_broken_build_are_seen() {
        let root = std::env::temp_dir().join(format!("cpor-freshness-{}", std::process::id()));
        let project =
            Project { root: root.clone(), target: root.join("target"), tools: root.join("tools") };
        for folder in [project.dist(), project.scratch()] {
            fs::create_dir_all(folder).unwrap();
        }
        for source in SOURCES {
            let path = root.join(source);
            if source.contains('.') {
                fs::write(&path, "1").unwrap();
            } else {
                fs::create_dir_all(&path).unwrap();
                fs::write(path.join("file"), "1").unwrap();
            }
        }
        fs::write(project.dist().join("index.html"), "built").unwrap();
        assert!(!is_fresh(&project).unwrap(), "nothing was noted");
        note(&project).unwrap();
        assert!(is_fresh(&project).unwrap());
        for path in ["src/file", "crates/rules/file", "Cargo.lock", "dist/index.html"] {
            let path = root.join(path);
            let before = fs::read(&path).unwrap();
            fs::write(&path, "changed").unwrap();
            assert!(!is_fresh(&project).unwrap(), "{}", path.display());
            fs::write(&path, before).unwrap();
            assert!(is_fresh(&project).unwrap());
        }
        fs::write(root.join("style/new"), "").unwrap();
        assert!(!is_fresh(&project).unwrap());
        fs::remove_file(root.join("style/new")).unwrap();
        forget(&project).unwrap();
        assert!(!is_fresh(&project).unwrap());
        fs::remove_dir_all(root).unwrap();
    }
}
