//! One tab writes a draft. The other tab is played by the test: it has the same
//! locks, the same channel and the same storage.

use crate::mounted::{Mounted, Role, fire, heard, press, type_into, until};
use crate::storage::made_newer;
use cpor_claims::pages::wizard::WizardPage;
use cpor_claims::platform::channel::Channel;
use cpor_claims::platform::locks::{self, Lock};
use cpor_claims::platform::{clock, ids, local, timer};
use cpor_claims::routes::{Route, Screen};
use cpor_claims::state::{tabs, use_app};
use cpor_claims::storage::drafts::{self, DraftPhase, Place, SaveError, StoredDraft};
use cpor_claims::storage::owner::Whose;
use cpor_claims::storage::quarantine;
use cpor_rules::{Draft, Step};
use leptos::prelude::*;
use leptos_router::components::Router;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const NAME: &str = "Claim name";
const EDIT_HERE: &str = "Edit here instead";

fn stored(id: &str, rev: u64, name: &str) -> StoredDraft {
    StoredDraft {
        id: id.to_owned(),
        whose: Whose::default(),
        rev,
        saved_at_ms: 1_800_000_000_000.0,
        phase: DraftPhase::Writing,
        base: None,
        base_revision: None,
        confirmed: None,
        draft: Draft { claim_name: name.to_owned(), ..Draft::default() },
        place: Place { step: "details".into(), ..Place::default() },
    }
}

/// The other tab.
struct Other {
    lock: Rc<RefCell<Option<Lock>>>,
    name: String,
}

impl Other {
    fn new(id: &str) -> Self {
        Self { lock: Rc::default(), name: format!("cpor:writer:{id}") }
    }

    /// It writes the draft.
    async fn holds(id: &str) -> Self {
        let other = Self::new(id);
        let lock = other.lock.clone();
        locks::request(&other.name, move |held| drop(lock.replace(Some(held))));
        until("the other tab holds the lock", || other.lock.borrow().is_some()).await;
        other
    }

    async fn steals(&self) {
        let lock = self.lock.clone();
        locks::steal(&self.name, move |held| drop(lock.replace(Some(held))), || {});
        until("the other tab has the lock", || self.lock.borrow().is_some()).await;
    }
}

/// The wizard of a tab that knows the others.
struct Tab {
    page: Mounted,
    id: String,
}

impl Drop for Tab {
    fn drop(&mut self) {
        drafts::remove(&self.id);
        for entry in kept(&self.id) {
            quarantine::remove(&entry.key);
        }
        let history = window().history().unwrap();
        history.push_state_with_url(&JsValue::NULL, "", Some("/")).unwrap();
    }
}

impl Tab {
    async fn open(id: &str) -> Self {
        let screen = Screen::Step(Step::Details);
        let path = Route::Wizard { id: id.to_owned(), screen }.path();
        let history = window().history().unwrap();
        history.push_state_with_url(&JsValue::NULL, "", Some(&path)).unwrap();
        let shown = id.to_owned();
        let page = Mounted::new(move || {
            tabs::start(use_app());
            view! { <Router><WizardPage id=shown screen=Signal::derive(move || screen) /></Router> }
                .into_any()
        })
        .await;
        let tab = Self { page, id: id.to_owned() };
        until("the page is there", || !tab.page.select("input").is_empty()).await;
        tab
    }

    /// A tab that writes a draft of this name.
    async fn writing(name: &str) -> Self {
        let id = ids::random_uuid();
        drafts::save(&stored(&id, 1, name)).unwrap();
        let tab = Self::open(&id).await;
        tab.writes().await;
        tab
    }

    fn is_reading(&self) -> bool {
        !self.page.select("fieldset:disabled").is_empty()
    }

    /// Waits until the lock is here: nobody else can have it then.
    async fn writes(&self) {
        let is_free = Rc::new(RefCell::new(Some(true)));
        while *is_free.borrow() != Some(false) {
            let answer = is_free.clone();
            let name = format!("cpor:writer:{}", self.id);
            locks::try_request(&name, move |lock| {
                *answer.borrow_mut() = Some(lock.is_some());
            });
            timer::sleep(5).await;
        }
        until("it writes", || !self.is_reading()).await;
    }

