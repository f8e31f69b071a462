//! Takes a person out of everything that the server keeps.
//!
//! All of it happens in one transaction, which is given up where nobody has said yes: so
//! what is announced is what would be done. Files of mails are removed once it is
//! committed; ended between, the next run removes them.

use super::export::MAILS_FOLDER;
use super::known::{Known, KnownAccount, json};
use super::words::{Instead, Words};
use super::{NewContact, Person, PersonError};
use crate::claims::{announce, changed_fields};
use crate::clock::{Clock, day_in};
use crate::database::Connection;
use crate::error::ApiError;
use crate::mail;
use crate::repositories::audit::{self, Event};
use crate::repositories::claims::StoredClaim;
use crate::repositories::history::{self, Deed};
use crate::repositories::mails::MAX_ATTEMPTS;
use crate::repositories::{accounts, claims, people};
use chrono::{DateTime, Utc};
use cpor_protocol::HistoryEvent;
use cpor_rules::edition::ConsentEmail;
use cpor_rules::{Action, Actor, Draft, Status};
use std::collections::BTreeSet;
use std::path::Path;
use tokio::fs;

/// What the audit log calls it.
const WHAT: &str = "person-erased";

/// What was done, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Whether it was done.
    pub is_done: bool,
    /// The name that stands where the person's name stood.
    pub pseudonym: String,
    /// Accounts that were closed: of which organisation each was, and whose it was at a
    /// provider.
    pub accounts: Vec<String>,
    /// Sessions that ended.
    pub sessions: u64,
    /// Short names of the claims whose text was changed.
    pub claims: Vec<String>,
    /// Short names of those of them that have the new contact now.
    pub handed_over: Vec<String>,
    /// Lines of histories that say it otherwise now.
    pub lines: usize,
    /// Answers to operations that say it otherwise now, or are forgotten.
    pub answers: u64,
    /// Files and uploads with another name.
    pub names_of_files: usize,
    /// Mails of which nothing is kept but that they were sent.
    pub mails: usize,
    /// Files in the folder of mails that were removed.
    pub mail_files: usize,
    /// Names that others have as well, or single words: they stay in running text.
    pub left_alone: Vec<String>,
    /// Hashes of the files that these claims name: what is written in them stays.
    pub contents: Vec<String>,
}

/// Erases the person, if `is_meant`; otherwise tells what would be done.
///
/// # Errors
/// The person is unknown, claims under way name the person and nobody takes its place, or
/// the data cannot be read or written. Nothing is changed then.
pub async fn person_erase(
    person: &Person,
    new_contact: Option<&NewContact>,
    is_meant: bool,
    clock: &Clock,
) -> Result<Erasure, PersonError> {
    let database = person.open().await?;
    let mut transaction = database.write().await?;
    accounts::lock_all(&mut transaction).await?;
    let known = Known::find(&mut transaction, Words::new(&person.email, &person.also)).await?;
    let mails: Vec<_> = known.mails.keys().cloned().collect();
    let mut erasing = Erasing::of(known, new_contact, clock.now());
    erasing.refuse_if_under_way()?;
    erasing.run(&mut transaction).await?;
    let mut done = erasing.done;
    if is_meant {
        transaction.commit().await?;
        // What was removed from a file of SQLite stays in it until it is written anew.
        database.forget_removed().await?;
    } else {
        drop(transaction);
    }
    done.is_done = is_meant;
    done.mail_files = remove_mails(&person.place.data, &mails, is_meant).await?;
    database.close().await;
    Ok(done)
}

/// A person on the way out.
struct Erasing<'a> {
    known: Known,
    erased: Instead,
    /// Who takes the person's place in claims under way.
    successor: Option<Instead>,
    under_way: BTreeSet<String>,
    deed: Deed<'a>,
    done: Erasure,
}

