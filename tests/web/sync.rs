//! The driver against a backend that stands in for the network.

use cpor_claims::api::{Api, ApiRequest, ApiResponse, Body, Method, Transport, TransportError};
use cpor_claims::platform::event_stream::{OpenStream, Stream, StreamEvent};
use cpor_claims::platform::task::Pending;
use cpor_claims::platform::{ids, timer};
use cpor_claims::storage::memory::MemoryStore;
use cpor_claims::storage::owner::Owner;
use cpor_claims::storage::store::StoreError;
use cpor_claims::sync::{Driver, OpStateView, Phase, SyncView};
use cpor_protocol::{
    Account, Change, ChangesPage, ClaimInput, ClaimRecord, Problem, ProblemCode, Session,
};
use cpor_rules::{Draft, Status, UserRole};
use cpor_sync::{OpKind, Seen};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    RequestLost,
    AnswerLost,
    CaptivePortal,
    SessionEnded,
}

/// A backend with one organisation.
#[derive(Default)]
struct Backend {
    claims: RefCell<BTreeMap<String, ClaimRecord>>,
    answers: RefCell<BTreeMap<String, (u16, Vec<u8>)>>,
    files: RefCell<BTreeMap<String, Vec<u8>>>,
    log: RefCell<Vec<String>>,
    /// What happens to the next changes, one after the other.
    faults: RefCell<VecDeque<Fault>>,
    organisation: RefCell<String>,
    account: RefCell<String>,
    changes_seen: Cell<u32>,
}

impl Transport for Backend {
    fn send(&self, request: ApiRequest) -> Pending<'_, Result<ApiResponse, TransportError>> {
        Box::pin(async move {
            timer::sleep(2).await;
            assert!(request.headers.contains(&("X-CPOR", "1".to_owned())));
            let is_change = request.headers.iter().any(|(name, _)| *name == "Idempotency-Key");
            let fault = if is_change { self.faults.borrow_mut().pop_front() } else { None };
            match fault {
                Some(Fault::RequestLost) => Err(TransportError::Unreachable),
                Some(Fault::AnswerLost) => {
                    self.answer(&request);
                    Err(TransportError::TimedOut)
                }
                Some(Fault::CaptivePortal) => Ok(ApiResponse {
                    status: 200,
                    headers: vec![("content-type", "text/html".into())],
                    body: b"<html>Welcome to our hotel</html>".to_vec(),
                }),
                Some(Fault::SessionEnded) => {
                    Ok(problem(&Problem::new(401, ProblemCode::SignInNeeded, "")))
                }
                None => Ok(self.answer(&request)),
            }
        })
    }
}

fn problem(problem: &Problem) -> ApiResponse {
    ApiResponse {
        status: problem.status,
        body: serde_json::to_vec(problem).unwrap(),
        ..ApiResponse::default()
    }
}

fn json<T: serde::Serialize>(value: &T) -> ApiResponse {
    ApiResponse { status: 200, body: serde_json::to_vec(value).unwrap(), ..ApiResponse::default() }
}

