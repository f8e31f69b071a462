//! How many bytes a first visit costs, and whether that is still within budget.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::{Arguments, app_build, dist, project::Project, setup, unknown_option};

/// The budget for the first load, in bytes after brotli (1 kB = 1,000 bytes).
/// `docs/adr/0012-size-of-the-first-load.md` tells how it is kept, and
/// `docs/adr/0017-twelve-kilobytes-more.md` why it was raised.
const BUDGET: u64 = 245_000;
const KINDS: &[&str] = &["html", "css", "js", "wasm"];
const BASELINE: &str = "size-baseline.json";

/// `cargo xtask size`: builds the app and weighs it.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let mut is_recorded = false;
    while let Some(option) = arguments.next_word() {
        match option.as_str() {
            "--record" => is_recorded = true,
            other => return Err(unknown_option(other)),
        }
    }
    let tools = setup::ensure(project, setup::FOR_APP)?;
    app_build::release(project, &tools)?;
    check(project)?;
    if is_recorded {
        record(project)?;
    }
    Ok(())
}

/// Weighs the app that was built last.
pub fn check(project: &Project) -> Result<()> {
    let list = first_load(project)?;
    let baseline = baseline(project)?;
    println!("\nFirst load, bytes after brotli");
    let mut total = 0;
    let mut total_before = Some(0);
    for kind in KINDS {
        let bytes = weigh(project, &list, kind)?.iter().map(|(_, bytes)| bytes).sum::<u64>();
        let before = baseline.get(*kind).and_then(Value::as_u64);
        println!("  {kind:<6}{:>10}  {}", grouped(bytes), change(bytes, before));
        total += bytes;
        total_before = total_before.zip(before).map(|(sum, before)| sum + before);
    }
    println!("  {:<6}{:>10}  {}", "total", grouped(total), change(total, total_before));
    println!("  {:<6}{:>10}", "budget", grouped(BUDGET));
    let on_demand = weigh(project, &list, "on_demand")?;
    if !on_demand.is_empty() {
        println!("\nOn demand");
        for (file, bytes) in on_demand {
            println!("  {:>10}  {file}", grouped(bytes));
        }
    }
    println!();
    within_budget(total)
}

fn within_budget(total: u64) -> Result<()> {
    if total > BUDGET {
        bail!(
            "the first load is {} bytes over its budget of {}",
            grouped(total - BUDGET),
            grouped(BUDGET)
        );
    }
    Ok(())
}

fn record(project: &Project) -> Result<()> {
    let list = first_load(project)?;
    let mut sizes = Map::new();
    for kind in KINDS {
        let bytes = weigh(project, &list, kind)?.iter().map(|(_, bytes)| bytes).sum::<u64>();
        sizes.insert((*kind).to_owned(), bytes.into());
    }
    let path = project.root.join(BASELINE);
    fs::write(&path, format!("{:#}\n", Value::Object(sizes)))
        .with_context(|| format!("could not write {}", path.display()))?;
    println!("Recorded in {BASELINE}");
    Ok(())
}

fn first_load(project: &Project) -> Result<Value> {
    let path = project.scratch().join(dist::FIRST_LOAD);
    read_json(&path)?.with_context(|| format!("{} is missing: build the app first", path.display()))
}

fn baseline(project: &Project) -> Result<Value> {
    Ok(read_json(&project.root.join(BASELINE))?.unwrap_or(Value::Null))
}

fn read_json(path: &Path) -> Result<Option<Value>> {
    if !path.exists() {
        return Ok(None);
    }
    let text =
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    serde_json::from_str(&text).map(Some).with_context(|| format!("{} is not JSON", path.display()))
}

/// The files of one kind with their sizes as they travel.
fn weigh<'a>(project: &Project, list: &'a Value, kind: &str) -> Result<Vec<(&'a str, u64)>> {
    let files = list
        .get(kind)
        .and_then(Value::as_array)
        .with_context(|| format!("the list of built files has no \"{kind}\""))?;
    files
        .iter()
        .filter_map(Value::as_str)
        .map(|file| {
            let plain = project.dist().join(file);
            let compressed = project.dist().join(format!("{file}.br"));
            // What brotli does not make smaller travels as it is.
            let travels = if compressed.exists() { compressed } else { plain };
            let size = fs::metadata(&travels)
                .with_context(|| format!("could not weigh {}", travels.display()))?
                .len();
            Ok((file, size))
        })
        .collect()
}

fn change(now: u64, before: Option<u64>) -> String {
    match before {
        None => "(no baseline)".to_owned(),
        Some(before) if before == now => "(unchanged)".to_owned(),
        Some(before) if before < now => format!("(+{})", grouped(now - before)),
        Some(before) => format!("(−{})", grouped(before - now)),
    }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, change, grouped, within_budget};

    #[test]
    fn the_budget_itself_passes_and_one_byte_more_fails() {
        assert!(within_budget(BUDGET).is_ok());
        let refusal = within_budget(BUDGET + 1).unwrap_err().to_string();
        assert_eq!(refusal, "the first load is 1 bytes over its budget of 245,000");
    }

    #[test]
    fn changes_say_their_direction() {
        assert_eq!(change(1_500, Some(500)), "(+1,000)");
        assert_eq!(change(500, Some(1_500)), "(−1,000)");
        assert_eq!(change(500, Some(500)), "(unchanged)");
        assert_eq!(change(500, None), "(no baseline)");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
    }
}
