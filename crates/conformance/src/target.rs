//! The backend under test and the people who use it.

use crate::check::{Need, Who};
use crate::exchange::{Claim, Failure, Request};
use crate::person::Person;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use cpor_rules::{EditionId, Status};
use futures_util::future::try_join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a backend is, and how to sign in there.
#[derive(Clone, Default)]
pub struct Target {
    /// Its address, without a path.
    pub url: String,
    /// Address and password of each account. With none the backend is spoken to
    /// without a session.
    pub accounts: BTreeMap<Who, (String, String)>,
}

/// What the backend says of itself, shared by all people.
pub(crate) struct Info {
    pub(crate) http: Client,
    pub(crate) url: String,
    pub(crate) backend: Value,
}

impl Info {
    pub(crate) fn has(&self, feature: &str) -> bool {
        self.lists("features", feature)
    }

    fn lists(&self, key: &str, wanted: &str) -> bool {
        self.backend[key].as_array().into_iter().flatten().any(|offered| offered == wanted)
    }

    /// How many requests a session may send in a minute, where it is told.
    pub(crate) fn session_rate(&self) -> Option<u64> {
        self.backend["limits"]["requests_per_minute"]["session"].as_u64()
    }

    /// Today's edition, or the newest that the backend takes.
    pub(crate) fn edition(&self) -> EditionId {
        let offered = |edition: &&EditionId| self.lists("editions", edition.code());
        EditionId::ALL.iter().rev().find(offered).copied().unwrap_or_default()
    }
}

/// The backend under test, with everybody signed in.
pub struct On {
    pub(crate) info: Arc<Info>,
    people: BTreeMap<Who, Person>,
    /// Somebody without a session.
    pub(crate) nobody: Person,
    pub(crate) accounts: BTreeMap<Who, (String, String)>,
}

impl On {
    /// Asks the backend what it is and signs everybody in.
    ///
    /// # Errors
    /// The backend does not answer, or refuses an account: nothing can be checked.
    pub async fn open(target: &Target) -> Result<Self, String> {
        if target.url.starts_with("https:") && !cfg!(feature = "tls") {
            return Err(
                "https needs the feature tls: cargo run -p cpor-conformance --features tls".into(),
            );
        }
        // Another part of the program may have chosen one: that is well too.
        #[cfg(feature = "tls")]
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        let url = target.url.trim_end_matches('/').to_owned();
        let asked = Request::new(&http, Method::GET, format!("{url}/v1/backend")).send().await;
        let answer = asked.map_err(|failure| format!("{url} does not answer: {}", failure.came))?;
        let backend = answer.json().map_err(|_| {
            format!("{url}/v1/backend answers {} and no JSON: this is no backend", answer.status)
        })?;
        let info = Arc::new(Info { http, url, backend });
        let nobody = Person::new(info.clone());
        let signing_in = target.accounts.iter().map(async |(who, (email, password))| {
            let refused = |failure: Failure| {
                let came = failure.came.lines().next().unwrap_or_default().to_owned();
                format!("{email} cannot sign in as {}: {came}", who.word())
            };
            let person = nobody.signed_in(email, password).await.map_err(refused)?;
            Ok::<_, String>((*who, person))
        });
        let mut people: BTreeMap<_, _> = try_join_all(signing_in).await?.into_iter().collect();
        if people.is_empty() {
            people.insert(Who::Admin, nobody.clone().known().await);
        }
        let on = Self { info, people, nobody, accounts: target.accounts.clone() };
        on.mean_what_they_say()?;
        Ok(on)
    }

