//! Signing in and out, and being known.

use crate::check::{Group, Need, Who, check};
use crate::exchange::{Answer, Failure, Outcome};
use crate::person::{Person, new_id};
use crate::target::On;
use reqwest::Method;
use serde_json::json;

pub(crate) const GROUP: Group = Group {
    name: "session",
    needs: &[Need::Session],
    is_alone: false,
    checks: &[
        check!(
            signing_in_answers_with_the_session,
            "`POST {\"email\", \"password\"}` → 200 with the session; sets the cookie."
        ),
        check!(
            the_cookie_is_out_of_reach,
            "A person is known by a session cookie, `HttpOnly` and `SameSite=Lax`."
        ),
        check!(
            a_wrong_password_is_refused,
            "| 401 | `wrong-credentials` | address or password are wrong |"
        ),
        check!(
            unknown_accounts_are_answered_alike,
            "Unknown accounts and wrong passwords are answered alike, after the same work."
        ),
        check!(
            ten_failures_are_enough,
            "After 10 failures for an account or 100 from an address within 10 minutes: 429."
        ),
        check!(
            it_says_who_one_is,
            "`GET` → who one is: account, role, organisation, time zone, and when the session ends"
        ),
        check!(nobody_is_nobody, "204 where nobody is signed in."),
        check!(roles_are_three, "Roles are `incentives-admin`, `incentives-user` and `reviewer`."),
        check!(
            it_says_when_the_session_ends,
            "`expires_in_seconds` unless it is used, `absolute_in_seconds` in any case, and `warn_before_seconds`, how early to tell the person (at least 120)"
        ),
        check!(
            any_request_may_say_how_idle,
            "any request may carry `X-CPOR-Idle: <seconds>`, how long ago a person last did something at the client"
        ),
        check!(signing_out_ends_the_session, "`DELETE` → 204."),
        check!(
            signing_out_leaves_unsent_work,
            "It does not clear the site's data: unsent work lives there, and the app asks about it."
        ),
        check!(signing_out_ends_one_session_alone, "`DELETE` → 204."),
        check!(without_a_session_nothing_is_told, "Without a session: 401 `sign-in-needed`."),
        check!(without_a_session_nothing_is_changed, "Without a session: 401 `sign-in-needed`."),
        check!(
            an_invented_session_is_none,
            "| 401 | `sign-in-needed` | no session, or it ended; keep everything, sign in, go on |"
        ),
        check!(
            another_account_is_refused,
            "A request may carry `X-CPOR-Account`, the id of the account for which the client speaks: under the session of another one it gets 401."
        ),
        check!(
            the_own_account_passes,
            "A request may carry `X-CPOR-Account`, the id of the account for which the client speaks"
        ),
    ],
};

/// Where a person's own business is read.
const READ: &[&str] = &["/v1/changes", "/v1/claims/00000000-0000-4000-8000-000000000000"];

fn credentials(on: &On) -> Result<&(String, String), Failure> {
    on.accounts.get(&Who::Admin).ok_or_else(|| Failure::of("none", "an account for `admin`"))
}

/// A session that no other check uses.
async fn own_session(on: &On) -> Result<Person, Failure> {
    let (email, password) = credentials(on)?;
    on.nobody.signed_in(email, password).await
}

async fn signing_in_answers_with_the_session(on: &On) -> Outcome {
    let (email, password) = credentials(on)?;
    let answer = on.nobody.sign_in(email, password).send().await?.is(200)?;
    let session = answer.json()?;
    let said = session["account"]["email"].as_str().unwrap_or_default();
    answer.must(said.eq_ignore_ascii_case(email), "the account that signed in")?;
    answer.must(!answer.header("set-cookie").is_empty(), "a cookie")
}

async fn the_cookie_is_out_of_reach(on: &On) -> Outcome {
    let (email, password) = credentials(on)?;
    let answer = on.nobody.sign_in(email, password).send().await?.is(200)?;
    let attributes: Vec<String> = answer
        .header("set-cookie")
        .split(';')
        .map(|attribute| attribute.trim().to_ascii_lowercase())
        .collect();
    for wanted in ["httponly", "samesite=lax"] {
        let has = attributes.iter().any(|attribute| attribute == wanted);
        answer.must(has, &format!("a cookie with {wanted}"))?;
    }
    Ok(())
}