impl Erasing<'_> {
    fn of(known: Known, new_contact: Option<&NewContact>, now: DateTime<Utc>) -> Self {
        // Not made of the address: whoever guesses one could find out.
        let number = uuid::Uuid::new_v4().simple().to_string();
        let number = number.get(..8).unwrap_or_default();
        let erased = Instead {
            name: format!("Erased person {number}"),
            email: format!("erased-{number}@erased.invalid"),
            is_person: false,
        };
        let successor = new_contact.map(|contact| Instead {
            name: contact.name.clone(),
            email: contact.email.clone(),
            is_person: true,
        });
        let deed = Deed { at: now, actor: Actor::System, account_id: None, operation: None };
        let under_way = under_way(&known, now);
        let done = Erasure {
            pseudonym: erased.name.clone(),
            accounts: known.accounts.iter().map(told_account).collect(),
            left_alone: known.words.left_alone().map(str::to_owned).collect(),
            ..Erasure::default()
        };
        Self { known, erased, successor, under_way, deed, done }
    }

    fn refuse_if_under_way(&self) -> Result<(), PersonError> {
        if self.under_way.is_empty() || self.successor.is_some() {
            return Ok(());
        }
        let of = |id| self.known.claims.get(id).map(|claim| claim.record.reference.clone());
        let mut references: Vec<_> = self.under_way.iter().filter_map(of).collect();
        references.sort();
        Err(PersonError::UnderWay(references))
    }

    /// Who stands in a claim instead.
    fn instead(&self, claim_id: &str) -> &Instead {
        match &self.successor {
            Some(successor) if self.under_way.contains(claim_id) => successor,
            _ => &self.erased,
        }
    }

    /// Locks come in the order in which requests take them: claims are locked already,
    /// then rows, then ends of the audit log, then feeds.
    async fn run(&mut self, connection: &mut Connection) -> Result<(), PersonError> {
        let changed = self.clean_claims(connection).await?;
        self.clean_history(connection).await?;
        self.clean_answers(connection).await?;
        self.clean_names_of_files(connection).await?;
        self.clean_mails(connection, &changed).await?;
        for tenant_id in &self.known.tenants {
            people::forget_administrator(connection, tenant_id).await?;
        }
        self.close_accounts(connection).await?;
        self.tell(connection, &changed).await
    }

    /// Gives the drafts of before of all claims that were changed.
    async fn clean_claims(
        &mut self,
        connection: &mut Connection,
    ) -> Result<Vec<(String, Draft)>, PersonError> {
        let mut changed = Vec::new();
        let ids: Vec<_> = self.known.claims.keys().cloned().collect();
        for id in ids {
            let instead = self.instead(&id).clone();
            let words = &self.known.words;
            let Some(claim) = self.known.claims.get_mut(&id) else { continue };
            let mut draft = serde_json::to_value(&claim.record.draft)?;
            let is_in_draft = words.clean(&mut draft, &instead);
            let reason = words.cleaned(&claim.record.status_reason, &self.erased);
            if !is_in_draft && reason.is_none() {
                continue;
            }
            let before = claim.record.draft.clone();
            claim.record.draft = serde_json::from_value(draft)?;
            claim.record.status_reason =
                reason.unwrap_or_else(|| claim.record.status_reason.clone());
            claim.touch(self.deed.at);
            claims::save(connection, claim).await?;
            self.done.claims.push(claim.record.reference.clone());
            if instead.is_person {
                self.done.handed_over.push(claim.record.reference.clone());
            }
            self.done.contents.extend(before.poe_files.iter().map(|file| file.sha256.clone()));
            changed.push((id, before));
        }
        self.done.claims.sort();
        self.done.handed_over.sort();
        self.done.contents.sort();
        self.done.contents.dedup();
        Ok(changed)
    }

    async fn clean_history(&mut self, connection: &mut Connection) -> Result<(), PersonError> {
        for line in self.known.lines.values_mut() {
            let mut event = json(&line.event).ok_or(PersonError::Unreadable)?;
            if self.known.words.clean(&mut event, &self.erased) {
                // In the form in which it is written, whatever the order of its fields was.
                let event: HistoryEvent = serde_json::from_value(event)?;
                line.event = serde_json::to_string(&event)?;
                people::rewrite_line(connection, line).await?;
                self.done.lines += 1;
            }
        }
        Ok(())
    }

    async fn clean_answers(&mut self, connection: &mut Connection) -> Result<(), PersonError> {
        for answer in self.known.answers.values_mut() {
            let words = &self.known.words;
            match json(&answer.body) {
                Some(mut body) if !words.are_in(&answer.key) => {
                    words.clean(&mut body, &self.erased);
                    answer.body = body.to_string();
                    people::rewrite_answer(connection, answer).await?;
                }
                _ => people::remove_answer(connection, answer).await?,
            }
            self.done.answers += 1;
        }
        Ok(())
    }

    async fn clean_names_of_files(
        &mut self,
        connection: &mut Connection,
    ) -> Result<(), PersonError> {
        let words = &self.known.words;
        for file in self.known.files.values_mut() {
            if let Some(name) = words.cleaned(&file.name, &self.erased) {
                file.name = name;
                people::rename_file(connection, file).await?;
                self.done.names_of_files += 1;
            }
        }
        for upload in self.known.uploads.values_mut() {
            if let Some(name) = words.cleaned(&upload.name, &self.erased) {
                upload.name = name;
                people::rename_upload(connection, upload).await?;
                self.done.names_of_files += 1;
            }
        }
        Ok(())
    }

    /// Forgets what mails said. Of claims under way the new contact is told instead, if
    /// the person was told or was about to be.
    async fn clean_mails(
        &mut self,
        connection: &mut Connection,
        changed: &[(String, Draft)],
    ) -> Result<(), PersonError> {
        for mail in self.known.mails.values() {
            let letter = json(&mail.letter);
            let waits = mail.sent_at.is_none() && mail.attempts < MAX_ATTEMPTS;
            let cleaned = match letter {
                Some(mut letter) if waits => {
                    self.known.words.clean(&mut letter, self.instead(&mail.claim_id));
                    // Of a copy nobody else is told.
                    let copy = letter.get("copy_to").and_then(|copy| copy.as_str());
                    if copy.is_some_and(|copy| copy.ends_with("erased.invalid")) {
                        letter["copy_to"] = serde_json::Value::Null;
                    }
                    let letter: mail::Letter = serde_json::from_value(letter)?;
                    serde_json::to_string(&letter)?
                }
                Some(_) => String::new(),
                None => continue,
            };
            if cleaned != mail.letter || mail.shown.is_some() {
                people::rewrite_mail(connection, &mail.id, &cleaned).await?;
                self.done.mails += 1;
            }
        }
        let handed_over = changed.iter().filter(|(id, _)| self.instead(id).is_person);
        for (id, before) in handed_over {
            let was_told = self.known.mails.values().any(|mail| mail.claim_id == *id);
            let Some(claim) = self.known.claims.get(id) else { continue };
            let draft = &claim.record.draft;
            if was_told && draft.customer_contact.email != before.customer_contact.email {
                let moment = match draft.edition.get().consent_email {
                    ConsentEmail::OnSubmit => Action::Submit,
                    ConsentEmail::OnApproval => Action::Approve,
                };
                mail::tell_customer(connection, claim, moment, self.deed.at)
                    .await
                    .map_err(fault)?;
            }
        }
        Ok(())
    }

    async fn close_accounts(&mut self, connection: &mut Connection) -> Result<(), PersonError> {
        for (index, KnownAccount { account, .. }) in self.known.accounts.iter().enumerate() {
            let name = &self.erased.name;
            // No two accounts have one.
            let email = match index {
                0 => self.erased.email.clone(),
                _ => format!("{}.{}", index + 1, self.erased.email),
            };
            let closed = people::close_account(connection, &account.id, name, &email).await?;
            self.done.sessions += closed.sessions;
            self.done.answers += closed.answers;
        }
        Ok(())
    }

    /// Tells the histories, the audit log, and everyone who has a copy.
    async fn tell(
        &self,
        connection: &mut Connection,
        changed: &[(String, Draft)],
    ) -> Result<(), PersonError> {
        for claim in self.known.claims.values() {
            let id = &claim.record.id;
            let before = changed.iter().find(|(changed, _)| changed == id);
            let fields = before
                .map(|(_, before)| changed_fields(before, &claim.record.draft))
                .filter(|fields| !fields.is_empty());
            if let Some(fields) = fields {
                history::add(connection, id, self.deed, &HistoryEvent::Changed { fields }).await?;
            }
            audit::note_claim(connection, id, self.deed, WHAT).await?;
        }
        for KnownAccount { account, .. } in &self.known.accounts {
            let (organisation_id, deed) = (&account.organisation_id, self.deed);
            let event = Event { organisation_id, deed, what: WHAT, subject: &account.id };
            audit::note(connection, event).await?;
        }
        for claim in self.known.claims.values() {
            // Also those that say what they said: the name of who made one is told with it.
            announce(connection, claim).await.map_err(fault)?;
        }
        Ok(())
    }
}

