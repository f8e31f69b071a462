//! Nobody overwrites anybody.

use crate::check::{FILES, Group, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::{Answer, Claim, Failure, Outcome};
use crate::person::new_id;
use crate::target::On;
use cpor_rules::Status;
use futures_util::future::join_all;

pub(crate) const GROUP: Group = Group {
    name: "concurrency",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(
            the_etag_is_the_revision,
            "A claim has a `revision`, and its `ETag` is that number in quotes (`\"7\"`)."
        ),
        check!(a_change_raises_the_revision, "A claim has a `revision`"),
        check!(creating_needs_a_condition, "Missing: 428."),
        check!(
            changing_needs_a_condition,
            "| 428 | `precondition-needed` | send `If-Match`, or `If-None-Match: *` |"
        ),
        check!(deleting_needs_a_condition, "Missing: 428."),
        check!(
            submitting_needs_a_condition,
            "Creating needs `If-None-Match: *`; changing, deleting, submitting and deciding need `If-Match` with the ETag that the client has seen.",
            SUBMIT,
            FILES
        ),
        check!(
            deciding_needs_a_condition,
            "Creating needs `If-None-Match: *`; changing, deleting, submitting and deciding need `If-Match` with the ETag that the client has seen.",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER
        ),
        check!(a_stale_edit_is_refused, "Stale: 412 with the present claim in `current`."),
        check!(a_stale_deletion_is_refused, "Stale: 412 with the present claim in `current`."),
        check!(
            a_stale_submission_is_refused,
            "Stale: 412 with the present claim in `current`.",
            SUBMIT,
            FILES
        ),
        check!(
            a_stale_decision_is_refused,
            "Stale: 412 with the present claim in `current`.",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER
        ),
        check!(weak_etags_are_taken, "Weak ETags are taken as well, since proxies weaken them."),
        check!(
            a_future_etag_is_stale,
            "| 412 | `stale` | somebody was faster; `current` is the claim as it is now |"
        ),
        check!(
            a_claim_is_created_once,
            "| 412 | `exists` | the claim exists already; see `current` |"
        ),
        check!(
            of_many_edits_one_wins,
            "| 412 | `stale` | somebody was faster; `current` is the claim as it is now |"
        ),
        check!(
            an_empty_edit_keeps_the_revision,
            "An edit that changes nothing keeps the revision."
        ),
    ],
};

/// Expects that the answer refuses and holds the claim as it is now.
fn is_stale(answer: &Answer, present: &Claim) -> Outcome {
    let problem = answer.problem(412, "stale")?;
    let current = Claim(problem["current"].clone());
    let is_present = current.id() == present.id() && current.revision() == present.revision();
    answer.must(is_present, &format!("revision {} in `current`", present.revision()))
}

async fn the_etag_is_the_revision(on: &On) -> Outcome {
    let admin = on.admin()?;
    let created = admin.create(&new_id(), &admin.draft()).send().await?.is(201)?;
    let claim = created.claim()?;
    created.must(created.header("etag") == claim.etag(), &format!("ETag {}", claim.etag()))?;
    let edited = admin.edit(&claim, &claim.with("claim_name", "new")).send().await?.is(200)?;
    let after = edited.claim()?;
    edited.must(edited.header("etag") == after.etag(), &format!("ETag {}", after.etag()))?;
    let read = admin.get(&claim.path("")).send().await?.is(200)?;
    read.must(read.header("etag") == after.etag(), &format!("ETag {}", after.etag()))
}

async fn a_change_raises_the_revision(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let edited = admin.edit(&claim, &claim.with("claim_name", "new")).send().await?.is(200)?;
    edited.must(edited.claim()?.revision() > claim.revision(), "a higher revision")
}

async fn creating_needs_a_condition(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.create(&new_id(), &admin.draft()).without("If-None-Match");
    request.send().await?.problem(428, "precondition-needed")?;
    Ok(())
}

async fn changing_needs_a_condition(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.edit(&claim, &claim.with("claim_name", "new")).without("If-Match");
    request.send().await?.problem(428, "precondition-needed")?;
    Ok(())
}

async fn deleting_needs_a_condition(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.delete(&claim).without("If-Match");
    request.send().await?.problem(428, "precondition-needed")?;
    admin.fetch(&claim).await?;
    Ok(())
}

async fn submitting_needs_a_condition(on: &On) -> Outcome {
    let admin = on.admin()?;
    let request = admin.submit(&admin.ready().await?).without("If-Match");
    request.send().await?.problem(428, "precondition-needed")?;
    Ok(())
}

async fn deciding_needs_a_condition(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let request = on.reviewer()?.review(&claim, "start-review", "").without("If-Match");
    request.send().await?.problem(428, "precondition-needed")?;
    Ok(())
}

async fn a_stale_edit_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let present = admin.renamed(&claim, "theirs").await?;
    let answer = admin.edit(&claim, &claim.with("claim_name", "mine")).send().await?;
    is_stale(&answer, &present)?;
    let after = admin.fetch(&claim).await?;
    answer.must(after.0 == present.0, "a claim that was left alone")
}

async fn a_stale_deletion_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let present = admin.renamed(&claim, "theirs").await?;
    is_stale(&admin.delete(&claim).send().await?, &present)?;
    admin.fetch(&claim).await?;
    Ok(())
}

async fn a_stale_submission_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let present = admin.renamed(&claim, "theirs").await?;
    is_stale(&admin.submit(&claim).send().await?, &present)?;
    let after = admin.fetch(&claim).await?;
    if after.status() == "draft" {
        Ok(())
    } else {
        Err(Failure::of(after.status(), "still a draft"))
    }
}

async fn a_stale_decision_is_refused(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let present = on.lead(claim.clone(), Status::UnderReview).await?;
    is_stale(&on.reviewer()?.review(&claim, "approve", "").send().await?, &present)
}

async fn weak_etags_are_taken(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.edit(&claim, &claim.with("claim_name", "weak"));
    request.header("If-Match", format!("W/{}", claim.etag())).send().await?.is(200)?;
    Ok(())
}

async fn a_future_etag_is_stale(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let request = admin.edit(&claim, &claim.with("claim_name", "from the future"));
    let answer = request.header("If-Match", "\"4711\"").send().await?;
    is_stale(&answer, &claim)
}

async fn a_claim_is_created_once(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.create(claim.id(), &admin.draft()).send().await?;
    let problem = answer.problem(412, "exists")?;
    answer.must(problem["current"]["id"] == claim.id(), "the claim in `current`")?;
    let after = admin.fetch(&claim).await?;
    answer.must(after.0 == claim.0, "a claim that was left alone")
}

async fn of_many_edits_one_wins(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let edits = (0..6).map(|number| {
        admin.edit(&claim, &claim.with("claim_name", format!("edit {number}"))).send()
    });
    let mut won = Vec::new();
    for answer in join_all(edits).await {
        let answer = answer?;
        if answer.status == 200 {
            won.push(answer.claim()?);
        } else {
            answer.problem(412, "stale")?;
        }
    }
    let after = admin.fetch(&claim).await?;
    match won.as_slice() {
        [winner] if winner.0 == after.0 => Ok(()),
        _ => Err(Failure::of(
            format!("{} of 6 edits with one ETag passed", won.len()),
            "one of them, and its claim",
        )),
    }
}

async fn an_empty_edit_keeps_the_revision(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.edit(&claim, &claim.draft()).send().await?.is(200)?;
    answer.must(answer.claim()?.revision() == claim.revision(), "the revision of before")
}
