//! What several parts share, in a few modules instead of hundreds.
//!
//! The splitter makes a module for each set of parts that have something in common:
//! some two hundred, most of them of a few hundred bytes, and a page may need half of
//! them, each by a request of its own. Small ones are put together here, each with the
//! others of the part that is loaded most often among those that share it
//! ([decision 52](../../../../docs/adr/0052-few-shared-modules.md)).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::{
    EntityType, ExportKind, ExportSection, ImportSection, Module,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

use super::{keep_section, read, read_text, write};
use crate::{process, split};

/// What every part takes from the main module comes from there.
const FROM_MAIN: &str = "__wasm_split";
/// The same while parts are put together.
const OUTSIDE: &str = "outside";
/// Parts in the order of how often they are loaded: the first one at every visit.
const OFTEN: &[&str] = &["connect", "claims", "claim", "settings"];
/// A module of this size, in bytes before `wasm-opt`, is worth a request of its own: whoever does not need
/// it does not fetch it.
const LARGE: u64 = 25_000;

/// A module that the splitter made for several parts.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    /// Its file without extension, such as `chunk_17`.
    name: String,
    /// The parts that need it.
    users: Vec<String>,
    /// The script that loads it.
    script: String,
}

/// Puts small modules of `folder` together in `merged`; the files of `folder` that these
/// replace. The loader among the results loads them.
pub(super) fn merge(folder: &Path, merged: &Path) -> Result<BTreeSet<String>> {
    let loader = read_text(&folder.join(split::LOADER))?;
    let (head, chunks, rest) = read_loader(&loader)?;
    let size = |chunk: &Chunk| -> Result<u64> {
        let path = module(folder, &chunk.name);
        let metadata = fs::metadata(&path);
        Ok(metadata.with_context(|| format!("{} is missing", path.display()))?.len())
    };
    let mut sizes = BTreeMap::new();
    for chunk in &chunks {
        sizes.insert(chunk.name.as_str(), size(chunk)?);
    }
    let groups = group(&chunks, |chunk| sizes[chunk.name.as_str()] >= LARGE);
    if merged.exists() {
        fs::remove_dir_all(merged)
            .with_context(|| format!("could not empty {}", merged.display()))?;
    }
    for (name, members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        fs::create_dir_all(merged)
            .with_context(|| format!("could not make {}", merged.display()))?;
        let mut command = Command::new("wasm-merge");
        for member in members {
            command.arg(module(folder, &member.name)).arg(&member.name);
        }
        let joint = merged.join("joint");
        let modules = members.iter().map(|member| read(&module(folder, &member.name)));
        write(&joint, one_of_each(&modules.collect::<Result<Vec<_>>>()?)?)?;
        command.arg(&joint).arg(FROM_MAIN);
        // They export what nobody imports, each under the same names.
        let whole = module(merged, name);
        command.args(["--rename-export-conflicts", "-o"]).arg(&whole);
        process::run_quietly(&mut command)?;
        fs::remove_file(&joint).with_context(|| format!("could not remove {}", joint.display()))?;
        write(&whole, by_its_own_name(&read(&whole)?)?)?;
    }
    write(&merged.join(split::LOADER), write_loader(&head, &groups, &rest)?)?;
    let replaced = groups.values().filter(|members| members.len() > 1).flatten();
    let mut replaced: BTreeSet<_> = replaced.map(|chunk| format!("{}.wasm", chunk.name)).collect();
    replaced.insert(split::LOADER.to_owned());
    Ok(replaced)
}

