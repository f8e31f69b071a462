//! Files of drafts that are gone: what nothing needs any more is removed, and nothing
//! else ever is. Making room: what can be had again goes, and comes back.

use crate::storage::{cache, claim, op, owner, stored};
use cpor_claims::api::{Api, ApiRequest, ApiResponse, Transport, TransportError};
use cpor_claims::platform::task::Pending;
use cpor_claims::platform::{clock, ids, local, locks, timer};
use cpor_claims::storage::drafts;
use cpor_claims::storage::indexed::IndexedStore;
use cpor_claims::storage::memory::MemoryStore;
use cpor_claims::storage::owner::{Owner, Whose};
use cpor_claims::storage::quarantine;
use cpor_claims::storage::store::{FileUse, Store, StoredFile};
use cpor_claims::sync::Driver;
use cpor_rules::{Draft, PoeFile};
use cpor_sync::{CacheWrite, OpKind, Write};
use futures_channel::oneshot;
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const DAY_MS: f64 = 24.0 * 3_600_000.0;

/// No connection.
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: ApiRequest) -> Pending<'_, Result<ApiResponse, TransportError>> {
        Box::pin(async { Err(TransportError::Unreachable) })
    }
}

/// The app of one account, with its store.
struct Device {
    driver: Rc<Driver>,
    store: Rc<dyn Store>,
}

impl Device {
    async fn new() -> Self {
        Self::of(&owner()).await
    }

    async fn of(owner: &Owner) -> Self {
        let store: Rc<dyn Store> = Rc::new(IndexedStore::open(owner).await.unwrap());
        let driver = Driver::start(Api::new("", Rc::new(Nowhere)), Rc::new(|_| {}));
        driver.signed_in_with(owner, Some(store.clone())).await;
        Self { driver, store }
    }

    /// Keeps a file for a claim; answers its hash.
    async fn keep(&self, claim_id: &str) -> String {
        let sha256 = format!("{0}{0}", ids::random_uuid().replace('-', ""));
        self.keep_as(&sha256, claim_id).await;
        sha256
    }

    async fn keep_as(&self, sha256: &str, claim_id: &str) {
        let file = StoredFile {
            sha256: sha256.to_owned(),
            name: "sow.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: vec![7; 1_000],
        };
        self.store.put_file(file, claim_id.to_owned()).await.unwrap();
    }

    async fn has(&self, sha256: &str) -> bool {
        self.store.file(sha256.to_owned()).await.unwrap().is_some()
    }
}

fn draft_with(sha256: &str) -> Draft {
    let file = PoeFile { sha256: sha256.to_owned(), ..PoeFile::default() };
    Draft { poe_files: vec![file], ..Draft::default() }
}

/// Stores a draft that names a file.
fn save_draft(id: &str, sha256: &str, whose: Whose) {
    let mut stored = stored(id, "Contoso");
    (stored.draft, stored.whose) = (draft_with(sha256), whose);
    drafts::save(&stored).unwrap();
}

async fn ends_the_uses_that_it_was_shown_and_no_newer_ones(store: &dyn Store) {
    let put = async |claim_id: &str| {
        let file = StoredFile { sha256: "cc".into(), ..crate::storage::file() };
        store.put_file(file, claim_id.to_owned()).await.unwrap();
    };
    put("a").await;
    put("b").await;
    let uses = store.file_uses().await.unwrap();
    let of = |id: &str| -> Vec<FileUse> {
        uses.iter().filter(|file| file.claim_id == id).cloned().collect()
    };
    assert_eq!((of("a").len(), of("b").len(), uses.len()), (1, 1, 2));
    assert!(uses.iter().all(|file| file.kept_at_ms > 0.0));
    assert_eq!(store.end_uses(of("a")).await, Ok(0), "another claim needs it");
    // Somebody adds it once more, after it was looked at.
    let shown = of("b");
    timer::sleep(5).await;
    put("b").await;
    assert_eq!(store.end_uses(shown).await, Ok(0));
    assert!(store.file("cc".into()).await.unwrap().is_some());
    let now = store.file_uses().await.unwrap();
    assert_eq!(store.end_uses(now).await, Ok(3));
    assert_eq!(store.file("cc".into()).await, Ok(None));
    assert_eq!(store.file_uses().await, Ok(Vec::new()));
}

