//! On what was measured, and what.

use std::{fs, thread};

use anyhow::{Context, Result};

use crate::{process, project::Project, setup::Tools};

/// Lines of a list: name, value.
pub(super) type Facts = Vec<(&'static str, String)>;

/// What one has to know to judge the numbers. Read before anything is measured, since the
/// load is that of the others then.
pub(super) fn facts(project: &Project, tools: &Tools) -> Result<Facts> {
    let postgres = tools.postgres.as_ref().context("PostgreSQL was not set up")?;
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let root = project.root.display().to_string();
    let git = |arguments: &[&str]| {
        process::answer("git", &[&["-C", root.as_str()], arguments].concat()).unwrap_or_default()
    };
    let changed = if git(&["status", "--porcelain", "--untracked-files=no"]).is_empty() {
        ""
    } else {
        ", with changes that are not committed"
    };
    Ok(vec![
        ("Date", process::answer("date", &["-u", "+%Y-%m-%d %H:%M UTC"]).unwrap_or_default()),
        ("Commit", format!("`{}`{changed}", git(&["rev-parse", "--short=10", "HEAD"]))),
        (
            "Processor",
            format!(
                "{}, {cores} cores",
                value_in("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned())
            ),
        ),
        ("Memory", memory().unwrap_or_else(|| "unknown".to_owned())),
        (
            "System",
            format!(
                "{}, Linux {}",
                system().unwrap_or_else(|| "unknown".to_owned()),
                first_line("/proc/sys/kernel/osrelease")
            ),
        ),
        (
            "PostgreSQL",
            process::answer(postgres.join("postgres"), &["--version"])
                .and_then(|said| said.split_whitespace().nth(2).map(str::to_owned))
                .unwrap_or_default(),
        ),
        (
            "Kinto",
            format!(
                "{} on uWSGI {}, {}",
                crate::setup::kinto_version(),
                crate::setup::pinned_python_package("pyuwsgi"),
                process::answer("python3", &["--version"]).unwrap_or_default()
            ),
        ),
        ("Load average at the start", load_average()),
    ])
}

/// Of the last one, five and fifteen minutes.
fn load_average() -> String {
    first_line("/proc/loadavg").split_whitespace().take(3).collect::<Vec<_>>().join(", ")
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

fn value_in(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(known, _)| known.trim() == name).map(|(_, value)| value.trim().to_owned())
}

fn memory() -> Option<String> {
    let text = value_in("/proc/meminfo", "MemTotal")?;
    let kib: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(format!("{} GiB", (kib + (1 << 19)) >> 20))
}

fn system() -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}
