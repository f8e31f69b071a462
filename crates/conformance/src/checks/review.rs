//! Decisions, and each step that a claim must not take.

use super::submit::has_the_rules_deadline;
use crate::check::{FILES, Group, HISTORY, Need, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::{Failure, Outcome};
use crate::person::{new_id, new_pdf};
use crate::target::On;
use cpor_rules::life_cycle::TRANSITIONS;
use cpor_rules::{Action, Actor, Status};
use serde_json::{Value, json};

pub(crate) const GROUP: Group = Group {
    name: "review",
    needs: &[SUBMIT, FILES, REVIEW, REVIEWER],
    is_alone: false,
    checks: &[
        check!(
            a_decision_answers_with_the_claim,
            "| `POST …/review {\"action\", \"reason\", \"grounds\"}` | `If-Match`, key | 200; reviewers only |"
        ),
        check!(
            each_action_leads_where_the_table_says,
            "`review` takes one of the reviewer's actions: `start-review`, `approve`, `request-action`, `reject`, `reject-finally`, `reopen`."
        ),
        check!(
            nothing_else_is_possible_when_submitted,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(
            nothing_else_is_possible_under_review,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(
            nothing_else_is_possible_when_action_is_required,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(
            nothing_else_is_possible_when_approved,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(
            nothing_else_is_possible_when_rejected,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(
            nothing_else_is_possible_in_dispute,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`.",
            Need::Feature("dispute")
        ),
        check!(
            nothing_is_possible_when_rejected_finally,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`.",
            Need::Feature("dispute")
        ),
        check!(
            asking_for_more_needs_a_reason,
            "Which is possible when, and which needs a reason, says the table in `crates/rules/src/life_cycle.rs`."
        ),
        check!(rejecting_needs_a_reason, "Which is possible when, and which needs a reason"),
        check!(
            other_actions_are_no_decisions,
            "`review` takes one of the reviewer's actions: `start-review`, `approve`, `request-action`, `reject`, `reject-finally`, `reopen`."
        ),
        check!(
            reason_and_grounds_stand_in_the_claim,
            "They stand in the claim as `status_grounds`, next to `status_reason`, and in the history.",
            HISTORY
        ),
        check!(
            grounds_of_another_action_are_refused,
            "Which go with which action says `Ground::of` in `crates/rules/src/review.rs`; others are refused."
        ),
        check!(
            grounds_are_about_claimed_items,
            "`grounds` are the published ones, each with the item it is about where it is about one"
        ),
        check!(
            what_was_asked_for_can_be_handed_in,
            "| `POST …/submit {\"ruleset\", \"manifest\"}` | `If-Match`, key | 200 in *Submitted* |"
        ),
        check!(
            the_answerable_can_be_edited,
            "in *Partner action required* the Partner ID, workloads, products, contacts, proof, comment and acknowledgements"
        ),
        check!(
            nothing_but_the_answerable_can_be_edited,
            "An edit that touches anything else is refused as a whole (409 `wrong-state`)."
        ),
        check!(
            newer_proof_comes_to_an_approved_claim,
            "In *Approved* and *Submitted* newer files are added behind those of before, which stay as they are"
        ),
        check!(
            older_proof_stays_in_an_approved_claim,
            "In *Approved* and *Submitted* newer files are added behind those of before, which stay as they are"
        ),
        check!(
            newer_proof_is_judged_at_once,
            "nobody submits the claim again, so they are judged at once (`rules-broken`, `files-missing`)"
        ),
        check!(
            deadlines_are_the_rules_own,
            "`status_since` and `deadline` are days in the organisation's time zone, by the edition of the claim.",
            Need::Session
        ),
    ],
};

const REASON: &str = "Please add the customer's acknowledgement.";

/// What a reviewer may ask for.
const DECISIONS: [(&str, Action); 6] = [
    ("start-review", Action::StartReview),
    ("approve", Action::Approve),
    ("request-action", Action::RequestAction),
    ("reject", Action::Reject),
    ("reject-finally", Action::RejectFinally),
    ("reopen", Action::Reopen),
];

/// Where a decision leads by the table.
fn target(from: Status, action: Action) -> Option<Status> {
    let is_it = |row: &&cpor_rules::life_cycle::Transition| {
        row.from == Some(from) && row.action == action && row.by == Actor::Microsoft
    };
    TRANSITIONS.iter().find(is_it).and_then(|row| row.to)
}

async fn a_decision_answers_with_the_claim(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    let answer = on.reviewer()?.review(&claim, "start-review", "").send().await?.is(200)?;
    let after = answer.claim()?;
    answer.must(after.status() == "under-review", "status `under-review`")?;
    answer.must(answer.header("etag") == after.etag(), "its `ETag`")?;
    let partners = on.admin()?.fetch(&claim).await?;
    answer.must(partners.revision() == after.revision(), "what the partner reads as well")
}

async fn each_action_leads_where_the_table_says(on: &On) -> Outcome {
    for from in [Status::Submitted, Status::UnderReview] {
        for (word, action) in DECISIONS {
            let Some(to) = target(from, action) else { continue };
            let claim = on.claim_in(from).await?;
            let answer = on.reviewer()?.review(&claim, word, REASON).send().await?.is(200)?;
            let expected = format!("{} by {word} to be {}", from.code(), to.code());
            answer.must(answer.claim()?.status() == to.code(), &expected)?;
        }
    }
    Ok(())
}

/// Expects that no decision passes in a status but those of the table.
async fn nothing_else_is_possible(on: &On, status: Status) -> Outcome {
    let claim = on.claim_in(status).await?;
    for (word, action) in DECISIONS {
        if target(status, action).is_some() {
            continue;
        }
        let answer = on.reviewer()?.review(&claim, word, REASON).send().await?;
        let problem = answer.problem(409, "wrong-state")?;
        answer.must(!problem["refusal"].is_null(), "a `refusal`")?;
    }
    let after = on.admin()?.fetch(&claim).await?;
    let expected = format!("a claim that stays {}", status.code());
    if after.0 == claim.0 { Ok(()) } else { Err(Failure::of(after.0.to_string(), expected)) }
}

async fn nothing_else_is_possible_when_submitted(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::Submitted).await
}

async fn nothing_else_is_possible_under_review(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::UnderReview).await
}

async fn nothing_else_is_possible_when_action_is_required(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::PartnerActionRequired).await
}

async fn nothing_else_is_possible_when_approved(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::Approved).await
}

async fn nothing_else_is_possible_when_rejected(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::Rejected).await
}

async fn nothing_else_is_possible_in_dispute(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::Dispute).await
}

