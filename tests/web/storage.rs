//! What is kept on the device, in a real browser. One contract for every store.

use cpor_claims::platform::{clock, ids, local};
use cpor_claims::storage::drafts::{self, DraftPhase, Loaded, Place, SaveError, StoredDraft};
use cpor_claims::storage::envelope::Damage;
use cpor_claims::storage::indexed::IndexedStore;
use cpor_claims::storage::memory::MemoryStore;
use cpor_claims::storage::owner::{Owner, Whose};
use cpor_claims::storage::store::{Store, StoreError, StoredFile, Theirs};
use cpor_claims::storage::{quarantine, settings, shared};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Draft, Status};
use cpor_sync::{Base, CacheWrite, Op, OpKind, StoredOp, Write};
use leptos::prelude::window;
use wasm_bindgen_test::wasm_bindgen_test;

pub fn owner() -> Owner {
    Owner { organisation: ids::random_uuid(), account: ids::random_uuid() }
}

/// A newer version of the app writes this draft; what it wrote.
pub fn made_newer(key: &str) -> String {
    let form = |schema: u32| format!("{{\"schema\":{schema},");
    let known = local::get(key).unwrap();
    assert!(known.starts_with(&form(drafts::SCHEMA)), "{known}");
    let newer = known.replacen(&form(drafts::SCHEMA), &form(drafts::SCHEMA + 1), 1);
    local::set(key, &newer).unwrap();
    newer
}

pub fn stored(id: &str, text: &str) -> StoredDraft {
    StoredDraft {
        id: id.to_owned(),
        whose: Whose::default(),
        rev: 1,
        saved_at_ms: 1_800_000_000_000.0,
        phase: DraftPhase::Writing,
        base: None,
        base_revision: Some(2),
        confirmed: None,
        draft: Draft { claim_name: text.to_owned(), ..Draft::default() },
        place: Place { step: "details".into(), scroll: 12.0, ..Place::default() },
    }
}

#[wasm_bindgen_test]
fn a_draft_is_there_again_as_it_was() {
    let id = ids::random_uuid();
    let draft = stored(&id, "客戶 “Contoso” 🏢");
    assert_eq!(drafts::load(&id), Ok(None));
    assert_eq!(drafts::save(&draft), Ok(()));
    assert_eq!(drafts::load(&id), Ok(Some(draft.clone())));
    assert!(drafts::list().contains(&Loaded::Draft(Box::new(draft))));
    drafts::remove(&id);
    assert_eq!(drafts::load(&id), Ok(None));
}

/// Local storage as it is on a shared computer, until this is dropped.
struct Memory;

impl Memory {
    fn new() -> Self {
        assert!(shared::begin());
        Self
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        shared::end();
    }
}

/// What holds of drafts wherever they are kept.
fn keeps_drafts() {
    let id = ids::random_uuid();
    let key = format!("cpor.draft.{id}");
    let first = stored(&id, "客戶 “Contoso” 🏢");
    assert_eq!(drafts::load(&id), Ok(None));
    assert_eq!(drafts::save(&first), Ok(()));
    assert_eq!(drafts::load(&id), Ok(Some(first.clone())));
    assert_eq!(drafts::save(&first), Err(SaveError::Overtaken));
    let second = StoredDraft { rev: 2, ..stored(&id, "Contoso") };
    assert_eq!(drafts::save(&second), Ok(()));
    assert!(drafts::set_aside(&first));
    let aside = |id: &str| {
        quarantine::list().into_iter().find(|entry| entry.original_key.ends_with(id)).unwrap()
    };
    assert_eq!(drafts::read_aside(&key, &aside(&id).raw), Some(first));
    quarantine::remove(&aside(&id).key);
    assert!(drafts::list().contains(&Loaded::Draft(Box::new(second))));
    let damaged = local::get(&key).unwrap().replace("Contoso", "Contosa");
    local::set(&key, &damaged).unwrap();
    assert_eq!(drafts::load(&id).unwrap_err().damage, Damage::Checksum);
    assert_eq!((local::get(&key), aside(&id).raw), (None, damaged));
    quarantine::remove(&aside(&id).key);
    drafts::remove(&id);
    assert_eq!(drafts::load(&id), Ok(None));
}

