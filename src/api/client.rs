//! The endpoints, one function each.

use super::error::{ApiError, of_answer};
use super::transport::{ApiRequest, ApiResponse, Body, Method, Transport};
use crate::platform::clock;
use cpor_protocol::claim::{etag, revision_of};
use cpor_protocol::headers::{
    ACCOUNT, APP_HEADER, APP_HEADER_VALUE, IDEMPOTENCY_KEY, IDLE, RULESET,
};
use cpor_protocol::{
    Backend, ChangesPage, ClaimInput, ClaimRecord, ClockInput, CommentInput, ConsentRequest,
    DemoClock, DemoMail, HistoryEntry, NotificationId, NotificationsPage, ReadInput, Revision,
    Session, SignInInput, SubmitInput, SubscriptionAnswer, SubscriptionQuestion, Unread,
    UsageMonth,
};
use cpor_rules::facts::{Association, PartnerLocation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const TIMEOUT_MS: u32 = 30_000;

/// A backend.
#[derive(Clone)]
pub struct Api {
    base: Rc<str>,
    transport: Rc<dyn Transport>,
    /// For which account all clones speak; empty for any.
    account: Rc<RefCell<String>>,
    /// Hears how far the backend's clock is ahead of this device's.
    on_skew: Rc<RefCell<Option<OnSkew>>>,
    /// When a person last did something, milliseconds since 1970.
    used_at_ms: Rc<Cell<f64>>,
}

/// Hears milliseconds.
type OnSkew = Rc<dyn Fn(f64)>;

/// An answer that took longer says too little of the time.
const LONGEST_WAY_MS: f64 = 20_000.0;

/// What every change carries.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Id of the operation; the same for all its attempts.
    pub op_id: &'a str,
    /// Fingerprint of the rules that judged it.
    pub ruleset: &'a str,
}

/// What must hold for a claim to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutCondition {
    /// It does not exist.
    IsNew,
    /// It has this revision.
    HasRevision(Revision),
}

impl Api {
    /// A backend at an address without a path; empty for the app's own origin.
    pub fn new(base: &str, transport: Rc<dyn Transport>) -> Self {
        let base = base.trim_end_matches('/').into();
        Self {
            base,
            transport,
            account: Rc::default(),
            on_skew: Rc::default(),
            used_at_ms: Rc::default(),
        }
    }

    /// From now on a request under the session of another account is refused.
    pub fn speak_for(&self, account_id: &str) {
        self.account.replace(account_id.to_owned());
    }

    /// Calls `on_skew` with each answer: how many milliseconds the backend's clock is
    /// ahead of this device's, give or take a second and the time of the way.
    pub fn on_skew(&self, on_skew: OnSkew) {
        self.on_skew.replace(Some(on_skew));
    }

    /// A person did something at this time; all requests say so from now on.
    pub fn used(&self, at_ms: f64) {
        self.used_at_ms.set(self.used_at_ms.get().max(at_ms));
    }

    /// When a person last did something; 0 where nobody did.
    pub fn last_use_ms(&self) -> f64 {
        self.used_at_ms.get()
    }

    /// Its address; empty for the app's own origin.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What the backend is and can do.
    ///
    /// # Errors
    /// As every function here, by what can be done: see [`ApiError`].
    pub async fn backend(&self) -> Result<Backend, ApiError> {
        self.get("/v1/backend").await
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`ApiError::SignIn`] when nobody is.
    pub async fn session(&self) -> Result<Session, ApiError> {
        let answer = self.send(self.request(Method::Get, "/v1/session", Body::Empty)).await?;
        if answer.status == 204 { Err(ApiError::SignIn) } else { json_of(&answer) }
    }

