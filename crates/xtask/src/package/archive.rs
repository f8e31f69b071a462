//! A `.tar.gz` that is the same whenever it is made of the same.

use std::io::Write as _;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use crate::dist::hex;

/// What stands in the archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Below the archive's one folder.
    name: String,
    /// None of a folder.
    content: Option<Vec<u8>>,
    /// Who may read and run it, as on Unix.
    mode: u32,
}

impl Entry {
    /// A file to be run.
    pub(super) fn program(name: impl Into<String>, content: Vec<u8>) -> Self {
        Self { name: name.into(), content: Some(content), mode: 0o755 }
    }

    /// A file to be read.
    pub(super) fn file(name: impl Into<String>, content: Vec<u8>) -> Self {
        Self { name: name.into(), content: Some(content), mode: 0o644 }
    }

    /// An empty folder.
    pub(super) fn folder(name: impl Into<String>) -> Self {
        Self { name: name.into(), content: None, mode: 0o755 }
    }

    /// The name and what is in it, of a file.
    pub(super) fn named(&self) -> Option<(&str, &[u8])> {
        Some((&self.name, self.content.as_deref()?))
    }
}

/// Packs entries into one folder of this name. Each belongs to root, and was changed at this
/// moment, in seconds since 1970.
pub(super) fn pack(folder: &str, entries: &[Entry], moment: u64) -> Result<Vec<u8>> {
    let packed = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut archive = Builder::new(packed);
    for entry in entries {
        let content = entry.content.as_deref().unwrap_or_default();
        let mut header = Header::new_gnu();
        header.set_entry_type(match entry.content {
            Some(_) => EntryType::Regular,
            None => EntryType::Directory,
        });
        header.set_mode(entry.mode);
        header.set_mtime(moment);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(content.len() as u64);
        let end = if entry.content.is_some() { "" } else { "/" };
        let path = format!("{folder}/{}{end}", entry.name);
        archive
            .append_data(&mut header, &path, content)
            .with_context(|| format!("could not pack {path}"))?;
    }
    let mut packed = archive.into_inner().context("could not end the archive")?;
    packed.flush()?;
    packed.finish().context("could not end the archive")
}

/// The hashes of files, as `sha256sum --check` reads them.
pub(super) fn sums<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut sums = String::new();
    for (name, content) in files {
        sums.extend([&hex(&Sha256::digest(content)), "  ", name, "\n"]);
    }
    sums
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Entry, pack, sums};

    fn entries() -> Vec<Entry> {
        vec![
            Entry::program("server", b"runs".to_vec()),
            Entry::folder("data"),
            Entry::file(format!("sbom/{}", "long".repeat(40)), b"{}".to_vec()),
        ]
    }

    #[test]
    fn everything_comes_out_as_it_went_in() {
        let packed = pack("claims-1", &entries(), 1_780_000_000).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&packed[..]));
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.mtime().unwrap(), 1_780_000_000);
            let mode = header.mode().unwrap();
            found.push((entry.path().unwrap().display().to_string(), mode, content));
        }
        let long = format!("claims-1/sbom/{}", "long".repeat(40));
        let expected = [
            ("claims-1/server".to_owned(), 0o755, "runs".to_owned()),
            ("claims-1/data/".to_owned(), 0o755, String::new()),
            (long, 0o644, "{}".to_owned()),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_same_is_packed_into_the_same() {
        let pack = || pack("claims-1", &entries(), 1_780_000_000).unwrap();
        assert_eq!(pack(), pack());
    }

    #[test]
    fn sums_name_the_files_and_not_the_folders() {
        let entries = entries();
        let sums = sums(entries.iter().filter_map(Entry::named));
        let lines: Vec<_> = sums.lines().collect();
        assert_eq!(lines.len(), 2);
        let of_runs = "1f64fff08d787e732e04559f4d241876b399d9d4251af79833bd22adbb2d331a";
        assert_eq!(lines[0], format!("{of_runs}  server"));
    }
}