    fn name(&self) -> String {
        self.page.input(Role::TextBox, NAME).value()
    }

    fn on_disk(&self) -> StoredDraft {
        drafts::load(&self.id).unwrap().unwrap()
    }

    async fn says(&self, title: &str) {
        until(title, || {
            self.page.select("section.ca-reading").iter().any(|it| heard(it).starts_with(title))
        })
        .await;
        assert!(self.is_reading());
    }
}

fn kept(id: &str) -> Vec<quarantine::Entry> {
    let key = format!("cpor.draft.{id}");
    quarantine::list().into_iter().filter(|entry| entry.original_key == key).collect()
}

/// As the browser tells it when another tab has written.
fn tell_of_change(id: &str) {
    let key = JsValue::from_str(&format!("cpor.draft.{id}"));
    fire(window().unchecked_ref(), "StorageEvent", "storage", &[("key", key)]);
}

#[wasm_bindgen_test]
fn a_draft_is_saved_over_what_was_read_and_over_nothing_else() {
    let id = ids::random_uuid();
    assert_eq!(drafts::save(&stored(&id, 1, "one")), Ok(()));
    assert_eq!(drafts::save(&stored(&id, 2, "two")), Ok(()));
    for rev in [0, 1, 2, 4] {
        assert_eq!(drafts::save(&stored(&id, rev, "other")), Err(SaveError::Overtaken), "{rev}");
    }
    assert_eq!(drafts::load(&id).unwrap().unwrap().draft.claim_name, "two");
    // What is gone from the device is stored again by whoever still has it.
    drafts::remove(&id);
    assert_eq!(drafts::save(&stored(&id, 7, "again")), Ok(()));
    drafts::remove(&id);
}

#[wasm_bindgen_test]
async fn a_lock_can_be_taken_by_force_and_its_holder_hears_of_it() {
    let name = ids::random_uuid();
    let (held, lost) = (Rc::new(RefCell::new(None)), Rc::new(RefCell::new(false)));
    let (keep, note) = (held.clone(), lost.clone());
    locks::request_until_lost(
        &name,
        move |lock| drop(keep.replace(Some(lock))),
        move || *note.borrow_mut() = true,
    );
    until("it is held", || held.borrow().is_some()).await;
    let taken = Rc::new(RefCell::new(None));
    let keep = taken.clone();
    locks::steal(&name, move |lock| drop(keep.replace(Some(lock))), || {});
    until("it is taken", || taken.borrow().is_some() && *lost.borrow()).await;
}

#[wasm_bindgen_test]
async fn a_draft_that_another_tab_writes_is_shown_and_followed() {
    let id = ids::random_uuid();
    drafts::save(&stored(&id, 1, "Contoso")).unwrap();
    let _other = Other::holds(&id).await;
    let tab = Tab::open(&id).await;
    tab.says("Open in another tab").await;
    assert_eq!(tab.name(), "Contoso");
    drafts::save(&stored(&id, 2, "Contoso there")).unwrap();
    tell_of_change(&id);
    until("it follows", || tab.name() == "Contoso there").await;
    // Neither its place nor anything else is stored from here.
    timer::sleep(400).await;
    assert_eq!(tab.on_disk().rev, 2);
    drafts::remove(&id);
    tell_of_change(&id);
    tab.says("No longer on this device").await;
    assert_eq!(tab.name(), "Contoso there");
    press(&tab.page.find(Role::Button, "Keep it as a draft"));
}