/// A module that takes from [`OUTSIDE`] whatever these take from the main module, and passes
/// it on: put together without it, each would bring a memory and a table of its own.
fn one_of_each(modules: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut wanted = BTreeMap::new();
    for module in modules {
        for payload in Parser::new(0).parse_all(module) {
            let Payload::ImportSection(section) = payload? else { continue };
            for import in section.into_imports() {
                let import = import?;
                ensure!(import.module == FROM_MAIN, "a part imports from {}", import.module);
                wanted.insert(import.name.to_owned(), RoundtripReencoder.entity_type(import.ty)?);
            }
        }
    }
    let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
    let (mut memories, mut tables, mut globals) = (0, 0, 0);
    for (name, what) in wanted {
        let (kind, count) = match what {
            EntityType::Memory(_) => (ExportKind::Memory, &mut memories),
            EntityType::Table(_) => (ExportKind::Table, &mut tables),
            EntityType::Global(_) => (ExportKind::Global, &mut globals),
            _ => bail!("a part imports {name}, which is no memory, table or global"),
        };
        imports.import(OUTSIDE, &name, what);
        exports.export(&name, kind, *count);
        *count += 1;
    }
    let mut joint = Module::new();
    joint.section(&imports).section(&exports);
    Ok(joint.finish())
}

/// The module that takes from the main module what it took from [`OUTSIDE`], and exports
/// nothing: what it holds is found in the table.
fn by_its_own_name(module: &[u8]) -> Result<Vec<u8>> {
    let mut rewritten = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.into_imports() {
                    let import = import?;
                    ensure!(import.module == OUTSIDE, "something is left of {}", import.module);
                    let kind = RoundtripReencoder.entity_type(import.ty)?;
                    imports.import(FROM_MAIN, import.name, kind);
                }
                rewritten.section(&imports);
            }
            Payload::ExportSection(_) => {}
            other => keep_section(&mut rewritten, module, &other)?,
        }
    }
    Ok(rewritten.finish())
}

fn module(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}

/// Which chunks become which module: a large one stays alone, and so does one that nothing
/// can be put with.
fn group(chunks: &[Chunk], is_large: impl Fn(&Chunk) -> bool) -> BTreeMap<String, Vec<&Chunk>> {
    let rank = |user: &str| OFTEN.iter().position(|often| *often == user).unwrap_or(OFTEN.len());
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for chunk in chunks {
        let most_often = chunk.users.iter().min_by_key(|user| (rank(user), *user));
        let name = match most_often {
            Some(user) if !is_large(chunk) => format!("shared_{user}"),
            _ => chunk.name.clone(),
        };
        groups.entry(name).or_default().push(chunk);
    }
    let alone = |members: &[&Chunk]| members.first().map(|only| only.name.clone());
    groups
        .into_iter()
        .map(|(name, members)| match members.len() {
            1 => (alone(&members).unwrap_or(name), members),
            _ => (name, members),
        })
        .collect()
}

/// Takes the loader apart: what comes before the chunks, these, and what loads the parts.
fn read_loader(loader: &str) -> Result<(String, Vec<Chunk>, String)> {
    let (mut head, mut chunks, mut rest) = (String::new(), Vec::<Chunk>::new(), String::new());
    for line in loader.split_inclusive('\n') {
        let text = line.trim_end();
        let users = text.strip_prefix("/* ").and_then(|text| text.strip_suffix(" */"));
        if let Some(users) = users {
            let users = users.split(", ").map(str::to_owned).collect();
            chunks.push(Chunk { name: String::new(), users, script: String::new() });
        } else if !rest.is_empty() || text.starts_with("export ") {
            rest.push_str(line);
        } else if let Some(chunk) = chunks.last_mut() {
            if let Some((name, _)) =
                text.strip_prefix("const __").and_then(|text| text.split_once(" = "))
            {
                name.clone_into(&mut chunk.name);
            }
            chunk.script.push_str(line);
        } else {
            head.push_str(line);
        }
    }
    let is_known = |chunk: &Chunk| {
        !chunk.name.is_empty() && chunk.script.contains(&format!("\"./{}.wasm\"", chunk.name))
    };
    ensure!(
        !head.is_empty() && !rest.is_empty() && chunks.iter().all(is_known),
        "the splitter writes its loader in another way now"
    );
    Ok((head, chunks, rest))
}

