//! Which crate may depend on which.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Breach;
use crate::project::Project;

/// A crate, those of the project it may depend on and, where it must stay small,
/// the only others.
type Allowed = (&'static str, &'static [&'static str], Option<&'static [&'static str]>);

const CRATES: &[Allowed] = &[
    ("cpor-rules", &[], Some(&["chrono", "serde"])),
    ("cpor-protocol", &["cpor-rules"], None),
    ("cpor-sync", &["cpor-protocol", "cpor-rules"], None),
    // Native, and for tests: nothing of a product depends on it.
    (
        "cpor-simulator",
        &["cpor-sync", "cpor-protocol", "cpor-rules"],
        Some(&["chrono", "lexopt", "serde", "serde_json"]),
    ),
    ("cpor-server", &["cpor-protocol", "cpor-rules"], None),
    // It must not know the server that it checks.
    ("cpor-conformance", &["cpor-protocol", "cpor-rules"], None),
    ("cpor-claims", &["cpor-sync", "cpor-protocol", "cpor-rules"], None),
    ("xtask", &["cpor-rules"], None),
];

pub(super) fn check(project: &Project) -> Result<Vec<Breach>> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(&project.root)
        .output()
        .context("could not run cargo")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata = serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    Ok(breaches(&metadata))
}

fn breaches(metadata: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, own, others)) = CRATES.iter().find(|(known, ..)| *known == name) else {
            found.push(Breach {
                place: name.to_owned(),
                problem: "a crate the architecture does not know".to_owned(),
            });
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        // An optional dependency serves a feature of others (`testing`, `openapi`)
        // and is not in the app, so the small crates stay small.
        let counts = |dependency: &&Value| {
            dependency["kind"].is_null() && dependency["optional"] != Value::Bool(true)
        };
        for dependency in dependencies.filter(counts) {
            let on = dependency["name"].as_str().unwrap_or_default();
            let is_own = CRATES.iter().any(|(known, ..)| *known == on);
            let is_allowed = if is_own {
                own.contains(&on)
            } else {
                others.is_none_or(|others| others.contains(&on))
            };
            if !is_allowed {
                found.push(Breach {
                    place: name.to_owned(),
                    problem: format!("may not depend on {on}"),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::breaches;

    fn metadata(name: &str, dependencies: &[&str]) -> Value {
        let dependencies: Vec<Value> =
            dependencies.iter().map(|name| json!({ "name": name, "kind": null })).collect();
        json!({ "packages": [{ "name": name, "dependencies": dependencies }] })
    }

    #[test]
    fn arrows_down_pass() {
        assert_eq!(breaches(&metadata("cpor-sync", &["cpor-rules", "cpor-protocol"])), []);
        assert_eq!(breaches(&metadata("cpor-rules", &["serde", "chrono"])), []);
    }

    #[test]
    fn arrows_up_and_needless_weight_fail() {
        assert_eq!(breaches(&metadata("cpor-rules", &["cpor-protocol"])).len(), 1);
        assert_eq!(breaches(&metadata("cpor-rules", &["regex"])).len(), 1);
        assert_eq!(breaches(&metadata("cpor-server", &["cpor-sync"])).len(), 1);
    }
}
