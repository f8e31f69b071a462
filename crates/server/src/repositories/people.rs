//! Where the words of a person stand: for telling and erasing what is kept about one.
//!
//! What is looked for is a word in small letters (of ASCII), as it stands in the column:
//! within JSON with its escapes.

use super::unsigned;
use crate::database::{Connection, Row, query, query_scalar};

/// A condition that is true where a column holds the word `$1`.
macro_rules! holds {
    ($connection:expr, $before:literal, $column:literal, $after:literal) => {
        $connection.either(
            concat!($before, "instr(lower(", $column, "), $1) > 0", $after),
            concat!($before, "strpos(lower(", $column, " COLLATE \"C\"), $1) > 0", $after),
        )
    };
}

/// Claims whose draft or reason holds the word.
pub(crate) async fn claims_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let drafts =
        holds!(connection, "SELECT id FROM claim WHERE ", "draft || ' ' || status_reason", "");
    query_scalar(drafts).bind(word).fetch_all(connection).await
}

/// Claims that an account has made.
pub(crate) async fn claims_by(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT id FROM claim WHERE created_by = $1")
        .bind(account_id)
        .fetch_all(connection)
        .await
}

/// A line of a history as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredLine {
    pub(crate) id: i64,
    pub(crate) claim_id: String,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) account_id: Option<String>,
    pub(crate) event: String,
}

/// Lines of histories that hold the word.
pub(crate) async fn lines_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<StoredLine>, sqlx::Error> {
    let lines = holds!(
        connection,
        "SELECT id, claim_id, at, actor, account_id, event FROM history WHERE ",
        "event",
        " ORDER BY id"
    );
    read_lines(&query(lines).bind(word).fetch_all(connection).await?)
}

/// Lines of histories that tell what an account did.
pub(crate) async fn lines_by(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<StoredLine>, sqlx::Error> {
    let rows = query(
        "SELECT id, claim_id, at, actor, account_id, event FROM history WHERE account_id = $1 ORDER BY id",
    );
    read_lines(&rows.bind(account_id).fetch_all(connection).await?)
}

fn read_lines(rows: &[Row]) -> Result<Vec<StoredLine>, sqlx::Error> {
    rows.iter()
        .map(|row| {
            Ok(StoredLine {
                id: row.try_get("id")?,
                claim_id: row.try_get("claim_id")?,
                at: row.try_get("at")?,
                actor: row.try_get("actor")?,
                account_id: row.try_get("account_id")?,
                event: row.try_get("event")?,
            })
        })
        .collect()
}

/// Writes a line with other words in its place. Lines are never updated, so that nobody
/// does so by mistake.
pub(crate) async fn rewrite_line(
    connection: &mut Connection,
    line: &StoredLine,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM history WHERE id = $1").bind(line.id).execute(&mut *connection).await?;
    query(
        "INSERT INTO history (id, claim_id, at, actor, account_id, event) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(line.id)
    .bind(&line.claim_id)
    .bind(line.at)
    .bind(&line.actor)
    .bind(&line.account_id)
    .bind(&line.event)
    .execute(connection)
    .await?;
    Ok(())
}

/// An answer that is kept for an operation.
pub(crate) struct KeptAnswer {
    pub(crate) account_id: String,
    pub(crate) key: String,
    pub(crate) body: String,
    pub(crate) created_at: i64,
}

/// Answers that hold the word.
pub(crate) async fn answers_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<KeptAnswer>, sqlx::Error> {
    let answers = holds!(
        connection,
        "SELECT account_id, key, body, created_at FROM idempotency WHERE ",
        "key || ' ' || body",
        " ORDER BY key"
    );
    let rows = query(answers).bind(word).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(KeptAnswer {
                account_id: row.try_get("account_id")?,
                key: row.try_get("key")?,
                body: row.try_get("body")?,
                created_at: row.try_get("created_at")?,
            })
        })
        .collect()
}