/// The loader of the groups: each is loaded as one of its members was, under its own name.
fn write_loader(head: &str, groups: &BTreeMap<String, Vec<&Chunk>>, rest: &str) -> Result<String> {
    let mut loader = head.to_owned();
    let mut group_of = BTreeMap::new();
    for (group, members) in groups {
        let Some(first) = members.first() else { continue };
        let script = first.script.replace(&format!("__{} ", first.name), &format!("__{group} "));
        loader.push_str(
            &script.replace(&format!("\"./{}.wasm\"", first.name), &format!("\"./{group}.wasm\"")),
        );
        group_of.extend(members.iter().map(|member| (format!("__{}", member.name), group)));
    }
    for line in rest.split_inclusive('\n') {
        let needed = line.strip_prefix(", [").and_then(|line| line.split_once(']'));
        let Some((needed, end)) = needed else {
            loader.push_str(line);
            continue;
        };
        let mut names = BTreeSet::new();
        for chunk in needed.split(", ").filter(|name| !name.is_empty()) {
            match group_of.get(chunk) {
                Some(group) => names.insert(format!("__{group}")),
                None => bail!("a part needs {chunk}, which there is not"),
            };
        }
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        loader.extend([", [", &names, "]", end]);
    }
    Ok(loader)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER: &str = r#"import { initSync } from "./app.js";
function makeLoad(fetcher, deps) {
}
/* claims, connect */
const __chunk_1 = makeLoad(() => {
    const src = fetch(new URL("./chunk_1.wasm", import.meta.url));
}
, []);
/* backup, connect */
const __chunk_12 = makeLoad(() => {
    const src = fetch(new URL("./chunk_12.wasm", import.meta.url));
}
, []);
/* backup, claims */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
}
, []);
export const __wasm_split_load_why = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_why.wasm", import.meta.url));
}
, []));
export const __wasm_split_load_backup = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_backup.wasm", import.meta.url));
}
, [__chunk_12, __chunk_3]));
export const __wasm_split_load_claims = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_claims.wasm", import.meta.url));
}
, [__chunk_1, __chunk_3]));
"#;

    fn rewritten(is_large: impl Fn(&Chunk) -> bool) -> String {
        let (head, chunks, rest) = read_loader(LOADER).unwrap();
        write_loader(&head, &group(&chunks, is_large), &rest).unwrap()
    }

    #[test]
    fn small_ones_are_put_together_by_the_part_that_is_loaded_most_often() {
        let loader = rewritten(|_| false);
        let addresses: Vec<_> = loader
            .split("new URL(\"./")
            .skip(1)
            .filter_map(|text| Some(text.split_once('"')?.0))
            .collect();
        assert_eq!(
            addresses,
            [
                "chunk_3.wasm",
                "shared_connect.wasm",
                "split_why.wasm",
                "split_backup.wasm",
                "split_claims.wasm"
            ]
        );
        for (part, needs) in [
            ("why", ", []));"),
            ("backup", ", [__chunk_3, __shared_connect]));"),
            ("claims", ", [__chunk_3, __shared_connect]));"),
        ] {
            let script = loader.split(&format!("load_{part} ")).nth(1).unwrap();
            assert!(script.split("export").next().unwrap().contains(needs), "{part}: {script}");
        }
        assert!(loader.contains("const __shared_connect = makeLoad("), "{loader}");
        assert!(!loader.contains("chunk_1."), "{loader}");
    }

    #[test]
    fn a_large_one_stays_alone() {
        let without_comments: Vec<_> =
            LOADER.lines().filter(|line| !line.starts_with("/*")).collect();
        assert_eq!(rewritten(|_| true).lines().collect::<Vec<_>>(), without_comments);
    }

    #[test]
    fn a_loader_of_another_kind_is_refused() {
        for other in ["", "export const a = 1;\n", &LOADER.replace("const __", "let __")] {
            assert!(read_loader(other).is_err(), "{other}");
        }
        let (head, chunks, rest) = read_loader(LOADER).unwrap();
        let groups = group(&chunks[1..], |_| false);
        assert!(write_loader(&head, &groups, &rest).is_err());
    }
}
