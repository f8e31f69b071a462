//! A server in a folder of its own, and people who talk to it.

mod beside;
mod demonstration;
mod folder;
mod line;
mod moto;
mod process;
mod scanner;
mod smtp;

pub use beside::{Beside, migrations};
pub use folder::{
    Folder, administer, beside, database_of, is_postgres, named, sqlite_beside, url_of,
};
pub use line::Line;
pub use moto::{TestBucket, moto};
pub use process::{Process, program};
pub use scanner::{Clamd, Icap, eicar};
pub use smtp::Smtp;

use chrono::{DateTime, Utc};
use cpor_protocol::{ClaimRecord, DemoMail};
use cpor_rules::digest::ruleset_digest;
use cpor_rules::testing::complete_draft_of;
use cpor_rules::{Draft, EditionId, PartnerRole, PoeFile, Region, UserRole};
use cpor_server::{Clock, Config, DatabaseUrl, NewAccount, Server, add_account};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub const ADMIN: &str = "admin@fabrikam.example";
pub const USER: &str = "user@fabrikam.example";
pub const OTHER_ADMIN: &str = "admin@northwind.example";
pub const REVIEWER: &str = "reviewer@review.example";
pub const PASSWORD: &str = "claims-demo-2026";

/// A server with the demonstration in it, at a fixed time.
pub struct TestServer {
    pub folder: Arc<Folder>,
    pub clock: Clock,
    config: Config,
    address: SocketAddr,
    numbers: Option<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(demonstration::MONDAY, change).await
    }

    pub async fn start_at(now: &str, change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(Folder::new());
        let data = folder.path().join("data");
        let mut config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: folder::reserved_for(&data)
                .map(|url| DatabaseUrl::read(&url, false).unwrap()),
            data: data.clone(),
            is_demo: true,
            bucket: bucket_of_all().await,
            ..Config::default()
        };
        change(&mut config);
        let now: DateTime<Utc> = now.parse().unwrap();
        demonstration::copy_to(&config, now).await;
        if config.database.is_some() {
            folder::make_like(&data, "template0");
        }
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let clock = Clock::fixed(now);
        let mut server =
            Self { folder, clock, config, address, numbers: None, stop: None, task: None };
        server.run().await;
        server
    }

    /// A second server on the same data, as another process with its own clock.
    pub async fn beside(&self) -> Self {
        let mut server = Self {
            folder: self.folder.clone(),
            clock: Clock::fixed(self.clock.now()),
            config: self.config.clone(),
            address: self.config.listen,
            numbers: None,
            stop: None,
            task: None,
        };
        server.run().await;
        server
    }

    /// As [`Self::restart`], with another configuration.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Config)) {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap();
        change(&mut self.config);
        self.run().await;
    }

    async fn run(&mut self) {
        let server = Server::bind(self.config.clone(), self.clock.clone()).await.unwrap();
        self.address = server.address().unwrap();
        self.numbers = server.metrics_address().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        self.stop = Some(stop);
        self.task = Some(tokio::spawn(async move {
            server.run(async { stopped.await.unwrap_or_default() }).await.unwrap();
        }));
    }

    /// Stops the server and starts another one on the same data.
    pub async fn restart(&mut self) {
        self.restart_after(|_| {}).await;
    }

    /// As [`Self::restart`], and something is done to the folder of data between.
    pub async fn restart_after(&mut self, deed: impl FnOnce(&std::path::Path)) {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap();
        deed(&self.config.data);
        self.run().await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn anonymous(&self) -> Person {
        Person::at(self.url(""))
    }

    /// Somebody who looks after the server, at the address of its numbers.
    pub fn keeper(&self) -> Person {
        Person::at(format!("http://{}", self.numbers.unwrap()))
    }

    pub async fn sign_in(&self, email: &str) -> Person {
        self.anonymous().signed_in(email).await
    }

    /// An administrator added by hand, for a server without the demonstration.
    pub async fn added(&self, email: &str) -> Person {
        self.added_for(email, &[]).await
    }

    /// As [`Self::added`], for these locations alone.
    pub async fn added_for(&self, email: &str, locations: &[&str]) -> Person {
        self.added_as(email, "Fabrikam Partners", UserRole::IncentivesAdmin, locations).await
    }

    /// Somebody added by hand.
    pub async fn added_as(
        &self,
        email: &str,
        organisation: &str,
        role: UserRole,
        locations: &[&str],
    ) -> Person {
        let account = NewAccount {
            data: self.config.data.clone(),
            database: self.config.database.clone(),
            organisation: organisation.into(),
            time_zone: "Asia/Taipei".into(),
            region: Region::None,
            name: "Wei Chen".into(),
            email: email.into(),
            role,
            locations: locations.iter().map(ToString::to_string).collect(),
        };
        add_account(account, PASSWORD).await.unwrap();
        self.sign_in(email).await
    }

    /// Opens the database beside the server.
    pub async fn database(&self) -> Beside {
        beside(&self.config.data).await
    }

    /// Everything that the database holds, as bytes.
    pub async fn stored(&self) -> Vec<u8> {
        self.database().await.everything(&self.config.data).await
    }
}

