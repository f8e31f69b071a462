//! What belongs to another organisation is not there.

use crate::check::{COMMENTS, FILES, Group, HISTORY, Need, OTHER, REVIEWER, SUBMIT, check};
use crate::exchange::{Claim, Failure, Outcome, Request};
use crate::person::new_id;
use crate::target::On;
use serde_json::json;

pub(crate) const GROUP: Group = Group {
    name: "isolation",
    needs: &[Need::Session, OTHER],
    is_alone: false,
    checks: &[
        check!(
            a_strangers_claim_is_not_read,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            it_is_answered_as_what_is_not_there,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            a_strangers_claim_is_not_edited,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            a_strangers_claim_is_not_deleted,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            a_strangers_claim_is_not_submitted,
            "What belongs to another organisation answers 404, as if it did not exist.",
            SUBMIT,
            FILES
        ),
        check!(
            a_strangers_claim_is_not_acted_on,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            a_strangers_claim_is_not_commented,
            "What belongs to another organisation answers 404, as if it did not exist.",
            COMMENTS
        ),
        check!(
            a_strangers_history_is_not_read,
            "What belongs to another organisation answers 404, as if it did not exist.",
            HISTORY
        ),
        check!(
            a_strangers_usage_is_not_read,
            "What belongs to another organisation answers 404, as if it did not exist.",
            Need::Feature("usage")
        ),
        check!(
            a_strangers_id_is_taken_without_a_word,
            "What belongs to another organisation answers 404, as if it did not exist."
        ),
        check!(
            a_draft_is_not_there_for_reviewers,
            "A reviewer reads the claims of **all** organisations from their submission on, never drafts.",
            REVIEWER
        ),
        check!(
            a_request_names_no_organisation,
            "**The organisation is taken from the session**, never from the request."
        ),
    ],
};

/// Sends what a stranger asks and expects that the claim is neither told nor changed.
async fn is_not_there(on: &On, claim: &Claim, requests: Vec<Request>) -> Outcome {
    for request in requests {
        let answer = request.send().await?;
        answer.problem(404, "not-found")?;
        let tells = String::from_utf8_lossy(&answer.body).contains("\"draft\"");
        answer.must(!tells, "nothing of the claim")?;
    }
    let after = on.admin()?.fetch(claim).await?;
    let is_same = after.0 == claim.0;
    if is_same { Ok(()) } else { Err(Failure::of(after.0.to_string(), "a claim left alone")) }
}

async fn a_strangers_claim_is_not_read(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    is_not_there(on, &claim, vec![on.other()?.get(&claim.path(""))]).await
}

async fn it_is_answered_as_what_is_not_there(on: &On) -> Outcome {
    let (claim, other) = (on.admin()?.created().await?, on.other()?);
    let theirs = other.get(&claim.path("")).send().await?;
    let nothing = other.get(&format!("/v1/claims/{}", new_id())).send().await?;
    let mut first = theirs.problem(404, "not-found")?;
    let mut second = nothing.problem(404, "not-found")?;
    (first["request_id"], second["request_id"]) = (json!(null), json!(null));
    theirs.must(first == second, &format!("the same as for nothing: {second}"))
}

async fn a_strangers_claim_is_not_edited(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    let draft = claim.with("claim_name", "taken over");
    is_not_there(on, &claim, vec![on.other()?.edit(&claim, &draft)]).await
}

async fn a_strangers_claim_is_not_deleted(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    is_not_there(on, &claim, vec![on.other()?.delete(&claim)]).await
}

async fn a_strangers_claim_is_not_submitted(on: &On) -> Outcome {
    let claim = on.admin()?.ready().await?;
    is_not_there(on, &claim, vec![on.other()?.submit(&claim)]).await
}

async fn a_strangers_claim_is_not_acted_on(on: &On) -> Outcome {
    let (claim, other) = (on.admin()?.created().await?, on.other()?);
    let mut requests = Vec::new();
    for (feature, action, body) in [
        ("dispute", "dispute", json!({ "justification": "no" })),
        ("disassociate", "disassociate", json!({ "reason": "no" })),
        ("review", "review", json!({ "action": "approve" })),
    ] {
        if on.info.has(feature) {
            requests.push(other.act(&claim, action, &body));
        }
    }
    is_not_there(on, &claim, requests).await
}

async fn a_strangers_claim_is_not_commented(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    is_not_there(on, &claim, vec![on.other()?.comment(&claim, "hello")]).await
}

async fn a_strangers_history_is_not_read(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    is_not_there(on, &claim, vec![on.other()?.get(&claim.path("/history"))]).await
}

async fn a_strangers_usage_is_not_read(on: &On) -> Outcome {
    let claim = on.admin()?.created().await?;
    is_not_there(on, &claim, vec![on.other()?.get(&claim.path("/usage"))]).await
}

async fn a_strangers_id_is_taken_without_a_word(on: &On) -> Outcome {
    let (claim, other) = (on.admin()?.created().await?, on.other()?);
    is_not_there(on, &claim, vec![other.create(claim.id(), &other.draft())]).await
}

async fn a_draft_is_not_there_for_reviewers(on: &On) -> Outcome {
    let (claim, reviewer) = (on.admin()?.created().await?, on.reviewer()?);
    let mut requests = vec![reviewer.get(&claim.path(""))];
    if on.info.has("history") {
        requests.push(reviewer.get(&claim.path("/history")));
    }
    if on.info.has("comments") {
        requests.push(reviewer.comment(&claim, "already?"));
    }
    if on.info.has("review") {
        requests.push(reviewer.review(&claim, "start-review", ""));
    }
    is_not_there(on, &claim, requests).await
}

async fn a_request_names_no_organisation(on: &On) -> Outcome {
    let (admin, other) = (on.admin()?, on.other()?);
    let theirs = &other.session["account"]["organisation_id"];
    let id = new_id();
    let body = json!({ "draft": admin.draft(), "organisation_id": theirs });
    admin.create(&id, &body).json(&body).send().await?.problem(400, "bad-request")?;
    other.get(&format!("/v1/claims/{id}")).send().await?.problem(404, "not-found")?;
    Ok(())
}