#[wasm_bindgen_test]
async fn both_stores_end_uses_alike() {
    ends_the_uses_that_it_was_shown_and_no_newer_ones(&MemoryStore::new()).await;
    let store = IndexedStore::open(&owner()).await.unwrap();
    ends_the_uses_that_it_was_shown_and_no_newer_ones(&store).await;
}

#[wasm_bindgen_test]
async fn the_files_of_a_discarded_draft_go_with_it_and_others_stay() {
    let device = Device::new().await;
    let (id, other) = (ids::random_uuid(), ids::random_uuid());
    let (own, shared) = (device.keep(&id).await, device.keep(&id).await);
    device.keep_as(&shared, &other).await;
    save_draft(&id, &own, Whose::default());
    device.driver.let_go(&id, false).await.unwrap();
    assert!(device.has(&own).await, "the draft names it");
    drafts::remove(&id);
    assert_eq!(device.driver.let_go(&id, false).await, Ok(1_000));
    assert!(!device.has(&own).await);
    assert!(device.has(&shared).await, "another claim needs it");
}

#[wasm_bindgen_test]
async fn what_is_still_to_be_sent_keeps_its_files() {
    let device = Device::new().await;
    let id = ids::random_uuid();
    let file = device.keep(&id).await;
    let upload = OpKind::Upload {
        sha256: file.clone(),
        name: "sow.pdf".into(),
        size_bytes: 1_000,
        media_type: "application/pdf".into(),
    };
    device.driver.enqueue(&id, vec![upload], None).await.unwrap();
    device.driver.let_go(&id, true).await.unwrap();
    device.driver.sweep(clock::now_ms() + 2.0 * DAY_MS).await.unwrap();
    assert!(device.has(&file).await);
}

#[wasm_bindgen_test]
async fn a_draft_that_another_tab_writes_keeps_its_files() {
    let device = Device::new().await;
    let id = ids::random_uuid();
    let file = device.keep(&id).await;
    let (held, is_held) = oneshot::channel();
    // The other tab has words on its screen that found no room.
    locks::request(&format!("cpor:writer:{id}"), move |lock| drop(held.send(lock)));
    let lock = is_held.await.unwrap();
    assert_eq!(device.driver.let_go(&id, false).await, Ok(0));
    assert_eq!(device.driver.sweep(clock::now_ms() + 2.0 * DAY_MS).await, Ok(0));
    assert!(device.has(&file).await);
    drop(lock);
    timer::sleep(20).await;
    assert_eq!(device.driver.let_go(&id, false).await, Ok(1_000));
}

#[wasm_bindgen_test]
async fn a_start_removes_what_a_killed_tab_left_behind_when_it_is_a_day_old() {
    let device = Device::new().await;
    let left = device.keep(&ids::random_uuid()).await;
    let now = clock::now_ms();
    for at in [now, now + DAY_MS - 60_000.0, now - 400.0 * DAY_MS] {
        assert_eq!(device.driver.sweep(at).await, Ok(0), "it may be on its way into a draft");
    }
    assert_eq!(device.driver.sweep(now + DAY_MS + 60_000.0).await, Ok(1_000));
    assert!(!device.has(&left).await);
}

