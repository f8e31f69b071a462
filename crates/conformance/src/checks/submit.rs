//! Handing in.

use crate::check::{FILES, Group, HISTORY, Need, SUBMIT, check};
use crate::exchange::{Claim, Failure, Outcome};
use crate::person::{new_id, new_pdf, sha256};
use crate::target::On;
use cpor_rules::{EditionId, Region, Status, deadline};
use serde_json::{Value, json};

pub(crate) const GROUP: Group = Group {
    name: "submit",
    needs: &[SUBMIT, FILES],
    is_alone: false,
    checks: &[
        check!(
            submitting_answers_with_the_claim,
            "| `POST …/submit {\"ruleset\", \"manifest\"}` | `If-Match`, key | 200 in *Submitted* |"
        ),
        check!(
            unknown_rules_are_refused,
            "| 409 | `ruleset-unknown` | update the app, then repeat |"
        ),
        check!(
            the_rules_are_asked,
            "It is refused for an unknown fingerprint (`ruleset-unknown`), by the life cycle, by the rules of *Submit*"
        ),
        check!(a_proof_is_needed, "by the rules of *Submit*"),
        check!(
            missing_files_are_named,
            "| 409 | `files-missing` | upload `missing_files`, then repeat |"
        ),
        check!(
            what_was_missing_can_be_sent_later,
            "| 409 | `files-missing` | upload `missing_files`, then repeat |"
        ),
        check!(
            an_upload_that_is_not_finished_is_missing,
            "and while one is missing (`files-missing`)"
        ),
        check!(
            a_wrong_size_is_refused,
            "when a file is not what the claim says of it (name and size against the content)"
        ),
        check!(
            a_wrong_kind_is_refused,
            "when a file is not what the claim says of it (name and size against the content)"
        ),
        check!(
            the_manifest_names_every_file,
            "`submit` takes the fingerprint of the rules by which the client judged and the SHA-256 of every file of the claim."
        ),
        check!(
            the_manifest_names_no_other_file,
            "`submit` takes the fingerprint of the rules by which the client judged and the SHA-256 of every file of the claim."
        ),
        check!(
            nothing_is_submitted_twice,
            "| 409 | `wrong-state` | the life cycle refuses; see `refusal` |"
        ),
        check!(
            what_was_submitted_is_not_edited,
            "An edit that touches anything else is refused as a whole (409 `wrong-state`).",
            Need::Edition("current")
        ),
        check!(
            in_fy21_the_answerable_can_be_edited,
            "in *Submitted* of FY21 what can be edited in *Partner action required*",
            Need::Edition("fy21")
        ),
        check!(
            the_deadline_is_the_rules_own,
            "`status_since` and `deadline` are days in the organisation's time zone, by the edition of the claim.",
            Need::Session
        ),
        check!(unknown_fields_are_refused, "unknown fields in a request are refused"),
        check!(
            the_history_holds_it,
            "| `GET …/history` | | 200, a list, oldest first: the newest 500 lines;",
            HISTORY
        ),
    ],
};

/// Expects the deadline that the rules count from the claim's own status and day.
pub(super) fn has_the_rules_deadline(claim: &Claim, session: &Value) -> Outcome {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let status = Status::from_code(claim.status());
    let since = text(&claim.0["status_since"]).parse();
    let edition = text(&claim.0["draft"]["edition"]);
    let edition = EditionId::ALL.into_iter().find(|id| id.code() == edition).unwrap_or_default();
    let region = Region::from_code(&text(&session["account"]["region"])).unwrap_or(Region::None);
    let (Some(status), Ok(since)) = (status, since) else {
        return Err(Failure::of(claim.0.to_string(), "`status` and `status_since`"));
    };
    let was_disputed = claim.0["was_disputed"] == true;
    let expected =
        deadline::deadline(edition.get(), status, since, was_disputed, &region.holidays());
    let expected = serde_json::to_value(expected).unwrap_or_default();
    if claim.0["deadline"] == expected {
        return Ok(());
    }
    Err(Failure::of(claim.0["deadline"].to_string(), format!("the deadline {expected}")))
}

async fn submitting_answers_with_the_claim(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let answer = admin.submit(&claim).send().await?.is(200)?;
    let after = answer.claim()?;
    answer.must(after.status() == "submitted", "status `submitted`")?;
    answer.must(after.revision() > claim.revision(), "a higher revision")?;
    answer.must(answer.header("etag") == after.etag(), "its `ETag`")?;
    answer.must(after.0["submitted_at"].is_string(), "`submitted_at`")
}

async fn unknown_rules_are_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let manifest = json!([claim.0["draft"]["poe_files"][0]["sha256"]]);
    let body = json!({ "ruleset": "0000000000000000", "manifest": manifest });
    admin.submit(&claim).json(&body).send().await?.problem(409, "ruleset-unknown")?;
    Ok(())
}

async fn the_rules_are_asked(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.ready_draft().await?;
    draft["acknowledgements"]["proof_is_genuine"] = false.into();
    let claim = admin.created_with(&draft).await?;
    let answer = admin.submit(&claim).send().await?;
    answer.problem(422, "rules-broken")?;
    answer.must(admin.fetch(&claim).await?.status() == "draft", "a claim that stays a draft")
}

async fn a_proof_is_needed(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    admin.submit(&claim).send().await?.problem(422, "rules-broken")?;
    Ok(())
}