#[wasm_bindgen_test]
fn drafts_are_kept_in_local_storage() {
    keeps_drafts();
}

#[wasm_bindgen_test]
fn drafts_are_kept_in_memory_on_a_shared_computer_and_nowhere_else() {
    let kept = stored(&ids::random_uuid(), "of the device");
    drafts::save(&kept).unwrap();
    let of_device = window().local_storage().unwrap().unwrap();
    let before = of_device.length().unwrap();
    let memory = Memory::new();
    assert_eq!(drafts::load(&kept.id), Ok(None), "what others left is not shown");
    keeps_drafts();
    let own = stored(&ids::random_uuid(), "of the visitor");
    drafts::save(&own).unwrap();
    settings::set("test", "of the visitor").unwrap();
    assert_eq!(of_device.length().unwrap(), before + 1, "one key says that it is shared");
    drop(memory);
    assert_eq!((drafts::load(&own.id), settings::get("test")), (Ok(None), None));
    assert_eq!(drafts::load(&kept.id), Ok(Some(kept.clone())));
    assert_eq!(of_device.length().unwrap(), before);
    drafts::remove(&kept.id);
}

#[wasm_bindgen_test]
fn a_damaged_draft_goes_to_quarantine_and_is_never_lost() {
    let id = ids::random_uuid();
    let key = format!("cpor.draft.{id}");
    assert_eq!(drafts::save(&stored(&id, "Contoso")), Ok(()));
    let damaged = local::get(&key).unwrap().replace("Contoso", "Contosa");
    local::set(&key, &damaged).unwrap();
    let unreadable = drafts::load(&id).unwrap_err();
    assert_eq!((unreadable.damage, &unreadable.raw), (Damage::Checksum, &damaged));
    assert_eq!(local::get(&key), None);
    let kept = quarantine::list().into_iter().find(|entry| entry.original_key == key).unwrap();
    assert_eq!((kept.raw, Some(kept.key.clone())), (damaged, unreadable.quarantine_key));
    quarantine::remove(&kept.key);
}

#[wasm_bindgen_test]
fn a_draft_of_a_newer_version_is_left_alone() {
    let id = ids::random_uuid();
    let key = format!("cpor.draft.{id}");
    assert_eq!(drafts::save(&stored(&id, "Contoso")), Ok(()));
    let newer = made_newer(&key);
    let schema = drafts::SCHEMA + 1;
    assert_eq!(drafts::load(&id).unwrap_err().damage, Damage::Newer { schema });
    assert_eq!(drafts::save(&stored(&id, "older")), Err(SaveError::Newer));
    assert_eq!(local::get(&key), Some(newer));
    drafts::remove(&id);
}

#[wasm_bindgen_test]
fn a_full_disk_leaves_what_was_saved_before() {
    let id = ids::random_uuid();
    let before = stored(&id, "before");
    assert_eq!(drafts::save(&before), Ok(()));
    let large = StoredDraft { rev: 2, ..stored(&id, &"x".repeat(12 * 1024 * 1024)) };
    let needed = match drafts::save(&large) {
        Err(SaveError::Full { needed_bytes }) => needed_bytes,
        other => panic!("{other:?}"),
    };
    assert!(needed > 24 * 1024 * 1024);
    assert_eq!(drafts::load(&id), Ok(Some(before)));
    drafts::remove(&id);
}

#[wasm_bindgen_test]
fn drafts_of_the_form_before_go_to_the_first_account_of_their_organisation() {
    let (id, other) = (ids::random_uuid(), ids::random_uuid());
    let whose = |organisation: &str, account: &str| Whose {
        organisation: organisation.into(),
        account: account.into(),
    };
    let organisation = ids::random_uuid();
    let old = StoredDraft { whose: whose(&organisation, ""), ..stored(&id, "Contoso") };
    drafts::save(&old).unwrap();
    drafts::save(&stored(&other, "of the device")).unwrap();
    let of = |id: &str| drafts::load(id).unwrap().unwrap().whose;
    assert_eq!(drafts::claim_for(&whose("elsewhere", "eve")), Ok(()));
    assert_eq!(of(&id), whose(&organisation, ""));
    assert_eq!(drafts::claim_for(&whose(&organisation, "ann")), Ok(()));
    assert_eq!(drafts::claim_for(&whose(&organisation, "bob")), Ok(()));
    assert_eq!(of(&id), whose(&organisation, "ann"));
    assert_eq!(of(&other), Whose::default(), "nobody has saved it yet");
    drafts::remove(&id);
    drafts::remove(&other);
}

