//! What is kept about a person, as JSON.

use super::known::{Known, KnownAccount, json};
use super::words::Words;
use super::{Person, PersonError};
use crate::auth::oidc::stranger;
use crate::clock::instant;
use crate::database::Connection;
use crate::repositories::claims::StoredClaim;
use crate::repositories::people::{self, NamedFile, StoredLine, StoredMail};
use serde_json::{Value, json as object};
use std::path::Path;
use tokio::fs;

/// Mails within the folder of data, where no server takes them.
pub(super) const MAILS_FOLDER: &str = "mails";

/// Everything that the server keeps about the person, without secrets and without what it
/// keeps about others.
///
/// # Errors
/// The person is unknown, or the data cannot be read.
pub async fn person_export(person: &Person) -> Result<Value, PersonError> {
    let database = person.open().await?;
    let mut view = database.read().await?;
    let known = Known::find(&mut view, Words::new(&person.email, &person.also)).await?;
    let mut told = object!({
        "address": known.words.email(),
        "names": known.words.names().collect::<Vec<_>>(),
        // What is found by these alone may be somebody else's, and is not told.
        "names_not_searched_in_texts": known.words.left_alone().collect::<Vec<_>>(),
        "portal_administrator_of_tenants": known.tenants,
        "claims": claims(&known)?,
        "answers": known.answers.values().map(|answer| object!({
            "kept_since": instant(answer.created_at),
            "says": json(&answer.body).map(|body| known.words.found_in(&body)),
        })).collect::<Vec<_>>(),
        "uploads": known.uploads.values().map(file).collect::<Vec<_>>(),
        "mails": mails(&known, &person.place.data).await?,
    });
    let mut accounts = Vec::new();
    for known in &known.accounts {
        accounts.push(account(&mut view, known).await?);
    }
    let (history, files) = works(&mut view, &known).await?;
    if let Some(told) = told.as_object_mut() {
        told.extend([
            ("accounts".to_owned(), accounts.into()),
            ("history".to_owned(), history),
            ("files".to_owned(), files),
        ]);
    }
    drop(view);
    database.close().await;
    Ok(told)
}

/// An account with what hangs on it.
async fn account(connection: &mut Connection, known: &KnownAccount) -> Result<Value, PersonError> {
    let KnownAccount { account, identity } = known;
    let id = &account.id;
    let sessions = people::sessions_of(connection, id)
        .await?
        .into_iter()
        .map(|(from, used)| object!({"created_at": instant(from), "used_at": instant(used)}));
    let notices = people::notices_of(connection, id).await?.into_iter().map(|notice| {
        let (at, kind) = (instant(notice.at), notice.kind);
        object!({"at": at, "kind": kind, "claim_id": notice.claim_id, "is_read": notice.is_read})
    });
    let mut audit = people::audit_of(connection, id).await?;
    if let Some((issuer, subject)) = identity {
        // Refused before there was an account.
        audit.extend(people::audit_about(connection, &stranger(issuer, subject)).await?);
    }
    let identity =
        identity.as_ref().map(|(issuer, subject)| object!({"issuer": issuer, "subject": subject}));
    let mut told = serde_json::to_value(account)?;
    if let Some(told) = told.as_object_mut() {
        told.extend([
            ("identity".to_owned(), identity.into()),
            ("locations".to_owned(), people::locations_of(connection, id).await?.into()),
            ("sessions".to_owned(), sessions.collect()),
            ("notifications".to_owned(), notices.collect()),
            ("audit".to_owned(), audit.iter().filter_map(|entry| json(entry)).collect()),
        ]);
    }
    Ok(told)
}

/// Claims that the person made or is named in, and what they say of the person.
fn claims(known: &Known) -> Result<Vec<Value>, PersonError> {
    let told = |claim: &StoredClaim| {
        let record = &claim.record;
        let mut says = known.words.found_in(&serde_json::to_value(&record.draft)?);
        if known.words.are_in(&record.status_reason) {
            says.insert("status_reason".to_owned(), record.status_reason.clone().into());
        }
        Ok(object!({
            "id": record.id,
            "reference": record.reference,
            "organisation": record.organisation,
            "status": record.status,
            "created_at": record.created_at,
            "submitted_at": record.submitted_at,
            "is_made_by_person": is_by(known, Some(&claim.created_by_id)),
            "says": says,
        }))
    };
    known.claims.values().map(told).collect()
}

/// What the person did and wrote, what was written of the person, and files.
async fn works(connection: &mut Connection, known: &Known) -> Result<(Value, Value), PersonError> {
    let mut lines = known.lines.clone();
    let mut files: Vec<Value> = known.files.values().map(file).collect();
    for KnownAccount { account, .. } in &known.accounts {
        for line in people::lines_by(connection, &account.id).await? {
            lines.insert(line.id, line);
        }
        let (organisation_id, id) = (&account.organisation_id, &account.id);
        for sent in people::files_by(connection, organisation_id, id).await? {
            if !known.files.contains_key(&(sent.owner.clone(), sent.sha256.clone())) {
                files.push(file(&sent));
            }
        }
    }
    let history = lines.values().map(|line| history_line(known, line)).collect();
    Ok((history, files.into()))
}

fn history_line(known: &Known, line: &StoredLine) -> Value {
    let event = json(&line.event).unwrap_or_default();
    let is_by_person = is_by(known, line.account_id.as_ref());
    let is_versions = event.get("merged").is_some();
    // Versions of a claim hold what was typed of others as well.
    let says = match known.words.found_in(&event) {
        _ if is_by_person && !is_versions => event,
        found => object!(found),
    };
    object!({
        "claim_id": line.claim_id,
        "at": instant(line.at),
        "is_by_person": is_by_person,
        "says": says,
    })
}

fn is_by(known: &Known, account_id: Option<&String>) -> bool {
    account_id.is_some_and(|id| known.is_account(id))
}

fn file(file: &NamedFile) -> Value {
    object!({"sha256": file.sha256, "name": file.name, "sent_at": instant(file.created_at)})
}

/// Mails to or about the person. What one said that was sent is forgotten, unless it lies
/// in the folder of data.
async fn mails(known: &Known, data: &Path) -> Result<Vec<Value>, PersonError> {
    let mut told = Vec::new();
    for mail in known.mails.values() {
        let StoredMail { id, claim_id, letter, created_at, sent_at, .. } = mail;
        let path = data.join(MAILS_FOLDER).join(format!("{id}.eml"));
        told.push(object!({
            "claim_id": claim_id,
            "created_at": instant(*created_at),
            "sent_at": sent_at.map(instant),
            "says": json(letter).map(|letter| known.words.found_in(&letter)),
            "file": fs::try_exists(&path).await?.then(|| format!("{MAILS_FOLDER}/{id}.eml")),
        }));
    }
    Ok(told)
}