async fn nothing_is_possible_when_rejected_finally(on: &On) -> Outcome {
    nothing_else_is_possible(on, Status::RejectedFinal).await
}

async fn reason_is_needed(on: &On, action: &str) -> Outcome {
    let claim = on.claim_in(Status::UnderReview).await?;
    for reason in ["", "   "] {
        let answer = on.reviewer()?.review(&claim, action, reason).send().await?;
        let problem = answer.problem(409, "wrong-state")?;
        answer.must(problem["refusal"] == "reason-missing", "the refusal `reason-missing`")?;
    }
    on.reviewer()?.review(&claim, action, REASON).send().await?.is(200)?;
    Ok(())
}

async fn asking_for_more_needs_a_reason(on: &On) -> Outcome {
    reason_is_needed(on, "request-action").await
}

async fn rejecting_needs_a_reason(on: &On) -> Outcome {
    reason_is_needed(on, "reject").await
}

async fn other_actions_are_no_decisions(on: &On) -> Outcome {
    let claim = on.admin()?.submitted().await?;
    for action in ["submit", "disassociate", "expire", "decline", "praise"] {
        let answer = on.reviewer()?.review(&claim, action, REASON).send().await?;
        answer.must([400, 403].contains(&answer.status), "400 or 403")?;
    }
    let after = on.admin()?.fetch(&claim).await?;
    let is_same = after.revision() == claim.revision();
    if is_same { Ok(()) } else { Err(Failure::of(after.0.to_string(), "a claim left alone")) }
}

async fn reason_and_grounds_stand_in_the_claim(on: &On) -> Outcome {
    let claim = on.claim_in(Status::UnderReview).await?;
    let item = claim.0["draft"]["workloads"][0].clone();
    let grounds =
        json!([{ "ground": "missing-items", "item": item }, { "ground": "missing-dates" }]);
    let body = json!({ "action": "request-action", "reason": REASON, "grounds": grounds });
    let answer = on.reviewer()?.act(&claim, "review", &body).send().await?.is(200)?;
    let after = answer.claim()?;
    answer.must(after.0["status_grounds"] == grounds, "the grounds in `status_grounds`")?;
    answer.must(after.0["status_reason"] == REASON, "the reason in `status_reason`")?;
    let history = on.admin()?.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| line["event"]["status-changed"]["grounds"] == grounds;
    history.must(history.list()?.iter().any(is_it), "a line with the grounds")
}

