//! Who is told of what.

use crate::check::{COMMENTS, FILES, Group, Need, OTHER, REVIEW, REVIEWER, SUBMIT, USER, check};
use crate::exchange::{Answer, Claim, Failure, Outcome};
use crate::person::Person;
use crate::target::On;
use cpor_rules::Status;
use reqwest::Method;
use serde_json::{Value, json};

const FEATURE: Need = Need::Feature("notifications");

pub(crate) const GROUP: Group = Group {
    name: "notifications",
    needs: &[FEATURE],
    is_alone: false,
    checks: &[
        check!(
            a_page_has_its_form,
            "- `GET ?before=<id>&limit=<1…200>` → `{\"notifications\": […], \"unread\": 3, \"more\": false}`, newest first."
        ),
        check!(a_page_has_200_entries_at_most, "`GET ?before=<id>&limit=<1…200>`"),
        check!(
            pages_go_back_by_before,
            "Go on with the last `id` as `before` while `more` is true.",
            SUBMIT,
            FILES,
            REVIEWER
        ),
        check!(
            it_says_what_it_is_about,
            "A notification has `id`, `at`, `kind`, `claim_id`, `claim_name`, `reference` and `is_read`.",
            SUBMIT,
            FILES,
            REVIEWER
        ),
        check!(
            reviewers_are_told_of_submissions,
            "| all reviewers | `submitted`, `disputed`, `partner-comment` |",
            SUBMIT,
            FILES,
            REVIEWER
        ),
        check!(
            partners_are_told_of_decisions,
            "`action-required`, `approved`, `rejected`",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER
        ),
        check!(
            colleagues_are_told_as_well,
            "It belongs to one person and is written in the transaction of its event, for everybody of that side but the one who caused it.",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER,
            USER
        ),
        check!(
            comments_are_told_to_the_other_side,
            "| all reviewers | `submitted`, `disputed`, `partner-comment` |",
            SUBMIT,
            FILES,
            COMMENTS,
            REVIEWER
        ),
        check!(
            strangers_are_not_told,
            "It belongs to one person",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER,
            OTHER
        ),
        check!(
            a_competing_claim_is_told_without_a_name,
            "`competing-claim`; who it is, is not told",
            SUBMIT,
            FILES,
            OTHER
        ),
    ],
};

/// Checks that count, so nobody else may be told of anything meanwhile.
pub(crate) const READING: Group = Group {
    name: "notifications-read",
    needs: &[FEATURE, SUBMIT, FILES, REVIEWER],
    is_alone: true,
    checks: &[
        check!(
            reading_some_lowers_the_count,
            "`{\"ids\": [17, 12]}` marks these, at most 200; 200 with `{\"unread\": 0}`."
        ),
        check!(
            reading_up_to_one_reads_all_before,
            "- `POST /v1/notifications/read {\"up_to\": 17}` marks this one and all before it"
        ),
        check!(
            reading_twice_changes_nothing_more,
            "Done twice it changes nothing more, so it needs no `Idempotency-Key`"
        ),
        check!(others_ids_are_passed_over, "ids of others are passed over."),
        check!(at_most_200_are_marked, "marks these, at most 200"),
    ],
};

/// What a person was told about a claim, newest first.
async fn told(person: &Person, claim: &Claim) -> Result<(Answer, Vec<Value>), Failure> {
    let answer = person.get("/v1/notifications?limit=200").send().await?.is(200)?;
    let page = answer.json()?;
    let all = page["notifications"].as_array().into_iter().flatten();
    let about: Vec<Value> = all.filter(|one| one["claim_id"] == claim.id()).cloned().collect();
    Ok((answer, about))
}

async fn is_told(person: &Person, claim: &Claim, kind: &str) -> Outcome {
    let (answer, about) = told(person, claim).await?;
    let count = about.iter().filter(|one| one["kind"] == kind).count();
    answer.must(count == 1, &format!("one notification `{kind}` about {}", claim.id()))
}

async fn a_page_has_its_form(on: &On) -> Outcome {
    let answer = on.admin()?.get("/v1/notifications").send().await?.is(200)?;
    let page = answer.json()?;
    let has_form =
        page["notifications"].is_array() && page["unread"].is_u64() && page["more"].is_boolean();
    answer.must(has_form, "`notifications`, `unread` and `more`")
}