/// An account, so that whoever erases sees whether it is the one that is meant.
fn told_account(known: &KnownAccount) -> String {
    let organisation = &known.account.organisation;
    match &known.identity {
        Some((issuer, subject)) => format!("{organisation} ({subject} at {issuer})"),
        None => format!("{organisation} (with a password here)"),
    }
}

/// What a part of the server says that answers requests; it was logged where it arose.
fn fault(_: ApiError) -> PersonError {
    PersonError::Unreadable
}

/// Claims that go on and need the person as somebody to write to: under review or before
/// it, rejected and still to be disputed, or with a mail that waits.
fn under_way(known: &Known, now: DateTime<Utc>) -> BTreeSet<String> {
    let waits = |id: &str| {
        known.mails.values().any(|mail| {
            mail.claim_id == id
                && mail.sent_at.is_none()
                && mail.attempts < MAX_ATTEMPTS
                && json(&mail.letter)
                    .is_some_and(|letter| !known.words.found_in(&letter).is_empty())
        })
    };
    let goes_on = |claim: &StoredClaim| {
        let draft = &claim.record.draft;
        let contacts = [
            &draft.customer_contact.email,
            &draft.technical_contact.email,
            &draft.partner_contact.email,
        ];
        let is_contact = contacts.into_iter().any(|email| known.words.is_email(email));
        is_contact && (is_open(claim, now) || waits(&claim.record.id))
    };
    known.claims.iter().filter(|(_, claim)| goes_on(claim)).map(|(id, _)| id.clone()).collect()
}

