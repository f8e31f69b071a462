//! The browser dies after each write of each procedure. What was stored before is
//! there when it is opened again, or what was to be stored: nothing between.

use crate::storage::{cache, claim, file, op, owner, stored};
use cpor_claims::platform::{ids, local};
use cpor_claims::storage::drafts::{self, StoredDraft};
use cpor_claims::storage::indexed::IndexedStore;
use cpor_claims::storage::owner::Owner;
use cpor_claims::storage::reviews::{self, Notes};
use cpor_claims::storage::store::{Contents, Store, StoredFile};
use cpor_claims::storage::{quarantine, settings};
use cpor_sync::{CacheWrite, Write};
use js_sys::Function;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// More writes than any procedure has.
const MANY: u32 = 60;

/// After so many writes nothing reaches the disk any more: local storage keeps what
/// it has, and a transaction that is open is gone.
const DIE_AFTER: &str = "
    const local = Storage.prototype, store = IDBObjectStore.prototype;
    const whole = { setItem: local.setItem, removeItem: local.removeItem, put: store.put, delete: store.delete };
    let writes = 0;
    const lives = () => writes++ < left;
    local.setItem = function (...words) { if (lives()) whole.setItem.apply(this, words); };
    local.removeItem = function (...words) { if (lives()) whole.removeItem.apply(this, words); };
    for (const name of ['put', 'delete']) {
        store[name] = function (...words) {
            if (lives()) return whole[name].apply(this, words);
            try { this.transaction.abort(); } catch { /* It is gone already. */ }
            throw new DOMException('dead', 'AbortError');
        };
    }
    return () => {
        Object.assign(local, { setItem: whole.setItem, removeItem: whole.removeItem });
        Object.assign(store, { put: whole.put, delete: whole.delete });
        return writes;
    };
";

/// A browser that dies after so many writes. It lives again when this is dropped.
struct Mortal {
    revive: Function,
}

impl Mortal {
    fn after(writes: u32) -> Self {
        let die = Function::new_with_args("left", DIE_AFTER);
        let revive = die.call1(&JsValue::UNDEFINED, &writes.into()).unwrap();
        Self { revive: revive.into() }
    }

    /// How many writes were tried.
    fn writes(&self) -> u32 {
        let writes = self.revive.call0(&JsValue::UNDEFINED).unwrap().as_f64().unwrap();
        format!("{writes}").parse().unwrap()
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        drop(self.revive.call0(&JsValue::UNDEFINED));
    }
}

type Done<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

/// What a person can have of a store: all of it.
async fn everything(store: &IndexedStore) -> (Contents, Option<StoredFile>) {
    (store.read().await.unwrap(), store.file(file().sha256).await.unwrap())
}

/// A store with something of each kind.
async fn filled(owner: &Owner) -> IndexedStore {
    let store = IndexedStore::open(owner).await.unwrap();
    let theirs = CacheWrite::PutTheirs(claim("a", 3));
    let mut write =
        cache(vec![CacheWrite::Put(claim("a", 2)), CacheWrite::Put(claim("b", 1)), theirs]);
    write.put_ops = vec![op("1"), op("2")];
    write.cursor = Some("c1".into());
    store.write(write).await.unwrap();
    store.put_file(file(), "a".into()).await.unwrap();
    store
}

/// Cuts a procedure after each of its writes. `run` says whether it succeeded, which
/// it must not when it was cut. Answers in how many places it was cut.
async fn cut_everywhere(name: &str, run: impl for<'a> Fn(&'a IndexedStore) -> Done<'a>) -> u32 {
    for cut in 0..MANY {
        let owner = owner();
        let store = filled(&owner).await;
        let before = everything(&store).await;
        let mortal = Mortal::after(cut);
        let is_done = run(&store).await;
        let was_cut = mortal.writes() > cut;
        drop((mortal, store));
        let after = everything(&IndexedStore::open(&owner).await.unwrap()).await;
        if was_cut {
            assert!(!is_done, "{name} said yes, and was cut after {cut} writes");
            assert_eq!(after, before, "{name}, cut after {cut} writes");
        } else {
            assert!(is_done, "{name}");
            return cut;
        }
    }
    panic!("{name} has no end");
}