/// Puts a text into the copy of local storage; `None` takes it out.
async fn mirror(key: &str, text: Option<&str>) {
    use idb::{DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
    let mut request = Factory::new().unwrap().open("cpor.mirror", Some(1)).unwrap();
    request.on_upgrade_needed(|event| {
        let database = event.database().unwrap();
        database.create_object_store("records", ObjectStoreParams::new()).unwrap();
    });
    let database = request.await.unwrap();
    let transaction = database.transaction(&["records"], TransactionMode::ReadWrite).unwrap();
    let store = transaction.object_store("records").unwrap();
    match text {
        Some(text) => {
            let copy = js_sys::Object::new();
            let text = wasm_bindgen::JsValue::from_str(text);
            assert!(js_sys::Reflect::set(&copy, &"text".into(), &text).unwrap());
            drop(store.put(&copy, Some(&key.into())).unwrap());
        }
        None => drop(store.delete(wasm_bindgen::JsValue::from_str(key)).unwrap()),
    }
    transaction.await.unwrap();
    database.close();
}

#[wasm_bindgen_test]
async fn whatever_mentions_a_file_keeps_it_for_everybody() {
    let device = Device::new().await;
    let later = clock::now_ms() + 30.0 * DAY_MS;
    let keep = async || device.keep(&ids::random_uuid()).await;

    // A colleague's draft, a version that was set aside, and what nobody can read.
    let colleague = Whose { organisation: "o".into(), account: "another".into() };
    let (of_colleague, aside, unreadable) = (keep().await, keep().await, keep().await);
    let id = ids::random_uuid();
    save_draft(&id, &of_colleague, colleague);
    let mut version = stored(&id, "Contoso");
    version.draft = draft_with(&aside);
    assert!(drafts::set_aside(&version));
    let broken = format!("cpor.draft.{}", ids::random_uuid());
    local::set(&broken, &format!("{{\"schema\": ... {unreadable}")).unwrap();
    // A draft that found no room when it was to be brought back.
    let (only_copied, copy) = (keep().await, format!("cpor.draft.{}", ids::random_uuid()));
    mirror(&copy, Some(&only_copied)).await;
    // A claim and an operation in the store.
    let (of_claim, of_op) = (keep().await, keep().await);
    let mut record = claim("c", 1);
    record.draft = draft_with(&of_claim);
    let mut change = op("1");
    change.op.kind = OpKind::Submit { manifest: vec![of_op.clone()] };
    let write = Write { put_ops: vec![change], ..cache(vec![CacheWrite::Put(record)]) };
    device.store.write(write).await.unwrap();
    let orphan = keep().await;

    assert_eq!(device.driver.sweep(later).await, Ok(1_000));
    assert!(!device.has(&orphan).await);
    for file in [&of_colleague, &aside, &unreadable, &only_copied, &of_claim, &of_op] {
        assert!(device.has(file).await, "{file}");
    }

    drafts::remove(&id);
    local::remove(&broken);
    for entry in quarantine::list().iter().filter(|entry| entry.key.contains(&id)) {
        quarantine::remove(&entry.key);
    }
    mirror(&copy, None).await;
    let write =
        Write { remove_ops: vec!["1".into()], ..cache(vec![CacheWrite::Remove("c".into())]) };
    device.store.write(write).await.unwrap();
    assert_eq!(device.driver.sweep(later).await, Ok(6_000));
}

#[wasm_bindgen_test]
async fn claims_that_nothing_needs_make_room_and_are_fetched_anew() {
    let owner = owner();
    let device = Device::of(&owner).await;
    let mut write = cache(["a", "b", "c", "d"].map(|id| CacheWrite::Put(claim(id, 1))).to_vec());
    write.cursor = Some("7".into());
    device.store.write(write).await.unwrap();
    // Another tab of the account, which reads what is stored.
    let device = Device::of(&owner).await;
    for _ in 0..200 {
        if device.driver.view().cached.len() == 4 {
            break;
        }
        timer::sleep(10).await;
    }
    let comment = vec![OpKind::Comment { text: "unsent".into() }];
    device.driver.enqueue("a", comment, None).await.unwrap();
    let needed: BTreeSet<String> = ["b".to_owned()].into();
    assert!(device.driver.drop_claims(&needed).await.unwrap() > 100);
    let contents = device.store.read().await.unwrap();
    // Of an unsent operation, and of a draft.
    assert_eq!(contents.claims.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(contents.ops.len(), 1);
    assert_eq!(contents.cursor.as_deref().unwrap_or_default(), "", "from the beginning");
    assert_eq!(device.driver.drop_claims(&needed).await, Ok(0));
}
