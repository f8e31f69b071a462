//! Everything that the database holds of a person.

use super::PersonError;
use super::words::Words;
use crate::database::Connection;
use crate::repositories::claims::{self, StoredClaim};
use crate::repositories::people::{self, KeptAnswer, NamedFile, StoredLine, StoredMail};
use crate::repositories::{accounts, identities};
use cpor_protocol::Account;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An account of the person.
pub(super) struct KnownAccount {
    pub(super) account: Account,
    /// Issuer and subject, where it is a provider's.
    pub(super) identity: Option<(String, String)>,
}

/// What was found, each thing once.
#[derive(Default)]
pub(super) struct Known {
    pub(super) words: Words,
    /// One with a password, and any number of those of a provider: an address that is
    /// shown may be several people's.
    pub(super) accounts: Vec<KnownAccount>,
    /// Claims that name the person, or that the person has made.
    pub(super) claims: BTreeMap<String, StoredClaim>,
    /// Lines of histories that name the person.
    pub(super) lines: BTreeMap<i64, StoredLine>,
    pub(super) answers: BTreeMap<(String, String), KeptAnswer>,
    pub(super) files: BTreeMap<(String, String), NamedFile>,
    pub(super) uploads: BTreeMap<String, NamedFile>,
    /// Mails to or about the person, or about a claim that names the person.
    pub(super) mails: BTreeMap<String, StoredMail>,
    /// Tenants whose portal administrator the person is.
    pub(super) tenants: Vec<String>,
}

impl Known {
    /// Looks for the person. Under a connection that writes, the claims stay as they are
    /// until its end.
    pub(super) async fn find(
        connection: &mut Connection,
        words: Words,
    ) -> Result<Self, PersonError> {
        let mut known = Self { words, ..Self::default() };
        let email = known.words.email().to_owned();
        for id in people::accounts_of(connection, &email.to_ascii_lowercase()).await? {
            let (account, _) = accounts::find(connection, &id).await?;
            known.words.add_name(&account.name);
            for id in people::claims_by(connection, &account.id).await? {
                known.add_claim(connection, &id).await?;
            }
            let identity = identities::of_account(connection, &id).await?;
            known.accounts.push(KnownAccount { account, identity });
        }
        let mut asked = BTreeSet::new();
        let mut others = BTreeSet::new();
        loop {
            // What is found may tell of another name, by which more is found.
            let new: Vec<_> = known
                .words
                .needles()
                .flat_map(spellings)
                .filter(|word| !asked.contains(word))
                .collect();
            if new.is_empty() {
                break;
            }
            for word in new {
                known.look_for(connection, &word).await?;
                asked.insert(word);
            }
            known.learn(&mut others)?;
        }
        known.tenants = people::tenants_of(connection, &email.to_ascii_lowercase()).await?;
        for name in known.words.names() {
            let folded = name.to_ascii_lowercase();
            if people::namesakes(connection, &folded, &email.to_ascii_lowercase()).await? > 0 {
                others.insert(name.to_owned());
            }
        }
        known.words.share(&others);
        known.keep_what_is_theirs()?;
        for id in known.claims.keys() {
            for mail in people::mails_about(connection, id).await? {
                known.mails.insert(mail.id.clone(), mail);
            }
        }
        if known.is_nothing() { Err(PersonError::Unknown) } else { Ok(known) }
    }

    async fn add_claim(
        &mut self,
        connection: &mut Connection,
        id: &str,
    ) -> Result<(), PersonError> {
        if !self.claims.contains_key(id)
            && let Some(claim) = claims::find(connection, id).await?
        {
            self.claims.insert(id.to_owned(), claim);
        }
        Ok(())
    }

    async fn look_for(
        &mut self,
        connection: &mut Connection,
        word: &str,
    ) -> Result<(), PersonError> {
        for id in people::claims_with(connection, word).await? {
            self.add_claim(connection, &id).await?;
        }
        for line in people::lines_with(connection, word).await? {
            // Until the end nobody adds to the history, and the claim is there for its mails.
            self.add_claim(connection, &line.claim_id).await?;
            self.lines.insert(line.id, line);
        }
        for answer in people::answers_with(connection, word).await? {
            self.answers.insert((answer.account_id.clone(), answer.key.clone()), answer);
        }
        for file in people::files_with(connection, word).await? {
            self.files.insert((file.owner.clone(), file.sha256.clone()), file);
        }
        for upload in people::uploads_with(connection, word).await? {
            self.uploads.insert(upload.owner.clone(), upload);
        }
        for mail in people::mails_with(connection, word).await? {
            self.add_claim(connection, &mail.claim_id).await?;
            self.mails.insert(mail.id.clone(), mail);
        }
        Ok(())
    }

    /// Learns names from what was found.
    fn learn(&mut self, others: &mut BTreeSet<String>) -> Result<(), PersonError> {
        for claim in self.claims.values() {
            self.words.learn(&serde_json::to_value(&claim.record.draft)?, others);
        }
        let texts = self.lines.values().map(|line| &line.event);
        let texts = texts.chain(self.answers.values().map(|answer| &answer.body));
        for text in texts.chain(self.mails.values().map(|mail| &mail.letter)) {
            if let Some(value) = json(text) {
                self.words.learn(&value, others);
            }
        }
        Ok(())
    }

    /// Leaves out what was found by a name that others have as well.
    fn keep_what_is_theirs(&mut self) -> Result<(), PersonError> {
        let words = &self.words;
        let names_in = |text: &str| match json(text) {
            Some(value) => !words.found_in(&value).is_empty(),
            None => words.are_in(text),
        };
        self.lines.retain(|_, line| names_in(&line.event));
        self.answers.retain(|(_, key), answer| names_in(&answer.body) || words.are_in(key));
        self.files.retain(|_, file| words.are_in(&file.name));
        self.uploads.retain(|_, upload| words.are_in(&upload.name));
        let mails = &self.mails;
        let lines = &self.lines;
        let mut kept = BTreeSet::new();
        for (id, claim) in &self.claims {
            let is_theirs = self.is_account(&claim.created_by_id)
                || !words.found_in(&serde_json::to_value(&claim.record.draft)?).is_empty()
                || words.are_in(&claim.record.status_reason)
                || lines.values().any(|line| line.claim_id == *id)
                || mails.values().any(|mail| mail.claim_id == *id && names_in(&mail.letter));
            if is_theirs {
                kept.insert(id.clone());
            }
        }
        self.claims.retain(|id, _| kept.contains(id));
        self.mails.retain(|_, mail| kept.contains(&mail.claim_id));
        Ok(())
    }

    /// Whether this is the id of an account of the person.
    pub(super) fn is_account(&self, id: &str) -> bool {
        self.accounts.iter().any(|known| known.account.id == id)
    }

    fn is_nothing(&self) -> bool {
        self.accounts.is_empty()
            && self.claims.is_empty()
            && self.answers.is_empty()
            && self.files.is_empty()
            && self.uploads.is_empty()
            && self.tenants.is_empty()
    }
}

/// Stored JSON; `None` where it is something else, such as what a mail said that was
/// forgotten.
pub(super) fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// A word as it may be stored: by itself, or with the escapes of JSON.
fn spellings(word: &str) -> BTreeSet<String> {
    let word = word.to_ascii_lowercase();
    let escaped = Value::from(word.as_str()).to_string();
    BTreeSet::from([escaped[1..escaped.len() - 1].to_owned(), word])
}
