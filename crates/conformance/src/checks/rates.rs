//! How often one may ask.

use crate::check::{Group, Need, Who, check};
use crate::exchange::{Answer, Failure, Outcome};
use crate::person::{Person, new_id};
use crate::target::On;
use futures_util::future::try_join_all;
use reqwest::Method;
use std::time::Duration;

/// Where a session has more, they are not all sent.
const MOST: u64 = 300;
/// Requests that are sent at a time.
const AT_ONCE: u64 = 10;
/// As often as this it may be late: others share what an organisation has.
const TRIES: u32 = 10;

/// By itself, since what it sends counts for all sessions of an organisation.
pub(crate) const GROUP: Group = Group {
    name: "rates",
    needs: &[Need::Session, Need::Rate(MOST)],
    is_alone: true,
    checks: &[
        check!(
            one_more_is_told_to_wait,
            "One more is answered by 429 `slow-down`, and nothing of it was done: send the same request again, under the same key, after the seconds of `Retry-After`."
        ),
        check!(
            a_refused_change_is_sent_again,
            "One more is answered by 429 `slow-down`, and nothing of it was done: send the same request again, under the same key, after the seconds of `Retry-After`."
        ),
        check!(leaving_is_always_possible, "Signing out counts for the address alone."),
    ],
};

/// A new session that has sent all it may, and the answer that said so.
async fn exhausted(on: &On) -> Result<(Person, Answer), Failure> {
    let none = || Failure::of("none", "an account for `admin`");
    let (email, password) = on.accounts.get(&Who::Admin).ok_or_else(none)?;
    let person = on.nobody.signed_in(email, password).await?;
    // While they are sent, some grow back; twice as many are more than that.
    let rate = on.info.session_rate().unwrap_or(MOST);
    for _ in 0..=(2 * rate / AT_ONCE) {
        let asking = (0..AT_ONCE).map(|_| person.get("/v1/changes?limit=1").send());
        for answer in try_join_all(asking).await? {
            if answer.status == 429 {
                return Ok((person, answer));
            }
            answer.is(200)?;
        }
    }
    let sent = format!("{} requests within a moment, all answered", 2 * rate);
    Err(Failure::of(sent, "429 for what is more than `requests_per_minute`"))
}

/// The seconds after which one may come again.
fn wait(answer: &Answer) -> Result<Duration, Failure> {
    answer.problem(429, "slow-down")?;
    let seconds = answer.header("retry-after").parse::<u64>();
    match seconds {
        // What grows back evenly has grown back after a minute.
        Ok(seconds @ 1..=61) => Ok(Duration::from_secs(seconds)),
        _ => Err(answer.fails("seconds to wait in `Retry-After`, at most a minute")),
    }
}

async fn one_more_is_told_to_wait(on: &On) -> Outcome {
    let (_, answer) = exhausted(on).await?;
    wait(&answer)?;
    Ok(())
}

async fn a_refused_change_is_sent_again(on: &On) -> Outcome {
    let (person, _) = exhausted(on).await?;
    let id = new_id();
    let request = person.create(&id, &person.draft());
    for _ in 0..TRIES {
        let answer = request.clone().send().await?;
        if answer.status != 429 {
            answer.is(201)?;
            return Ok(());
        }
        on.admin()?.get(&format!("/v1/claims/{id}")).send().await?.is(404)?;
        tokio::time::sleep(wait(&answer)?).await;
    }
    Err(Failure::of("429 each time after `Retry-After`", "that the request goes well once"))
}

async fn leaving_is_always_possible(on: &On) -> Outcome {
    let (person, _) = exhausted(on).await?;
    person.app(Method::DELETE, "/v1/session").send().await?.is(204)?;
    Ok(())
}
