//! Somebody who uses the backend, and what such a person does.

use crate::exchange::{Answer, Claim, Failure, Request};
use crate::target::{Info, recent_day};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cpor_rules::PartnerRole;
use cpor_rules::testing::complete_draft_of;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Most pages that are read to the end of the changes.
const MAX_PAGES: usize = 5_000;

/// Somebody at a client.
#[derive(Clone)]
pub(crate) struct Person {
    info: Arc<Info>,
    cookie: String,
    /// What the backend said of this person.
    pub(crate) session: Value,
    partner_id: String,
    /// A cursor from this run, so that not every check reads from the beginning.
    cursor: Arc<OnceCell<String>>,
}

/// One page of changes.
pub(crate) struct Page {
    pub(crate) answer: Answer,
    pub(crate) changes: Vec<Value>,
    pub(crate) next: String,
    pub(crate) more: bool,
}

/// The id of the claim that a change is about.
pub(crate) fn changed_id(change: &Value) -> &str {
    let upsert = &change["upsert"]["claim"]["id"];
    upsert.as_str().or_else(|| change["tombstone"]["id"].as_str()).unwrap_or_default()
}

pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// A PDF that nobody has sent before.
pub(crate) fn new_pdf() -> Vec<u8> {
    format!("%PDF-1.4\n% {}\n%%EOF\n", new_id()).into_bytes()
}

pub(crate) fn sha256(content: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        write!(hex, "{byte:02x}").unwrap_or_default();
        hex
    })
}

impl Person {
    /// Somebody without a session.
    pub(crate) fn new(info: Arc<Info>) -> Self {
        Self {
            info,
            cookie: String::new(),
            session: Value::Null,
            partner_id: "1234566".to_owned(),
            cursor: Arc::default(),
        }
    }

    /// A new session of this account.
    pub(crate) async fn signed_in(&self, email: &str, password: &str) -> Result<Self, Failure> {
        let answer = self.sign_in(email, password).send().await?.is(200)?;
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
        let mut person = Self { cookie: cookie.to_owned(), ..Self::new(self.info.clone()) };
        person.session = answer.json()?;
        if self.info.has("partner-locations") {
            let locations = person.get("/v1/partner-locations").send().await?.list()?;
            let is_usable =
                |place: &&Value| place["is_enrolled"] == true && place["is_global_account"] != true;
            let id =
                locations.iter().find(is_usable).and_then(|place| place["partner_id"].as_str());
            if let Some(id) = id {
                id.clone_into(&mut person.partner_id);
            }
        }
        Ok(person)
    }

    /// Somebody who need not sign in, with what a backend says of such people.
    pub(crate) async fn known(mut self) -> Self {
        let answer = self.get("/v1/session").send().await.and_then(|answer| answer.is(200));
        self.session = answer.and_then(|answer| answer.json()).unwrap_or_default();
        self
    }

    pub(crate) fn sign_in(&self, email: &str, password: &str) -> Request {
        let body = json!({"email": email, "password": password});
        self.app(Method::POST, "/v1/session").json(&body).secret()
    }

    /// A request with nothing but the session.
    pub(crate) fn bare(&self, method: Method, path: &str) -> Request {
        let request = Request::new(&self.info.http, method, format!("{}{path}", self.info.url));
        if self.cookie.is_empty() { request } else { request.header("Cookie", &self.cookie) }
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        self.bare(Method::GET, path)
    }

    /// A request as an app sends it that changes something.
    pub(crate) fn app(&self, method: Method, path: &str) -> Request {
        self.bare(method, path).header("X-CPOR", "1")
    }

    /// A change of a claim under a key of its own.
    pub(crate) fn change(&self, method: Method, path: &str) -> Request {
        self.app(method, path).header("Idempotency-Key", new_id())
    }

    /// A draft that passes the rules, about a tenant that no other claim names.
    pub(crate) fn draft(&self) -> Value {
        let mut draft = complete_draft_of(self.info.edition(), PartnerRole::UseOrConsume);
        draft.tenant_id = new_id();
        draft.partner_id.clone_from(&self.partner_id);
        draft.poe_files.clear();
        // A draft holds texts and lists only, so it can always be written.
        serde_json::to_value(draft).unwrap_or_default()
    }

    /// What a draft says of a PDF.
    pub(crate) fn file_entry(&self, name: &str, content: &[u8]) -> Value {
        json!({
            "sha256": sha256(content), "name": name, "size_bytes": content.len(),
            "media_type": "application/pdf", "comment": "",
            "acknowledged_on": recent_day(&self.session).to_string(),
        })
    }

    pub(crate) fn create(&self, id: &str, draft: &Value) -> Request {
        self.change(Method::PUT, &format!("/v1/claims/{id}"))
            .header("If-None-Match", "*")
            .json(&json!({ "draft": draft }))
    }

    /// A new claim in *Draft* without proof.
    pub(crate) async fn created(&self) -> Result<Claim, Failure> {
        self.created_with(&self.draft()).await
    }

    pub(crate) async fn created_with(&self, draft: &Value) -> Result<Claim, Failure> {
        self.create(&new_id(), draft).send().await?.is(201)?.claim()
    }

    pub(crate) fn edit(&self, claim: &Claim, draft: &Value) -> Request {
        self.change(Method::PUT, &claim.path(""))
            .header("If-Match", claim.etag())
            .json(&json!({ "draft": draft }))
    }

    /// Changes the claim's name.
    pub(crate) async fn renamed(&self, claim: &Claim, name: &str) -> Result<Claim, Failure> {
        self.edit(claim, &claim.with("claim_name", name)).send().await?.is(200)?.claim()
    }

    pub(crate) fn delete(&self, claim: &Claim) -> Request {
        self.change(Method::DELETE, &claim.path("")).header("If-Match", claim.etag())
    }

