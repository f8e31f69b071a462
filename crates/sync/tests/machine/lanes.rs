//! What becomes of the operations of a claim, and when news are fetched.

use crate::world::{Fault, World, draft, record, with};
use cpor_protocol::{Change, ChangesPage};
use cpor_rules::Status;
use cpor_sync::{Event, OpKind, Passing, PullOutcome};

#[test]
fn edits_that_were_never_tried_become_one() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("2") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("3") }], None);
    assert_eq!(world.state.waiting().len(), 1);
    world.event(Event::SignedIn { now_ms: 0 });
    world.enqueue("a", vec![OpKind::Change { draft: draft("4") }], None);
    assert_eq!(world.state.waiting().len(), 2, "what is being sent is not altered");
}

#[test]
fn a_claim_that_was_never_sent_is_deleted_without_a_word() {
    let mut world = World::new();
    world.event(Event::SignedOut);
    world.enqueue("a", vec![OpKind::Create { draft: draft("1") }], None);
    world.enqueue("a", vec![OpKind::Delete], None);
    assert_eq!(world.state.waiting(), []);
    assert!(world.disk.ops.is_empty());
}

/// A list that was made before an answer may come after it, and show what was there
/// before one's own change.
#[test]
fn what_is_handed_in_is_what_was_on_the_screen() {
    for (shown, status) in [("new", Status::Submitted), ("old", Status::Draft)] {
        let mut world = World::new();
        let before = record("a", 4, &with("old", ""), Status::Draft);
        world.backend.claims.insert("a".into(), before);
        world.seen = Some(with("old", ""));
        world.enqueue("a", vec![OpKind::Change { draft: with("new", "") }], Some(4));
        world.end_attempt(Fault::None);
        world.seen = Some(with(shown, ""));
        world.enqueue("a", vec![OpKind::Submit { manifest: Vec::new() }], Some(4));
        world.end_attempt(Fault::None);
        assert_eq!(world.backend.claims["a"].status, status, "{shown} was shown");
    }
}

/// The claim may have been made and deleted before the list: no news would say so.
#[test]
fn a_creation_that_is_answered_after_a_list_without_it_is_looked_up() {
    for is_listed in [true, false] {
        let mut world = World::new();
        world.enqueue("a", vec![OpKind::Create { draft: draft("a") }], None);
        let listed = record("a", 1, &draft("a"), Status::Draft);
        let changes = vec![Change::Upsert { claim: Box::new(listed) }];
        let changes = if is_listed { changes } else { Vec::new() };
        let page = ChangesPage { changes, next: "7".into(), more: false };
        world.end_pull(Some(PullOutcome::Page { page, etag: None }));
        world.end_attempt(Fault::None);
        let (at, cursor) = if is_listed { ("7", Some("7".to_owned())) } else { ("", None) };
        assert_eq!(world.disk.cursor.as_deref(), Some(at));
        assert_eq!(world.pulling, [cursor]);
    }
}

#[test]
fn what_is_given_up_while_it_is_sent_goes_with_the_answer() {
    for fault in [Fault::RequestLost, Fault::Busy, Fault::SignIn, Fault::None] {
        let mut world = World::new();
        world.backend.claims.insert("a".into(), record("a", 4, &draft("theirs"), Status::Draft));
        world.enqueue("a", vec![OpKind::Change { draft: draft("mine") }], Some(4));
        let op_id = world.state.waiting()[0].op.op_id.clone();
        assert_eq!(world.in_flight.len(), 1, "it is on its way");
        world.enqueue("a", vec![OpKind::Comment { text: "later".into() }], Some(4));
        world.event(Event::Discard { op_id, now_ms: world.now_ms });
        assert_eq!(world.state.waiting().len(), 2, "its answer may still be that it was done");
        world.end_attempt(fault);
        assert!(
            world.state.waiting().iter().all(|op| op.op.kind.code() == "comment"),
            "{fault:?}: only what was given up goes"
        );
        world.come_to_rest();
        let name = if matches!(fault, Fault::None) { "mine" } else { "theirs" };
        assert_eq!(world.backend.claims["a"].draft.claim_name, name, "{fault:?}");
        assert!(world.disk.ops.is_empty());
    }
}

#[test]
fn a_creation_given_up_while_it_is_sent_takes_all_that_follows_it() {
    let mut world = World::new();
    world.enqueue("a", vec![OpKind::Create { draft: draft("mine") }], None);
    world.enqueue("a", vec![OpKind::Change { draft: draft("more") }], None);
    let op_id = world.state.waiting()[0].op.op_id.clone();
    world.event(Event::Discard { op_id, now_ms: world.now_ms });
    world.end_attempt(Fault::RequestLost);
    assert_eq!(world.state.waiting(), []);
    world.come_to_rest();
    assert!(world.backend.claims.is_empty() && world.disk.ops.is_empty());
}

#[test]
fn news_are_fetched_at_once_and_again_if_a_pull_was_on_its_way() {
    let mut world = World::new();
    assert_eq!(world.pulling.len(), 1, "signed in, it asks");
    // The answer to this pull may have been made before the news.
    world.event(Event::News { now_ms: world.now_ms });
    world.end_pull(None);
    assert_eq!(world.pulling.len(), 1, "it asks again");
    world.end_pull(None);
    assert_eq!(world.pulling.len(), 0, "and then no more");
    world.event(Event::News { now_ms: world.now_ms });
    assert_eq!(world.pulling.len(), 1, "at rest it asks at once");
}

#[test]
fn news_do_not_hurry_a_backend_that_fails() {
    let mut world = World::new();
    world.event(Event::News { now_ms: world.now_ms });
    let busy = PullOutcome::Passing { why: Passing::Busy, retry_after_ms: Some(60_000) };
    world.end_pull(Some(busy));
    assert_eq!(world.pulling.len(), 0);
    assert_eq!(world.state.next_due_at_ms(), Some(world.now_ms + 60_000));
}
