//! One run, and many.

use crate::failure::Failure;
use crate::mutant::Mutant;
use crate::scenario::Scenario;
use crate::world::{Tally, World};

/// How a run ended.
#[derive(Debug)]
pub struct Report {
    /// The first broken promise, if any.
    pub failure: Option<Failure>,
    /// What was counted.
    pub tally: Tally,
    /// What happened, where it was asked for.
    pub trace: Vec<String>,
}

/// Runs a scenario to its rest.
pub fn run(scenario: &Scenario, mutant: Option<Mutant>, is_traced: bool) -> Report {
    #[cfg(feature = "mutants")]
    cpor_sync::mutants::set(match mutant {
        Some(Mutant::Core(core)) => Some(core),
        _ => None,
    });
    let mut world = World::new(scenario, mutant, is_traced);
    for deed in &scenario.deeds {
        world.run(deed);
        if world.failure().is_some() {
            break;
        }
    }
    if world.failure().is_none() {
        world.come_to_rest();
    }
    Report { failure: world.failure().cloned(), tally: world.tally(), trace: world.take_trace() }
}