#[wasm_bindgen_test]
async fn a_write_that_is_cut_anywhere_has_not_happened() {
    let revision = |revision| CacheWrite::Put(claim("b", revision));
    let mut tried = op("1");
    tried.op.attempts = 1;
    let writes = [
        ("an enqueue", Write { put_ops: vec![op("3"), op("4"), op("5")], ..Write::default() }),
        ("the mark of an attempt", Write { put_ops: vec![tried], ..Write::default() }),
        ("an acknowledgement", Write { remove_ops: vec!["1".into()], ..cache(vec![revision(2)]) }),
        (
            "a page of changes",
            Write {
                cursor: Some("c2".into()),
                ..cache(vec![
                    revision(5),
                    CacheWrite::Put(claim("c", 1)),
                    CacheWrite::TheirsGone("a".into()),
                ])
            },
        ),
        (
            "a full reload",
            Write {
                cursor: Some("c9".into()),
                ..cache(vec![CacheWrite::ReplaceAll {
                    claims: vec![*claim("a", 9), *claim("d", 1), *claim("e", 1)],
                    keep: vec!["a".into()],
                }])
            },
        ),
        (
            "giving up",
            Write {
                remove_ops: vec!["1".into(), "2".into()],
                ..cache(vec![CacheWrite::TakeTheirs("a".into())])
            },
        ),
    ];
    let mut places = 0;
    for (name, write) in writes {
        let write = &write;
        places += cut_everywhere(name, move |store| {
            let write = write.clone();
            Box::pin(async move { store.write(write).await.is_ok() })
        })
        .await;
    }
    assert!(places >= 15, "{places} places");
}

#[wasm_bindgen_test]
async fn a_file_that_is_cut_anywhere_is_there_or_not() {
    let other = StoredFile { sha256: "bb".into(), ..file() };
    let other = &other;
    let places = cut_everywhere("keeping a file", move |store| {
        let other = other.clone();
        Box::pin(async move { store.put_file(other, "b".into()).await.is_ok() })
    })
    .await
        + cut_everywhere("one more use of a file", |store| {
            Box::pin(async move { store.put_file(file(), "b".into()).await.is_ok() })
        })
        .await
        + cut_everywhere("the last use of a file", |store| {
            Box::pin(async move { store.release_file(file().sha256, "a".into()).await.is_ok() })
        })
        .await;
    let whole = cut_everywhere("making room", |store| {
        Box::pin(async move { store.release_files_of(["a".to_owned()].into()).await.is_ok() })
    })
    .await;
    let ended = cut_everywhere("tidying up", |store| {
        Box::pin(async move {
            let uses = store.file_uses().await.unwrap();
            store.end_uses(uses).await.is_ok()
        })
    });
    assert_eq!(places + whole + ended.await, 10);
}

#[wasm_bindgen_test]
async fn moving_into_a_store_of_ones_own_can_be_cut_anywhere_and_begun_again() {
    for cut in 0..MANY {
        let own = owner();
        let shared = Owner { account: String::new(), ..own.clone() };
        let before = everything(&filled(&shared).await).await;
        let store = IndexedStore::open(&own).await.unwrap();
        let mortal = Mortal::after(cut);
        let outcome = store.adopt_shared(&own).await;
        let was_cut = mortal.writes() > cut;
        drop((mortal, store));
        let again = IndexedStore::open(&own).await.unwrap();
        again.adopt_shared(&own).await.unwrap();
        let after = everything(&again).await;
        assert_eq!(after.0.ops, before.0.ops, "cut after {cut} writes");
        assert_eq!(after.1, before.1, "cut after {cut} writes");
        let old = everything(&IndexedStore::open(&shared).await.unwrap()).await;
        assert_eq!(old, before, "the old copy is kept");
        if !was_cut {
            assert_eq!(outcome, Ok(()));
            assert!(cut >= 3);
            return;
        }
    }
    panic!("it has no end");
}