    /// One of the things that are done to a claim by `POST`.
    pub(crate) fn act(&self, claim: &Claim, action: &str, body: &Value) -> Request {
        self.change(Method::POST, &claim.path(&format!("/{action}")))
            .header("If-Match", claim.etag())
            .json(body)
    }

    pub(crate) fn submit(&self, claim: &Claim) -> Request {
        let files = claim.0["draft"]["poe_files"].as_array().into_iter().flatten();
        let manifest: Vec<&Value> = files.map(|file| &file["sha256"]).collect();
        let ruleset = &self.info.backend["rulesets"][0];
        self.act(claim, "submit", &json!({ "ruleset": ruleset, "manifest": manifest }))
    }

    pub(crate) fn review(&self, claim: &Claim, action: &str, reason: &str) -> Request {
        self.act(claim, "review", &json!({ "action": action, "reason": reason }))
    }

    pub(crate) fn comment(&self, claim: &Claim, text: &str) -> Request {
        self.change(Method::POST, &claim.path("/comments")).json(&json!({ "text": text }))
    }

    pub(crate) async fn fetch(&self, claim: &Claim) -> Result<Claim, Failure> {
        self.get(&claim.path("")).send().await?.is(200)?.claim()
    }

    pub(crate) async fn history(&self, claim: &Claim) -> Result<Vec<Value>, Failure> {
        self.get(&claim.path("/history")).send().await?.is(200)?.list()
    }

    /// A draft with a PDF that the backend has.
    pub(crate) async fn ready_draft(&self) -> Result<Value, Failure> {
        let content = new_pdf();
        self.upload("proof.pdf", &content).await?.is(204)?;
        let mut draft = self.draft();
        draft["poe_files"] = json!([self.file_entry("proof.pdf", &content)]);
        Ok(draft)
    }

    /// A claim that can be submitted.
    pub(crate) async fn ready(&self) -> Result<Claim, Failure> {
        self.created_with(&self.ready_draft().await?).await
    }

    pub(crate) async fn submitted(&self) -> Result<Claim, Failure> {
        let claim = self.ready().await?;
        self.submit(&claim).send().await?.is(200)?.claim()
    }

    pub(crate) fn tus(&self, method: Method, path: &str) -> Request {
        self.app(method, path).header("Tus-Resumable", "1.0.0")
    }

    pub(crate) fn begin_upload(&self, name: &str, content: &[u8]) -> Request {
        let (name, hash) = (STANDARD.encode(name), STANDARD.encode(sha256(content)));
        self.tus(Method::POST, "/v1/files")
            .header("Upload-Length", content.len())
            .header("Upload-Metadata", format!("filename {name},sha256 {hash}"))
    }

    pub(crate) fn append(&self, upload: &str, offset: usize, bytes: &[u8]) -> Request {
        self.tus(Method::PATCH, upload)
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .bytes(bytes)
    }

    pub(crate) fn head(&self, upload: &str) -> Request {
        self.tus(Method::HEAD, upload)
    }

    /// Begins an upload; gives its path.
    pub(crate) async fn begun(&self, name: &str, content: &[u8]) -> Result<String, Failure> {
        let answer = self.begin_upload(name, content).send().await?.is(201)?;
        let location = answer.header("location");
        let path = location.strip_prefix(&self.info.url).unwrap_or(location).to_owned();
        answer.must(path.starts_with("/v1/files/"), "a `Location` below /v1/files/")?;
        Ok(path)
    }

    /// Uploads a file whole.
    pub(crate) async fn upload(&self, name: &str, content: &[u8]) -> Result<Answer, Failure> {
        let upload = self.begun(name, content).await?;
        self.append(&upload, 0, content).send().await
    }

    pub(crate) fn changes(&self, since: &str, limit: usize) -> Request {
        let since = if since.is_empty() { String::new() } else { format!("&since={since}") };
        self.get(&format!("/v1/changes?limit={limit}{since}"))
    }

    pub(crate) async fn page(&self, since: &str, limit: usize) -> Result<Page, Failure> {
        let answer = self.changes(since, limit).send().await?.is(200)?;
        let page = answer.json()?;
        let (changes, next, more) =
            (page["changes"].as_array(), page["next"].as_str(), page["more"].as_bool());
        match (changes, next, more) {
            (Some(changes), Some(next), Some(more)) => {
                Ok(Page { changes: changes.clone(), next: next.to_owned(), more, answer })
            }
            _ => Err(answer.fails("`changes`, `next` and `more`")),
        }
    }

    /// Reads to the end: what came, and the cursor to go on with.
    pub(crate) async fn follow(
        &self,
        since: &str,
        limit: usize,
    ) -> Result<(Vec<Value>, String), Failure> {
        let (mut all, mut since) = (Vec::new(), since.to_owned());
        for _ in 0..MAX_PAGES {
            let page = self.page(&since, limit).await?;
            all.extend(page.changes);
            since = page.next;
            if !page.more {
                return Ok((all, since));
            }
        }
        Err(Failure::of(format!("{MAX_PAGES} pages and still `more`"), "an end of the changes"))
    }

    /// A cursor behind everything of before this run.
    pub(crate) async fn cursor(&self) -> Result<&str, Failure> {
        let begin = || async { Ok(self.follow("", 200).await?.1) };
        Ok(self.cursor.get_or_try_init(begin).await?)
    }

    /// What was told about a claim since a cursor.
    pub(crate) async fn told(&self, since: &str, claim: &Claim) -> Result<Vec<Value>, Failure> {
        let (all, _) = self.follow(since, 200).await?;
        Ok(all.into_iter().filter(|change| changed_id(change) == claim.id()).collect())
    }
}