async fn grounds_are_refused(on: &On, grounds: Value) -> Outcome {
    let claim = on.claim_in(Status::UnderReview).await?;
    let body = json!({ "action": "request-action", "reason": REASON, "grounds": grounds });
    let answer = on.reviewer()?.act(&claim, "review", &body).send().await?;
    answer.must((400..500).contains(&answer.status), "a refusal")?;
    let after = on.admin()?.fetch(&claim).await?;
    answer.must(after.status() == "under-review", "a claim that stays under review")
}

async fn grounds_of_another_action_are_refused(on: &On) -> Outcome {
    grounds_are_refused(on, json!([{ "ground": "customer-declined" }])).await
}

async fn grounds_are_about_claimed_items(on: &On) -> Outcome {
    grounds_are_refused(on, json!([{ "ground": "missing-items", "item": "sales" }])).await
}

async fn what_was_asked_for_can_be_handed_in(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::PartnerActionRequired).await?;
    let draft = claim.with("comment", "The acknowledgement is on page 2.");
    let claim = admin.edit(&claim, &draft).send().await?.is(200)?.claim()?;
    let answer = admin.submit(&claim).send().await?.is(200)?;
    answer.must(answer.claim()?.status() == "submitted", "status `submitted`")
}

async fn the_answerable_can_be_edited(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::PartnerActionRequired).await?;
    let mut draft = claim.with("comment", "As asked.");
    draft["customer_contact"]["title"] = "CIO".into();
    draft["partner_contact"]["name"] = "Li Novak".into();
    let answer = admin.edit(&claim, &draft).send().await?.is(200)?;
    answer.must(answer.claim()?.draft() == draft, "the edited draft")
}

async fn nothing_but_the_answerable_can_be_edited(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::PartnerActionRequired).await?;
    for (field, value) in [("claim_name", "another"), ("tenant_id", &new_id())] {
        let mut draft = claim.with(field, value);
        // A part that could be edited does not pass beside one that could not.
        draft["comment"] = "As asked.".into();
        let answer = admin.edit(&claim, &draft).send().await?;
        answer.problem(409, "wrong-state")?;
        answer.must(admin.fetch(&claim).await?.0 == claim.0, "a claim that was left alone")?;
    }
    Ok(())
}

async fn newer_proof_comes_to_an_approved_claim(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Approved).await?;
    let content = new_pdf();
    admin.upload("newer.pdf", &content).await?.is(204)?;
    let newer = admin.file_entry("newer.pdf", &content);
    let files = json!([claim.0["draft"]["poe_files"][0], newer]);
    let answer =
        admin.edit(&claim, &claim.with("poe_files", files.clone())).send().await?.is(200)?;
    let after = answer.claim()?;
    answer.must(after.0["draft"]["poe_files"] == files, "both files")?;
    answer.must(after.status() == "approved", "a claim that stays approved")
}

async fn older_proof_stays_in_an_approved_claim(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Approved).await?;
    let content = new_pdf();
    admin.upload("instead.pdf", &content).await?.is(204)?;
    let instead = json!([admin.file_entry("instead.pdf", &content)]);
    let answer = admin.edit(&claim, &claim.with("poe_files", instead)).send().await?;
    answer.problem(409, "wrong-state")?;
    Ok(())
}

async fn newer_proof_is_judged_at_once(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Approved).await?;
    let missing = admin.file_entry("newer.pdf", &new_pdf());
    let files = json!([claim.0["draft"]["poe_files"][0], missing]);
    let answer = admin.edit(&claim, &claim.with("poe_files", files)).send().await?;
    answer.problem(409, "files-missing")?;
    Ok(())
}

async fn deadlines_are_the_rules_own(on: &On) -> Outcome {
    let session = &on.admin()?.session;
    for status in
        [Status::UnderReview, Status::PartnerActionRequired, Status::Approved, Status::Rejected]
    {
        has_the_rules_deadline(&on.claim_in(status).await?, session)?;
    }
    Ok(())
}