#[wasm_bindgen_test]
async fn a_tab_that_is_asked_saves_and_lets_go() {
    let tab = Tab::writing("Contoso").await;
    let other = Other::new(&tab.id);
    let lock = other.lock.clone();
    let channel = Channel::open("cpor:drafts", |_| {}).unwrap();
    type_into(&tab.page.input(Role::TextBox, NAME), "Contoso, the last words");
    locks::request(&other.name, move |held| drop(lock.replace(Some(held))));
    // A question that comes out of a sleep is too late to be answered.
    channel.post(&format!("ask {} {}", tab.id, clock::now_whole_ms() - 60_000));
    timer::sleep(50).await;
    assert!(other.lock.borrow().is_none() && !tab.is_reading());
    channel.post(&format!("ask {} {}", tab.id, clock::now_whole_ms()));
    until("the lock is here", || other.lock.borrow().is_some()).await;
    assert_eq!(tab.on_disk().draft.claim_name, "Contoso, the last words");
    tab.says("You went on in another tab").await;
    assert!(kept(&tab.id).is_empty());
    // The other tab is closed, and says so on its way.
    drop(other.lock.take());
    channel.post(&format!("free {}", tab.id));
    until("it writes again", || !tab.is_reading()).await;
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_answer_is_overruled_and_fenced_off() {
    let id = ids::random_uuid();
    drafts::save(&stored(&id, 1, "Contoso")).unwrap();
    let other = Other::holds(&id).await;
    let tab = Tab::open(&id).await;
    tab.says("Open in another tab").await;
    press(&tab.page.find(Role::Button, EDIT_HERE));
    until("it writes", || !tab.is_reading()).await;
    // The other tab wakes, and is not the writer any more.
    assert_eq!(drafts::save(&stored(&id, 2, "too late")), Err(SaveError::Overtaken));
    assert_eq!(tab.on_disk().draft.claim_name, "Contoso");
    drop(other);
}

#[wasm_bindgen_test]
async fn words_of_a_tab_that_lost_its_lock_stay_and_are_kept() {
    for (choice, winner, aside) in [
        ("Go on with the saved version", "Contoso there", "Contoso here"),
        ("Go on with what was typed here", "Contoso here", "Contoso there"),
    ] {
        let tab = Tab::writing("Contoso").await;
        let other = Other::new(&tab.id);
        type_into(&tab.page.input(Role::TextBox, NAME), "Contoso here");
        let rev = tab.on_disk().rev;
        drafts::save(&stored(&tab.id, rev + 1, "Contoso there")).unwrap();
        other.steals().await;
        tab.says("Another tab has saved this draft meanwhile").await;
        assert_eq!(tab.name(), "Contoso here");
        assert!(kept(&tab.id).iter().any(|entry| entry.raw.contains("Contoso here")));
        assert_eq!(tab.on_disk().draft.claim_name, "Contoso there");
        drop(other.lock.take());
        press(&tab.page.find(Role::Button, choice));
        until("it writes", || !tab.is_reading()).await;
        assert_eq!(tab.name(), winner);
        until("it is stored", || tab.on_disk().draft.claim_name == winner).await;
        assert!(kept(&tab.id).iter().any(|entry| entry.raw.contains(aside)));
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_slept_and_saves_over_the_writer_overwrites_nothing() {
    let tab = Tab::writing("Contoso").await;
    type_into(&tab.page.input(Role::TextBox, NAME), "Contoso of the writer");
    until("it is stored", || tab.on_disk().draft.claim_name == "Contoso of the writer").await;
    // It wakes with what it had read before it slept.
    let mut late = stored(&tab.id, 2, "Contoso of the sleeper");
    late.place = tab.on_disk().place;
    drafts::remove(&tab.id);
    drafts::save(&late).unwrap();
    tell_of_change(&tab.id);
    until("the writer stores its own again", || {
        tab.on_disk().draft.claim_name == "Contoso of the writer"
    })
    .await;
    assert_eq!(tab.name(), "Contoso of the writer");
    assert!(kept(&tab.id).iter().any(|entry| entry.raw.contains("Contoso of the sleeper")));
    assert!(!tab.is_reading());
}

#[wasm_bindgen_test]
async fn a_draft_of_a_newer_version_can_be_read_and_not_written() {
    let id = ids::random_uuid();
    let key = format!("cpor.draft.{id}");
    drafts::save(&stored(&id, 1, "From the future")).unwrap();
    let newer = made_newer(&key);
    let tab = Tab::open(&id).await;
    tab.says("Made by a newer version").await;
    assert_eq!(tab.name(), "From the future");
    timer::sleep(400).await;
    assert_eq!(local::get(&key), Some(newer));
}
