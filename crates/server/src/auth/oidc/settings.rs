//! Which provider, and what its claims mean.

use crate::config::Secret;

/// Which provider, and what its claims mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcSettings {
    /// The issuer, as the provider writes it.
    pub issuer: String,
    /// Under which id the provider knows this server.
    pub client_id: String,
    /// With which secret, where it has given one.
    pub client_secret: Option<Secret>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim with the role.
    pub role_claim: String,
    /// The claim with the organisation.
    pub organisation_claim: String,
    /// The claim with the locations; without it everybody works for all of their organisation.
    pub location_claim: Option<String>,
    /// What people call the provider.
    pub label: String,
}

/// Most characters of a label, which stands on a button.
const MAX_LABEL: usize = 40;

impl OidcSettings {
    /// A provider with what is usual for everything else.
    pub fn of(issuer: &str, client_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            scopes: ["profile", "email"].map(str::to_owned).to_vec(),
            role_claim: "role".to_owned(),
            organisation_claim: "organisation".to_owned(),
            location_claim: None,
            label: "OpenID Connect".to_owned(),
        }
    }

    /// The settings, where they can be worked with.
    ///
    /// # Errors
    /// Which option cannot be used, and why.
    pub fn check(self) -> Result<Self, &'static str> {
        if self.issuer.is_empty() {
            return Err("options of a provider need --oidc-issuer: name it, or take them away");
        }
        if !is_protected(&self.issuer) {
            return Err("--oidc-issuer begins with https://; http:// is for this machine alone, \
                        since whoever is in between could sign in as anybody");
        }
        if self.issuer.contains(['?', '#']) {
            return Err("--oidc-issuer has no query and no fragment");
        }
        if self.client_id.is_empty() {
            return Err("--oidc-issuer needs --oidc-client-id");
        }
        if self.label.is_empty() || self.label.chars().count() > MAX_LABEL {
            return Err("--oidc-label has 1 to 40 characters");
        }
        if self.role_claim.is_empty() || self.organisation_claim.is_empty() {
            return Err("--oidc-role-claim and --oidc-organisation-claim name a claim each");
        }
        Ok(self)
    }
}

/// Whether nobody can listen on the way to this address.
pub(super) fn is_protected(url: &str) -> bool {
    let Ok(url) = openidconnect::url::Url::parse(url) else { return false };
    match url.scheme() {
        "https" => url.has_host(),
        "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_over_tls_or_on_this_machine() {
        let check = |issuer: &str| OidcSettings::of(issuer, "cpor").check();
        for issuer in ["https://id.example.com", "http://127.0.0.1:9000", "http://localhost/a"] {
            assert!(check(issuer).is_ok(), "{issuer}");
        }
        for issuer in [
            "http://id.example.com",
            "http://localhost.example.com",
            "id.example.com",
            "https://id.example.com?a",
            "file:///etc/passwd",
            "",
        ] {
            assert!(check(issuer).is_err(), "{issuer}");
        }
        let of = |change: fn(&mut OidcSettings)| {
            let mut settings = OidcSettings::of("https://id.example.com", "cpor");
            change(&mut settings);
            settings.check()
        };
        assert!(of(|it| it.client_id.clear()).is_err());
        assert!(of(|it| it.label.clear()).is_err());
        assert!(of(|it| it.label = "a".repeat(41)).is_err());
        assert!(of(|it| it.role_claim.clear()).is_err());
    }

    #[test]
    fn the_secret_stands_in_no_log() {
        let secret = Some(Secret::from("canary"));
        let settings = OidcSettings { client_secret: secret, ..OidcSettings::of("a", "b") };
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