#[wasm_bindgen_test]
fn two_accounts_write_on_one_claim_and_neither_loses_a_word() {
    let id = ids::random_uuid();
    let whose = |account: &str| Whose { organisation: "o".into(), account: account.into() };
    let by = |account: &str, rev: u64, text: &str| StoredDraft {
        whose: whose(account),
        rev,
        ..stored(&id, text)
    };
    let of = |account: &str| drafts::load_for(&id, Some(&whose(account))).unwrap();
    let listed = |account: &str| {
        let own = |entry: &Loaded| match entry {
            Loaded::Draft(draft) => draft.id == id && draft.whose == whose(account),
            Loaded::Unreadable(_) => false,
        };
        drafts::list().iter().filter(|entry| own(entry)).count()
    };
    let ann = by("ann", 1, "what Ann wrote");
    assert_eq!(drafts::save(&ann), Ok(()));
    assert_eq!((of("bob"), drafts::load_for(&id, None).unwrap()), (None, None));
    let bob = by("bob", 1, "what Bob wrote");
    assert_eq!(drafts::save(&bob), Ok(()));
    assert_eq!((of("ann"), of("bob")), (Some(ann), Some(bob.clone())));
    // Each goes on, over the own revision alone.
    assert_eq!(drafts::save(&by("ann", 4, "too late")), Err(SaveError::Overtaken));
    let ann = by("ann", 2, "what Ann wrote then");
    assert_eq!(drafts::save(&ann), Ok(()));
    assert_eq!((of("ann"), of("bob")), (Some(ann.clone()), Some(bob)));
    assert_eq!((listed("ann"), listed("bob")), (1, 1));
    drafts::remove_for(&id, Some(&whose("bob")));
    assert_eq!((of("ann"), of("bob")), (Some(ann), None));
    drafts::remove_for(&id, Some(&whose("ann")));
    assert_eq!((listed("ann"), listed("bob")), (0, 0));
}

#[wasm_bindgen_test]
fn what_was_saved_while_the_clock_was_wrong_is_listed_last() {
    let year = 365.0 * 24.0 * 3_600_000.0;
    let now = clock::now_ms();
    let times = [now - 5_000.0, now + 2.0 * year, now - year, now + year, now - 9_000.0];
    let saved: Vec<String> = times
        .iter()
        .map(|at| {
            let id = ids::random_uuid();
            drafts::save(&StoredDraft { saved_at_ms: *at, ..stored(&id, "Contoso") }).unwrap();
            id
        })
        .collect();
    let listed: Vec<usize> = drafts::list()
        .iter()
        .filter_map(|entry| match entry {
            Loaded::Draft(draft) => saved.iter().position(|id| *id == draft.id),
            Loaded::Unreadable(_) => None,
        })
        .collect();
    assert_eq!(listed, [0, 4, 2, 1, 3]);
    for id in saved {
        drafts::remove(&id);
    }
}

#[wasm_bindgen_test]
fn settings_are_kept() {
    settings::set("test", "value").unwrap();
    assert_eq!(settings::get("test").as_deref(), Some("value"));
    settings::remove("test");
    assert_eq!(settings::get("test"), None);
}

pub fn op(id: &str) -> StoredOp {
    let op = Op {
        op_id: id.to_owned(),
        claim_id: "claim".into(),
        kind: OpKind::Comment { text: "“text” 文".into() },
        base: Base::Previous,
        base_draft: None,
        set_aside: Vec::new(),
        ruleset: String::new(),
        seq_in_claim: 1,
        created_at_ms: 5,
        attempts: 0,
    };
    StoredOp { op, wedge: None }
}

pub fn claim(id: &str, revision: u64) -> Box<ClaimRecord> {
    Box::new(ClaimRecord {
        id: id.to_owned(),
        reference: "CPOR-000001".into(),
        revision,
        status: Status::Draft,
        draft: Draft::default(),
        created_at: chrono::DateTime::default(),
        created_by: String::new(),
        updated_at: chrono::DateTime::default(),
        submitted_at: None,
        status_since: chrono::NaiveDate::default(),
        deadline: None,
        was_disputed: false,
        status_reason: String::new(),
        status_grounds: Vec::new(),
        organisation: String::new(),
    })
}