fn is_open(claim: &StoredClaim, now: DateTime<Utc>) -> bool {
    match claim.record.status {
        Status::Draft
        | Status::Submitted
        | Status::UnderReview
        | Status::PartnerActionRequired
        | Status::Dispute => true,
        Status::Rejected => {
            claim.record.deadline.is_some_and(|deadline| deadline.due_on >= day_in(claim.zone, now))
        }
        Status::Approved | Status::RejectedFinal | Status::CustomerConsentDenied => false,
    }
}

/// Removes mails from the folder of data; only counts them where nothing is to be done.
async fn remove_mails(data: &Path, mails: &[String], is_meant: bool) -> Result<usize, PersonError> {
    let mut count = 0;
    for name in mails.iter().flat_map(|id| [format!("{id}.eml"), format!("{id}.part")]) {
        let path = data.join(MAILS_FOLDER).join(name);
        if fs::try_exists(&path).await? {
            count += 1;
            if is_meant {
                fs::remove_file(&path).await?;
            }
        }
    }
    Ok(count)
}

impl Erasure {
    /// What was done, or would be, in lines for people.
    pub fn told(&self) -> Vec<String> {
        let count = |number: u64, what: &str| (number > 0).then(|| format!("{number} {what}"));
        let list = |names: &[String], what: &str| {
            (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
        };
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let begin = if self.is_done { "erased" } else { "would be erased; --yes does it" };
        let lines = [
            Some(format!("{begin}: the person is called {} from now on", self.pseudonym)),
            list(&self.accounts, "accounts closed"),
            count(self.sessions, "sessions ended"),
            list(&self.claims, "claims changed"),
            list(&self.handed_over, "of them with the new contact"),
            count(number(self.lines), "lines of histories rewritten"),
            count(self.answers, "kept answers rewritten or forgotten"),
            count(number(self.names_of_files), "names of files rewritten"),
            count(number(self.mails), "mails forgotten or rewritten"),
            count(number(self.mail_files), "files of mails removed"),
            list(&self.left_alone, "left in running text, as it may mean others (see --also)"),
            list(&self.contents, "not looked into, since proof is kept as it was sent"),
        ];
        lines.into_iter().flatten().collect()
    }
}
