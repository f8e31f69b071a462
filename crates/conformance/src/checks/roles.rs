//! Who may do what.

use crate::check::{COMMENTS, FILES, Group, Need, REVIEW, REVIEWER, SUBMIT, USER, check};
use crate::exchange::{Claim, Failure, Outcome, Request};
use crate::person::{new_id, new_pdf};
use crate::target::On;
use cpor_rules::Status;
use serde_json::json;

pub(crate) const GROUP: Group = Group {
    name: "roles",
    needs: &[Need::Session],
    is_alone: false,
    checks: &[
        check!(a_user_prepares_everything, "An incentives user prepares everything", USER),
        check!(a_user_sends_files, "An incentives user prepares everything", USER, FILES),
        check!(
            a_user_does_not_submit,
            "An incentives user prepares everything; an incentives admin submits as well.",
            USER,
            SUBMIT,
            FILES
        ),
        check!(
            a_user_does_not_end_or_contest,
            "| 403 | `not-allowed` | the role does not allow it, or the request is not the app's |",
            USER,
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER,
            Need::Feature("dispute"),
            Need::Feature("disassociate")
        ),
        check!(
            an_admin_submits_a_colleagues_claim,
            "an incentives admin submits as well.",
            USER,
            SUBMIT,
            FILES
        ),
        check!(a_reviewer_creates_nothing, "A reviewer decides, and writes no claims.", REVIEWER),
        check!(
            a_reviewer_edits_nothing,
            "A reviewer decides, and writes no claims.",
            REVIEWER,
            SUBMIT,
            FILES
        ),
        check!(
            a_reviewer_submits_nothing,
            "A reviewer decides, and writes no claims.",
            REVIEWER,
            SUBMIT,
            FILES
        ),
        check!(
            a_reviewer_reads_what_was_submitted,
            "A reviewer reads the claims of **all** organisations from their submission on, never drafts.",
            REVIEWER,
            SUBMIT,
            FILES
        ),
        check!(
            a_reviewer_comments,
            "| `POST …/comments {\"text\"}` | key | 201 with the line of history; 1 to 2000 characters |",
            REVIEWER,
            SUBMIT,
            FILES,
            COMMENTS
        ),
        check!(partners_decide_nothing, "200; reviewers only", SUBMIT, FILES, REVIEW),
    ],
};

async fn is_not_allowed(on: &On, claim: &Claim, requests: Vec<Request>) -> Outcome {
    for request in requests {
        request.send().await?.problem(403, "not-allowed")?;
    }
    let after = on.admin()?.fetch(claim).await?;
    let is_same = after.0 == claim.0;
    if is_same { Ok(()) } else { Err(Failure::of(after.0.to_string(), "a claim left alone")) }
}

async fn a_user_prepares_everything(on: &On) -> Outcome {
    let user = on.user()?;
    let claim = user.created().await?;
    let claim = user.renamed(&claim, "by a user").await?;
    user.delete(&claim).send().await?.is(204)?;
    let colleagues = on.admin()?.created().await?;
    user.renamed(&colleagues, "by a colleague").await?;
    Ok(())
}

async fn a_user_sends_files(on: &On) -> Outcome {
    on.user()?.upload("a.pdf", &new_pdf()).await?.is(204)?;
    Ok(())
}

async fn a_user_does_not_submit(on: &On) -> Outcome {
    let user = on.user()?;
    let claim = user.ready().await?;
    is_not_allowed(on, &claim, vec![user.submit(&claim)]).await
}

async fn a_user_does_not_end_or_contest(on: &On) -> Outcome {
    let user = on.user()?;
    let rejected = on.claim_in(Status::Rejected).await?;
    let body = json!({ "justification": "We held it first." });
    is_not_allowed(on, &rejected, vec![user.act(&rejected, "dispute", &body)]).await?;
    let approved = on.claim_in(Status::Approved).await?;
    let body = json!({ "reason": "The contract has ended." });
    is_not_allowed(on, &approved, vec![user.act(&approved, "disassociate", &body)]).await
}

async fn an_admin_submits_a_colleagues_claim(on: &On) -> Outcome {
    let claim = on.user()?.ready().await?;
    on.admin()?.submit(&claim).send().await?.is(200)?;
    Ok(())
}

async fn a_reviewer_creates_nothing(on: &On) -> Outcome {
    let draft = on.admin()?.draft();
    let request = on.reviewer()?.create(&new_id(), &draft);
    request.send().await?.problem(403, "not-allowed")?;
    Ok(())
}

async fn a_reviewer_edits_nothing(on: &On) -> Outcome {
    let reviewer = on.reviewer()?;
    let claim = on.admin()?.submitted().await?;
    let draft = claim.with("comment", "by a reviewer");
    let requests = vec![reviewer.edit(&claim, &draft), reviewer.delete(&claim)];
    is_not_allowed(on, &claim, requests).await
}

async fn a_reviewer_submits_nothing(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    is_not_allowed(on, &claim, vec![on.reviewer()?.submit(&claim)]).await
}

async fn a_reviewer_reads_what_was_submitted(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let read = on.reviewer()?.fetch(&claim).await?;
    let is_same = read.revision() == claim.revision();
    if is_same { Ok(()) } else { Err(Failure::of(read.0.to_string(), "the submitted claim")) }
}

async fn a_reviewer_comments(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    on.reviewer()?.comment(&claim, "A date is missing.").send().await?.is(201)?;
    Ok(())
}

async fn partners_decide_nothing(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let actions = ["start-review", "approve", "reject"];
    let mut requests: Vec<Request> = Vec::new();
    for person in [on.admin(), on.user()].into_iter().flatten() {
        requests.extend(actions.iter().map(|action| person.review(&claim, action, "mine")));
    }
    is_not_allowed(on, &claim, requests).await
}
