//! What is looked up while a claim is drafted.

use crate::check::{FILES, Group, Need, OTHER, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::{Answer, Claim, Failure, Outcome};
use crate::person::{Person, new_id};
use crate::target::On;
use cpor_rules::Status;
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) const LOCATIONS: Group = Group {
    name: "partner-locations",
    needs: &[Need::Feature("partner-locations")],
    is_alone: false,
    checks: &[check!(
        they_are_a_list_of_ids,
        "`GET /v1/partner-locations` → the organisation's Partner IDs."
    )],
};

const ASSOCIATIONS_FEATURE: Need = Need::Feature("associations");

pub(crate) const ASSOCIATIONS: Group = Group {
    name: "associations",
    needs: &[ASSOCIATIONS_FEATURE],
    is_alone: false,
    checks: &[
        check!(
            a_new_tenant_is_free,
            "`GET /v1/associations?tenant_id=<GUID>` → items of the tenant that are held or asked for by claims"
        ),
        check!(a_draft_asks_for_nothing, "A draft asks for nothing yet."),
        check!(
            a_submitted_claim_asks_for_its_items,
            "`holder` is `{\"ours\": {\"claim_id\", \"claim_name\"}}` or `\"other-partner\"`",
            SUBMIT,
            FILES
        ),
        check!(
            others_learn_no_name,
            "which partner, or how many, is never told.",
            SUBMIT,
            FILES,
            OTHER
        ),
        check!(
            a_rejected_claim_holds_nothing,
            "held or asked for by claims in *Submitted*, *Under review*, *Partner action required*, *Approved* or *Dispute*.",
            SUBMIT,
            FILES,
            REVIEW,
            REVIEWER
        ),
    ],
};

pub(crate) const SUBSCRIPTIONS: Group = Group {
    name: "subscription-check",
    needs: &[Need::Feature("subscription-check")],
    is_alone: false,
    checks: &[
        check!(
            it_answers_with_a_state,
            "`POST /v1/subscriptions/check {\"tenant_id\", \"product\", \"subscription_id\"}` → `{\"state\": \"usable\"}` or `{\"state\": {\"refused\": {\"reason\": \"…\"}}}`"
        ),
        check!(it_needs_no_key, "Changes nothing, so it needs no key."),
        check!(it_refuses_unknown_fields, "unknown fields in a request are refused"),
    ],
};

async fn they_are_a_list_of_ids(on: &On) -> Outcome {
    let answer = on.admin()?.get("/v1/partner-locations").send().await?.is(200)?;
    let is_location = |place: &Value| {
        place["partner_id"].is_string()
            && place["is_global_account"].is_boolean()
            && place["is_enrolled"].is_boolean()
    };
    answer.must(answer.list()?.iter().all(is_location), "Partner IDs with what they are")
}

/// What is told about the tenant of a claim.
async fn held(person: &Person, claim: &Claim) -> Result<Answer, Failure> {
    let tenant = claim.0["draft"]["tenant_id"].as_str().unwrap_or_default();
    person.get(&format!("/v1/associations?tenant_id={tenant}")).send().await?.is(200)
}

async fn a_new_tenant_is_free(on: &On) -> Outcome {
    let path = format!("/v1/associations?tenant_id={}", new_id());
    let answer = on.admin()?.get(&path).send().await?.is(200)?;
    answer.must(answer.list()?.is_empty(), "an empty list")
}

async fn a_draft_asks_for_nothing(on: &On) -> Outcome {
    let admin = on.admin()?;
    let answer = held(admin, &admin.created().await?).await?;
    answer.must(answer.list()?.is_empty(), "an empty list")
}

async fn a_submitted_claim_asks_for_its_items(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.submitted().await?;
    let answer = held(admin, &claim).await?;
    let list = answer.list()?;
    for item in claim.0["draft"]["workloads"].as_array().into_iter().flatten() {
        let is_ours = |entry: &Value| {
            entry["item"] == *item
                && entry["holder"]["ours"]["claim_id"] == claim.id()
                && entry["holder"]["ours"]["claim_name"] == claim.0["draft"]["claim_name"]
        };
        answer.must(list.iter().any(is_ours), &format!("{item}, held by the claim"))?;
    }
    Ok(())
}

async fn others_learn_no_name(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let answer = held(on.other()?, &claim).await?;
    let list = answer.list()?;
    let is_silent = |entry: &Value| entry["holder"] == "other-partner";
    answer.must(!list.is_empty() && list.iter().all(is_silent), "`other-partner` alone")?;
    let tells = String::from_utf8_lossy(&answer.body).contains(claim.id());
    answer.must(!tells, "no id of the claim")
}

async fn a_rejected_claim_holds_nothing(on: &On) -> Outcome {
    let answer = held(on.admin()?, &on.claim_in(Status::Rejected).await?).await?;
    answer.must(answer.list()?.is_empty(), "an empty list")
}

fn question() -> Value {
    json!({ "tenant_id": new_id(), "product": "sales", "subscription_id": new_id() })
}

async fn it_answers_with_a_state(on: &On) -> Outcome {
    let request = on.admin()?.app(Method::POST, "/v1/subscriptions/check").json(&question());
    let answer = request.send().await?.is(200)?;
    let state = answer.json()?["state"].clone();
    let is_state = state == "usable" || state["refused"]["reason"].is_string();
    answer.must(is_state, "`state`, usable or refused")
}

async fn it_needs_no_key(on: &On) -> Outcome {
    let request = on.admin()?.app(Method::POST, "/v1/subscriptions/check").json(&question());
    let (first, second) = (request.clone().send().await?.is(200)?, request.send().await?.is(200)?);
    second.must(first.body == second.body, "the same answer")
}

async fn it_refuses_unknown_fields(on: &On) -> Outcome {
    let mut question = question();
    question["colour"] = "red".into();
    let request = on.admin()?.app(Method::POST, "/v1/subscriptions/check").json(&question);
    request.send().await?.problem(400, "bad-request")?;
    Ok(())
}