    /// Signs in.
    ///
    /// # Errors
    /// [`ApiError::Refused`] with `WrongCredentials` for a wrong password.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Session, ApiError> {
        let input = SignInInput { email: email.to_owned(), password: password.to_owned() };
        let request = self.request(Method::Post, "/v1/session", json(&input)?);
        json_of(&self.send(request).await?)
    }

    /// Signs an account out; empty for any. Nobody being signed in is no error, nor is
    /// somebody else, whose session goes on.
    ///
    /// # Errors
    /// When the backend was not reached.
    pub async fn sign_out(&self, account_id: &str) -> Result<(), ApiError> {
        let mut request = self.request(Method::Delete, "/v1/session", Body::Empty);
        if !account_id.is_empty() {
            request.headers.push((ACCOUNT, account_id.to_owned()));
        }
        match self.send(request).await {
            Ok(_) | Err(ApiError::SignIn) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends all sessions of whoever is signed in, on every device.
    ///
    /// # Errors
    /// [`ApiError::SignIn`] when nobody is any more.
    pub async fn sign_out_everywhere(&self) -> Result<(), ApiError> {
        self.send(self.request(Method::Delete, "/v1/sessions", Body::Empty)).await.map(drop)
    }

    /// Where the browser goes to sign in at the backend's provider, and comes back to a
    /// path of the app from there.
    pub fn provider_url(&self, return_to: &str) -> String {
        format!("{}/v1/session/oidc?return={}", self.base, encoded(return_to))
    }

    /// What is new since a cursor; `None` when nothing is, by the `ETag`.
    /// With the page comes its own `ETag`.
    ///
    /// # Errors
    /// [`ApiError::Gone`] when the cursor is not known any more.
    pub async fn changes(
        &self,
        since: Option<&str>,
        etag: Option<&str>,
    ) -> Result<Option<(ChangesPage, Option<String>)>, ApiError> {
        let limit = cpor_protocol::limits::MAX_PAGE;
        let path = match since {
            Some(since) => format!("/v1/changes?limit={limit}&since={}", encoded(since)),
            None => format!("/v1/changes?limit={limit}"),
        };
        let mut request = self.request(Method::Get, &path, Body::Empty);
        if let Some(etag) = etag {
            request.headers.push(("If-None-Match", etag.to_owned()));
        }
        let answer = self.transport.send(request).await?;
        if answer.status == 304 {
            return Ok(None);
        }
        let answer = understood(answer)?;
        let etag = answer.header("etag").map(str::to_owned);
        Ok(Some((json_of(&answer)?, etag)))
    }

    /// A claim.
    ///
    /// # Errors
    /// [`ApiError::Refused`] with `NotFound` when there is none.
    pub async fn claim(&self, id: &str) -> Result<ClaimRecord, ApiError> {
        self.get(&format!("/v1/claims/{}", encoded(id))).await
    }

    /// Creates or changes a claim.
    ///
    /// # Errors
    /// [`ApiError::Conflict`] when the condition does not hold.
    pub async fn put_claim(
        &self,
        id: &str,
        input: &ClaimInput,
        condition: PutCondition,
        change: Change<'_>,
    ) -> Result<ClaimRecord, ApiError> {
        let body = json(input)?;
        let mut request =
            self.change(Method::Put, &format!("/v1/claims/{}", encoded(id)), body, change);
        request.headers.push(match condition {
            PutCondition::IsNew => ("If-None-Match", "*".to_owned()),
            PutCondition::HasRevision(revision) => ("If-Match", etag(revision)),
        });
        claim_of(&self.send(request).await?)
    }

    /// Submits a claim.
    ///
    /// # Errors
    /// [`ApiError::Refused`] when the rules refuse or files are missing.
    pub async fn submit(
        &self,
        id: &str,
        manifest: &[String],
        revision: Option<Revision>,
        change: Change<'_>,
    ) -> Result<ClaimRecord, ApiError> {
        let input = SubmitInput { ruleset: change.ruleset.to_owned(), manifest: manifest.to_vec() };
        self.act(id, "submit", &input, revision, change).await
    }

    /// Does something to a claim that changes its status: `submit`, `review`,
    /// `dispute`, `disassociate`.
    ///
    /// # Errors
    /// [`ApiError::Refused`] when role, status or rules refuse.
    pub async fn act(
        &self,
        id: &str,
        deed: &str,
        input: &impl Serialize,
        revision: Option<Revision>,
        change: Change<'_>,
    ) -> Result<ClaimRecord, ApiError> {
        let path = format!("/v1/claims/{}/{deed}", encoded(id));
        let mut request = self.change(Method::Post, &path, json(input)?, change);
        request.headers.extend(revision.map(|revision| ("If-Match", etag(revision))));
        claim_of(&self.send(request).await?)
    }

    /// Adds a comment beside a claim. Its revision stays.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn comment(
        &self,
        id: &str,
        text: &str,
        change: Change<'_>,
    ) -> Result<HistoryEntry, ApiError> {
        let body = json(&CommentInput { text: text.to_owned() })?;
        let path = format!("/v1/claims/{}/comments", encoded(id));
        json_of(&self.send(self.change(Method::Post, &path, body, change)).await?)
    }

    /// Deletes a claim that was never submitted.
    ///
    /// # Errors
    /// [`ApiError::Conflict`] when it changed meanwhile.
    pub async fn delete(
        &self,
        id: &str,
        revision: Option<Revision>,
        change: Change<'_>,
    ) -> Result<(), ApiError> {
        let path = format!("/v1/claims/{}", encoded(id));
        let mut request = self.change(Method::Delete, &path, Body::Empty, change);
        request.headers.extend(revision.map(|revision| ("If-Match", etag(revision))));
        self.send(request).await.map(drop)
    }

    /// Who did what with a claim, oldest first.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn history(&self, id: &str) -> Result<Vec<HistoryEntry>, ApiError> {
        self.get(&format!("/v1/claims/{}/history", encoded(id))).await
    }

    /// Seats and active users of a claim's items, oldest month first.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn usage(&self, id: &str) -> Result<Vec<UsageMonth>, ApiError> {
        self.get(&format!("/v1/claims/{}/usage", encoded(id))).await
    }

    /// The content of a file that was uploaded.
    ///
    /// # Errors
    /// [`ApiError::Refused`] with `NotFound` when it is not there for this person.
    pub async fn file(&self, sha256: &str) -> Result<Vec<u8>, ApiError> {
        let path = format!("/v1/files/{}", encoded(sha256));
        Ok(self.send(self.request(Method::Get, &path, Body::Empty)).await?.body)
    }

    /// What the person is told of, newest first, at most so many.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn notifications(
        &self,
        before: Option<NotificationId>,
        limit: u32,
    ) -> Result<NotificationsPage, ApiError> {
        let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
        self.get(&format!("/v1/notifications?limit={limit}{before}")).await
    }

    /// Marks notifications as read; gives how many are not.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn mark_read(&self, what: &ReadInput) -> Result<u64, ApiError> {
        let request = self.request(Method::Post, "/v1/notifications/read", json(what)?);
        json_of::<Unread>(&self.send(request).await?).map(|left| left.unread)
    }

    /// The organisation's Partner IDs.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn partner_locations(&self) -> Result<Vec<PartnerLocation>, ApiError> {
        self.get("/v1/partner-locations").await
    }

    /// What is associated or claimed in a customer's tenant.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn associations(&self, tenant_id: &str) -> Result<Vec<Association>, ApiError> {
        self.get(&format!("/v1/associations?tenant_id={}", encoded(tenant_id))).await
    }

    /// Whether a subscription can be claimed.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn check_subscription(
        &self,
        question: &SubscriptionQuestion,
    ) -> Result<SubscriptionAnswer, ApiError> {
        let request = self.request(Method::Post, "/v1/subscriptions/check", json(question)?);
        json_of(&self.send(request).await?)
    }

    /// What a customer's link is about.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn consent(&self, token: &str) -> Result<ConsentRequest, ApiError> {
        self.get(&format!("/v1/consent/{}", encoded(token))).await
    }

    /// Declines what a customer's link is about. Done twice it is still declined.
    ///
    /// # Errors
    /// [`ApiError::Refused`] with `WrongState` when the claim has ended.
    pub async fn decline(&self, token: &str) -> Result<ConsentRequest, ApiError> {
        let path = format!("/v1/consent/{}", encoded(token));
        json_of(&self.send(self.request(Method::Post, &path, Body::Empty)).await?)
    }

    /// Mails of a demonstration, newest first.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn demo_mails(&self) -> Result<Vec<DemoMail>, ApiError> {
        self.get("/v1/demo/mails").await
    }

    /// Moves the clock of a demonstration.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn move_demo_clock(&self, days: u16) -> Result<DemoClock, ApiError> {
        let request = self.request(Method::Post, "/v1/demo/clock", json(&ClockInput { days })?);
        json_of(&self.send(request).await?)
    }

    /// Where a complete file is read.
    pub fn download_url(&self, sha256: &str) -> String {
        format!("{}/v1/files/{}", self.base, encoded(sha256))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        json_of(&self.send(self.request(Method::Get, path, Body::Empty)).await?)
    }

    pub(super) fn request(&self, method: Method, path: &str, body: Body) -> ApiRequest {
        let mut headers = vec![(APP_HEADER, APP_HEADER_VALUE.to_owned())];
        if matches!(body, Body::Json(_)) {
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        let account = self.account.borrow().clone();
        // Whose session it is can be asked, and begun, by everyone; ending it says whose.
        if !account.is_empty() && path != "/v1/session" {
            headers.push((ACCOUNT, account));
        }
        let used_at_ms = self.used_at_ms.get();
        if used_at_ms > 0.0 {
            // A clock that was put back says that it was just now.
            let idle_seconds = ((clock::now_ms() - used_at_ms) / 1_000.0).max(0.0).floor();
            headers.push((IDLE, idle_seconds.to_string()));
        }
        let url = format!("{}{path}", self.base);
        ApiRequest { method, url, headers, body, timeout_ms: TIMEOUT_MS }
    }

    pub(super) fn change(
        &self,
        method: Method,
        path: &str,
        body: Body,
        change: Change<'_>,
    ) -> ApiRequest {
        let mut request = self.request(method, path, body);
        request.headers.push((IDEMPOTENCY_KEY, change.op_id.to_owned()));
        request.headers.push((RULESET, change.ruleset.to_owned()));
        request
    }

    /// Sends a request; an answer that is no success becomes its meaning.
    pub(super) async fn send(&self, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let sent_ms = clock::now_ms();
        let answer = self.transport.send(request).await?;
        self.compare_clocks(sent_ms, &answer);
        understood(answer)
    }

    fn compare_clocks(&self, sent_ms: f64, answer: &ApiResponse) {
        let now = clock::now_ms();
        let on_skew = self.on_skew.borrow().clone();
        if let Some(on_skew) = on_skew
            && let Some(theirs) = answer.header("date").and_then(clock::parse_http_date)
            // A clock that was set meanwhile makes any way long, or shorter than none.
            && (0.0..LONGEST_WAY_MS).contains(&(now - sent_ms))
        {
            on_skew(theirs - now);
        }
    }
}

