//! A browser that keeps cookies and follows where it is sent, step by step.

use crate::support::Person;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use std::collections::BTreeMap;

/// A browser that stands on the app.
#[derive(Clone)]
pub struct Browser {
    app: String,
    /// What it says of the site that has begun what it does; nothing if empty.
    pub site: &'static str,
    http: Client,
    /// By origin and name.
    jar: BTreeMap<(String, String), String>,
    /// Lines that set a cookie of the app, as they came.
    pub set: Vec<String>,
    /// All addresses that it was at.
    pub visited: Vec<String>,
}

impl Browser {
    pub fn new(app: String) -> Self {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { app, site: "", http, jar: BTreeMap::new(), set: Vec::new(), visited: Vec::new() }
    }

    /// Begins a sign-in; gives the address at the provider, or of the app where it failed.
    pub async fn begin(&mut self, return_to: &str) -> String {
        let mut url = Url::parse(&format!("{}/v1/session/oidc", self.app)).unwrap();
        url.query_pairs_mut().append_pair("return", return_to);
        self.step(Method::GET, url.as_str(), None).await.unwrap()
    }

    /// Answers the provider's page with this field; gives the address back at the server.
    pub async fn answer(&mut self, at: &str, field: &str) -> String {
        let mut at = at.to_owned();
        while !at.starts_with(&self.app) {
            // A page without an address to go to asks for an answer.
            at = match self.step(Method::GET, &at, None).await {
                Some(next) => next,
                None => self.step(Method::POST, &at, Some(field.to_owned())).await.unwrap(),
            };
        }
        at
    }

    /// Goes to an address of the server; gives where it sends the browser, without the host.
    pub async fn visit(&mut self, url: &str) -> String {
        let place = self.step(Method::GET, url, None).await.unwrap();
        place.strip_prefix(&self.app).unwrap_or(&place).to_owned()
    }

    /// All of it, as somebody at the provider.
    pub async fn sign_in(&mut self, id: &str, return_to: &str) -> String {
        self.sign_in_by(&format!("account={id}"), return_to).await
    }

    /// All of it, with this answer at the provider.
    pub async fn sign_in_by(&mut self, field: &str, return_to: &str) -> String {
        let at = self.begin(return_to).await;
        let back = self.answer(&at, field).await;
        match back.strip_prefix(&self.app) {
            Some(place) if place.starts_with("/sign-in") => place.to_owned(),
            _ => self.visit(&back).await,
        }
    }

    /// Whether it has the cookie of a session.
    pub fn has_session(&self) -> bool {
        self.cookie("cpor-session").is_some()
    }

    /// What the browser has for the app under this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.get(&(self.app.clone(), name.to_owned())).map(String::as_str)
    }

    /// Loses a cookie of the app.
    pub fn lose(&mut self, name: &str) {
        self.jar.remove(&(self.app.clone(), name.to_owned()));
    }

    /// Has a cookie of the app that somebody put there.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.jar.insert((self.app.clone(), name.to_owned()), value.to_owned());
    }

    /// Whoever is signed in with it.
    pub fn person(&self) -> Person {
        let mut person = Person::at(self.app.clone());
        person.cookie = format!("cpor-session={}", self.cookie("cpor-session").unwrap());
        person
    }

    /// One request; gives the address that the answer leads to, or stops where it is a page.
    async fn step(&mut self, method: Method, url: &str, form: Option<String>) -> Option<String> {
        self.visited.push(url.to_owned());
        let url = Url::parse(url).unwrap();
        let origin = url.origin().ascii_serialization();
        let cookies = self.jar.iter().filter(|((of, _), _)| *of == origin);
        let cookies: Vec<_> = cookies.map(|((_, name), value)| format!("{name}={value}")).collect();
        let mut request =
            self.http.request(method, url.clone()).header("cookie", cookies.join("; "));
        if !self.site.is_empty() {
            request = request.header("sec-fetch-site", self.site);
        }
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        let response = request.send().await.unwrap();
        self.keep(&origin, &response);
        let status = response.status();
        assert!(status.as_u16() < 400, "{url}: {status} {}", response.text().await.unwrap());
        let location = response.headers().get("location")?.to_str().unwrap();
        Some(url.join(location).unwrap().into())
    }

    fn keep(&mut self, origin: &str, response: &Response) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let key = (origin.to_owned(), name.to_owned());
            if origin == self.app {
                self.set.push(line.to_owned());
            }
            if value.is_empty() || line.contains("Max-Age=0") {
                self.jar.remove(&key);
            } else {
                self.jar.insert(key, value.to_owned());
            }
        }
    }
}
