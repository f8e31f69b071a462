//! A store of an older form, one that fell behind, and one that cannot be read.

use crate::world::{World, draft};
use cpor_sync::{Base, Event, OpKind, Outcome, Passing, read_op, write_op};

/// Schema 1 as it was released. It must be readable for ever.
const GOLDEN_1: &str = include_str!("../golden/op-1.json");

#[test]
fn an_operation_of_schema_1_can_be_read() {
    let stored = read_op(1, GOLDEN_1.trim()).unwrap();
    assert_eq!(stored.op.base, Base::Revision(3));
    assert_eq!(write_op(&stored), GOLDEN_1.trim());
    assert!(read_op(2, GOLDEN_1).is_err());
}

#[test]
fn what_waits_for_a_better_moment_waits_on_when_the_store_is_read_again() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: draft("a") }], None);
    let op = world.in_flight.remove(0);
    let later = Outcome::Passing { why: Passing::Busy, retry_after_ms: Some(90_000) };
    world.event(Event::Answered {
        op_id: op.op_id,
        outcome: later,
        now_ms: world.now_ms,
        chance: 0.5,
        new_op_id: "n".into(),
    });
    let ops = world.disk.ops.values().cloned().collect();
    let cursor = world.disk.cursor.clone();
    world.event(Event::Loaded { ops, unreadable_claims: Vec::new(), beside: Vec::new(), cursor });
    world.pass(60_000);
    assert!(world.in_flight.is_empty(), "the backend asked for 90 seconds");
    world.pass(31_000);
    assert_eq!(world.in_flight.len(), 1);
}

#[test]
fn nothing_goes_out_until_a_store_that_fell_behind_was_read_again() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.event(Event::Behind);
    world.event(Event::SignedIn { now_ms: 0 });
    world.event(Event::Kick { now_ms: 60_000 });
    assert!(world.in_flight.is_empty());
    assert_eq!(world.state.next_due_at_ms(), None, "only the store can say how it goes on");
    world.read_again();
    assert_eq!(world.in_flight.len(), 1);
}

/// Another tab stored the first of two, and this one was told and could not read it.
#[test]
fn what_another_tab_stored_goes_first_though_it_could_not_be_read_at_once() {
    let mut other = World::new();
    other.event(Event::SignedOut);
    other.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    let mut world = World::new();
    world.next_id = other.next_id;
    world.disk.ops = other.disk.ops;
    world.event(Event::NotRead);
    world.enqueue("a", vec![OpKind::Comment { text: "x".into() }], None);
    assert!(world.in_flight.is_empty(), "its place is not known");
    world.read_again();
    assert_eq!(world.in_flight[0].kind.code(), "create");
    world.come_to_rest();
    let sent: Vec<&str> = world.backend.applied.iter().map(|op| op.kind.code()).collect();
    assert_eq!(sent, ["create", "comment"]);
}

#[test]
fn who_waits_for_a_store_that_cannot_be_read_is_told_and_nothing_is_stored_later() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.event(Event::Behind);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    let ticket = world.next_id;
    assert!(world.not_taken.is_empty(), "the store may be readable");
    world.event(Event::NotRead);
    assert_eq!(world.not_taken, [ticket]);
    world.read_again();
    assert!(world.disk.ops.is_empty() && world.state.waiting().is_empty());
    world.enqueue("a", vec![OpKind::Create { draft: draft("2") }], None);
    assert_eq!(world.disk.ops.len(), 1, "the next one is taken");
}

/// What the person gave up comes back with a store that could not be written. What
/// is done meanwhile has its place behind it.
#[test]
fn what_is_done_while_the_store_is_behind_comes_after_what_is_in_it() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Comment { text: "x".into() }], None);
    let stored = world.disk.ops.clone();
    let op_ids = stored.keys().cloned().collect();
    world.event(Event::DiscardClaim { claim_id: "a".into(), op_ids, now_ms: 0 });
    world.disk.ops = stored;
    world.event(Event::Behind);
    world.enqueue("a", vec![OpKind::Submit { manifest: Vec::new() }], Some(4));
    assert_eq!(world.disk.ops.len(), 2, "its place is not known");
    world.read_again();
    let lane = world.state.waiting();
    let kinds: Vec<&str> = lane.iter().map(|waiting| waiting.op.kind.code()).collect();
    assert_eq!(kinds, ["create", "comment", "submit"]);
    let last = world.disk.ops.values().map(|stored| stored.op.seq_in_claim).max();
    assert_eq!(last, Some(3), "the store knows it too");
}

#[test]
fn what_is_decided_while_the_store_is_behind_is_about_what_is_in_it() {
    for (is_first, expected) in [(true, "paused"), (false, "sent")] {
        let mut world = World::new();
        world.event(Event::SignedOut);
        let upload = |name: &str| OpKind::Upload {
            sha256: name.into(),
            name: name.into(),
            size_bytes: 1,
            media_type: String::new(),
        };
        world.enqueue("a", vec![upload("one"), upload("two")], Some(4));
        let ids: Vec<String> = world.disk.ops.keys().cloned().collect();
        let stored = world.disk.ops.clone();
        world.event(Event::Discard { op_id: ids[0].clone(), now_ms: 0 });
        world.disk.ops = stored;
        world.event(Event::Behind);
        let op_id = ids[usize::from(!is_first)].clone();
        world.event(Event::Pause { op_id: op_id.clone(), now_ms: 0 });
        assert!(world.disk.ops[&op_id].wedge.is_none(), "nobody was told that it rests");
        world.event(Event::SignedIn { now_ms: 0 });
        world.read_again();
        assert_eq!(world.in_flight.is_empty(), is_first, "{expected}");
        assert_eq!(world.disk.ops[&ids[0]].wedge.is_some(), is_first, "{expected}");
    }
}
