//! The stream that says that something changed.

use crate::check::{Group, Need, USER, Who, check};
use crate::exchange::{Failure, Opened, Outcome, Request};
use crate::person::Person;
use crate::target::On;
use reqwest::Method;
use std::time::Duration;

pub(crate) const GROUP: Group = Group {
    name: "events",
    needs: &[Need::Feature("events")],
    is_alone: false,
    checks: &[
        check!(
            a_stream_is_asked_for,
            "| 406 | `bad-request` | a stream of events is asked for by `Accept: text/event-stream` |"
        ),
        check!(a_stream_needs_a_session, "Without a session: 401 `sign-in-needed`.", Need::Session),
        check!(
            a_change_is_said,
            "It says `event: changed` whenever `changes` or `notifications` has something new for the reader"
        ),
        check!(
            it_carries_nothing_else,
            "and carries nothing else: ask for both when it opens and at each event."
        ),
        check!(
            it_ends_with_the_session,
            "It ends with the session, and when the server stops.",
            Need::Session
        ),
        check!(
            an_account_has_12_at_most,
            "An account can have 12 open at each process; one more: 429.",
            USER
        ),
    ],
};

/// How long a stream may take to say what it has to say.
const SOON: Duration = Duration::from_secs(10);

fn stream(person: &Person) -> Request {
    person.get("/v1/events").header("Accept", "text/event-stream")
}

/// Opens a stream and waits until it has begun.
async fn opened(person: &Person) -> Result<Opened, Failure> {
    let opened = stream(person).open().await?;
    let status = opened.response.status();
    let kind = opened.response.headers().get("content-type");
    let is_stream = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if status != 200 || !is_stream {
        let came = format!("{status} {kind:?}");
        let expected = "200 and text/event-stream".to_owned();
        return Err(Failure { sent: opened.sent, came, expected });
    }
    Ok(opened)
}

/// Reads a stream until it has said this, or ends; gives all that it said.
async fn said_until(opened: Opened, wanted: &str) -> Result<String, Failure> {
    let Opened { sent, mut response } = opened;
    let mut said = String::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            said.push_str(&String::from_utf8_lossy(&chunk));
            if said.contains(wanted) {
                return;
            }
        }
    };
    let in_time = tokio::time::timeout(SOON, reading).await.is_ok();
    if in_time { Ok(said) } else { Err(Failure { sent, came: said, expected: wanted.to_owned() }) }
}

async fn a_stream_is_asked_for(on: &On) -> Outcome {
    let request = on.admin()?.get("/v1/events").header("Accept", "application/json");
    request.send().await?.problem(406, "bad-request")?;
    Ok(())
}

async fn a_stream_needs_a_session(on: &On) -> Outcome {
    stream(&on.nobody).send().await?.problem(401, "sign-in-needed")?;
    Ok(())
}

async fn a_change_is_said(on: &On) -> Outcome {
    let admin = on.admin()?;
    let opened = opened(admin).await?;
    admin.created().await?;
    let said = said_until(opened, "event: changed").await?;
    let is_said = said.contains("event: changed");
    if is_said { Ok(()) } else { Err(Failure::of(said, "event: changed")) }
}

async fn it_carries_nothing_else(on: &On) -> Outcome {
    let admin = on.admin()?;
    let opened = opened(admin).await?;
    let claim = admin.created().await?;
    let said = said_until(opened, "event: changed").await?;
    let events = said.lines().filter_map(|line| line.strip_prefix("event:"));
    let are_known = events.clone().all(|event| event.trim() == "changed");
    let tells = said.contains(claim.id()) || said.contains('{');
    if are_known && !tells { Ok(()) } else { Err(Failure::of(said, "events without content")) }
}

async fn it_ends_with_the_session(on: &On) -> Outcome {
    let missing = || Failure::of("none", "an account for `admin`");
    let (email, password) = on.accounts.get(&Who::Admin).ok_or_else(missing)?;
    let person = on.nobody.signed_in(email, password).await?;
    let opened = opened(&person).await?;
    person.app(Method::DELETE, "/v1/session").send().await?.is(204)?;
    // It never says this, so only its end ends the wait.
    said_until(opened, "(the end of the stream)").await?;
    Ok(())
}

async fn an_account_has_12_at_most(on: &On) -> Outcome {
    let user = on.user()?;
    let mut open = Vec::new();
    for _ in 0..12 {
        let opened = stream(user).open().await?;
        if opened.response.status() != 200 {
            break;
        }
        open.push(opened);
    }
    let answer = stream(user).open().await?;
    let status = answer.response.status();
    let expected = "429 for one more than 12".to_owned();
    if status == 429 && !open.is_empty() {
        return Ok(());
    }
    Err(Failure { sent: answer.sent, came: status.to_string(), expected })
}
