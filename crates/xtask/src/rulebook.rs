//! `cargo xtask rulebook`: prints the rule book from the rules themselves.

use std::fs;

use anyhow::{Context, Result};
use cpor_rules::rulebook::{life_cycle_picture, markdown};

use crate::project::Project;

const PICTURE_BEGINS: &str = "```mermaid\n";
const PICTURE_ENDS: &str = "```";

/// Writes `docs/rules.md`, and the picture in `docs/life-of-a-claim.md`.
pub fn run(project: &Project) -> Result<()> {
    write(project, "docs/rules.md", &markdown())?;
    let told = "docs/life-of-a-claim.md";
    let page = fs::read_to_string(project.root.join(told))
        .with_context(|| format!("could not read {told}"))?;
    write(project, told, &with_picture(&page, &life_cycle_picture())?)
}

fn write(project: &Project, file: &str, text: &str) -> Result<()> {
    fs::write(project.root.join(file), text).with_context(|| format!("could not write {file}"))?;
    println!("wrote {file}");
    Ok(())
}

/// The page with this picture in place of the one that it has.
fn with_picture(page: &str, picture: &str) -> Result<String> {
    let (before, rest) = page.split_once(PICTURE_BEGINS).context("the page has no picture")?;
    let (_, after) = rest.split_once(PICTURE_ENDS).context("the picture does not end")?;
    Ok(format!("{before}{PICTURE_BEGINS}{picture}{PICTURE_ENDS}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_picture_is_replaced() {
        let page = "Before\n```mermaid\nold\n```\nAfter ```code```";
        let expected = "Before\n```mermaid\nnew\n```\nAfter ```code```";
        assert_eq!(with_picture(page, "new\n").unwrap(), expected);
        assert!(with_picture("no picture", "new\n").is_err());
    }
}