async fn a_wrong_password_is_refused(on: &On) -> Outcome {
    let (email, _) = credentials(on)?;
    let answer = on.nobody.sign_in(email, &new_id()).send().await?;
    answer.problem(401, "wrong-credentials")?;
    answer.must(answer.header("set-cookie").is_empty(), "no cookie")
}

async fn unknown_accounts_are_answered_alike(on: &On) -> Outcome {
    let (email, _) = credentials(on)?;
    let known = on.nobody.sign_in(email, &new_id()).send().await?;
    let stranger = format!("{}@nowhere.example", new_id());
    let unknown = on.nobody.sign_in(&stranger, &new_id()).send().await?;
    let (mut first, mut second) =
        (known.problem(401, "wrong-credentials")?, unknown.problem(401, "wrong-credentials")?);
    // Ids of requests differ by their nature.
    (first["request_id"], second["request_id"]) = (json!(null), json!(null));
    unknown.must(first == second, &format!("the answer of a wrong password: {first}"))
}

async fn ten_failures_are_enough(on: &On) -> Outcome {
    let stranger = format!("{}@nowhere.example", new_id());
    for _ in 0..10 {
        let answer = on.nobody.sign_in(&stranger, "wrong").send().await?;
        answer.problem(401, "wrong-credentials")?;
    }
    let answer = on.nobody.sign_in(&stranger, "wrong").send().await?;
    answer.problem(429, "slow-down")?;
    let wait = answer.header("retry-after").parse::<u64>();
    answer.must(wait.is_ok_and(|seconds| seconds > 0), "seconds to wait in `Retry-After`")
}

async fn it_says_who_one_is(on: &On) -> Outcome {
    let answer = on.admin()?.get("/v1/session").send().await?.is(200)?;
    let session = answer.json()?;
    for key in ["id", "name", "email", "role", "organisation_id", "organisation", "time_zone"] {
        let text = session["account"][key].as_str();
        answer.must(text.is_some_and(|text| !text.is_empty()), &format!("`account.{key}`"))?;
    }
    let zone = session["account"]["time_zone"].as_str().unwrap_or_default();
    answer.must(zone.parse::<chrono_tz::Tz>().is_ok(), "an IANA time zone")?;
    answer.must(session["expires_in_seconds"].is_u64(), "`expires_in_seconds`")
}

async fn nobody_is_nobody(on: &On) -> Outcome {
    let answer = on.nobody.get("/v1/session").send().await?.is(204)?;
    answer.must(answer.body.is_empty(), "no body")
}

async fn roles_are_three(on: &On) -> Outcome {
    let people = [on.admin(), on.other(), on.user(), on.reviewer()];
    for person in people.into_iter().flatten() {
        let answer = person.get("/v1/session").send().await?.is(200)?;
        let session = answer.json()?;
        let role = session["account"]["role"].as_str().unwrap_or_default();
        let is_known = ["incentives-admin", "incentives-user", "reviewer"].contains(&role);
        answer.must(is_known, "one of the three roles")?;
    }
    Ok(())
}

/// The seconds that the answer gives for this.
fn seconds(answer: &Answer, key: &str) -> Result<u64, Failure> {
    answer.json()?[key].as_u64().ok_or_else(|| answer.fails(format!("seconds in `{key}`")))
}

async fn it_says_when_the_session_ends(on: &On) -> Outcome {
    let answer = own_session(on).await?.get("/v1/session").send().await?.is(200)?;
    let left = seconds(&answer, "expires_in_seconds")?;
    let in_any_case = seconds(&answer, "absolute_in_seconds")?;
    answer.must(left > 0 && left <= in_any_case, "an end in time, at the absolute one at last")?;
    answer.must(seconds(&answer, "warn_before_seconds")? >= 120, "at least 120 seconds to warn")
}

