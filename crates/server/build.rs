//! Looks whether there is an app, where the program is to hold one.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBEDDED_APP").is_none() {
        return;
    }
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    println!("cargo::rerun-if-changed={}", app.display());
    // Which goes into the program as the time of the files.
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    if !app.join("index.html").is_file() {
        println!(
            "cargo::error=the feature embedded-app needs the built app, and dist/index.html is \
             not there: run \"cargo xtask package\", which builds both, or \"cargo xtask size\" \
             for the app alone"
        );
    }
}
