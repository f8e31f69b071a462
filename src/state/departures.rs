//! What the tabs of this browser learn of each other's signing in and out. Compiled into
//! the module that comes after the first screen.
//!
//! On a shared computer nothing is stored by which a tab could learn it, so they speak
//! over a channel: who signs out asks the others what is unsent there, and then they all
//! go together. On any other computer who was signed in last is stored, and a tab that
//! shows somebody else saves what is open and begins anew.

use super::draft::SaveState;
use super::session::{ACCOUNT, SessionState};
use super::{AppState, leaving};
use crate::platform::channel::Channel;
use crate::platform::page::{self, Listener, PageEvent};
use crate::platform::{ids, locks, task, timer};
use crate::storage::{settings, shared};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

/// On which tabs of a shared computer speak of leaving.
const CHANNEL: &str = "cpor:leaving";
/// How long another tab may take to say what is unsent there, in steps.
const STEP_MS: u32 = 20;
const STEPS: u32 = 50;

/// After so long who is signed in is written, and not half written.
const SETTLED_MS: u32 = 100;

thread_local! {
    static TABS: RefCell<Option<Channel>> = const { RefCell::new(None) };
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    static QUESTION: RefCell<Question> = RefCell::default();
    /// Whether the account of this tab was the one that is stored.
    static WAS_STORED: Cell<bool> = const { Cell::new(false) };
}

/// What was asked last.
#[derive(Clone, Default)]
struct Question {
    id: String,
    /// What each tab answered.
    answers: Vec<Vec<String>>,
}

/// What is only in other tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Names of claims that are not sent.
    pub unsent: Vec<String>,
    /// Whether a tab did not answer.
    pub is_silent: bool,
}

/// Listens to the other tabs.
pub fn start(app: AppState) {
    TABS.set(Channel::open(CHANNEL, move |text| heard(app, &text)));
    let mut listeners = page::listen(move |event| {
        if matches!(event, PageEvent::Visible | PageEvent::Returned | PageEvent::Focus) {
            compare(app);
        }
    });
    listeners.extend(page::listen_to_storage(move |key| {
        let Some(key) = key else { return };
        if settings::is_key(ACCOUNT, &key) {
            // It is removed before it is written anew.
            task::spawn(async move {
                timer::sleep(SETTLED_MS).await;
                compare(app);
            });
        } else if shared::is_key(&key) {
            if shared::is_noted() {
                // Another tab began that nothing is kept; here it is to hold too.
                app.draft.flush();
                page::reload();
            } else if shared::is_on() {
                go(app);
            }
        }
    }));
    LISTENERS.set(listeners);
    // The module came without an owner. This lives as long as the app does.
    let owner = Owner::new();
    owner.with(|| {
        Effect::new(move |_| {
            app.session.account.track();
            WAS_STORED.set(is_stored(app));
        });
    });
    StoredValue::new_local(owner);
}

/// Whether the account of this tab is the one that is stored.
fn is_stored(app: AppState) -> bool {
    let own = app.session.account_id();
    own.is_some() && SessionState::remembered().map(|known| known.id) == own
}

/// Leaves an account that another tab has left, or changed for another.
fn compare(app: AppState) {
    if shared::is_on() || !WAS_STORED.get() || is_stored(app) {
        return;
    }
    WAS_STORED.set(false);
    app.draft.flush();
    if let Some(server) = app.session.server() {
        server.leave();
    }
    app.session.leave(app);
    let is_unsaved = app
        .draft
        .save_state
        .with_untracked(|state| matches!(state, SaveState::Failed(_) | SaveState::Pending));
    // What could not be saved stays on the screen.
    if !is_unsaved {
        page::reload();
    }
}

fn heard(app: AppState, text: &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "left" if shared::is_on() => go(app),
        "ask" if shared::is_on() => {
            app.draft.flush();
            let names = serde_json::to_string(&unsent(app)).unwrap_or_default();
            post(&format!("have {rest} {names}"));
        }
        "have" => {
            let (id, names) = rest.split_once(' ').unwrap_or_default();
            QUESTION.with_borrow_mut(|question| {
                if question.id == id {
                    question.answers.push(serde_json::from_str(names).unwrap_or_default());
                }
            });
        }
        // A word of a newer version in another tab.
        _ => {}
    }
}

fn post(words: &str) {
    TABS.with_borrow(|channel| {
        if let Some(channel) = channel {
            channel.post(words);
        }
    });
}

/// Tells the other tabs that nobody is signed in any more.
pub(super) fn tell_left() {
    post("left");
}

/// Goes with everything that is in this tab.
fn go(app: AppState) {
    leaving::depart(app);
    page::reload();
}

/// Names of what is only in this tab.
fn unsent(app: AppState) -> Vec<String> {
    let mut names: Vec<String> = app
        .sync
        .view
        .with_untracked(|view| view.waiting.iter().map(|row| row.claim_name.clone()).collect());
    names.extend(leaving::unsent_drafts().into_iter().map(|stored| stored.draft.claim_name));
    names
}

/// Asks the other tabs of a shared computer what is unsent there.
pub fn ask(done: impl FnOnce(Elsewhere) + 'static) {
    let id = ids::random_uuid();
    QUESTION.set(Question { id: id.clone(), answers: Vec::new() });
    post(&format!("ask {id}"));
    task::spawn(async move {
        // Each such tab holds the lock or waits for it, and this one is among them.
        let others = locks::count(leaving::SHARED).await.map(|tabs| tabs.saturating_sub(1));
        let answered = || QUESTION.with_borrow(|question| question.answers.len());
        for _ in 0..STEPS {
            if others.is_some_and(|others| answered() >= others) {
                break;
            }
            timer::sleep(STEP_MS).await;
        }
        let question = QUESTION.with_borrow(Clone::clone);
        // A later question has an answer of its own.
        if question.id == id {
            let is_silent = others.is_some_and(|others| question.answers.len() < others);
            done(Elsewhere { unsent: question.answers.into_iter().flatten().collect(), is_silent });
        }
    });
}
