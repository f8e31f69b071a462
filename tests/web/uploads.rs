//! Files on their way up: connections that break in the middle, tabs that end,
//! pauses, one content for several claims.

use cpor_claims::api::{Api, ApiRequest, ApiResponse, Body, Method, Transport, TransportError};
use cpor_claims::platform::task::Pending;
use cpor_claims::platform::{files, ids, timer};
use cpor_claims::storage::memory::MemoryStore;
use cpor_claims::storage::owner::Owner;
use cpor_claims::storage::store::{Store as _, StoredFile};
use cpor_claims::sync::{Driver, OpStateView, Phase, SyncView};
use cpor_protocol::{Account, ChangesPage, Session};
use cpor_rules::UserRole;
use cpor_sync::{OpKind, WedgeReason};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// What becomes of a piece.
#[derive(Clone, Copy, PartialEq)]
enum Line {
    /// It arrives.
    Whole,
    /// So many bytes of it arrive, then the connection breaks.
    BreaksAfter(usize),
    /// Nothing arrives.
    Down,
    /// It takes until the test ends it.
    Hangs,
}

/// A backend for uploads, and the line to it.
struct Tus {
    organisation: String,
    line: Cell<Line>,
    /// What arrived of each upload.
    uploads: RefCell<BTreeMap<String, Vec<u8>>>,
    /// SHA-256 of what is complete.
    known: RefCell<Vec<String>>,
    begun: Cell<u32>,
    /// Offset and length of each piece that set out.
    pieces: RefCell<Vec<(usize, usize)>>,
    checksums: Cell<u32>,
}

impl Tus {
    fn new() -> Rc<Self> {
        Rc::new(Self {
            organisation: ids::random_uuid(),
            line: Cell::new(Line::Whole),
            uploads: RefCell::default(),
            known: RefCell::default(),
            begun: Cell::new(0),
            pieces: RefCell::default(),
            checksums: Cell::new(0),
        })
    }

    fn owner(&self) -> Owner {
        Owner { organisation: self.organisation.clone(), account: "1".into() }
    }