/// Keeps an answer with other words.
pub(crate) async fn rewrite_answer(
    connection: &mut Connection,
    answer: &KeptAnswer,
) -> Result<(), sqlx::Error> {
    query("UPDATE idempotency SET body = $1 WHERE account_id = $2 AND key = $3")
        .bind(&answer.body)
        .bind(&answer.account_id)
        .bind(&answer.key)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets an answer.
pub(crate) async fn remove_answer(
    connection: &mut Connection,
    answer: &KeptAnswer,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM idempotency WHERE account_id = $1 AND key = $2")
        .bind(&answer.account_id)
        .bind(&answer.key)
        .execute(connection)
        .await?;
    Ok(())
}

/// A file as an organisation knows it, or an upload.
pub(crate) struct NamedFile {
    /// The organisation of a file, the id of an upload.
    pub(crate) owner: String,
    pub(crate) sha256: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

fn read_files(rows: &[Row]) -> Result<Vec<NamedFile>, sqlx::Error> {
    rows.iter()
        .map(|row| {
            Ok(NamedFile {
                owner: row.try_get("owner")?,
                sha256: row.try_get("sha256")?,
                name: row.try_get("name")?,
                created_at: row.try_get("created_at")?,
            })
        })
        .collect()
}

/// Files whose name holds the word.
pub(crate) async fn files_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<NamedFile>, sqlx::Error> {
    let files = holds!(
        connection,
        "SELECT organisation_id AS owner, sha256, name, created_at FROM file_access WHERE ",
        "name",
        " ORDER BY sha256"
    );
    read_files(&query(files).bind(word).fetch_all(connection).await?)
}

/// Uploads whose name holds the word.
pub(crate) async fn uploads_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<NamedFile>, sqlx::Error> {
    let uploads = holds!(
        connection,
        "SELECT id AS owner, sha256, name, created_at FROM upload WHERE ",
        "name",
        " ORDER BY id"
    );
    read_files(&query(uploads).bind(word).fetch_all(connection).await?)
}

/// Files of an organisation that an account has sent, as the audit log tells.
pub(crate) async fn files_by(
    connection: &mut Connection,
    organisation_id: &str,
    account_id: &str,
) -> Result<Vec<NamedFile>, sqlx::Error> {
    let sent = connection.either(
        "SELECT organisation_id AS owner, sha256, name, created_at FROM file_access \
         WHERE organisation_id = $1 AND (EXISTS (SELECT 1 FROM audit WHERE chain = $1 \
         AND subject = sha256 AND entry ->> '$.account' = $2) OR EXISTS (SELECT 1 FROM upload \
         WHERE upload.account_id = $2 AND upload.sha256 = file_access.sha256)) ORDER BY sha256",
        "SELECT organisation_id AS owner, sha256, name, created_at FROM file_access \
         WHERE organisation_id = $1 AND (EXISTS (SELECT 1 FROM audit WHERE chain = $1 \
         AND subject = sha256 AND CAST(entry AS JSON) ->> 'account' = $2) OR EXISTS \
         (SELECT 1 FROM upload WHERE upload.account_id = $2 \
         AND upload.sha256 = file_access.sha256)) ORDER BY sha256",
    );
    let rows = query(sent).bind(organisation_id).bind(account_id).fetch_all(connection).await?;
    read_files(&rows)
}

/// Gives a file another name.
pub(crate) async fn rename_file(
    connection: &mut Connection,
    file: &NamedFile,
) -> Result<(), sqlx::Error> {
    query("UPDATE file_access SET name = $1 WHERE organisation_id = $2 AND sha256 = $3")
        .bind(&file.name)
        .bind(&file.owner)
        .bind(&file.sha256)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives an upload another name.
pub(crate) async fn rename_upload(
    connection: &mut Connection,
    upload: &NamedFile,
) -> Result<(), sqlx::Error> {
    query("UPDATE upload SET name = $1 WHERE id = $2")
        .bind(&upload.name)
        .bind(&upload.owner)
        .execute(connection)
        .await?;
    Ok(())
}

/// A mail as it is stored.
pub(crate) struct StoredMail {
    pub(crate) id: String,
    pub(crate) claim_id: String,
    pub(crate) letter: String,
    pub(crate) shown: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) sent_at: Option<i64>,
    pub(crate) attempts: i64,
}

/// Mails that hold the word, and those about a claim, which once may have held it.
pub(crate) async fn mails_with(
    connection: &mut Connection,
    word: &str,
) -> Result<Vec<StoredMail>, sqlx::Error> {
    let mails = holds!(
        connection,
        "SELECT id, claim_id, letter, shown, created_at, sent_at, attempts FROM mail WHERE ",
        "letter || ' ' || COALESCE(shown, '')",
        " ORDER BY created_at, id"
    );
    read_mails(&query(mails).bind(word).fetch_all(connection).await?)
}

/// Mails about a claim.
pub(crate) async fn mails_about(
    connection: &mut Connection,
    claim_id: &str,
) -> Result<Vec<StoredMail>, sqlx::Error> {
    let mails = query(
        "SELECT id, claim_id, letter, shown, created_at, sent_at, attempts FROM mail WHERE claim_id = $1 ORDER BY created_at, id",
    );
    read_mails(&mails.bind(claim_id).fetch_all(connection).await?)
}

fn read_mails(rows: &[Row]) -> Result<Vec<StoredMail>, sqlx::Error> {
    rows.iter()
        .map(|row| {
            Ok(StoredMail {
                id: row.try_get("id")?,
                claim_id: row.try_get("claim_id")?,
                letter: row.try_get("letter")?,
                shown: row.try_get("shown")?,
                created_at: row.try_get("created_at")?,
                sent_at: row.try_get("sent_at")?,
                attempts: row.try_get("attempts")?,
            })
        })
        .collect()
}

/// Writes what a mail that waits says, or forgets what one said.
pub(crate) async fn rewrite_mail(
    connection: &mut Connection,
    id: &str,
    letter: &str,
) -> Result<(), sqlx::Error> {
    query("UPDATE mail SET letter = $1, shown = NULL WHERE id = $2")
        .bind(letter)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Tenants whose portal administrator has this address, in small letters.
pub(crate) async fn tenants_of(
    connection: &mut Connection,
    email: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(connection.either(
        "SELECT tenant_id FROM tenant WHERE lower(trim(portal_administrator)) = $1",
        "SELECT tenant_id FROM tenant WHERE lower(trim(portal_administrator) COLLATE \"C\") = $1",
    ))
    .bind(email)
    .fetch_all(connection)
    .await
}

/// Forgets the portal administrator of a tenant.
pub(crate) async fn forget_administrator(
    connection: &mut Connection,
    tenant_id: &str,
) -> Result<(), sqlx::Error> {
    query("DELETE FROM tenant WHERE tenant_id = $1").bind(tenant_id).execute(connection).await?;
    Ok(())
}

/// Beginning and last use of an account's sessions, in milliseconds.
pub(crate) async fn sessions_of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    let rows = query("SELECT created_at, used_at FROM session WHERE account_id = $1 ORDER BY 1")
        .bind(account_id)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("created_at")?, row.try_get("used_at")?))).collect()
}

