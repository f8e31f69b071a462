//! One request and its answer, with what is needed to tell what went wrong.

use reqwest::{Client, Method};
use serde_json::Value;
use std::fmt::Write as _;

/// Most characters of a body that a report repeats.
const SHOWN: usize = 700;

/// Why a check failed: enough to do the same by hand.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// The request.
    pub sent: String,
    /// The answer.
    pub came: String,
    /// What the answer should have been.
    pub expected: String,
}

impl Failure {
    /// A failure that lies in more than one answer.
    pub(crate) fn of(came: impl Into<String>, expected: impl Into<String>) -> Self {
        let sent = "several requests".to_owned();
        Self { sent, came: came.into(), expected: expected.into() }
    }
}

/// What a check comes to.
pub(crate) type Outcome = Result<(), Failure>;

/// A request that can be looked at, changed and sent more than once.
#[derive(Clone)]
pub(crate) struct Request {
    http: Client,
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_secret: bool,
}

impl Request {
    pub(crate) fn new(http: &Client, method: Method, url: String) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self { http: http.clone(), method, url, headers, body, is_secret: false }
    }

    /// Sets a header, in place of one of the same name.
    #[allow(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Takes a header out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").bytes(body.to_string())
    }

    pub(crate) fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The body does not appear in reports.
    pub(crate) fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    fn shown(&self) -> String {
        let mut text = format!("{} {}", self.method, self.url);
        for (name, value) in &self.headers {
            let value = if name.eq_ignore_ascii_case("cookie") { "(the session)" } else { value };
            // Writing to a string cannot fail.
            write!(text, "\n{name}: {value}").unwrap_or_default();
        }
        if !self.body.is_empty() {
            let body = if self.is_secret { "(not shown)".to_owned() } else { shown(&self.body) };
            write!(text, "\n\n{body}").unwrap_or_default();
        }
        text
    }

    /// Sends it and waits for the head of the answer.
    pub(crate) async fn open(self) -> Result<Opened, Failure> {
        let sent = self.shown();
        let mut request = self.http.request(self.method, &self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.body.is_empty() {
            request = request.body(self.body);
        }
        match request.send().await {
            Ok(response) => Ok(Opened { sent, response }),
            Err(error) => Err(broken(sent, &error)),
        }
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(self) -> Result<Answer, Failure> {
        let Opened { sent, response } = self.open().await?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        match response.bytes().await {
            Ok(body) => Ok(Answer { sent, status, headers, body: body.to_vec() }),
            Err(error) => Err(broken(sent, &error)),
        }
    }
}

fn broken(sent: String, error: &reqwest::Error) -> Failure {
    let mut came = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        write!(came, ": {next}").unwrap_or_default();
        cause = next.source();
    }
    Failure { sent, came, expected: "an answer".to_owned() }
}

fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        write!(short, "… ({} bytes)", body.len()).unwrap_or_default();
    }
    short
}

/// An answer whose body is still coming.
pub(crate) struct Opened {
    pub(crate) sent: String,
    pub(crate) response: reqwest::Response,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    sent: String,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let named = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map_or("", |(_, value)| value)
    }

    pub(crate) fn fails(&self, expected: impl Into<String>) -> Failure {
        let mut came = self.status.to_string();
        for (name, value) in &self.headers {
            let value = if name == "set-cookie" { "(a cookie)" } else { value };
            write!(came, "\n{name}: {value}").unwrap_or_default();
        }
        write!(came, "\n\n{}", shown(&self.body)).unwrap_or_default();
        Failure { sent: self.sent.clone(), came, expected: expected.into() }
    }

    pub(crate) fn must(&self, holds: bool, expected: &str) -> Outcome {
        if holds { Ok(()) } else { Err(self.fails(expected)) }
    }

    /// Expects a status.
    pub(crate) fn is(self, status: u16) -> Result<Self, Failure> {
        if self.status == status { Ok(self) } else { Err(self.fails(format!("status {status}"))) }
    }

    /// Expects a problem, and gives it.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Result<Value, Failure> {
        let expected = || self.fails(format!("status {status} and a problem with code `{code}`"));
        if self.status != status
            || !self.header("content-type").starts_with("application/problem+json")
        {
            return Err(expected());
        }
        let problem: Value = serde_json::from_slice(&self.body).map_err(|_| expected())?;
        if problem["code"] == code { Ok(problem) } else { Err(expected()) }
    }

    pub(crate) fn json(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| self.fails(format!("JSON ({error})")))
    }

    /// A list of JSON values.
    pub(crate) fn list(&self) -> Result<Vec<Value>, Failure> {
        serde_json::from_slice(&self.body)
            .map_err(|error| self.fails(format!("a list in JSON ({error})")))
    }

    /// The claim that a successful answer holds.
    pub(crate) fn claim(&self) -> Result<Claim, Failure> {
        if !(200..300).contains(&self.status) {
            return Err(self.fails("a successful answer with the claim"));
        }
        let value = self.json()?;
        let is_claim = value["id"].is_string() && value["revision"].is_u64();
        if is_claim {
            Ok(Claim(value))
        } else {
            Err(self.fails("a claim with `id` and `revision`"))
        }
    }
}

/// A claim as it came.
#[derive(Clone, Debug)]
pub(crate) struct Claim(pub(crate) Value);

impl Claim {
    pub(crate) fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }

    pub(crate) fn revision(&self) -> u64 {
        self.0["revision"].as_u64().unwrap_or_default()
    }

    /// Its `ETag`, made from the revision as the document says.
    pub(crate) fn etag(&self) -> String {
        format!("\"{}\"", self.revision())
    }

    pub(crate) fn status(&self) -> &str {
        self.0["status"].as_str().unwrap_or_default()
    }

    pub(crate) fn draft(&self) -> Value {
        self.0["draft"].clone()
    }

    /// Its draft with another value for one field.
    pub(crate) fn with(&self, field: &str, value: impl Into<Value>) -> Value {
        let mut draft = self.draft();
        draft[field] = value.into();
        draft
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/claims/{}{rest}", self.id())
    }
}
