//! The licences of what others wrote and the program holds, as their texts ask for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    project::Project,
    sbom::{self, Product},
};

/// How the names of files with a licence begin.
const NAMES: &[&str] = &["license", "licence", "copying", "copyright", "notice", "unlicense"];
const RULE: &str =
    "\n--------------------------------------------------------------------------\n\n";
/// What no crate brings, since it comes with the compiler.
const RUNTIME: &str = "\
musl libc, MIT: Copyright © 2005-2020 Rich Felker, et al.
The standard library of Rust, MIT OR Apache-2.0: Copyright © The Rust Project Contributors

Permission is hereby granted, free of charge, to any person obtaining
a copy of this software and associated documentation files (the
\"Software\"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to
permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be
included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND,
EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT,
TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
";

/// A crate as it is told, and the texts that came with it.
struct Others {
    title: String,
    texts: BTreeSet<String>,
}

/// One text for all crates of these products.
pub(super) fn of(project: &Project, products: &[Product]) -> Result<String> {
    let mut others = BTreeMap::new();
    for product in products {
        let metadata = sbom::metadata(project, *product)?;
        let bill = sbom::bill(project, *product)?;
        for component in bill["components"].as_array().into_iter().flatten() {
            let package = metadata["packages"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|package| {
                    package["name"] == component["name"]
                        && package["version"] == component["version"]
                })
                .context("the bill lists what Cargo does not know")?;
            // Those of this project come from no registry.
            if !package["source"].is_null() {
                let one = read(package)?;
                others.insert(one.title.clone(), one);
            }
        }
    }
    Ok(told(others.into_values()))
}

fn read(package: &Value) -> Result<Others> {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let manifest = text("manifest_path");
    let folder = Path::new(&manifest).parent().context("a crate has no folder")?;
    let mut texts = BTreeSet::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))?
    {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if NAMES.iter().any(|known| name.starts_with(known)) && path.is_file() {
            let text =
                fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
            texts.insert(String::from_utf8_lossy(&text).trim().replace("\r\n", "\n"));
        }
    }
    let title = format!("{} {}, {}", text("name"), text("version"), text("license"));
    Ok(Others { title, texts })
}

/// Each text once, below all those that it came with.
fn told(others: impl Iterator<Item = Others>) -> String {
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for Others { title, texts } in others {
        if texts.is_empty() {
            without.push(title.clone());
        }
        for text in texts {
            by_text.entry(text).or_default().push(title.clone());
        }
    }
    let mut told = "What others wrote and this program holds, with the texts of their licences.\n\
                    Where there are several licences, one may choose.\n"
        .to_owned();
    told.push_str(RULE);
    told.push_str(RUNTIME);
    if !without.is_empty() {
        // Writing into a String cannot fail.
        let _infallible =
            write!(told, "{RULE}No text came with these:\n\n{}\n", without.join("\n"));
    }
    for (text, titles) in by_text {
        let _infallible = write!(told, "{RULE}{}\n\n{text}\n", titles.join("\n"));
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Others, read, told};

    #[test]
    fn a_text_of_several_stands_there_once() {
        let one = |title: &str, texts: &[&str]| Others {
            title: title.to_owned(),
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        };
        let others = [one("a 1, MIT", &["be kind"]), one("b 2, MIT", &["be kind", "be fair"])];
        let told = told(others.into_iter().chain([one("c 3, ISC", &[])]));
        assert!(told.contains("a 1, MIT\nb 2, MIT\n\nbe kind\n"), "{told}");
        assert!(told.contains("b 2, MIT\n\nbe fair\n"), "{told}");
        assert!(told.contains("No text came with these:\n\nc 3, ISC\n"), "{told}");
        assert!(told.contains("Rich Felker"));
        assert_eq!(told.matches("be kind").count(), 1);
    }

    #[test]
    fn the_texts_of_a_crate_are_found_beside_its_manifest() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let package = json!({"name": "x", "version": "1", "license": "MIT", "manifest_path": root});
        let found = read(&package).unwrap();
        assert_eq!(found.title, "x 1, MIT");
        assert_eq!(found.texts.len(), 2);
    }
}