/// Partner IDs of the locations for which an account works.
pub(crate) async fn locations_of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT partner_id FROM account_location WHERE account_id = $1 ORDER BY 1")
        .bind(account_id)
        .fetch_all(connection)
        .await
}

/// A notification as it is stored.
pub(crate) struct StoredNotice {
    pub(crate) claim_id: String,
    pub(crate) at: i64,
    pub(crate) kind: String,
    pub(crate) is_read: bool,
}

/// What an account was told.
pub(crate) async fn notices_of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<StoredNotice>, sqlx::Error> {
    let rows = query("SELECT claim_id, at, kind, is_read FROM notification WHERE account_id = $1 ORDER BY at, id")
        .bind(account_id)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredNotice {
                claim_id: row.try_get("claim_id")?,
                at: row.try_get("at")?,
                kind: row.try_get("kind")?,
                is_read: row.try_get("is_read")?,
            })
        })
        .collect()
}

/// Lines of the audit log that an account is named in, as they are exported. They stand in
/// the chains of whatever organisations it belonged to or worked for.
pub(crate) async fn audit_of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(connection.either(
        "SELECT entry FROM audit WHERE subject = $1 OR entry ->> '$.account' = $1 \
         ORDER BY chain, seq",
        "SELECT entry FROM audit WHERE subject = $1 \
         OR CAST(entry AS JSON) ->> 'account' = $1 ORDER BY chain, seq",
    ))
    .bind(account_id)
    .fetch_all(connection)
    .await
}

