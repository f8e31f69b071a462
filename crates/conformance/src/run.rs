//! Runs the checks and notes what came of each.

use crate::check::{Check, Group};
use crate::checks::GROUPS;
use crate::exchange::Failure;
use crate::options::Options;
use crate::target::On;
use futures_util::StreamExt as _;
use futures_util::stream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a check may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Result {
    /// The sentence holds.
    Passed,
    /// It does not.
    Failed(Failure),
    /// The backend does not have what it is about, or an account is missing.
    Skipped(String),
}

/// A check and what came of it.
pub struct Verdict {
    /// Its group.
    pub group: &'static Group,
    /// The check.
    pub check: &'static Check,
    /// What came of it.
    pub result: Result,
    /// How long it took.
    pub time: Duration,
}

impl Verdict {
    /// The name of the check.
    pub fn id(&self) -> String {
        self.group.id_of(self.check)
    }
}

/// All that came of a run.
pub struct Run {
    /// The backend's own name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// In the order of the groups.
    pub verdicts: Vec<Verdict>,
    /// How long it took.
    pub time: Duration,
}

impl Run {
    /// Those that failed.
    pub fn failures(&self) -> impl Iterator<Item = (&Verdict, &Failure)> {
        self.verdicts.iter().filter_map(|verdict| match &verdict.result {
            Result::Failed(failure) => Some((verdict, failure)),
            Result::Passed | Result::Skipped(_) => None,
        })
    }

    /// How many passed.
    pub fn passed(&self) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.result == Result::Passed).count()
    }
}

/// Runs the wanted checks against a backend.
pub async fn run(on: On, options: &Options) -> Run {
    let begun = Instant::now();
    let (name, url) =
        (on.info.backend["name"].as_str().unwrap_or("?").to_owned(), on.info.url.clone());
    let on = Arc::new(on);
    let wanted = options.chosen();
    let mut verdicts = Vec::with_capacity(wanted.len());
    let (alone, together): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|(_, group, _)| group.is_alone);
    for (tasks, at_once) in [(together, options.parallel), (alone, 1)] {
        let mut results = stream::iter(tasks)
            .map(|(place, group, check)| {
                let on = on.clone();
                async move { (place, judge(on, group, check).await) }
            })
            .buffer_unordered(at_once);
        while let Some((place, verdict)) = results.next().await {
            let has_failed = matches!(verdict.result, Result::Failed(_));
            verdicts.push((place, verdict));
            if has_failed && options.until_failure {
                break;
            }
        }
        let has_failed =
            verdicts.iter().any(|(_, verdict)| matches!(verdict.result, Result::Failed(_)));
        if has_failed && options.until_failure {
            break;
        }
    }
    verdicts.sort_by_key(|(place, _)| *place);
    let verdicts = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
    Run { name, url, verdicts, time: begun.elapsed() }
}

async fn judge(on: Arc<On>, group: &'static Group, check: &'static Check) -> Verdict {
    let begun = Instant::now();
    let lacks = group.needs.iter().chain(check.needs).find_map(|need| on.lacks(*need));
    let result = match lacks {
        Some(reason) => Result::Skipped(reason),
        None => match tokio::time::timeout(PATIENCE, (check.run)(on)).await {
            Ok(Ok(())) => Result::Passed,
            Ok(Err(failure)) => Result::Failed(failure),
            Err(_) => Result::Failed(Failure::of("nothing for a minute", "an end of the check")),
        },
    };
    Verdict { group, check, result, time: begun.elapsed() }
}

impl Options {
    /// The checks that are wanted, with their places in the report.
    fn chosen(&self) -> Vec<(usize, &'static Group, &'static Check)> {
        let all =
            GROUPS.iter().flat_map(|group| group.checks.iter().map(move |check| (group, check)));
        all.enumerate()
            .map(|(place, (group, check))| (place, group, check))
            .filter(|(_, group, check)| self.wants(group.name, &group.id_of(check)))
            .collect()
    }
}
