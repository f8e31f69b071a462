//! `sbom`: the bills of the products list what Cargo says is compiled in.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::Bench;
use crate::sbom::{self, APP, Product, SERVER};

/// Fewer crates than a product has.
const FEWEST: usize = 50;

pub(super) fn run(bench: &Bench) -> Result<()> {
    the_bill_lists_every_crate(bench, SERVER, "normal")?;
    // Macros are compiled for the machine that compiles, and so is what they need.
    the_bill_lists_every_crate(bench, APP, "normal,no-proc-macro")
}

fn the_bill_lists_every_crate(bench: &Bench, product: Product, edges: &str) -> Result<()> {
    let Product { package, target, .. } = product;
    let bill = sbom::bill(bench.project, product)?;
    let listed: BTreeSet<(String, String)> = bill["components"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| Some((one["name"].as_str()?.into(), one["version"].as_str()?.into())))
        .collect();
    let tree = ["tree", "--locked", "-p", package, "--target", target, "-e", edges];
    let output = bench.plain_cargo(&tree)?.args(["--prefix", "none", "--no-dedupe"]).output()?;
    if !output.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let compiled: BTreeSet<(String, String)> = text
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
        })
        .filter(|(name, _)| name != package)
        .collect();
    if compiled.len() < FEWEST {
        bail!("cargo tree names {} crates of {package} only", compiled.len());
    }
    let missing: Vec<_> =
        compiled.difference(&listed).map(|(name, version)| format!("{name} {version}")).collect();
    if !missing.is_empty() {
        bail!("the bill of {package} does not list {}", missing.join(", "));
    }
    let unhashed = bill["components"].as_array().into_iter().flatten().filter(|one| {
        let is_own = one["name"].as_str().is_some_and(|name| name.starts_with("cpor-"));
        !is_own && one["hashes"].is_null()
    });
    if let Some(one) = unhashed.into_iter().next() {
        bail!("the bill of {package} has no hash of {}", one["name"]);
    }
    println!("test   sbom: {package}: {} crates, all {} compiled in", listed.len(), compiled.len());
    Ok(())
}