/// A success of the backend itself. A captive portal answers 200 with a page
/// of its own; that is a failure of the network, and it passes.
fn understood(answer: ApiResponse) -> Result<ApiResponse, ApiError> {
    if !matches!(answer.status, 200..=299) {
        return Err(of_answer(&answer));
    }
    if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        return Err(ApiError::Retry { after_seconds: None });
    }
    Ok(answer)
}

fn json<T: Serialize>(value: &T) -> Result<Body, ApiError> {
    serde_json::to_string(value).map(Body::Json).map_err(|error| ApiError::Bug(error.to_string()))
}

/// A body that is no JSON at all was cut off or made by something in between;
/// JSON of another shape is a backend that does not speak the protocol.
fn json_of<T: DeserializeOwned>(answer: &ApiResponse) -> Result<T, ApiError> {
    // From a text and never from bytes: each way of reading would be in the
    // module once more for every type.
    let cut_off = ApiError::Retry { after_seconds: None };
    let Ok(text) = std::str::from_utf8(&answer.body) else { return Err(cut_off) };
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::Bug(error.to_string()),
        _ => cut_off,
    })
}

fn claim_of(answer: &ApiResponse) -> Result<ClaimRecord, ApiError> {
    let claim: ClaimRecord = json_of(answer)?;
    let stated = answer.header("etag").and_then(revision_of);
    if stated.is_some_and(|revision| revision != claim.revision) {
        return Err(ApiError::Bug("the ETag is not the claim's revision".to_owned()));
    }
    Ok(claim)
}

/// A part of a path or a query.
fn encoded(part: &str) -> String {
    js_sys::encode_uri_component(part).into()
}
