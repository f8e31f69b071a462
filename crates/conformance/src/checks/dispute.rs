//! Contesting a rejection.

use super::submit::has_the_rules_deadline;
use crate::check::{FILES, Group, Need, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::Outcome;
use crate::person::{new_pdf, sha256};
use crate::target::On;
use cpor_rules::Status;
use serde_json::{Value, json};

pub(crate) const GROUP: Group = Group {
    name: "dispute",
    needs: &[Need::Feature("dispute"), SUBMIT, FILES, REVIEW, REVIEWER],
    is_alone: false,
    checks: &[
        check!(
            a_justification_is_enough,
            "`dispute` contests a rejection within its time limit, once, with a justification, newer proof, or both."
        ),
        check!(
            newer_proof_is_enough,
            "`dispute` contests a rejection within its time limit, once, with a justification, newer proof, or both."
        ),
        check!(
            nothing_is_not_enough,
            "`dispute` contests a rejection within its time limit, once, with a justification, newer proof, or both."
        ),
        check!(
            it_is_possible_once,
            "`dispute` contests a rejection within its time limit, once, with a justification, newer proof, or both."
        ),
        check!(
            only_a_rejection_is_contested,
            "| 409 | `wrong-state` | the life cycle refuses; see `refusal` |"
        ),
        check!(files_replace_none, "Its `files` are added to the proof and replace none"),
        check!(
            known_files_are_no_newer_proof,
            "those that the claim has already are no newer proof."
        ),
        check!(
            contents_are_sent_first,
            "and their contents are uploaded first, or the answer is `files-missing`."
        ),
        check!(files_are_judged, "They are judged by the rules about files (`rules-broken`)"),
        check!(
            an_item_of_another_claim_cannot_be_disputed_for,
            "An item that another claim of the organisation holds by now cannot be disputed for (422, `item-not-ours`)."
        ),
        check!(
            the_deadline_is_the_rules_own,
            "`status_since` and `deadline` are days in the organisation's time zone, by the edition of the claim.",
            Need::Session
        ),
    ],
};

async fn a_justification_is_enough(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Rejected).await?;
    let body = json!({ "justification": "The proof names it on page 2." });
    let answer = on.admin()?.act(&claim, "dispute", &body).send().await?.is(200)?;
    let after = answer.claim()?;
    answer.must(after.status() == "dispute", "status `dispute`")?;
    answer.must(after.0["was_disputed"] == true, "`was_disputed`")
}

async fn newer_proof_is_enough(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Rejected).await?;
    let content = new_pdf();
    admin.upload("newer.pdf", &content).await?.is(204)?;
    let body = json!({ "files": [admin.file_entry("newer.pdf", &content)] });
    let answer = admin.act(&claim, "dispute", &body).send().await?.is(200)?;
    answer.must(answer.claim()?.status() == "dispute", "status `dispute`")
}

async fn nothing_is_not_enough(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Rejected).await?;
    for body in [json!({}), json!({ "justification": "  " })] {
        let answer = on.admin()?.act(&claim, "dispute", &body).send().await?;
        let problem = answer.problem(409, "wrong-state")?;
        let is_it = problem["refusal"] == "justification-missing";
        answer.must(is_it, "the refusal `justification-missing`")?;
    }
    Ok(())
}

async fn it_is_possible_once(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Dispute).await?;
    let reviewer = on.reviewer()?;
    let claim = reviewer.review(&claim, "reopen", "").send().await?.is(200)?.claim()?;
    let claim = reviewer.review(&claim, "reject", "Still no.").send().await?.is(200)?.claim()?;
    let body = json!({ "justification": "Once more." });
    let answer = on.admin()?.act(&claim, "dispute", &body).send().await?;
    let problem = answer.problem(409, "wrong-state")?;
    answer.must(problem["refusal"] == "disputed-before", "the refusal `disputed-before`")
}

async fn only_a_rejection_is_contested(on: &On) -> Outcome {
    let body = json!({ "justification": "Too early." });
    for status in [Status::Submitted, Status::Approved] {
        let claim = on.claim_in(status).await?;
        let answer = on.admin()?.act(&claim, "dispute", &body).send().await?;
        answer.problem(409, "wrong-state")?;
    }
    Ok(())
}

async fn files_replace_none(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Rejected).await?;
    let content = new_pdf();
    admin.upload("newer.pdf", &content).await?.is(204)?;
    let body = json!({ "files": [admin.file_entry("newer.pdf", &content)] });
    let answer = admin.act(&claim, "dispute", &body).send().await?.is(200)?;
    let after = answer.claim()?;
    let hashes: Vec<&Value> = after.0["draft"]["poe_files"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|file| &file["sha256"])
        .collect();
    let newer = Value::from(sha256(&content));
    let expected = [&claim.0["draft"]["poe_files"][0]["sha256"], &newer];
    answer.must(hashes == expected, "the file of before, and the newer one behind it")
}

async fn known_files_are_no_newer_proof(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Rejected).await?;
    let body = json!({ "files": [claim.0["draft"]["poe_files"][0]] });
    let answer = on.admin()?.act(&claim, "dispute", &body).send().await?;
    answer.problem(409, "wrong-state")?;
    Ok(())
}

async fn contents_are_sent_first(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Rejected).await?;
    let content = new_pdf();
    let body = json!({ "files": [admin.file_entry("newer.pdf", &content)] });
    let answer = admin.act(&claim, "dispute", &body).send().await?;
    let problem = answer.problem(409, "files-missing")?;
    let is_named = problem["missing_files"] == json!([sha256(&content)]);
    answer.must(is_named, "the missing file in `missing_files`")
}

async fn files_are_judged(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Rejected).await?;
    let content = new_pdf();
    admin.upload("newer.pdf", &content).await?.is(204)?;
    let mut file = admin.file_entry("newer.pdf", &content);
    file["acknowledged_on"] = "page 4".into();
    let body = json!({ "justification": "See the file.", "files": [file] });
    let answer = admin.act(&claim, "dispute", &body).send().await?;
    answer.problem(422, "rules-broken")?;
    Ok(())
}

async fn an_item_of_another_claim_cannot_be_disputed_for(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = on.claim_in(Status::Rejected).await?;
    let mut draft = admin.ready_draft().await?;
    draft["tenant_id"] = claim.0["draft"]["tenant_id"].clone();
    let again = admin.created_with(&draft).await?;
    admin.submit(&again).send().await?.is(200)?;
    let body = json!({ "justification": "We held it first." });
    let answer = admin.act(&claim, "dispute", &body).send().await?;
    let problem = answer.problem(422, "rules-broken")?;
    let is_it = problem["violations"][0]["rule"] == "item-not-ours";
    answer.must(is_it, "the violation `item-not-ours`")
}

async fn the_deadline_is_the_rules_own(on: &On) -> Outcome {
    has_the_rules_deadline(&on.claim_in(Status::Dispute).await?, &on.admin()?.session)
}