async fn any_request_may_say_how_idle(on: &On) -> Outcome {
    let admin = on.admin()?;
    for idle in [0, 60, 4711] {
        admin.get("/v1/changes?limit=1").header("X-CPOR-Idle", idle).send().await?.is(200)?;
    }
    Ok(())
}

async fn signing_out_ends_the_session(on: &On) -> Outcome {
    let person = own_session(on).await?;
    person.get("/v1/changes?limit=1").send().await?.is(200)?;
    person.app(Method::DELETE, "/v1/session").send().await?.is(204)?;
    person.get("/v1/changes?limit=1").send().await?.problem(401, "sign-in-needed")?;
    person.get("/v1/session").send().await?.is(204)?;
    Ok(())
}

async fn signing_out_leaves_unsent_work(on: &On) -> Outcome {
    let person = own_session(on).await?;
    let answer = person.app(Method::DELETE, "/v1/session").send().await?.is(204)?;
    answer.must(answer.header("clear-site-data").is_empty(), "no Clear-Site-Data")
}

async fn signing_out_ends_one_session_alone(on: &On) -> Outcome {
    let (first, second) = (own_session(on).await?, own_session(on).await?);
    first.app(Method::DELETE, "/v1/session").send().await?.is(204)?;
    second.get("/v1/session").send().await?.is(200)?;
    Ok(())
}

async fn without_a_session_nothing_is_told(on: &On) -> Outcome {
    for path in READ {
        on.nobody.get(path).send().await?.problem(401, "sign-in-needed")?;
    }
    let features: &[(&str, &str)] = &[
        ("notifications", "/v1/notifications"),
        ("partner-locations", "/v1/partner-locations"),
        ("associations", "/v1/associations?tenant_id=00000000-0000-4000-8000-000000000000"),
        ("files", "/v1/files/0000000000000000000000000000000000000000000000000000000000000000"),
        ("history", "/v1/claims/00000000-0000-4000-8000-000000000000/history"),
    ];
    for (feature, path) in features {
        if on.info.has(feature) {
            on.nobody.get(path).send().await?.problem(401, "sign-in-needed")?;
        }
    }
    Ok(())
}

async fn without_a_session_nothing_is_changed(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    let draft = claim.with("claim_name", "by nobody");
    let nobody = &on.nobody;
    let mut requests =
        vec![nobody.create(&new_id(), &draft), nobody.edit(&claim, &draft), nobody.delete(&claim)];
    if on.info.has("submit") {
        requests.push(nobody.submit(&claim));
    }
    for request in requests {
        request.send().await?.problem(401, "sign-in-needed")?;
    }
    let after = on.admin()?.fetch(&claim).await?;
    if after.0 == claim.0 { Ok(()) } else { Err(Failure::of(after.0.to_string(), "no change")) }
}

async fn an_invented_session_is_none(on: &On) -> Outcome {
    let (email, password) = credentials(on)?;
    let answer = on.nobody.sign_in(email, password).send().await?.is(200)?;
    let (name, _) = answer.header("set-cookie").split_once('=').unwrap_or(("session", ""));
    for value in ["", "x", &"A".repeat(43), "../../etc/passwd"] {
        let request = on.nobody.get("/v1/changes").header("Cookie", format!("{name}={value}"));
        request.send().await?.problem(401, "sign-in-needed")?;
    }
    Ok(())
}

async fn another_account_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let as_another = admin.get("/v1/changes?limit=1").header("X-CPOR-Account", new_id());
    as_another.send().await?.problem(401, "sign-in-needed")?;
    let id = new_id();
    let request = admin.create(&id, &admin.draft()).header("X-CPOR-Account", new_id());
    request.send().await?.problem(401, "sign-in-needed")?;
    admin.get(&format!("/v1/claims/{id}")).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn the_own_account_passes(on: &On) -> Outcome {
    let admin = on.admin()?;
    let own = admin.session["account"]["id"].as_str().unwrap_or_default();
    admin.get("/v1/changes?limit=1").header("X-CPOR-Account", own).send().await?.is(200)?;
    Ok(())
}
