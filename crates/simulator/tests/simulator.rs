//! The simulator itself: kept runs stay kept, a run is the same each time, and
//! what is made small still fails.

use cpor_simulator::{Mutant, Scenario, kept, run, shrink};
use std::path::Path;

#[test]
fn runs_that_failed_once_keep_every_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for kept in kept::all(&folder).expect("the kept runs can be read") {
        let report = run(&kept.scenario, None, false);
        assert_eq!(report.failure, None, "{}", kept.name);
    }
}

#[test]
fn a_seed_is_the_same_run_each_time() {
    let scenario = Scenario::of_seed(7, 120);
    let (one, other) = (run(&scenario, None, true), run(&scenario, None, true));
    assert_eq!(one.trace, other.trace);
    assert_eq!(one.tally.faults, other.tally.faults);
    assert!(one.tally.applied > 0);
}

#[test]
fn a_failing_run_is_made_small_and_reads_back_the_same() {
    let mutant = Some(Mutant::WritesRelaxed);
    let mut scenarios = (0..50).map(|seed| Scenario::of_seed(seed, 80));
    let found = scenarios.find_map(|scenario| {
        let failure = run(&scenario, mutant, false).failure?;
        Some((scenario, failure))
    });
    let (scenario, failure) = found.expect("the bug shows within fifty seeds");
    let small = shrink(&scenario, &failure, mutant);
    assert!(small.deeds.len() < 12, "{} deeds", small.deeds.len());
    let text = kept::write("what it found", &small);
    let again = kept::read("name", &text).expect("what was written can be read");
    assert_eq!((again.scenario, again.found.as_str()), (small.clone(), "what it found"));
    let once_more = run(&small, mutant, false).failure.map(|failure| failure.promise);
    assert_eq!(once_more, Some(failure.promise));
    assert_eq!(run(&small, None, false).failure, None, "without the bug it holds");
}