async fn a_page_has_200_entries_at_most(on: &On) -> Outcome {
    for limit in [0, 201] {
        let request = on.admin()?.get(&format!("/v1/notifications?limit={limit}"));
        request.send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn pages_go_back_by_before(on: &On) -> Outcome {
    let reviewer = on.reviewer()?;
    let (older, newer) = (on.admin()?.submitted().await?, on.admin()?.submitted().await?);
    let (mut before, mut found) = (String::new(), Vec::new());
    for _ in 0..200 {
        let request = reviewer.get(&format!("/v1/notifications?limit=2{before}"));
        let answer = request.send().await?.is(200)?;
        let page = answer.json()?;
        let all = page["notifications"].as_array().cloned().unwrap_or_default();
        answer.must(all.len() <= 2, "two notifications at most")?;
        let Some(last) = all.last() else { break };
        before = format!("&before={}", last["id"]);
        let ours = |id: &Value| *id == newer.id() || *id == older.id();
        found.extend(all.iter().map(|one| one["claim_id"].clone()).filter(ours));
        if found.len() >= 2 || page["more"] != true {
            break;
        }
    }
    let came = format!("{found:?}");
    if found == [newer.id(), older.id()] {
        return Ok(());
    }
    Err(Failure::of(came, "the newer claim first, then the older, each once"))
}

async fn it_says_what_it_is_about(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let (answer, about) = told(on.reviewer()?, &claim).await?;
    let one = about.first().cloned().unwrap_or_default();
    answer.must(one["id"].is_u64() && one["at"].is_string(), "`id` and `at`")?;
    answer.must(one["claim_name"] == claim.0["draft"]["claim_name"], "`claim_name`")?;
    answer.must(one["reference"] == claim.0["reference"], "`reference`")?;
    answer.must(one["is_read"] == false, "`is_read` false")
}

async fn reviewers_are_told_of_submissions(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    is_told(on.reviewer()?, &claim, "submitted").await
}

async fn partners_are_told_of_decisions(on: &On) -> Outcome {
    for (status, kind) in [
        (Status::PartnerActionRequired, "action-required"),
        (Status::Approved, "approved"),
        (Status::Rejected, "rejected"),
    ] {
        is_told(on.admin()?, &on.claim_in(status).await?, kind).await?;
    }
    Ok(())
}

async fn colleagues_are_told_as_well(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Approved).await?;
    is_told(on.user()?, &claim, "approved").await?;
    let (answer, about) = told(on.reviewer()?, &claim).await?;
    let is_caused = |one: &Value| one["kind"] == "approved";
    answer.must(!about.iter().any(is_caused), "nothing for the reviewer who approved")
}

async fn comments_are_told_to_the_other_side(on: &On) -> Outcome {
    let (admin, reviewer) = (on.admin()?, on.reviewer()?);
    let claim = admin.submitted().await?;
    admin.comment(&claim, "Is a date missing?").send().await?.is(201)?;
    reviewer.comment(&claim, "It is.").send().await?.is(201)?;
    is_told(reviewer, &claim, "partner-comment").await?;
    is_told(admin, &claim, "reviewer-comment").await
}

async fn strangers_are_not_told(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Approved).await?;
    let (answer, about) = told(on.other()?, &claim).await?;
    answer.must(about.is_empty(), "nothing about a claim of others")
}

async fn a_competing_claim_is_told_without_a_name(on: &On) -> Outcome {
    let (admin, other) = (on.admin()?, on.other()?);
    let ours = admin.submitted().await?;
    let mut draft = other.ready_draft().await?;
    draft["tenant_id"] = ours.0["draft"]["tenant_id"].clone();
    let theirs = other.created_with(&draft).await?;
    other.submit(&theirs).send().await?.is(200)?;
    is_told(admin, &ours, "competing-claim").await?;
    let (answer, _) = told(admin, &ours).await?;
    let tells = String::from_utf8_lossy(&answer.body).contains(theirs.id());
    answer.must(!tells, "nothing that leads to the other claim")
}

async fn unread(person: &Person) -> Result<u64, Failure> {
    let answer = person.get("/v1/notifications?limit=1").send().await?.is(200)?;
    answer.json()?["unread"].as_u64().ok_or_else(|| answer.fails("`unread`"))
}

async fn read(person: &Person, body: &Value) -> Result<u64, Failure> {
    let answer =
        person.app(Method::POST, "/v1/notifications/read").json(body).send().await?.is(200)?;
    answer.json()?["unread"].as_u64().ok_or_else(|| answer.fails("`unread`"))
}

/// A notification that the reviewer has not read.
async fn fresh(on: &On) -> Result<(Claim, Value), Failure> {
    let claim = on.admin()?.submitted().await?;
    let (answer, about) = told(on.reviewer()?, &claim).await?;
    let one = about.first().ok_or_else(|| answer.fails("a notification"))?;
    Ok((claim, one["id"].clone()))
}

fn expect(left: u64, expected: u64) -> Outcome {
    if left == expected {
        return Ok(());
    }
    Err(Failure::of(format!("{left} unread"), format!("{expected} unread")))
}

async fn reading_some_lowers_the_count(on: &On) -> Outcome {
    let (claim, id) = fresh(on).await?;
    let before = unread(on.reviewer()?).await?;
    expect(read(on.reviewer()?, &json!({ "ids": [id] })).await?, before - 1)?;
    let (answer, about) = told(on.reviewer()?, &claim).await?;
    answer.must(about.first().is_some_and(|one| one["is_read"] == true), "`is_read` true")
}

async fn reading_up_to_one_reads_all_before(on: &On) -> Outcome {
    let (_, up_to) = fresh(on).await?;
    fresh(on).await?;
    expect(read(on.reviewer()?, &json!({ "up_to": up_to })).await?, 1)
}

async fn reading_twice_changes_nothing_more(on: &On) -> Outcome {
    let (_, id) = fresh(on).await?;
    let first = read(on.reviewer()?, &json!({ "ids": [id] })).await?;
    expect(read(on.reviewer()?, &json!({ "ids": [id] })).await?, first)
}

async fn others_ids_are_passed_over(on: &On) -> Outcome {
    let (_, id) = fresh(on).await?;
    let before = unread(on.reviewer()?).await?;
    read(on.admin()?, &json!({ "ids": [id] })).await?;
    expect(unread(on.reviewer()?).await?, before)
}

async fn at_most_200_are_marked(on: &On) -> Outcome {
    let ids: Vec<u64> = (1..=201).collect();
    let request = on.admin()?.app(Method::POST, "/v1/notifications/read");
    request.json(&json!({ "ids": ids })).send().await?.problem(400, "bad-request")?;
    Ok(())
}
