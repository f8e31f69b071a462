//! Signing in at a real provider of OpenID Connect: `oidc-provider`, which is certified.

mod browser;
mod provider;

mod ends;
mod forgotten;
mod hostile;
mod people;
mod refusals;
mod sign_in;
mod tokens;

use crate::support::{Person, TestServer};
use browser::Browser;
use chrono::Utc;
use cpor_server::{Config, OidcSettings, Secret};
use provider::Provider;
use serde_json::{Value, json};

/// An organisation of the demonstration, as the provider calls it.
const FABRIKAM: &str = "Fabrikam Partners";

/// A provider, and a server where people sign in with it.
struct Scene {
    provider: Provider,
    server: TestServer,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| {}, json!({})).await
    }

    /// With other settings of the server, and of the client at the provider.
    async fn with(change: impl FnOnce(&mut Config), client: Value) -> Self {
        let provider = Provider::start().await;
        let mut oidc = OidcSettings::of(&provider.issuer, "cpor");
        oidc.client_secret = Some(Secret::from("a secret that only the server has"));
        oidc.label = "Contoso ID".into();
        // The provider tells the real time.
        let server = TestServer::start_at(&Utc::now().to_rfc3339(), |config| {
            config.oidc = Some(oidc);
            change(config);
        })
        .await;
        provider.knows(&server.url(""), client).await;
        let scene = Self { provider, server };
        scene.account("ana", json!({"role": "incentives-admin"})).await;
        scene
    }

    /// An account at the provider, of the demonstration's organisation unless it says else.
    async fn account(&self, id: &str, claims: Value) {
        let mut account = json!({
            "id": id,
            "name": "Ana Bowman",
            "email": "ana@fabrikam.example",
            "organisation": FABRIKAM,
        });
        account.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        self.provider.tell("account", account).await;
    }

    fn browser(&self) -> Browser {
        Browser::new(self.server.url(""))
    }

    /// Signs in with a browser of one's own.
    async fn sign_in(&self, id: &str) -> Person {
        let mut browser = self.browser();
        assert_eq!(browser.sign_in(id, "/claims").await, "/claims");
        browser.person()
    }

    /// With which word a sign-in is refused.
    async fn refusal(&self, id: &str) -> String {
        let mut browser = self.browser();
        let place = browser.sign_in(id, "/claims").await;
        assert!(!browser.has_session(), "{place}");
        refused(&place)
    }
}

/// The word in the address of the page for signing in.
fn refused(place: &str) -> String {
    let query = place.strip_prefix("/sign-in?").unwrap_or_else(|| panic!("not refused: {place}"));
    let word = query.split('&').find_map(|pair| pair.strip_prefix("failure="));
    word.unwrap().to_owned()
}

/// The account that a person is signed in with.
async fn account_of(person: &Person) -> Value {
    let answer = person.get("/v1/session").await;
    assert_eq!(answer.status, 200);
    answer.json()["account"].clone()
}
