//! The browser's services in a real browser.

use crate::mounted::until;
use cpor_claims::platform::{clock, files, ids, local, locks, media, timer};
use futures_channel::oneshot;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn days_are_counted_in_the_time_zone_that_is_asked_for() {
    // 2026-03-11 at 23:30 UTC is the next day in Taipei.
    let at_ms = 1_773_271_800_000.0;
    assert_eq!(clock::date_at(at_ms, "UTC").to_string(), "2026-03-11");
    assert_eq!(clock::date_at(at_ms, "Asia/Taipei").to_string(), "2026-03-12");
    assert_eq!(clock::date_at(at_ms, "Nowhere/City").to_string(), "2026-03-11");
    assert!(!clock::local_time_zone().is_empty());
    assert!(clock::date_at(clock::now_ms(), "UTC") >= "2025-01-01".parse().unwrap());
}

#[wasm_bindgen_test]
fn ids_are_uuids_and_never_come_twice() {
    let ids: BTreeSet<String> = (0..500).map(|_| ids::random_uuid()).collect();
    assert_eq!(ids.len(), 500);
    for (id, version) in [(ids::random_uuid(), '4'), (ids::ordered_uuid(), '7')] {
        assert_eq!(id.len(), 36);
        assert_eq!(id.chars().nth(14), Some(version), "{id}");
        assert!(matches!(id.chars().nth(19), Some('8' | '9' | 'a' | 'b')), "{id}");
    }
}

#[wasm_bindgen_test]
async fn operation_ids_follow_the_time() {
    let earlier = ids::ordered_uuid();
    timer::sleep(5).await;
    assert!(earlier < ids::ordered_uuid());
}

#[wasm_bindgen_test]
async fn a_hash_is_the_common_one() {
    let hash = files::sha256_hex(b"test").await;
    let known = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assert_eq!(hash.as_deref(), Some(known));
}

#[wasm_bindgen_test]
async fn a_dropped_timeout_does_not_call() {
    let calls = Rc::new(Cell::new(0));
    let count = |calls: &Rc<Cell<i32>>| {
        let calls = calls.clone();
        move || calls.set(calls.get() + 1)
    };
    drop(timer::Timeout::new(5, count(&calls)));
    let kept = timer::Timeout::new(5, count(&calls));
    timer::sleep(40).await;
    drop(kept);
    assert_eq!(calls.get(), 1);
}

#[wasm_bindgen_test]
async fn a_lock_is_held_by_one_at_a_time() {
    assert!(locks::are_supported());
    let held = Rc::new(std::cell::RefCell::new(None));
    let keep = held.clone();
    assert!(locks::request("cpor:test", move |lock| drop(keep.borrow_mut().replace(lock))));
    until("the lock is there", || held.borrow().is_some()).await;
    assert!(!is_free().await);
    held.borrow_mut().take();
    // The browser takes its time.
    while !is_free().await {}
}

async fn is_free() -> bool {
    let (send, receive) = oneshot::channel();
    // Whoever asked waits for this and for nothing else.
    assert!(locks::try_request("cpor:test", move |lock| {
        let _ = send.send(lock.is_some());
    }));
    receive.await.unwrap()
}

#[wasm_bindgen_test]
fn local_storage_says_when_it_is_full() {
    let text = "x".repeat(20 * 1024 * 1024);
    assert_eq!(local::set("cpor.test.full", &text), Err(local::WriteError::Full));
    assert_eq!(local::get("cpor.test.full"), None);
}

#[wasm_bindgen_test]
fn a_media_query_is_answered() {
    assert!(media::matches("all"));
    assert!(!media::matches("not all"));
}