/// Cuts a procedure of local storage after each of its writes, and looks each time.
fn cut_locally(prepare: impl Fn(&str), run: impl Fn(&str), look: impl Fn(&str, bool)) {
    for cut in 0..MANY {
        let id = ids::random_uuid();
        prepare(&id);
        let mortal = Mortal::after(cut);
        run(&id);
        let was_cut = mortal.writes() > cut;
        drop(mortal);
        look(&id, was_cut);
        drafts::remove(&id);
        for entry in quarantine::list().iter().filter(|entry| entry.key.contains(&id)) {
            quarantine::remove(&entry.key);
        }
        if !was_cut {
            return;
        }
    }
    panic!("it has no end");
}

fn name_of(id: &str) -> Option<String> {
    drafts::load(id).unwrap().map(|stored| stored.draft.claim_name)
}

#[wasm_bindgen_test]
fn a_save_that_is_cut_leaves_the_draft_as_it_was() {
    cut_locally(
        |_| {},
        |id| {
            let _ = drafts::save(&stored(id, "new"));
        },
        |id, was_cut| assert_eq!(name_of(id), (!was_cut).then(|| "new".to_owned())),
    );
    let next = |id: &str| StoredDraft { rev: 2, ..stored(id, "new") };
    cut_locally(
        |id| drafts::save(&stored(id, "old")).unwrap(),
        |id| {
            // Said to be saved only if it is.
            let is_saved = drafts::save(&next(id)).is_ok();
            assert_eq!(is_saved, name_of(id).as_deref() == Some("new"));
        },
        |id, was_cut| {
            assert_eq!(name_of(id).as_deref(), Some(if was_cut { "old" } else { "new" }));
        },
    );
    cut_locally(
        |id| drafts::save(&stored(id, "old")).unwrap(),
        |id| {
            let _ = drafts::set_aside(&next(id));
        },
        |id, _| assert_eq!(name_of(id).as_deref(), Some("old")),
    );
}

#[wasm_bindgen_test]
fn damaged_data_is_somewhere_wherever_it_is_cut() {
    let key = |id: &str| format!("cpor.draft.{id}");
    let damage = |id: &str| local::set(&key(id), &format!("damaged {id}")).unwrap();
    let is_somewhere = |id: &str| {
        let raw = format!("damaged {id}");
        local::get(&key(id)).as_ref() == Some(&raw)
            || quarantine::list().iter().any(|entry| entry.raw == raw)
    };
    cut_locally(damage, |id| drop(drafts::load(id)), |id, _| assert!(is_somewhere(id)));
    cut_locally(
        damage,
        |id| {
            let _ = drafts::save(&stored(id, "new"));
        },
        |id, was_cut| {
            assert!(is_somewhere(id));
            assert!(was_cut || name_of(id).as_deref() == Some("new"));
        },
    );
}

#[wasm_bindgen_test]
fn settings_and_notes_are_the_old_or_the_new_ones() {
    cut_locally(
        |id| settings::set(id, "old").unwrap(),
        |id| {
            let _ = settings::set(id, "new");
        },
        |id, was_cut| {
            let now = settings::get(id);
            settings::remove(id);
            assert_eq!(now.as_deref(), Some(if was_cut { "old" } else { "new" }));
        },
    );
    let notes = |comment: &str| Notes { comment: comment.to_owned(), ..Notes::default() };
    cut_locally(
        |id| reviews::save("a", id, &notes("old"), 0.0).unwrap(),
        |id| {
            let _ = reviews::save("a", id, &notes("new"), 0.0);
        },
        |id, was_cut| {
            let now = reviews::load("a", id);
            reviews::save("a", id, &Notes::default(), 0.0).unwrap();
            assert_eq!(now, notes(if was_cut { "old" } else { "new" }));
        },
    );
}
