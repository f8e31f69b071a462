//! Every order in which a few operations of two clients on one claim can go, with
//! a network that loses, delays, doubles and reorders, and clients that end
//! between any two effects: explored whole, with the machine itself and the model
//! of the server.

#![expect(clippy::expect_used, reason = "a test may fail by a panic")]

mod client;
mod meant;
mod shared;
mod world;

use client::Act::{Comment, Create, Name, Submit};
use cpor_sync::mutants::Mutant;
use stateright::{Checker, HasDiscoveries, Model};
use world::Scene;

const ALONE: [&[client::Act]; 2] = [&[Create, Name("one"), Submit], &[]];
const SAME_PART: [&[client::Act]; 2] = [&[Create, Name("one")], &[Name("two")]];
const OTHER_PARTS: [&[client::Act]; 2] = [&[Name("one"), Submit], &[Comment("two")]];

const fn scene(scripts: [&'static [client::Act]; 2], is_begun: bool) -> Scene {
    Scene { scripts, timeouts: [0, 0], crashes: [0, 0], is_begun, mutant: None }
}

/// What is explored: with an answer that does not come in time, and with a client
/// that ends at once, between any two of its effects.
fn scenes() -> Vec<(String, Scene)> {
    let mut scenes = Vec::new();
    for (name, scene) in [
        ("a claim is made, changed and handed in", scene(ALONE, false)),
        ("a claim is made, and two change the same part", scene(SAME_PART, false)),
        ("two change a claim, and one hands it in", scene(OTHER_PARTS, true)),
    ] {
        let late = Scene { timeouts: [1, 0], ..scene.clone() };
        scenes.push((format!("{name}, an answer is late"), late));
        scenes.push((format!("{name}, a client ends"), Scene { crashes: [1, 0], ..scene }));
    }
    scenes
}

#[test]
fn every_order_keeps_every_promise() {
    let mut sum = 0;
    for (name, scene) in scenes() {
        let checker = scene.checker().threads(2).spawn_bfs().join();
        let broken = checker.discoveries();
        if let Some((promise, path)) = broken.into_iter().next() {
            panic!("{name}: {promise}\n{:#?}", path.into_actions());
        }
        assert!(checker.is_done(), "the whole of it was explored");
        println!("{:>8} states: {name}", checker.unique_state_count());
        sum += checker.unique_state_count();
    }
    println!("{sum:>8} states in all");
}

/// The promise that a deliberate bug breaks, in any of the scenes.
fn found_by(mutant: Mutant) -> Option<&'static str> {
    scenes().into_iter().find_map(|(_, scene)| {
        let scene = Scene { mutant: Some(mutant), ..scene };
        let found = scene
            .checker()
            .threads(2)
            .finish_when(HasDiscoveries::AnyFailures)
            .spawn_bfs()
            .join()
            .discoveries();
        found.into_keys().next()
    })
}

/// Those that show with two clients, one claim, and neither files nor sign-outs. The
/// simulator finds all of them.
const SHOWN: [Mutant; 8] = [
    Mutant::DropsBeforeAnswer,
    Mutant::NewIdOnRetry,
    Mutant::MergeTakesTheirs,
    Mutant::CoalescesAttempted,
    Mutant::LaneBackwards,
    Mutant::ConflictDrops,
    Mutant::NeverWakes,
    Mutant::GivesUpAll,
];

#[test]
fn deliberate_bugs_are_found() {
    for mutant in SHOWN {
        let promise = found_by(mutant).unwrap_or_else(|| panic!("{mutant:?} is not found"));
        println!("{mutant:?}: {promise}");
    }
}