/// A bucket for every server, where the variable `CPOR_TEST_BUCKET` asks for it.
async fn bucket_of_all() -> Option<cpor_server::BucketLocation> {
    std::env::var("CPOR_TEST_BUCKET").ok().filter(|asked| !asked.is_empty())?;
    Some(TestBucket::new().await.location(moto()))
}

/// What came back.
#[derive(Debug)]
pub struct TestAnswer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl TestAnswer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn claim(&self) -> ClaimRecord {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{error} in {} {}", self.status, String::from_utf8_lossy(&self.bytes))
        })
    }

    /// The code of a problem, after a look at its form.
    #[track_caller]
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

/// Compares status and code of a problem.
#[track_caller]
pub fn assert_problem(answer: &TestAnswer, status: u16, code: &str) {
    assert_eq!(answer.problem(), (status, code.to_owned()));
}

/// Shows where an answer leads instead of going there.
fn without_redirects() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Person {
    base: String,
    pub cookie: String,
    http: Client,
}

impl Person {
    pub fn at(base: String) -> Self {
        Self { base, cookie: String::new(), http: without_redirects() }
    }

    pub async fn signed_in(self, email: &str) -> Self {
        self.sign_in_by(email, |request| request).await
    }

    /// As [`Self::signed_in`], where requests fail on purpose.
    pub async fn spared_sign_in(self, email: &str) -> Self {
        self.sign_in_by(email, |request| request.header("x-cpor-spared", "1")).await
    }

    async fn sign_in_by(
        mut self,
        email: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.send(change(self.post("/v1/session").json(&body))).await;
        assert_eq!(answer.status, StatusCode::OK);
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        self
    }