impl Backend {
    fn answer(&self, request: &ApiRequest) -> ApiResponse {
        let header = |name: &str| {
            request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        if let Some(key) = header("Idempotency-Key") {
            if let Some((status, body)) = self.answers.borrow().get(&key).cloned() {
                return ApiResponse { status, body, ..ApiResponse::default() };
            }
            let answer = self.change(request, &header);
            if answer.status < 300 && !request.url.starts_with("/v1/files") {
                self.changes_seen.set(self.changes_seen.get() + 1);
                self.answers.borrow_mut().insert(key, (answer.status, answer.body.clone()));
            }
            return answer;
        }
        if request.url == "/v1/session" {
            return json(&self.session());
        }
        if let Some((_, rest)) = request.url.split_once("/v1/changes?") {
            let from =
                rest.split_once("since=").map_or(0, |(_, since)| since.parse::<usize>().unwrap());
            let log = self.log.borrow();
            let claims = self.claims.borrow();
            let changes = log[from..]
                .iter()
                .filter_map(|id| claims.get(id))
                .map(|claim| Change::Upsert { claim: Box::new(claim.clone()) })
                .collect();
            return json(&ChangesPage { changes, next: log.len().to_string(), more: false });
        }
        self.upload(request, &header)
    }

    /// Who is signed in.
    fn owner(&self) -> Owner {
        Owner::of(&self.session().account)
    }

    fn session(&self) -> Session {
        Session {
            account: Account {
                id: self.account.borrow().clone(),
                name: "Wei Chen".into(),
                email: "wei@fabrikam.com".into(),
                role: UserRole::IncentivesAdmin,
                organisation_id: self.organisation.borrow().clone(),
                organisation: "Fabrikam".into(),
                time_zone: "UTC".into(),
                region: cpor_rules::Region::None,
            },
            expires_in_seconds: 3_600,
            absolute_in_seconds: None,
            warn_before_seconds: None,
            clock_ahead_seconds: 0,
        }
    }

    fn change(&self, request: &ApiRequest, header: &dyn Fn(&str) -> Option<String>) -> ApiResponse {
        if request.url.starts_with("/v1/files") {
            return self.upload(request, header);
        }
        let rest = request.url.strip_prefix("/v1/claims/").unwrap();
        let (id, action) = rest.split_once('/').unwrap_or((rest, ""));
        let mut claims = self.claims.borrow_mut();
        let current = claims.get(id).cloned();
        let expected = header("If-Match").map(|etag| cpor_protocol::claim::revision_of(&etag));
        if current.as_ref().map(|claim| claim.revision) != expected.flatten() {
            let mut stale = Problem::new(412, ProblemCode::Stale, "");
            stale.current = current.map(Box::new);
            return problem(&stale);
        }
        let revision = current.as_ref().map_or(1, |claim| claim.revision + 1);
        let mut next = match &request.body {
            Body::Json(text) if action.is_empty() => {
                let input: ClaimInput = serde_json::from_str(text).unwrap();
                record(id, revision, input.draft)
            }
            _ => record(id, revision, current.unwrap().draft),
        };
        if action == "submit" {
            if self.files.borrow().values().any(|bytes| bytes.len() < 6_000_000) {
                return problem(&Problem::new(409, ProblemCode::FilesMissing, ""));
            }
            next.status = Status::Submitted;
        }
        claims.insert(id.to_owned(), next.clone());
        self.log.borrow_mut().push(id.to_owned());
        json(&next)
    }

    fn upload(&self, request: &ApiRequest, header: &dyn Fn(&str) -> Option<String>) -> ApiResponse {
        let mut files = self.files.borrow_mut();
        let mut answer = ApiResponse { status: 204, ..ApiResponse::default() };
        if request.method == Method::Post {
            files.entry("/v1/files/1".to_owned()).or_default();
            answer.status = 201;
            answer.headers.push(("location", "/v1/files/1".to_owned()));
            return answer;
        }
        let bytes = files.get_mut(&request.url).unwrap();
        if let (Method::Patch, Body::Bytes(piece)) = (request.method, &request.body) {
            assert_eq!(header("Upload-Offset"), Some(bytes.len().to_string()));
            bytes.extend(piece);
        }
        answer.headers.push(("upload-offset", bytes.len().to_string()));
        answer
    }
}

fn record(id: &str, revision: u64, draft: Draft) -> ClaimRecord {
    ClaimRecord {
        id: id.to_owned(),
        reference: String::new(),
        revision,
        status: Status::Draft,
        draft,
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
    }
}

fn draft(name: &str) -> Box<Draft> {
    Box::new(Draft { claim_name: name.to_owned(), ..Draft::default() })
}

fn start(backend: &Rc<Backend>) -> Rc<Driver> {
    Driver::start(Api::new("", backend.clone()), Rc::new(|_| {}))
}

async fn until(driver: &Driver, what: &str, is_so: impl Fn(&SyncView) -> bool) -> SyncView {
    for _ in 0..400 {
        let view = driver.view();
        if is_so(&view) {
            return view;
        }
        if view.waiting.iter().any(|op| matches!(op.state, OpStateView::Waiting { .. })) {
            // The person does not want to sit out the backoff, nor does the test.
            driver.kick();
        }
        timer::sleep(25).await;
    }
    panic!("{what}: {:?} {:?}", driver.view().phase, driver.view().waiting);
}

fn backend() -> Rc<Backend> {
    let backend = Backend::default();
    *backend.organisation.borrow_mut() = ids::random_uuid();
    *backend.account.borrow_mut() = ids::random_uuid();
    Rc::new(backend)
}

fn is_done(view: &SyncView) -> bool {
    view.phase == Phase::Idle && view.waiting.is_empty()
}

#[wasm_bindgen_test]
async fn a_claim_with_its_file_arrives_once_through_every_fault() {
    let backend = backend();
    backend.faults.borrow_mut().extend([
        Fault::RequestLost,
        Fault::AnswerLost,
        Fault::CaptivePortal,
        Fault::AnswerLost,
    ]);
    let owner = backend.owner();
    let driver = start(&backend);
    driver.signed_in(&owner).await;
    assert!(driver.view().is_durable);
    let file = driver.store_bytes("sow.pdf", "", vec![7; 6_000_000], "a").await.unwrap();
    assert_eq!(file.media_type, "application/pdf");
    let upload = OpKind::Upload {
        sha256: file.sha256.clone(),
        name: file.name,
        size_bytes: file.size_bytes,
        media_type: file.media_type,
    };
    driver.enqueue("a", vec![OpKind::Create { draft: draft("Contoso") }], None).await.unwrap();
    let rest = vec![
        OpKind::Change { draft: draft("Contoso Q2") },
        upload,
        OpKind::Submit { manifest: vec![file.sha256.clone()] },
    ];
    driver.enqueue("a", rest, None).await.unwrap();
    let view = until(&driver, "all arrives", is_done).await;
    let claim = backend.claims.borrow()["a"].clone();
    assert_eq!((claim.status, claim.draft.claim_name.as_str()), (Status::Submitted, "Contoso Q2"));
    assert_eq!(backend.files.borrow()["/v1/files/1"].len(), 6_000_000);
    assert_eq!(u64::from(backend.changes_seen.get()), claim.revision, "each change once");
    assert_eq!(*view.claims, [claim]);
    assert!(driver.file_bytes(&file.sha256).await.unwrap().is_some());
}

#[wasm_bindgen_test]
async fn what_was_enqueued_is_there_after_a_reload() {
    let backend = backend();
    let owner = backend.owner();
    let driver = start(&backend);
    driver.open(&owner).await;
    driver.enqueue("a", vec![OpKind::Create { draft: draft("Contoso") }], None).await.unwrap();
    assert_eq!(backend.changes_seen.get(), 0, "nothing is sent without a session");
    drop(driver);

    let driver = start(&backend);
    driver.open(&owner).await;
    let view = until(&driver, "the outbox is read", |view| view.waiting.len() == 1).await;
    assert_eq!(view.waiting[0].claim_name, "Contoso");
    driver.signed_in(&owner).await;
    until(&driver, "it arrives", is_done).await;
    assert_eq!(backend.claims.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn an_ended_session_stops_everything_and_loses_nothing() {
    let backend = backend();
    backend.faults.borrow_mut().push_back(Fault::SessionEnded);
    let owner = backend.owner();
    let driver = start(&backend);
    driver.signed_in(&owner).await;
    driver.enqueue("a", vec![OpKind::Create { draft: draft("Contoso") }], None).await.unwrap();
    let view = until(&driver, "it rests", |view| view.phase == Phase::NeedsSignIn).await;
    assert_eq!(view.waiting[0].state, OpStateView::NeedsSignIn);
    driver.signed_in(&owner).await;
    until(&driver, "it arrives", is_done).await;
}

#[wasm_bindgen_test]
async fn the_outbox_of_one_account_is_not_sent_by_another() {
    let backend = backend();
    let owner = backend.owner();
    let colleague = Owner { account: ids::random_uuid(), ..owner.clone() };
    let stranger = Owner { organisation: ids::random_uuid(), account: ids::random_uuid() };
    for other in [colleague, stranger] {
        let driver = start(&backend);
        driver.open(&other).await;
        driver.enqueue("a", vec![OpKind::Create { draft: draft("Secret") }], None).await.unwrap();
        driver.signed_in(&owner).await;
        until(&driver, "nothing waits here", is_done).await;
        driver.pull_now();
        until(&driver, "it asked the backend", |view| view.last_synced_at_ms.is_some()).await;
        assert!(backend.claims.borrow().is_empty());
        driver.open(&other).await;
        until(&driver, "it waits there", |view| view.waiting.len() == 1).await;
    }
}

#[wasm_bindgen_test]
async fn a_conflict_waits_for_the_person_and_goes_on_top_when_asked() {
    let backend = backend();
    backend.claims.borrow_mut().insert("a".into(), record("a", 5, *draft("theirs")));
    let owner = backend.owner();
    let driver = start(&backend);
    driver.signed_in(&owner).await;
    driver
        .enqueue(
            "a",
            vec![OpKind::Change { draft: draft("mine") }],
            Some(Seen { revision: 4, draft: None, set_aside: Vec::new() }),
        )
        .await
        .unwrap();
    let view = until(&driver, "it is stuck", |view| view.phase == Phase::Trouble).await;
    assert!(matches!(view.waiting[0].state, OpStateView::Wedged(_)));
    driver.retry_on_theirs(&view.waiting[0].op_id);
    until(&driver, "it arrives", is_done).await;
    assert_eq!(backend.claims.borrow()["a"].draft.claim_name, "mine");
}

#[wasm_bindgen_test]
async fn two_tabs_send_each_change_once() {
    let backend = backend();
    let owner = backend.owner();
    let tabs = [start(&backend), start(&backend)];
    for tab in &tabs {
        tab.signed_in(&owner).await;
    }
    for (index, tab) in tabs.iter().cycle().take(6).enumerate() {
        let kind = OpKind::Create { draft: draft("Contoso") };
        tab.enqueue(&format!("claim-{index}"), vec![kind], None).await.unwrap();
    }
    for tab in &tabs {
        until(tab, "all arrive", |view| is_done(view) && view.claims.len() == 6).await;
    }
    assert_eq!(backend.changes_seen.get(), 6);
}

#[wasm_bindgen_test]
async fn a_full_store_refuses_the_change_and_says_so() {
    let backend = backend();
    let owner = backend.owner();
    let store = Rc::new(MemoryStore::new());
    let driver = start(&backend);
    driver.signed_in_with(&owner, Some(store.clone())).await;
    assert!(!driver.view().is_durable);
    store.is_full.set(true);
    let kind = || vec![OpKind::Create { draft: draft("Contoso") }];
    assert_eq!(driver.enqueue("a", kind(), None).await, Err(StoreError::Full));
    assert_eq!(driver.view().phase, Phase::Trouble);
    assert!(driver.view().waiting.is_empty());
    store.is_full.set(false);
    assert_eq!(driver.enqueue("a", kind(), None).await, Ok(()));
    until(&driver, "it arrives", is_done).await;
}

/// Who hears what comes on a stream.
type Ear = Rc<dyn Fn(StreamEvent)>;

/// Streams that were opened, and how many are open now.
#[derive(Default)]
struct Streams {
    ears: RefCell<Vec<Ear>>,
    are_open: Rc<Cell<usize>>,
}

struct FakeStream(Rc<Cell<usize>>);

impl Stream for FakeStream {}

impl Drop for FakeStream {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Streams {
    fn opener(self: &Rc<Self>) -> OpenStream {
        let own = self.clone();
        Rc::new(move |url, name, on_event| {
            assert_eq!((url, name), ("/v1/events", "changed"));
            own.ears.borrow_mut().push(on_event);
            own.are_open.set(own.are_open.get() + 1);
            Some(Box::new(FakeStream(own.are_open.clone())))
        })
    }

    fn say(&self, event: StreamEvent) {
        let ear = self.ears.borrow().last().unwrap().clone();
        ear(event);
    }

    fn opened(&self) -> usize {
        self.ears.borrow().len()
    }
}

async fn until_so(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        timer::sleep(25).await;
    }
    panic!("{what}");
}

impl Backend {
    /// Somebody else makes a claim.
    fn add(&self, id: &str) {
        self.claims.borrow_mut().insert(id.into(), record(id, 1, *draft("of a colleague")));
        self.log.borrow_mut().push(id.into());
    }
}

#[wasm_bindgen_test]
async fn what_the_server_tells_is_fetched_at_once() {
    let (backend, streams) = (backend(), Rc::new(Streams::default()));
    let owner = backend.owner();
    let driver = start(&backend);
    let pulls = Rc::new(Cell::new(0));
    let count = pulls.clone();
    driver.on_pulled(Rc::new(move || count.set(count.get() + 1)));
    driver.listen_to_events(streams.opener());
    assert_eq!(streams.opened(), 0, "nobody is signed in");
    driver.signed_in(&owner).await;
    until_so("it listens", || streams.are_open.get() == 1).await;
    until(&driver, "it rests", is_done).await;
    until_so("it has asked", || pulls.get() > 0).await;

    // By the clock it would ask again after half a minute.
    backend.add("a");
    streams.say(StreamEvent::Heard);
    until(&driver, "the claim is there", |view| view.claims.len() == 1).await;
    assert_eq!(streams.opened(), 1);
    driver.signed_out();
    assert_eq!(streams.are_open.get(), 0, "a stream of nobody would be refused");
    until_so("it knows", || driver.view().phase == Phase::NeedsSignIn).await;
    assert_eq!((streams.are_open.get(), streams.opened()), (0, 1));
}

#[wasm_bindgen_test]
async fn a_stream_that_ends_is_opened_again_and_asks_for_what_was_missed() {
    let (backend, streams) = (backend(), Rc::new(Streams::default()));
    let owner = backend.owner();
    let driver = start(&backend);
    driver.listen_to_events(streams.opener());
    driver.signed_in(&owner).await;
    until_so("it listens", || streams.are_open.get() == 1).await;
    until(&driver, "it rests", is_done).await;
    streams.say(StreamEvent::Ended);
    until_so("the old stream is closed", || streams.are_open.get() == 0).await;
    backend.add("a");
    until_so("it listens again", || streams.opened() == 2).await;
    assert_eq!(driver.view().claims.len(), 0);
    streams.say(StreamEvent::Opened);
    until(&driver, "what was missed is there", |view| view.claims.len() == 1).await;
}

#[wasm_bindgen_test]
async fn without_streams_sync_goes_on() {
    let backend = backend();
    let owner = backend.owner();
    let driver = start(&backend);
    driver.listen_to_events(Rc::new(|_, _, _| None));
    driver.signed_in(&owner).await;
    driver.enqueue("a", vec![OpKind::Create { draft: draft("Contoso") }], None).await.unwrap();
    let view = until(&driver, "it arrives", is_done).await;
    assert_eq!(view.claims.len(), 1);
}

#[wasm_bindgen_test]
async fn of_two_tabs_one_listens_and_both_know() {
    let (backend, streams) = (backend(), Rc::new(Streams::default()));
    let owner = backend.owner();
    let tabs = [start(&backend), start(&backend)];
    let asked = [Rc::new(Cell::new(0)), Rc::new(Cell::new(0))];
    for (tab, count) in tabs.iter().zip(asked.clone()) {
        tab.on_pulled(Rc::new(move || count.set(count.get() + 1)));
        tab.listen_to_events(streams.opener());
        tab.signed_in(&owner).await;
    }
    until_so("one listens", || streams.are_open.get() == 1).await;
    for tab in &tabs {
        until(tab, "it rests", is_done).await;
    }
    backend.add("a");
    let before: Vec<_> = asked.iter().map(|count| count.get()).collect();
    streams.say(StreamEvent::Heard);
    for (count, before) in asked.iter().zip(before) {
        until_so("both hear of it", || count.get() > before).await;
    }
    assert_eq!(streams.opened(), 1);
}
