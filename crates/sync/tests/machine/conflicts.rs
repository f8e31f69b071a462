//! Somebody else changed the claim meanwhile.

use crate::world::{Fault, World, draft, record, with};
use cpor_rules::Status;
use cpor_sync::{Base, Event, OpKind, Phase};

#[test]
fn a_conflict_stops_its_own_lane_alone_and_can_be_resolved_both_ways() {
    for on_top in [false, true] {
        let mut world = World::new();
        world.backend.claims.insert("a".into(), record("a", 5, &draft("theirs"), Status::Draft));
        world.enqueue("a", vec![OpKind::Change { draft: draft("mine") }], Some(4));
        world.enqueue("b", vec![OpKind::Create { draft: draft("b") }], None);
        world.end_attempt(Fault::None);
        world.end_attempt(Fault::None);
        assert_eq!(world.state.phase(), Phase::Trouble);
        assert!(world.backend.claims.contains_key("b"));
        world.start();
        assert_eq!(world.state.phase(), Phase::Trouble, "the conflict survives a restart");
        let op_id = world.state.waiting()[0].op.op_id.clone();
        if on_top {
            world.event(Event::RetryOnTheirs { op_id, new_op_id: "n".into(), now_ms: 0 });
        } else {
            world.event(Event::Discard { op_id, now_ms: 0 });
        }
        world.come_to_rest();
        let name = if on_top { "mine" } else { "theirs" };
        assert_eq!(world.backend.claims["a"].draft.claim_name, name);
        assert!(world.disk.ops.is_empty());
    }
}

/// Somebody else gave the claim `a` a comment meanwhile.
fn world_with_their_comment() -> World {
    let mut world = World::new();
    world.seen = Some(with("old", ""));
    world.backend.claims.insert("a".into(), record("a", 5, &with("old", "theirs"), Status::Draft));
    world
}

#[test]
fn changes_of_different_fields_are_merged_without_a_question() {
    let mut world = world_with_their_comment();
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "") }], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Working);
    world.start();
    world.come_to_rest();
    assert_eq!(*with("mine", "theirs"), world.backend.claims["a"].draft);
    assert!(world.disk.ops.is_empty());
}

#[test]
fn nothing_is_merged_under_a_submission_that_waits() {
    let mut world = world_with_their_comment();
    let submit = OpKind::Submit { manifest: Vec::new() };
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "") }, submit], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Trouble);
    assert_eq!(world.backend.claims["a"].status, Status::Draft);
}

#[test]
fn a_field_that_both_changed_waits_for_the_person_and_what_is_given_up_goes_along() {
    let mut world = world_with_their_comment();
    world.enqueue("a", vec![OpKind::Change { draft: with("mine", "my own") }], Some(4));
    world.end_attempt(Fault::None);
    assert_eq!(world.state.phase(), Phase::Trouble);
    world.start();
    let op = world.state.waiting()[0].op.clone();
    let resolve = |theirs| Event::Resolve {
        op_id: op.op_id.clone(),
        new_op_id: "n".into(),
        draft: with("mine", "theirs"),
        theirs,
        now_ms: 0,
    };
    world.event(resolve(4));
    assert_eq!(world.state.phase(), Phase::Trouble, "a decision on another version is none");
    world.event(resolve(5));
    world.come_to_rest();
    assert_eq!(*with("mine", "theirs"), world.backend.claims["a"].draft);
    let sent = world.backend.applied.last().expect("it was applied");
    assert_eq!(sent.set_aside, [*with("mine", "my own")], "only what was in question");
}

#[test]
fn what_is_given_up_to_write_on_goes_along_with_the_next_change() {
    let mut world = world_with_their_comment();
    world.seen = Some(with("old", "theirs"));
    world.given_up = vec![*with("mine", "my own")];
    let comment = OpKind::Comment { text: "x".into() };
    world.enqueue("a", vec![comment, OpKind::Change { draft: with("b", "theirs") }], Some(5));
    world.seen = Some(with("b", "theirs"));
    world.given_up = vec![*with("b", "second")];
    world.enqueue("a", vec![OpKind::Change { draft: with("c", "theirs") }], Some(5));
    world.come_to_rest();
    let sent = world.backend.applied.last().expect("it was applied");
    assert_eq!(sent.set_aside, [*with("mine", "my own"), *with("b", "second")]);
}

#[test]
fn a_later_change_knows_the_content_on_which_it_builds() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: with("a", "") }], None);
    let comment = OpKind::Comment { text: "x".into() };
    world.enqueue("a", vec![comment, OpKind::Change { draft: with("b", "") }], None);
    world.end_attempt(Fault::None);
    assert_eq!(world.in_flight[0].base_draft.as_deref(), Some(&*with("a", "")));
    world.end_attempt(Fault::None);
    assert_eq!(world.in_flight[0].base_draft.as_deref(), Some(&*with("a", "")));
    assert_eq!(world.in_flight[0].base, Base::Revision(1));
}