    fn session(&self) -> Session {
        Session {
            account: Account {
                id: "1".into(),
                name: "Wei Chen".into(),
                email: "wei@fabrikam.com".into(),
                role: UserRole::IncentivesAdmin,
                organisation_id: self.organisation.clone(),
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

    fn sent_bytes(&self) -> usize {
        self.pieces.borrow().iter().map(|(_, length)| length).sum()
    }

    fn begin(&self, request: &ApiRequest) -> ApiResponse {
        let metadata = header(request, "Upload-Metadata").unwrap();
        let length: usize = header(request, "Upload-Length").unwrap().parse().unwrap();
        let sha256 = metadata.split("sha256 ").nth(1).unwrap().to_owned();
        if self.known.borrow().contains(&sha256) {
            return answer(201, &[("location", sha256), ("upload-offset", length.to_string())]);
        }
        self.begun.set(self.begun.get() + 1);
        let location = format!("/v1/files/{}", self.begun.get());
        self.uploads.borrow_mut().insert(location.clone(), Vec::new());
        answer(201, &[("location", location), ("upload-offset", "0".into())])
    }

    async fn add(&self, request: &ApiRequest) -> Result<ApiResponse, TransportError> {
        let Body::Bytes(piece) = &request.body else { panic!("a PATCH without bytes") };
        let offset: usize = header(request, "Upload-Offset").unwrap().parse().unwrap();
        self.pieces.borrow_mut().push((offset, piece.len()));
        self.checksums
            .set(self.checksums.get() + u32::from(header(request, "Upload-Checksum").is_some()));
        while self.line.get() == Line::Hangs {
            timer::sleep(2).await;
        }
        let arrives = match self.line.get() {
            Line::BreaksAfter(bytes) => bytes.min(piece.len()),
            Line::Down => 0,
            Line::Whole | Line::Hangs => piece.len(),
        };
        let mut uploads = self.uploads.borrow_mut();
        let Some(upload) = uploads.get_mut(&request.url) else { return Ok(answer(404, &[])) };
        assert_eq!(offset, upload.len(), "a piece begins where the upload ends");
        upload.extend(&piece[..arrives]);
        if arrives < piece.len() {
            return Err(TransportError::Unreachable);
        }
        Ok(answer(204, &[("upload-offset", upload.len().to_string())]))
    }
}

impl Transport for Tus {
    fn send(&self, request: ApiRequest) -> Pending<'_, Result<ApiResponse, TransportError>> {
        Box::pin(async move {
            timer::sleep(1).await;
            if self.line.get() == Line::Down {
                return Err(TransportError::Unreachable);
            }
            if request.url == "/v1/session" {
                return Ok(json(&self.session()));
            }
            if request.url.starts_with("/v1/changes") {
                let page = ChangesPage { changes: Vec::new(), next: "1".into(), more: false };
                return Ok(json(&page));
            }
            match request.method {
                Method::Post => Ok(self.begin(&request)),
                Method::Head => Ok(match self.uploads.borrow().get(&request.url) {
                    Some(upload) => answer(200, &[("upload-offset", upload.len().to_string())]),
                    None => answer(404, &[]),
                }),
                Method::Patch => self.add(&request).await,
                method => panic!("{method:?} {}", request.url),
            }
        })
    }
}

fn header(request: &ApiRequest, name: &str) -> Option<String> {
    request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
}

fn answer(status: u16, headers: &[(&'static str, String)]) -> ApiResponse {
    ApiResponse { status, headers: headers.to_vec(), ..ApiResponse::default() }
}

fn json<T: serde::Serialize>(value: &T) -> ApiResponse {
    ApiResponse { body: serde_json::to_vec(value).unwrap(), ..answer(200, &[]) }
}

/// Bytes that do not repeat.
fn content(size: usize) -> Vec<u8> {
    let mut state = 0x5eed_u32;
    let mut bytes = Vec::with_capacity(size + 4);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

async fn driver_of(tus: &Rc<Tus>) -> Rc<Driver> {
    let driver = Driver::start(Api::new("", tus.clone()), Rc::new(|_| {}));
    driver.signed_in(&tus.owner()).await;
    driver
}

/// Keeps a content for a claim and puts its upload into the outbox.
async fn upload(driver: &Driver, claim_id: &str, bytes: Vec<u8>) -> String {
    let file = driver.store_bytes("scan.pdf", "", bytes, claim_id).await.unwrap();
    let kind = OpKind::Upload {
        sha256: file.sha256.clone(),
        name: file.name,
        size_bytes: file.size_bytes,
        media_type: file.media_type,
    };
    driver.enqueue(claim_id, vec![kind], None).await.unwrap();
    file.sha256
}

async fn until(driver: &Driver, what: &str, is_so: impl Fn(&SyncView) -> bool) -> SyncView {
    for _ in 0..800 {
        let view = driver.view();
        if is_so(&view) {
            return view;
        }
        if view.waiting.iter().any(|op| matches!(op.state, OpStateView::Waiting { .. })) {
            driver.kick();
        }
        timer::sleep(10).await;
    }
    panic!("{what}: {:?} {:?}", driver.view().phase, driver.view().waiting);
}

fn is_done(view: &SyncView) -> bool {
    view.phase == Phase::Idle && view.waiting.is_empty()
}

const KIB: usize = 1024;
const PIECE: usize = 5 * KIB * KIB;

#[wasm_bindgen_test]
async fn a_line_that_breaks_every_64_kib_brings_the_file_over_all_the_same() {
    let tus = Tus::new();
    tus.line.set(Line::BreaksAfter(64 * KIB));
    let driver = driver_of(&tus).await;
    let bytes = content(5_000_000);
    let sha256 = upload(&driver, "a", bytes.clone()).await;
    until(&driver, "it arrives", is_done).await;
    assert_eq!(tus.begun.get(), 1);
    let arrived = tus.uploads.borrow()["/v1/files/1"].clone();
    assert_eq!(files::sha256_hex(&arrived).await.unwrap(), sha256);
    let pieces = tus.pieces.borrow().clone();
    assert_eq!(pieces.len(), 77, "76 cuts, and a last piece of less than 64 KiB");
    for (number, (offset, length)) in pieces.iter().enumerate() {
        assert_eq!(*offset, number * 64 * KIB);
        // What a cut costs is what did not arrive of one piece, and pieces shrink.
        assert!(*length <= (PIECE >> number.min(20)).max(256 * KIB));
    }
    // A piece under a checksum would have been thrown away whole each time.
    assert_eq!(tus.checksums.get(), 1);
}

#[wasm_bindgen_test]
async fn pieces_grow_again_when_the_line_is_good() {
    let tus = Tus::new();
    let driver = driver_of(&tus).await;
    tus.line.set(Line::BreaksAfter(KIB));
    upload(&driver, "a", content(24_000_000)).await;
    until(&driver, "pieces are small", |_| {
        tus.pieces.borrow().last().is_some_and(|(_, length)| *length == 256 * KIB)
    })
    .await;
    tus.line.set(Line::Whole);
    until(&driver, "it arrives", is_done).await;
    let pieces = tus.pieces.borrow().clone();
    let good = pieces.iter().rposition(|(_, length)| *length == 256 * KIB).unwrap();
    let grown: Vec<usize> = pieces[good..].iter().map(|(_, length)| length / KIB).collect();
    assert_eq!(grown[..6], [256, 512, 1024, 2048, 4096, 5120]);
    assert_eq!(tus.uploads.borrow()["/v1/files/1"].len(), 24_000_000);
}

#[wasm_bindgen_test]
async fn a_tab_that_ends_in_the_middle_leaves_the_rest_to_the_next() {
    let tus = Tus::new();
    tus.line.set(Line::BreaksAfter(300 * KIB));
    let driver = driver_of(&tus).await;
    upload(&driver, "a", content(2_000_000)).await;
    until(&driver, "some of it arrives", |_| {
        tus.uploads.borrow().values().any(|upload| upload.len() >= 600 * KIB)
    })
    .await;
    tus.line.set(Line::Down);
    // The test stands in for the end of the tab: this driver never speaks again.
    driver.signed_out();
    drop(driver);
    let before = tus.uploads.borrow()["/v1/files/1"].len();
    let pieces_before = tus.pieces.borrow().len();
    tus.line.set(Line::Whole);
    let next = driver_of(&tus).await;
    until(&next, "the rest arrives", is_done).await;
    assert_eq!(tus.begun.get(), 1, "where it was begun is known after the reload");
    assert_eq!(tus.pieces.borrow()[pieces_before].0, before, "nothing is sent again");
    assert_eq!(tus.uploads.borrow()["/v1/files/1"].len(), 2_000_000);
}

#[wasm_bindgen_test]
async fn an_upload_that_the_backend_forgot_is_begun_anew() {
    let tus = Tus::new();
    tus.line.set(Line::BreaksAfter(100 * KIB));
    let driver = driver_of(&tus).await;
    upload(&driver, "a", content(1_000_000)).await;
    until(&driver, "some of it arrives", |_| tus.sent_bytes() > 0).await;
    tus.uploads.borrow_mut().clear();
    tus.line.set(Line::Whole);
    until(&driver, "it arrives", is_done).await;
    assert_eq!(tus.begun.get(), 2);
    assert_eq!(tus.uploads.borrow()["/v1/files/2"].len(), 1_000_000);
}

#[wasm_bindgen_test]
async fn a_paused_upload_rests_at_once_and_goes_on_where_it_was() {
    let tus = Tus::new();
    let driver = driver_of(&tus).await;
    tus.line.set(Line::Hangs);
    upload(&driver, "a", content(6_000_000)).await;
    let view = until(&driver, "a piece is on its way", |_| tus.sent_bytes() > 0).await;
    let op_id = view.waiting[0].op_id.clone();
    driver.pause(&op_id);
    let is_paused =
        |view: &SyncView| view.waiting[0].state == OpStateView::Wedged(WedgeReason::Paused);
    until(&driver, "it is paused", is_paused).await;
    assert_eq!(driver.view().phase, Phase::Working, "nothing is wrong");
    // The piece that hung belongs to nobody any more, and nothing else sets out.
    tus.line.set(Line::Whole);
    driver.kick();
    let sent = tus.sent_bytes();
    timer::sleep(60).await;
    assert_eq!(tus.sent_bytes(), sent);
    assert!(is_paused(&driver.view()));
    // A reload does not wake it.
    drop(driver);
    let driver = driver_of(&tus).await;
    until(&driver, "the outbox is read", |view| !view.waiting.is_empty()).await;
    assert!(is_paused(&driver.view()));
    driver.retry(&op_id);
    until(&driver, "it arrives", is_done).await;
    assert_eq!(tus.uploads.borrow()["/v1/files/1"].len(), 6_000_000);
}

#[wasm_bindgen_test]
async fn one_content_of_three_claims_goes_up_once() {
    let tus = Tus::new();
    let driver = driver_of(&tus).await;
    tus.line.set(Line::Hangs);
    let bytes = content(700_000);
    let mut sha256 = String::new();
    for claim in ["a", "b", "c"] {
        sha256 = upload(&driver, claim, bytes.clone()).await;
    }
    until(&driver, "a piece is on its way", |_| tus.sent_bytes() > 0).await;
    // From the first whole upload on the backend has it.
    let coded = {
        let window = web_sys::window().unwrap();
        window.btoa(&sha256).unwrap()
    };
    tus.known.borrow_mut().push(coded);
    tus.line.set(Line::Whole);
    until(&driver, "all arrive", is_done).await;
    assert_eq!(tus.sent_bytes(), 700_000);
    assert_eq!(tus.begun.get(), 1);
}

#[wasm_bindgen_test]
async fn what_is_damaged_on_this_device_is_not_sent() {
    let tus = Tus::new();
    let driver = Driver::start(Api::new("", tus.clone()), Rc::new(|_| {}));
    let store = Rc::new(MemoryStore::new());
    let sha256 = files::sha256_hex(b"as it was").await.unwrap();
    let damaged = StoredFile {
        sha256: sha256.clone(),
        name: "scan.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: b"as it is!".to_vec(),
    };
    store.put_file(damaged, "a".into()).await.unwrap();
    driver.signed_in_with(&tus.owner(), Some(store)).await;
    let kind = OpKind::Upload {
        sha256,
        name: "scan.pdf".into(),
        size_bytes: 9,
        media_type: "application/pdf".into(),
    };
    driver.enqueue("a", vec![kind], None).await.unwrap();
    let missing = OpStateView::Wedged(WedgeReason::FileMissing);
    until(&driver, "it is said", |view| view.waiting[0].state == missing).await;
    assert_eq!((tus.begun.get(), tus.sent_bytes()), (0, 0));
}

#[wasm_bindgen_test]
async fn a_file_kept_while_nobody_is_signed_in_goes_up_with_the_account_that_sends_it() {
    let tus = Tus::new();
    let driver = Driver::start(Api::new("", tus.clone()), Rc::new(|_| {}));
    let bytes = content(70_000 + usize::from(tus.organisation.as_bytes()[0]));
    let file = driver.store_bytes("scan.pdf", "", bytes.clone(), "a").await.unwrap();
    assert_eq!(driver.file(&file.sha256).await.as_ref(), Some(&bytes));
    driver.signed_in(&tus.owner()).await;
    let kind = OpKind::Upload {
        sha256: file.sha256.clone(),
        name: file.name,
        size_bytes: file.size_bytes,
        media_type: file.media_type,
    };
    driver.enqueue("a", vec![kind], None).await.unwrap();
    until(&driver, "it arrives", is_done).await;
    assert_eq!(tus.uploads.borrow()["/v1/files/1"], bytes);
    // It is the account's from now on, and nobody else's.
    assert_eq!(driver.file_bytes(&file.sha256).await.unwrap(), Some(bytes));
    let next = Driver::start(Api::new("", tus.clone()), Rc::new(|_| {}));
    assert_eq!(next.file(&file.sha256).await, None);
}

#[wasm_bindgen_test]
async fn a_large_file_is_read_and_hashed_without_holding_up_the_page() {
    let bytes = content(25_000_000);
    let part = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let file = web_sys::File::new_with_u8_array_sequence(&part, "large.pdf").unwrap();
    let longest = Rc::new(Cell::new(0.0_f64));
    let is_over = Rc::new(Cell::new(false));
    let now = || web_sys::window().unwrap().performance().unwrap().now();
    {
        let (longest, is_over) = (longest.clone(), is_over.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let mut last = now();
            while !is_over.get() {
                timer::sleep(0).await;
                longest.set(longest.get().max(now() - last));
                last = now();
            }
        });
    }
    let shares = RefCell::new(Vec::new());
    let from = now();
    let read = files::read(&file, &|share| shares.borrow_mut().push(share)).await.unwrap();
    let read_ms = now() - from;
    let from = now();
    let sha256 = files::sha256_hex(&read).await.unwrap();
    let hash_ms = now() - from;
    is_over.set(true);
    assert_eq!(read, bytes);
    assert_eq!(sha256.len(), 64);
    let shares = shares.into_inner();
    assert!(shares.len() >= 10 && shares.is_sorted());
    assert!((shares.last().unwrap() - 1.0).abs() < f64::EPSILON);
    // Nobody notices a page that stands still for less than that.
    assert!(longest.get() < 400.0, "the page stood still for {} ms", longest.get());
    console_log!(
        "25 MB: read in {read_ms:.0} ms, hashed in {hash_ms:.0} ms, longest wait {:.0} ms",
        longest.get()
    );
}

#[wasm_bindgen_test]
async fn hashing_gives_the_same_with_and_without_the_browser() {
    for size in [0, 1, 1_000_000, 3_500_000] {
        let bytes = content(size);
        assert_eq!(files::sha256(&bytes).await.unwrap(), files::sha256_here(&bytes).await);
    }
}