    /// Accounts under the wrong word would fail checks for no fault of the backend.
    fn mean_what_they_say(&self) -> Result<(), String> {
        let said = |who: Who, key: &str| {
            self.people.get(&who).map(|person| person.session["account"][key].clone())
        };
        for (who, role) in [
            (Who::Admin, "incentives-admin"),
            (Who::Other, "incentives-admin"),
            (Who::User, "incentives-user"),
            (Who::Reviewer, "reviewer"),
        ] {
            let is = said(who, "role").unwrap_or_default();
            if is.as_str().is_some_and(|is| is != role) {
                return Err(format!("the account for {} is no {role} but {is}", who.word()));
            }
        }
        let organisation = |who| said(who, "organisation_id").filter(Value::is_string);
        let own = organisation(Who::Admin);
        if own.is_some() && own == organisation(Who::Other) {
            return Err("admin and other are of one organisation".to_owned());
        }
        if own.is_some() && organisation(Who::User).is_some_and(|user| Some(user) != own) {
            return Err("admin and user are not of one organisation".to_owned());
        }
        Ok(())
    }

    /// Why something is not here, for the report.
    pub(crate) fn lacks(&self, need: Need) -> Option<String> {
        match need {
            Need::Feature(name) => {
                (!self.info.has(name)).then(|| format!("the backend does not list `{name}`"))
            }
            Need::Account(who) => (!self.people.contains_key(&who))
                .then(|| format!("no account for `{}`", who.word())),
            Need::Session => self.accounts.is_empty().then(|| "nobody signs in".to_owned()),
            Need::Rate(most) => match self.info.session_rate() {
                None => Some("no limit of a session is told".to_owned()),
                Some(rate) => (rate > most)
                    .then(|| format!("a session has more than {most} requests in a minute")),
            },
            Need::Edition(code) => (!self.info.lists("editions", code))
                .then(|| format!("the backend does not take the edition `{code}`")),
        }
    }

    fn person(&self, who: Who) -> Result<&Person, Failure> {
        let missing = || Failure::of("nobody", format!("an account for `{}`", who.word()));
        self.people.get(&who).ok_or_else(missing)
    }

    pub(crate) fn admin(&self) -> Result<&Person, Failure> {
        self.person(Who::Admin)
    }

    pub(crate) fn other(&self) -> Result<&Person, Failure> {
        self.person(Who::Other)
    }

    pub(crate) fn user(&self) -> Result<&Person, Failure> {
        self.person(Who::User)
    }

    pub(crate) fn reviewer(&self) -> Result<&Person, Failure> {
        self.person(Who::Reviewer)
    }

    /// Takes a claim of one's own along the shortest way to a status.
    pub(crate) async fn claim_in(&self, status: Status) -> Result<Claim, Failure> {
        let admin = self.admin()?;
        let claim = match status {
            Status::Draft => return admin.ready().await,
            _ => admin.submitted().await?,
        };
        self.lead(claim, status).await
    }

    /// Takes a submitted claim along the shortest way to a status.
    pub(crate) async fn lead(&self, claim: Claim, status: Status) -> Result<Claim, Failure> {
        let steps: &[&str] = match status {
            Status::UnderReview => &["start-review"],
            Status::PartnerActionRequired => &["start-review", "request-action"],
            Status::Approved => &["approve"],
            Status::Rejected => &["reject"],
            Status::Dispute => &["reject", "dispute"],
            Status::RejectedFinal => &["reject", "dispute", "reject-finally"],
            Status::Draft | Status::Submitted | Status::CustomerConsentDenied => &[],
        };
        let mut claim = claim;
        for step in steps {
            let request = if *step == "dispute" {
                let why = json!({"justification": "The proof shows the engagement."});
                self.admin()?.act(&claim, "dispute", &why)
            } else {
                self.reviewer()?.review(&claim, step, "Please look again.")
            };
            claim = request.send().await?.is(200)?.claim()?;
        }
        Ok(claim)
    }
}

/// The time of this machine; a demonstration may be ahead of it.
pub(crate) fn now(ahead: &Value) -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    let ahead = ahead["clock_ahead_seconds"].as_i64().unwrap_or_default();
    DateTime::from_timestamp(seconds, 0).unwrap_or_default() + TimeDelta::seconds(ahead)
}

/// A day on which a customer may have acknowledged a proof.
pub(crate) fn recent_day(session: &Value) -> NaiveDate {
    (now(session) - TimeDelta::days(30)).date_naive()
}