pub fn cache(steps: Vec<CacheWrite>) -> Write {
    Write { cache: steps, ..Write::default() }
}

async fn keeps_operations_and_cursor(store: &dyn Store) {
    let write =
        Write { put_ops: vec![op("1"), op("2")], cursor: Some("c1".into()), ..Write::default() };
    store.write(write).await.unwrap();
    let mut tried = op("2");
    tried.op.attempts = 3;
    let write =
        Write { put_ops: vec![tried.clone()], remove_ops: vec!["1".into()], ..Write::default() };
    store.write(write).await.unwrap();
    let contents = store.read().await.unwrap();
    assert_eq!(contents.ops, [tried]);
    assert_eq!(contents.cursor.as_deref(), Some("c1"));
}

async fn keeps_claims_and_what_waits_beside_them(store: &dyn Store) {
    let put = |revision| CacheWrite::Put(claim("a", revision));
    store.write(cache(vec![put(2), CacheWrite::Put(claim("b", 1))])).await.unwrap();
    store.write(cache(vec![put(1)])).await.unwrap();
    let contents = store.read().await.unwrap();
    let revision = |id: &str| contents.claims[id].claim.as_ref().map(|claim| claim.revision);
    assert_eq!(revision("a"), Some(2), "a claim never goes back");

    store.write(cache(vec![CacheWrite::PutTheirs(claim("a", 3))])).await.unwrap();
    let contents = store.read().await.unwrap();
    assert_eq!(contents.claims["a"].claim.as_ref().map(|claim| claim.revision), Some(2));
    assert_eq!(contents.claims["a"].theirs, Some(Theirs::Changed { claim: claim("a", 3) }));

    store.write(cache(vec![CacheWrite::TakeTheirs("a".into())])).await.unwrap();
    let contents = store.read().await.unwrap();
    assert_eq!(contents.claims["a"].claim.as_ref().map(|claim| claim.revision), Some(3));
    assert_eq!(contents.claims["a"].theirs, None);

    let all = CacheWrite::ReplaceAll { claims: vec![*claim("c", 1)], keep: vec!["a".into()] };
    store.write(cache(vec![all])).await.unwrap();
    let contents = store.read().await.unwrap();
    assert_eq!(contents.claims.keys().collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(contents.claims["a"].theirs, Some(Theirs::Gone));

    store.write(cache(vec![CacheWrite::Remove("c".into())])).await.unwrap();
    assert!(!store.read().await.unwrap().claims.contains_key("c"));
}

pub fn file() -> StoredFile {
    StoredFile {
        sha256: "aa".into(),
        name: "sow.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: vec![0, 255, 7],
    }
}

async fn keeps_a_file_for_as_long_as_a_claim_needs_it(store: &dyn Store) {
    let file = file();
    store.put_file(file.clone(), "a".into()).await.unwrap();
    store.put_file(file.clone(), "b".into()).await.unwrap();
    store.release_file("aa".into(), "a".into()).await.unwrap();
    assert_eq!(store.file("aa".into()).await, Ok(Some(file)));
    store.release_file("aa".into(), "b".into()).await.unwrap();
    assert_eq!(store.file("aa".into()).await, Ok(None));
}

async fn drops_the_files_of_claims_that_are_whole_elsewhere(store: &dyn Store) {
    let other = StoredFile { sha256: "bb".into(), ..file() };
    store.put_file(file(), "whole".into()).await.unwrap();
    store.put_file(file(), "unsent".into()).await.unwrap();
    store.put_file(other, "whole".into()).await.unwrap();
    store.write(Write { put_ops: vec![op("1")], ..Write::default() }).await.unwrap();
    let whole = || ["whole".to_owned()].into();
    assert_eq!(store.release_files_of(whole()).await, Ok(3), "one file of three bytes");
    assert_eq!(store.file("bb".into()).await, Ok(None));
    assert_eq!(store.file("aa".into()).await, Ok(Some(file())), "it is needed by another");
    assert_eq!(store.read().await.unwrap().ops, [op("1")]);
    assert_eq!(store.release_files_of(whole()).await, Ok(0));
    // Another tab stored an operation of it a moment ago.
    store.put_file(file(), "claim".into()).await.unwrap();
    store.release_file("aa".into(), "unsent".into()).await.unwrap();
    let claim = || ["claim".to_owned()].into();
    assert_eq!(store.release_files_of(claim()).await, Ok(0), "one of its operations is unsent");
    assert_eq!(store.file("aa".into()).await, Ok(Some(file())));
    let remove_ops = vec!["1".to_owned()];
    store.write(Write { remove_ops, ..Write::default() }).await.unwrap();
    assert_eq!(store.release_files_of(claim()).await, Ok(3));
}

macro_rules! storage_contract_tests {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            #[wasm_bindgen_test]
            async fn operations_and_cursor() {
                keeps_operations_and_cursor(&$store).await;
            }

            #[wasm_bindgen_test]
            async fn claims() {
                keeps_claims_and_what_waits_beside_them(&$store).await;
            }

            #[wasm_bindgen_test]
            async fn files() {
                keeps_a_file_for_as_long_as_a_claim_needs_it(&$store).await;
            }

            #[wasm_bindgen_test]
            async fn room() {
                drops_the_files_of_claims_that_are_whole_elsewhere(&$store).await;
            }
        }
    };
}

