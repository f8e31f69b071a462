//! What came of a run: to read, in JSON, and for `JUnit`.

mod junit;
mod text;

pub use junit::junit;
pub use text::{list, text};

use crate::run::{Result, Run};
use serde_json::{Value, json};

/// The report in JSON.
pub fn json(run: &Run) -> Value {
    let checks: Vec<Value> = run
        .verdicts
        .iter()
        .map(|verdict| {
            let mut check = json!({
                "id": verdict.id(),
                "group": verdict.group.name,
                "holds": verdict.check.holds,
                "seconds": verdict.time.as_secs_f64(),
            });
            match &verdict.result {
                Result::Passed => check["result"] = "passed".into(),
                Result::Failed(failure) => {
                    check["result"] = "failed".into();
                    check["failure"] = json!(failure);
                }
                Result::Skipped(reason) => {
                    check["result"] = "skipped".into();
                    check["reason"] = reason.as_str().into();
                }
            }
            check
        })
        .collect();
    json!({
        "backend": run.name,
        "url": run.url,
        "version": env!("CARGO_PKG_VERSION"),
        "seconds": run.time.as_secs_f64(),
        "passed": run.passed(),
        "failed": run.failures().count(),
        "skipped": run.verdicts.len() - run.passed() - run.failures().count(),
        "checks": checks,
    })
}