    /// A request with nothing but the cookie.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) }
    }

    /// A request as the app sends it, with a key of its own.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("x-cpor", "1").header("idempotency-key", new_id())
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.bare(Method::POST, path).header("x-cpor", "1")
    }

    pub async fn send(&self, request: RequestBuilder) -> TestAnswer {
        let response = request.send().await.unwrap();
        TestAnswer {
            status: response.status(),
            headers: response.headers().clone(),
            bytes: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub async fn get(&self, path: &str) -> TestAnswer {
        self.send(self.bare(Method::GET, path)).await
    }

    pub fn create_request(&self, id: &str, draft: &Draft) -> RequestBuilder {
        self.request(Method::PUT, &format!("/v1/claims/{id}"))
            .header("if-none-match", "*")
            .json(&json!({"draft": draft}))
    }

    pub async fn create(&self, id: &str, draft: &Draft) -> TestAnswer {
        self.send(self.create_request(id, draft)).await
    }

    pub fn edit_request(&self, claim: &ClaimRecord, draft: &Draft) -> RequestBuilder {
        self.request(Method::PUT, &format!("/v1/claims/{}", claim.id))
            .header("if-match", claim.etag())
            .json(&json!({"draft": draft}))
    }

    pub async fn edit(&self, claim: &ClaimRecord, draft: &Draft) -> TestAnswer {
        self.send(self.edit_request(claim, draft)).await
    }

    pub fn submit_request(&self, claim: &ClaimRecord) -> RequestBuilder {
        let manifest: Vec<_> = claim.draft.poe_files.iter().map(|file| &file.sha256).collect();
        self.request(Method::POST, &format!("/v1/claims/{}/submit", claim.id))
            .header("if-match", claim.etag())
            .json(&json!({"ruleset": ruleset_digest(), "manifest": manifest}))
    }

    pub async fn submit(&self, claim: &ClaimRecord) -> TestAnswer {
        self.send(self.submit_request(claim)).await
    }

    pub async fn review(&self, claim: &ClaimRecord, action: &str, reason: &str) -> TestAnswer {
        let request = self
            .request(Method::POST, &format!("/v1/claims/{}/review", claim.id))
            .header("if-match", claim.etag())
            .json(&json!({"action": action, "reason": reason}));
        self.send(request).await
    }

    pub async fn comment(&self, id: &str, text: &str) -> TestAnswer {
        let request = self
            .request(Method::POST, &format!("/v1/claims/{id}/comments"))
            .json(&json!({"text": text}));
        self.send(request).await
    }

    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("x-cpor", "1").header("tus-resumable", "1.0.0")
    }

    pub fn begin_upload_request(&self, name: &str, content: &[u8]) -> RequestBuilder {
        use base64::Engine as _;
        let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let metadata = format!("filename {},sha256 {}", base64(name), base64(&sha256(content)));
        self.tus(Method::POST, "/v1/files")
            .header("upload-length", content.len())
            .header("upload-metadata", metadata)
    }

    pub async fn begin_upload(&self, name: &str, content: &[u8]) -> TestAnswer {
        self.send(self.begin_upload_request(name, content)).await
    }

    pub async fn append(&self, location: &str, offset: usize, bytes: &[u8]) -> TestAnswer {
        let request = self
            .tus(Method::PATCH, location)
            .header("upload-offset", offset)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.to_vec());
        self.send(request).await
    }

    /// Uploads a file whole.
    pub async fn upload(&self, name: &str, content: &[u8]) -> TestAnswer {
        let begun = self.begin_upload(name, content).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{begun:?}");
        self.append(begun.header("location"), 0, content).await
    }

    /// A claim with a PDF that the server has, ready to be submitted.
    pub async fn ready_claim(&self, role: PartnerRole) -> ClaimRecord {
        self.ready(fresh_draft(role)).await
    }

    /// This draft as a claim with a PDF that the server has, ready to be submitted.
    pub async fn ready(&self, mut draft: Draft) -> ClaimRecord {
        let content = pdf(&new_id());
        let sent = self.upload("statement-of-work.pdf", &content).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT);
        draft.poe_files = vec![poe_file("statement-of-work.pdf", &content)];
        self.create(&new_id(), &draft).await.claim()
    }

    /// This draft as a claim that was submitted.
    pub async fn submitted(&self, draft: Draft) -> ClaimRecord {
        let claim = self.ready(draft).await;
        self.submit(&claim).await.claim()
    }

    /// A claim that was submitted.
    pub async fn submitted_claim(&self, role: PartnerRole) -> ClaimRecord {
        let claim = self.ready_claim(role).await;
        self.submit(&claim).await.claim()
    }
}

pub fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// A complete draft about a tenant and subscriptions that no other claim names.
pub fn fresh_draft(role: PartnerRole) -> Draft {
    fresh_draft_of(EditionId::Current, role)
}

/// As [`fresh_draft`], by the rules of another edition.
pub fn fresh_draft_of(edition: EditionId, role: PartnerRole) -> Draft {
    let mut draft = complete_draft_of(edition, role);
    draft.tenant_id = new_id();
    for entry in &mut draft.products {
        entry.subscription_id = new_id();
    }
    draft
}

/// The mails that a person sees, newest first.
pub async fn mails(person: &Person) -> Vec<DemoMail> {
    let answer = person.get("/v1/demo/mails").await;
    assert_eq!(answer.status, StatusCode::OK);
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// The endpoint behind the link of the last mail about a claim.
pub async fn link_of(person: &Person, claim_id: &str) -> String {
    let sent = mails(person).await;
    let mail = sent.iter().find(|mail| mail.claim_id == claim_id).unwrap();
    let token = mail.link.split("/consent/").nth(1).unwrap().split('?').next().unwrap();
    format!("/v1/consent/{token}")
}

pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// A small PDF that differs from others by its text.
pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {text}\n%%EOF\n").into_bytes()
}

pub fn poe_file(name: &str, content: &[u8]) -> PoeFile {
    PoeFile {
        sha256: sha256(content),
        name: name.into(),
        size_bytes: content.len() as u64,
        media_type: "application/pdf".into(),
        comment: String::new(),
        acknowledged_on: "2026-10-01".into(),
    }
}