storage_contract_tests!(memory, MemoryStore::new());
storage_contract_tests!(
    indexed_db,
    IndexedStore::open(&owner()).await.expect("the test browser has IndexedDB")
);

#[wasm_bindgen_test]
async fn a_store_is_there_again_after_it_was_opened_anew() {
    let owner = owner();
    let store = IndexedStore::open(&owner).await.unwrap();
    let write = Write { put_ops: vec![op("1")], ..Write::default() };
    store.write(write).await.unwrap();
    drop(store);
    let again = IndexedStore::open(&owner).await.unwrap();
    assert_eq!(again.read().await.unwrap().ops, [op("1")]);
    let colleague = Owner { account: ids::random_uuid(), ..owner };
    let other = IndexedStore::open(&colleague).await.unwrap();
    assert_eq!(other.read().await.unwrap().ops, [], "accounts do not mix");
}

#[wasm_bindgen_test]
async fn what_an_organisation_shared_is_taken_over_once_by_whoever_comes_first() {
    let first = owner();
    // The name that the database of all accounts had.
    let shared = Owner { account: String::new(), ..first.clone() };
    let before = IndexedStore::open(&shared).await.unwrap();
    let write = Write { put_ops: vec![op("1")], cursor: Some("7".to_owned()), ..Write::default() };
    before.write(write).await.unwrap();
    before.put_file(file(), "claim-1".to_owned()).await.unwrap();

    let store = IndexedStore::open(&first).await.unwrap();
    store.adopt_shared(&first).await.unwrap();
    let contents = store.read().await.unwrap();
    assert_eq!((contents.ops, contents.cursor.as_deref()), (vec![op("1")], Some("7")));
    assert_eq!(store.file(file().sha256).await.unwrap(), Some(file()));

    // What was sent meanwhile does not come back, and nobody else gets it.
    store.write(Write { remove_ops: vec!["1".to_owned()], ..Write::default() }).await.unwrap();
    store.adopt_shared(&first).await.unwrap();
    assert_eq!(store.read().await.unwrap().ops, []);
    let second = Owner { account: ids::random_uuid(), ..first };
    let other = IndexedStore::open(&second).await.unwrap();
    other.adopt_shared(&second).await.unwrap();
    assert_eq!(other.read().await.unwrap().ops, []);
    assert_eq!(before.read().await.unwrap().ops, [op("1")], "the old copy is kept");
}

#[wasm_bindgen_test]
async fn a_full_store_says_so_and_keeps_what_it_has() {
    let store = MemoryStore::new();
    store.write(Write { put_ops: vec![op("1")], ..Write::default() }).await.unwrap();
    store.is_full.set(true);
    let write = Write { put_ops: vec![op("2")], remove_ops: vec!["1".into()], ..Write::default() };
    assert_eq!(store.write(write).await, Err(StoreError::Full));
    assert_eq!(store.read().await.unwrap().ops, [op("1")]);
}