async fn missing_files_are_named(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (content, mut draft) = (new_pdf(), admin.ready_draft().await?);
    let files = draft["poe_files"].as_array_mut().map(|files| {
        files.push(admin.file_entry("missing.pdf", &content));
    });
    let claim = admin.created_with(&draft).await?;
    let answer = admin.submit(&claim).send().await?;
    let problem = answer.problem(409, "files-missing")?;
    let named = problem["missing_files"] == json!([sha256(&content)]);
    answer.must(named && files.is_some(), "the SHA-256 of the missing file alone")?;
    answer.must(admin.fetch(&claim).await?.status() == "draft", "a claim that stays a draft")
}

async fn what_was_missing_can_be_sent_later(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (content, mut draft) = (new_pdf(), admin.draft());
    draft["poe_files"] = json!([admin.file_entry("later.pdf", &content)]);
    let claim = admin.created_with(&draft).await?;
    let request = admin.submit(&claim);
    request.clone().send().await?.problem(409, "files-missing")?;
    admin.upload("later.pdf", &content).await?.is(204)?;
    request.send().await?.is(200)?;
    Ok(())
}

async fn an_upload_that_is_not_finished_is_missing(on: &On) -> Outcome {
    let admin = on.admin()?;
    let (content, mut draft) = (new_pdf(), admin.draft());
    let upload = admin.begun("half.pdf", &content).await?;
    admin.append(&upload, 0, &content[..9]).send().await?.is(204)?;
    draft["poe_files"] = json!([admin.file_entry("half.pdf", &content)]);
    let claim = admin.created_with(&draft).await?;
    admin.submit(&claim).send().await?.problem(409, "files-missing")?;
    Ok(())
}

async fn a_wrong_size_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.ready_draft().await?;
    draft["poe_files"][0]["size_bytes"] = 4711.into();
    let claim = admin.created_with(&draft).await?;
    admin.submit(&claim).send().await?.problem(422, "rules-broken")?;
    Ok(())
}

async fn a_wrong_kind_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.ready_draft().await?;
    draft["poe_files"][0]["name"] = "picture.png".into();
    draft["poe_files"][0]["media_type"] = "image/png".into();
    let claim = admin.created_with(&draft).await?;
    admin.submit(&claim).send().await?.problem(422, "rules-broken")?;
    Ok(())
}

async fn manifest_is_refused(on: &On, change: impl Fn(Vec<Value>) -> Vec<Value>) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let own = vec![claim.0["draft"]["poe_files"][0]["sha256"].clone()];
    let body = json!({ "ruleset": on.info.backend["rulesets"][0], "manifest": change(own) });
    let answer = admin.submit(&claim).json(&body).send().await?;
    answer.must((400..500).contains(&answer.status), "a refusal")?;
    answer.must(admin.fetch(&claim).await?.status() == "draft", "a claim that stays a draft")
}

async fn the_manifest_names_every_file(on: &On) -> Outcome {
    manifest_is_refused(on, |_| Vec::new()).await
}

async fn the_manifest_names_no_other_file(on: &On) -> Outcome {
    manifest_is_refused(on, |own| [own, vec![sha256(&new_pdf()).into()]].concat()).await
}

async fn nothing_is_submitted_twice(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.submitted().await?;
    let answer = admin.submit(&claim).send().await?;
    let problem = answer.problem(409, "wrong-state")?;
    answer.must(!problem["refusal"].is_null(), "a `refusal`")
}

async fn what_was_submitted_is_not_edited(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.submitted().await?;
    for (field, value) in [("claim_name", "new"), ("comment", "new"), ("tenant_id", &new_id())] {
        let answer = admin.edit(&claim, &claim.with(field, value)).send().await?;
        answer.problem(409, "wrong-state")?;
        answer.must(admin.fetch(&claim).await?.0 == claim.0, "a claim that was left alone")?;
    }
    Ok(())
}

async fn in_fy21_the_answerable_can_be_edited(on: &On) -> Outcome {
    let admin = on.admin()?;
    let content = new_pdf();
    admin.upload("proof.pdf", &content).await?.is(204)?;
    let role = cpor_rules::PartnerRole::UseOrConsume;
    let rules = cpor_rules::testing::complete_draft_of(EditionId::Fy21, role);
    let mut draft = serde_json::to_value(rules).unwrap_or_default();
    draft["tenant_id"] = new_id().into();
    draft["partner_id"] = admin.draft()["partner_id"].clone();
    draft["poe_files"] = json!([admin.file_entry("proof.pdf", &content)]);
    let claim = admin.created_with(&draft).await?;
    let claim = admin.submit(&claim).send().await?.is(200)?.claim()?;
    let name = claim.with("claim_name", "another name");
    admin.edit(&claim, &name).send().await?.problem(409, "wrong-state")?;
    let mut contact = claim.draft();
    contact["customer_contact"]["name"] = "Eva Lindt".into();
    admin.edit(&claim, &contact).send().await?.is(200)?;
    Ok(())
}

async fn the_deadline_is_the_rules_own(on: &On) -> Outcome {
    let admin = on.admin()?;
    has_the_rules_deadline(&admin.submitted().await?, &admin.session)
}

async fn unknown_fields_are_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let body = json!({
        "ruleset": on.info.backend["rulesets"][0],
        "manifest": [claim.0["draft"]["poe_files"][0]["sha256"]], "hurry": true,
    });
    admin.submit(&claim).json(&body).send().await?.problem(400, "bad-request")?;
    Ok(())
}

async fn the_history_holds_it(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.submitted().await?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| {
        let changed = &line["event"]["status-changed"];
        changed["from"] == "draft" && changed["to"] == "submitted" && line["actor"] == "partner"
    };
    answer.must(answer.list()?.iter().any(is_it), "a line that says draft → submitted")
}
