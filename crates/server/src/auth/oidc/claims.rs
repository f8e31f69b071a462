//! What the claims of a person mean here.

use super::id_token::Claims;
use super::refusal::Refusal;
use super::settings::OidcSettings;
use cpor_rules::UserRole;
use serde_json::Value;
use std::collections::BTreeSet;

/// A name or an address that is longer is cut.
const MAX_TEXT: usize = 200;
/// Most locations of a person.
const MAX_LOCATIONS: usize = 500;
/// In the claim of the locations: all of the organisation.
const ALL_LOCATIONS: &str = "*";

/// A person as the provider tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// What never changes of them, among all people of the issuer.
    pub(crate) subject: String,
    pub(crate) name: String,
    /// As it is shown; nobody is found by it.
    pub(crate) email: String,
    /// What the provider calls the organisation.
    pub(crate) organisation: String,
    pub(crate) role: Result<UserRole, Refusal>,
    /// Partner IDs; none where the person works for all locations.
    pub(crate) locations: Result<Vec<String>, Refusal>,
}

impl Person {
    /// Reads the claims.
    pub(super) fn read(settings: &OidcSettings, claims: &Claims) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(cut);
        let filled = |name: &str| text(name).filter(|text| !text.is_empty());
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let role = role(&values(claims, &settings.role_claim));
        Self {
            subject: subject.to_owned(),
            name: filled("name")
                .or_else(|| filled("preferred_username"))
                .or_else(|| filled("email"))
                .unwrap_or_else(|| cut(subject)),
            email: text("email").unwrap_or_default(),
            organisation: values(claims, &settings.organisation_claim)
                .first()
                .map(|name| cut(name))
                .unwrap_or_default(),
            role: role.ok_or(Refusal::NoRole),
            locations: match &settings.location_claim {
                // Reviewers work for the programme.
                Some(claim) if role != Some(UserRole::Reviewer) => {
                    locations(&values(claims, claim)).ok_or(Refusal::NoLocation)
                }
                Some(_) | None => Ok(Vec::new()),
            },
        }
    }

    /// Whether all was told that is needed to let the person in.
    pub(super) fn is_complete(&self) -> bool {
        let has_names = !self.name.is_empty() && !self.email.is_empty();
        has_names && !self.organisation.is_empty() && self.role.is_ok() && self.locations.is_ok()
    }
}

/// The texts of a claim: one, or several. A name that begins with a slash leads into what
/// is nested, as in `/realm_access/roles`.
fn values<'a>(claims: &'a Claims, name: &str) -> Vec<&'a str> {
    let mut steps = name.strip_prefix('/').unwrap_or_default().splitn(2, '/');
    let value = claims.get(name).or_else(|| {
        let outer = claims.get(steps.next()?)?;
        match steps.next() {
            Some(inner) => outer.pointer(&format!("/{inner}")),
            None => Some(outer),
        }
    });
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The role, among whatever else the claim holds. Who is partner and reviewer at once is
/// neither: nobody judges claims of their own.
fn role(values: &[&str]) -> Option<UserRole> {
    let has = |code| values.contains(&code);
    let partner = match (has("incentives-admin"), has("incentives-user")) {
        (true, _) => Some(UserRole::IncentivesAdmin),
        (false, true) => Some(UserRole::IncentivesUser),
        (false, false) => None,
    };
    match (partner, has("reviewer")) {
        (partner, false) => partner,
        (None, true) => Some(UserRole::Reviewer),
        (Some(_), true) => None,
    }
}

/// The Partner IDs, or none for all locations. Without a value there is no answer: a list
/// that lost its last entry must not open everything.
fn locations(values: &[&str]) -> Option<Vec<String>> {
    if values == [ALL_LOCATIONS] {
        return Some(Vec::new());
    }
    let is_id = |text: &&str| {
        (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let are_ids = !values.is_empty() && values.len() <= MAX_LOCATIONS && values.iter().all(is_id);
    let ids: BTreeSet<_> = values.iter().map(ToString::to_string).collect();
    are_ids.then(|| ids.into_iter().collect())
}

fn cut(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(change: impl FnOnce(&mut OidcSettings), claims: &Value) -> Person {
        let mut settings = OidcSettings::of("https://id.example.com", "cpor");
        change(&mut settings);
        Person::read(&settings, claims.as_object().unwrap())
    }

    #[test]
    fn a_role_is_found_among_others_and_the_stronger_one_counts() {
        let role = |value: Value| read(|_| {}, &json!({"sub": "1", "role": value})).role;
        assert_eq!(role(json!("incentives-user")), Ok(UserRole::IncentivesUser));
        assert_eq!(role(json!(["mail", "reviewer"])), Ok(UserRole::Reviewer));
        let both = json!(["incentives-user", "incentives-admin"]);
        assert_eq!(role(both), Ok(UserRole::IncentivesAdmin));
        for wrong in [
            json!("king"),
            json!("Reviewer"),
            json!([]),
            json!(null),
            json!({"reviewer": true}),
            json!(["reviewer", "incentives-user"]),
        ] {
            assert_eq!(role(wrong.clone()), Err(Refusal::NoRole), "{wrong}");
        }
    }

    #[test]
    fn a_claim_may_be_nested_or_have_a_name_like_an_address() {
        let nested = json!({"sub": "1", "realm_access": {"roles": ["reviewer"]}});
        let found = read(|it| it.role_claim = "/realm_access/roles".into(), &nested);
        assert_eq!(found.role, Ok(UserRole::Reviewer));
        let named = json!({"sub": "1", "https://claims.example.com/role": "reviewer"});
        let found = read(|it| it.role_claim = "https://claims.example.com/role".into(), &named);
        assert_eq!(found.role, Ok(UserRole::Reviewer));
    }

    #[test]
    fn locations_are_told_or_nobody_comes_in() {
        let locations = |value: Value| {
            let claims = json!({"sub": "1", "role": "incentives-user", "sites": value});
            read(|it| it.location_claim = Some("sites".into()), &claims).locations
        };
        assert_eq!(locations(json!(["2", "1", "2"])), Ok(vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(locations(json!("4391507")), Ok(vec!["4391507".to_owned()]));
        assert_eq!(locations(json!("*")), Ok(Vec::new()));
        for wrong in [json!([]), json!(null), json!("north"), json!(["1", "*"]), json!([""])] {
            assert_eq!(locations(wrong.clone()), Err(Refusal::NoLocation), "{wrong}");
        }
        let reviewer = json!({"sub": "1", "role": "reviewer"});
        let found = read(|it| it.location_claim = Some("sites".into()), &reviewer);
        assert_eq!(found.locations, Ok(Vec::new()));
    }

    #[test]
    fn a_name_is_always_there_and_never_endless() {
        let name = |claims| read(|_| {}, &claims).name;
        assert_eq!(name(json!({"sub": "1", "name": " Ana\n", "email": "a@b"})), "Ana");
        assert_eq!(name(json!({"sub": "1", "name": "", "email": "a@b"})), "a@b");
        assert_eq!(name(json!({"sub": "1"})), "1");
        assert_eq!(name(json!({"sub": "1", "name": "a".repeat(999)})).len(), MAX_TEXT);
    }
}
