//! Many runs on several threads.

use crate::failure::Failure;
use crate::fault::Pairs;
use crate::mutant::Mutant;
use crate::run::run;
use crate::scenario::Scenario;
use crate::world::Tally;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most failures that are kept in full.
const MOST_FAILURES: usize = 200;

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Sum {
    /// Runs.
    pub runs: u64,
    /// What was counted in all of them.
    pub tally: Tally,
    /// In how many runs two faults happened together.
    pub pairs: Pairs,
    /// Broken promises by seed, in order.
    pub failures: Vec<(u64, Failure)>,
}

impl Sum {
    fn add(&mut self, seed: u64, report: crate::run::Report) {
        self.runs += 1;
        self.pairs.add(&report.tally.faults);
        self.tally.join(&report.tally);
        if let Some(failure) = report.failure
            && self.failures.len() < MOST_FAILURES
        {
            self.failures.push((seed, failure));
        }
    }

    fn join(&mut self, other: Self) {
        self.runs += other.runs;
        self.pairs.join(&other.pairs);
        self.tally.join(&other.tally);
        self.failures.extend(other.failures);
    }
}

/// Which runs.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// The first seed.
    pub first: u64,
    /// How many seeds.
    pub seeds: u64,
    /// Deeds in each.
    pub deeds: usize,
    /// Threads.
    pub threads: usize,
    /// Stops at the first broken promise.
    pub stops: bool,
    /// A deliberate bug.
    pub mutant: Option<Mutant>,
}

/// Runs many seeds.
pub fn run_many(many: Many) -> Sum {
    let next = AtomicU64::new(0);
    let sum = Mutex::new(Sum::default());
    std::thread::scope(|scope| {
        for _ in 0..many.threads.max(1) {
            scope.spawn(|| {
                let mut own = Sum::default();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= many.seeds {
                        break;
                    }
                    let seed = many.first + index;
                    let scenario = Scenario::of_seed(seed, many.deeds);
                    own.add(seed, run(&scenario, many.mutant, false));
                    if many.stops && !own.failures.is_empty() {
                        next.store(many.seeds, Ordering::Relaxed);
                    }
                }
                sum.lock().unwrap_or_else(PoisonError::into_inner).join(own);
            });
        }
    });
    let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.failures.sort_by_key(|(seed, _)| *seed);
    sum
}
