//! Short names for what the module imports from its script.
//!
//! wasm-bindgen names each import after what it does and adds sixteen digits of
//! a hash. Both sides carry every name, and hashes do not compress: with two
//! letters each, the first load is about 6 kB smaller.

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail};
use wasm_encoder::{
    ImportSection, Module,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

use super::{keep_section, read, read_text, write};
use crate::{app_build, project::APP_BINARY};

/// Renames the imports in the main module and in its script.
pub(super) fn shorten(staging: &Path) -> Result<()> {
    let module_path = staging.join(app_build::main_module());
    let script_path = staging.join(format!("{APP_BINARY}.js"));
    let (module, names) = shorten_module(&read(&module_path)?, &format!("./{APP_BINARY}_bg.js"))
        .with_context(|| format!("could not rewrite {}", module_path.display()))?;
    let script = shorten_script(&read_text(&script_path)?, &names)?;
    write(&module_path, module)?;
    write(&script_path, script)
}

/// The module with new names for what it takes from `script`, and those names by
/// the old ones. Every other byte stays.
fn shorten_module(module: &[u8], script: &str) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let mut names = BTreeMap::new();
    let mut rewritten = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.into_imports() {
                    let import = import?;
                    let name = if import.module == script {
                        let next = short(names.len());
                        Cow::Owned(names.entry(import.name.to_owned()).or_insert(next).clone())
                    } else {
                        Cow::Borrowed(import.name)
                    };
                    let kind = RoundtripReencoder.entity_type(import.ty)?;
                    imports.import(import.module, &name, kind);
                }
                rewritten.section(&imports);
            }
            other => keep_section(&mut rewritten, module, &other)?,
        }
    }
    Ok((rewritten.finish(), names))
}

/// The script with the same new names.
fn shorten_script(script: &str, names: &BTreeMap<String, String>) -> Result<String> {
    let mut shortened = String::with_capacity(script.len());
    let mut found = 0;
    for line in script.split_inclusive('\n') {
        let text = line.trim_start();
        let known =
            text.split_once(": function(").and_then(|(name, rest)| Some((names.get(name)?, rest)));
        if let Some((name, rest)) = known {
            found += 1;
            shortened.push_str(name);
            shortened.push_str(": function(");
            shortened.push_str(rest);
        } else {
            shortened.push_str(line);
        }
    }
    if found != names.len() {
        bail!(
            "the script defines {found} of the {} imports where they are looked for: \
             wasm-bindgen writes its script in another way now",
            names.len()
        );
    }
    Ok(shortened)
}

/// `a`, `b`, … `z`, `ba`, `bb`, …: names for any number.
fn short(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + u8::try_from(number % 26).unwrap_or(0));
        number /= 26;
        if number == 0 {
            break;
        }
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wasm_encoder::{EntityType, ImportSection, Module, TypeSection};
    use wasmparser::{Parser, Payload};

    use super::{short, shorten_module, shorten_script};

    fn module(imports: &[(&str, &str)]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut section = ImportSection::new();
        for (from, name) in imports {
            section.import(from, name, EntityType::Function(0));
        }
        let mut module = Module::new();
        module.section(&types).section(&section);
        module.finish()
    }

    fn imports(module: &[u8]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::ImportSection(section) = payload.unwrap() {
                for import in section.into_imports() {
                    let import = import.unwrap();
                    found.push((import.module.to_owned(), import.name.to_owned()));
                }
            }
        }
        found
    }

    #[test]
    fn module_and_script_get_the_same_names_and_others_keep_theirs() {
        let before = module(&[
            ("./app_bg.js", "__wbg_new_0123456789abcdef"),
            ("./__wasm_split.js", "load"),
            ("./app_bg.js", "__wbg_of_fedcba9876543210"),
        ]);
        let (after, names) = shorten_module(&before, "./app_bg.js").unwrap();
        let expected = [("./app_bg.js", "a"), ("./__wasm_split.js", "load"), ("./app_bg.js", "b")]
            .map(|(from, name)| (from.to_owned(), name.to_owned()));
        assert_eq!(imports(&after), expected);
        let script = "const import0 = {\n    __wbg_new_0123456789abcdef: function() {\n    },\n    \
                      __wbg_of_fedcba9876543210: function(arg0) {\n    },\n};\n";
        assert_eq!(
            shorten_script(script, &names).unwrap(),
            "const import0 = {\na: function() {\n    },\nb: function(arg0) {\n    },\n};\n"
        );
    }

    #[test]
    fn a_script_without_one_of_the_imports_is_refused() {
        let (_, names) = shorten_module(&module(&[("./app_bg.js", "x")]), "./app_bg.js").unwrap();
        assert!(shorten_script("const import0 = { y: function() {} };", &names).is_err());
    }

    #[test]
    fn short_names_are_never_the_same() {
        let names: BTreeSet<String> = (0..5_000).map(short).collect();
        assert_eq!(names.len(), 5_000);
        assert_eq!((short(0), short(25), short(26)), ("a".into(), "z".into(), "ba".into()));
    }
}