/// Lines of the audit log about somebody who has no account, in whatever chain.
pub(crate) async fn audit_about(
    connection: &mut Connection,
    subject: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT entry FROM audit WHERE subject = $1 ORDER BY chain, seq")
        .bind(subject)
        .fetch_all(connection)
        .await
}

/// Accounts with this address, in small letters: of who signs in here, and of whoever a
/// provider says has it. Those of people who were erased have none.
pub(crate) async fn accounts_of(
    connection: &mut Connection,
    email: &str,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(connection.either(
        "SELECT id FROM account WHERE (password_hash <> '' AND lower(trim(email)) = $1) \
         OR lower(trim(shown_email)) = $1 ORDER BY id",
        "SELECT id FROM account \
         WHERE (password_hash <> '' AND lower(trim(email) COLLATE \"C\") = $1) \
         OR lower(trim(shown_email) COLLATE \"C\") = $1 ORDER BY id",
    ))
    .bind(email)
    .fetch_all(connection)
    .await
}

/// What was removed with an account.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Closed {
    pub(crate) sessions: u64,
    pub(crate) answers: u64,
}

/// Closes an account: nobody signs in with it any more, and it names nobody. Its row
/// stays, since claims, histories and the audit log tell of it by its id.
pub(crate) async fn close_account(
    connection: &mut Connection,
    account_id: &str,
    name: &str,
    email: &str,
) -> Result<Closed, sqlx::Error> {
    query(
        "UPDATE account SET name = $1, email = $2, shown_email = NULL, password_hash = '' \
         WHERE id = $3",
    )
    .bind(name)
    .bind(email)
    .bind(account_id)
    .execute(&mut *connection)
    .await?;
    let mut removed = [0; 5];
    let statements = [
        "DELETE FROM session WHERE account_id = $1",
        "DELETE FROM idempotency WHERE account_id = $1",
        "DELETE FROM notification WHERE account_id = $1",
        "DELETE FROM account_location WHERE account_id = $1",
        // Or the provider would let the person in under the name of nobody.
        "DELETE FROM identity WHERE account_id = $1",
    ];
    for (removed, statement) in removed.iter_mut().zip(statements) {
        *removed = query(statement).bind(account_id).execute(&mut *connection).await?;
    }
    let [sessions, answers, ..] = removed;
    Ok(Closed { sessions, answers })
}

/// Other people's accounts with this name, in small letters.
pub(crate) async fn namesakes(
    connection: &mut Connection,
    name: &str,
    email: &str,
) -> Result<u64, sqlx::Error> {
    let count: i64 = query_scalar(connection.either(
        "SELECT COUNT(*) FROM account WHERE lower(name) = $1 \
         AND lower(trim(COALESCE(shown_email, email))) <> $2",
        "SELECT COUNT(*) FROM account WHERE lower(name COLLATE \"C\") = $1 \
         AND lower(trim(COALESCE(shown_email, email)) COLLATE \"C\") <> $2",
    ))
    .bind(name)
    .bind(email)
    .fetch_one(connection)
    .await?;
    Ok(unsigned(count))
}
