//! The report that people read.

use crate::checks::GROUPS;
use crate::run::{Result, Run, Verdict};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// Groups with how many of their checks passed; what failed stands at the end.
pub fn text(run: &Run) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    write(run, &mut out).unwrap_or_default();
    out
}

fn write(run: &Run, out: &mut String) -> fmt::Result {
    writeln!(out, "{} at {}\n", run.name, run.url)?;
    for group in GROUPS {
        let of_group = |verdict: &&Verdict| verdict.group.name == group.name;
        let verdicts: Vec<_> = run.verdicts.iter().filter(of_group).collect();
        if verdicts.is_empty() {
            continue;
        }
        let mut skipped = BTreeMap::<&str, usize>::new();
        let (mut passed, mut ran) = (0, 0);
        for verdict in &verdicts {
            match &verdict.result {
                Result::Skipped(reason) => *skipped.entry(reason).or_default() += 1,
                Result::Passed => (passed, ran) = (passed + 1, ran + 1),
                Result::Failed(_) => ran += 1,
            }
        }
        let mark = if passed < ran { "  FAILED" } else { "" };
        let count = if ran == 0 { "-".to_owned() } else { format!("{passed}/{ran}") };
        write!(out, "{:<20} {count:>7}{mark}", group.name)?;
        for (reason, count) in skipped {
            write!(out, "  {count} skipped: {reason}")?;
        }
        writeln!(out)?;
    }
    let failed = run.failures().count();
    let ran = run.passed() + failed;
    let skipped = run.verdicts.len() - ran;
    for (verdict, failure) in run.failures() {
        writeln!(out, "\nFAILED {}", verdict.id())?;
        writeln!(out, "  docs/api.md says\n{}", indented(verdict.check.holds))?;
        writeln!(out, "  sent\n{}", indented(&failure.sent))?;
        writeln!(out, "  came\n{}", indented(&failure.came))?;
        writeln!(out, "  expected\n{}", indented(&failure.expected))?;
    }
    write!(out, "\n{}/{ran} checks passed", run.passed())?;
    if skipped > 0 {
        write!(out, ", {skipped} skipped")?;
    }
    writeln!(out, ", in {:.1} s", run.time.as_secs_f64())
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

/// Every check with the sentence that it holds.
pub fn list(wants: impl Fn(&str, &str) -> bool) -> String {
    let mut out = String::new();
    for group in GROUPS {
        for check in group.checks {
            let id = group.id_of(check);
            if wants(group.name, &id) {
                writeln!(out, "{id}\n    {}", check.holds).unwrap_or_default();
            }
        }
    }
    out
}
