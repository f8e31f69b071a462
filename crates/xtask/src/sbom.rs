//! `cargo xtask sbom`: what the products are made of, as CycloneDX.
//!
//! One bill for the server and one for the app, in JSON of version 1.5: every crate that
//! is compiled in, with its licence, the hash of what the registry sent, and what it
//! needs itself. Cargo's own metadata and lock file know all of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::project::{MUSL_TARGET, Project, WASM_TARGET};

/// A product, and the target that it is compiled for.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Its crate.
    pub package: &'static str,
    /// What it is compiled for.
    pub target: &'static str,
    /// What it is compiled with besides.
    pub features: &'static [&'static str],
}

/// The server, on the system that it is mostly run on.
pub const SERVER: Product =
    Product { package: "cpor-server", target: "x86_64-unknown-linux-gnu", features: &[] };
/// The server as it is packed, with the app in it.
pub const PACKED_SERVER: Product =
    Product { target: MUSL_TARGET, features: &["cpor-server/embedded-app"], ..SERVER };
/// The app in the browser.
pub const APP: Product = Product { package: "cpor-claims", target: WASM_TARGET, features: &[] };

impl Product {
    /// The name of the file with its bill.
    pub fn file(&self) -> String {
        format!("{}.cdx.json", self.package)
    }
}

/// Writes both bills into `target/sbom`.
pub fn run(project: &Project) -> Result<()> {
    let folder = project.root.join("target/sbom");
    fs::create_dir_all(&folder)?;
    for product in [SERVER, APP] {
        let bill = bill(project, product)?;
        let path: PathBuf = folder.join(product.file());
        fs::write(&path, serde_json::to_vec_pretty(&bill)?)?;
        let count = bill["components"].as_array().map_or(0, Vec::len);
        println!("sbom   {count} components: {}", path.display());
    }
    Ok(())
}

/// The bill of a product.
pub fn bill(project: &Project, product: Product) -> Result<Value> {
    let metadata = metadata(project, product)?;
    let lock = fs::read_to_string(project.root.join("Cargo.lock"))?;
    bill_of(&metadata, &checksums(&lock), product.package)
}

/// What Cargo knows of a product and all that is compiled into it.
pub fn metadata(project: &Project, product: Product) -> Result<Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform"])
        .arg(product.target)
        .args(["--features", &product.features.join(",")])
        .current_dir(&project.root)
        .output()
        .context("could not run cargo")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")
}

/// The hash of each package from a registry, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    lock.split("[[package]]")
        .filter_map(|package| {
            let value = |key: &str| {
                let line = package.lines().find(|line| line.starts_with(&format!("{key} = ")))?;
                Some(line.split('"').nth(1)?.to_owned())
            };
            Some(((value("name")?, value("version")?), value("checksum")?))
        })
        .collect()
}

fn bill_of(
    metadata: &Value,
    checksums: &BTreeMap<(String, String), String>,
    product: &str,
) -> Result<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|package| (text(&package["id"]), package))
        .collect();
    let needs: BTreeMap<String, BTreeSet<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            // What is only needed to build or to test is not in the product.
            let is_normal = |needed: &&Value| {
                list(&needed["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
            };
            let needed = list(&node["deps"]);
            let needed = needed.iter().filter(is_normal).map(|needed| text(&needed["pkg"]));
            (text(&node["id"]), needed.collect())
        })
        .collect();
    let (root, _) = packages
        .iter()
        .find(|(_, package)| package["name"] == product)
        .with_context(|| format!("there is no crate {product}"))?;
    let mut reached = BTreeSet::new();
    let mut open = vec![root.clone()];
    while let Some(id) = open.pop() {
        if reached.insert(id.clone()) {
            open.extend(needs.get(&id).into_iter().flatten().cloned());
        }
    }
    let of = |id: &String| packages.get(id).with_context(|| format!("{id} is not described"));
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for id in &reached {
        let package = of(id)?;
        if id != root {
            components.push(component(package, checksums, "library"));
        }
        let needed: Result<Vec<String>> =
            needs.get(id).into_iter().flatten().map(|id| of(id).map(reference)).collect();
        dependencies.push(json!({"ref": reference(package), "dependsOn": needed?}));
    }
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(of(root)?, checksums, "application")},
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>, kind: &str) -> Value {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let mut component = json!({
        "type": kind,
        "bom-ref": reference(package),
        "name": name,
        "version": version,
        "scope": "required",
        "purl": reference(package),
    });
    if let Some(licence) = package["license"].as_str() {
        // An older way to write "or".
        let expression = licence.replace('/', " OR ").replace("  ", " ");
        component["licenses"] = json!([{"expression": expression}]);
    }
    if let Some(hash) = checksums.get(&(name, version)) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": hash}]);
    }
    if let Some(url) = package["repository"].as_str() {
        component["externalReferences"] = json!([{"type": "vcs", "url": url}]);
    }
    component
}

/// The name of a package by which others know it as well.
fn reference(package: &Value) -> String {
    // The only sign that is allowed in a version and not in such a name.
    let version = text(&package["version"]).replace('+', "%2B");
    format!("pkg:cargo/{}@{version}", text(&package["name"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, licence: &str| json!({"id": name, "name": name, "version": "1.0.0+a", "license": licence});
        let needs = |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        json!({
            "packages": [
                package("app", "MIT"), package("a", "MIT/Apache-2.0"), package("b", "MIT"),
                package("test", "MIT"), package("other", "MIT"),
            ],
            "resolve": {"nodes": [
                {"id": "app", "deps": [needs("a", Value::Null), needs("test", json!("dev"))]},
                {"id": "a", "deps": [needs("b", Value::Null)]},
                {"id": "b", "deps": []},
            ]},
        })
    }

    #[test]
    fn what_is_compiled_in_is_listed_and_nothing_else() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0+a\"\nchecksum = \"00ff\"\n";
        let bill = bill_of(&metadata(), &checksums(lock), "app").unwrap();
        let names: Vec<_> =
            bill["components"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect();
        assert_eq!(names, ["a", "b"]);
        let first = &bill["components"][0];
        assert_eq!(first["purl"], "pkg:cargo/a@1.0.0%2Ba");
        assert_eq!(first["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(first["hashes"][0]["content"], "00ff");
        assert_eq!(bill["metadata"]["component"]["name"], "app");
        assert!(bill_of(&metadata(), &BTreeMap::new(), "nothing").is_err());
    }

    #[test]
    fn the_bill_says_what_needs_what() {
        let bill = bill_of(&metadata(), &BTreeMap::new(), "app").unwrap();
        let dependencies = bill["dependencies"].as_array().unwrap();
        assert_eq!(dependencies.len(), 3);
        let of_a = dependencies.iter().find(|one| text(&one["ref"]).contains("/a@")).unwrap();
        assert_eq!(of_a["dependsOn"], json!(["pkg:cargo/b@1.0.0%2Ba"]));
    }
}
