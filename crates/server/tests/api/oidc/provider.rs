//! The provider as a process: `tests/oidc/provider.mjs`.

use reqwest::Client;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A running provider. It ends with its standard input, so also with this process.
pub struct Provider {
    child: Child,
    pub issuer: String,
}

impl Provider {
    pub async fn start() -> Self {
        let started = tokio::task::spawn_blocking(|| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oidc");
            let mut child = Command::new("node")
                .args(["--no-warnings", "provider.mjs"])
                .current_dir(folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| {
                    panic!("these tests need Node.js: cargo xtask setup ({error})")
                });
            let mut issuer = String::new();
            BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut issuer).unwrap();
            (child, issuer)
        });
        let (child, issuer) = started.await.unwrap();
        let issuer = issuer.trim().to_owned();
        assert!(
            issuer.starts_with("http://"),
            "the provider did not start: run cargo xtask setup, or npm ci in tests/oidc"
        );
        Self { child, issuer }
    }

    /// Tells the provider of the app, under the client that it has for it.
    pub async fn knows(&self, app: &str, mut client: Value) {
        client["app"] = app.into();
        self.tell("client", client).await;
    }

    /// From now on something is wrong with what the provider says.
    pub async fn spoil(&self, how: &str) {
        self.tell("spoil", json!({"how": how})).await;
    }

    pub async fn tell(&self, what: &str, about: Value) {
        let told = Client::new().post(format!("{}/test/{what}", self.issuer)).json(&about);
        let answer = told.send().await.unwrap();
        assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().unwrap_or_default();
        self.child.wait().ok();
    }
}
