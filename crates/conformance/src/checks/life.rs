//! What else happens to a claim: ending it, comments, history, usage.

use crate::check::{COMMENTS, FILES, Group, HISTORY, Need, REVIEW, REVIEWER, SUBMIT, check};
use crate::exchange::Outcome;
use crate::person::new_pdf;
use crate::target::On;
use chrono::DateTime;
use cpor_rules::Status;
use serde_json::{Value, json};

pub(crate) const DISASSOCIATE: Group = Group {
    name: "disassociate",
    needs: &[Need::Feature("disassociate"), SUBMIT, FILES, REVIEW, REVIEWER],
    is_alone: false,
    checks: &[
        check!(
            it_ends_an_approved_claim,
            "| `POST …/disassociate {\"reason\"}` | `If-Match`, key | 200 in *Rejected final* |"
        ),
        check!(
            ending_needs_a_reason,
            "`disassociate` ends an approved association, always with a reason."
        ),
        check!(
            only_an_approved_claim_is_ended,
            "`disassociate` ends an approved association, always with a reason."
        ),
    ],
};

pub(crate) const COMMENT: Group = Group {
    name: "comments",
    needs: &[COMMENTS],
    is_alone: false,
    checks: &[
        check!(
            a_comment_answers_with_its_line,
            "| `POST …/comments {\"text\"}` | key | 201 with the line of history; 1 to 2000 characters |"
        ),
        check!(
            it_has_2000_characters_at_most,
            "201 with the line of history; 1 to 2000 characters"
        ),
        check!(an_empty_one_is_refused, "201 with the line of history; 1 to 2000 characters"),
        check!(
            it_leaves_the_revision_alone,
            "A comment needs no `If-Match` and leaves revision and `updated_at` alone: it must not make anybody's edit stale."
        ),
        check!(
            it_makes_no_edit_stale,
            "A comment needs no `If-Match` and leaves revision and `updated_at` alone: it must not make anybody's edit stale."
        ),
        check!(
            it_brings_the_claim_into_the_changes,
            "A comment makes its claim appear again with an unchanged revision: fetch its history."
        ),
    ],
};

pub(crate) const HISTORIES: Group = Group {
    name: "history",
    needs: &[HISTORY],
    is_alone: false,
    checks: &[
        check!(
            it_begins_with_the_creation,
            "| `GET …/history` | | 200, a list, oldest first: the newest 500 lines;"
        ),
        check!(
            it_is_in_order,
            "| `GET …/history` | | 200, a list, oldest first: the newest 500 lines;"
        ),
        check!(
            an_edit_adds_a_line,
            "| `GET …/history` | | 200, a list, oldest first: the newest 500 lines;"
        ),
        check!(
            a_file_adds_a_line,
            "| `GET …/history` | | 200, a list, oldest first: the newest 500 lines;"
        ),
        check!(an_empty_edit_adds_no_line, "An edit that changes nothing keeps the revision."),
        check!(it_can_be_read_by_the_types, "The types are in `crates/protocol`"),
    ],
};

pub(crate) const USAGE: Group = Group {
    name: "usage",
    needs: &[Need::Feature("usage")],
    is_alone: false,
    checks: &[check!(
        it_is_empty_while_there_is_none,
        "| `GET …/usage` | | 200, a list of months, oldest first; empty while there are none |"
    )],
};

async fn it_ends_an_approved_claim(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Approved).await?;
    let body = json!({ "reason": "The contract has ended." });
    let answer = on.admin()?.act(&claim, "disassociate", &body).send().await?.is(200)?;
    answer.must(answer.claim()?.status() == "rejected-final", "status `rejected-final`")
}

async fn ending_needs_a_reason(on: &On) -> Outcome {
    let claim = on.claim_in(Status::Approved).await?;
    let body = json!({ "reason": " " });
    let answer = on.admin()?.act(&claim, "disassociate", &body).send().await?;
    let problem = answer.problem(409, "wrong-state")?;
    answer.must(problem["refusal"] == "reason-missing", "the refusal `reason-missing`")
}

async fn only_an_approved_claim_is_ended(on: &On) -> Outcome {
    let body = json!({ "reason": "The contract has ended." });
    for status in [Status::Draft, Status::Submitted, Status::Rejected] {
        let claim = on.claim_in(status).await?;
        let answer = on.admin()?.act(&claim, "disassociate", &body).send().await?;
        answer.problem(409, "wrong-state")?;
    }
    Ok(())
}

async fn a_comment_answers_with_its_line(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.comment(&claim, "Ask Ana for the date.").send().await?.is(201)?;
    let line = answer.json()?;
    let said = line["event"]["comment"]["text"] == "Ask Ana for the date.";
    answer.must(said && line["actor"] == "partner", "the comment, by the partner")?;
    answer.must(line["at"].is_string() && line["by"].is_string(), "`at` and `by`")
}

async fn it_has_2000_characters_at_most(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    // Characters, not bytes.
    admin.comment(&claim, &"名".repeat(2000)).send().await?.is(201)?;
    let long = admin.comment(&claim, &"n".repeat(2001)).send().await?;
    long.problem(400, "bad-request")?;
    Ok(())
}

async fn an_empty_one_is_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    admin.comment(&claim, "").send().await?.problem(400, "bad-request")?;
    Ok(())
}

async fn it_leaves_the_revision_alone(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.comment(&claim, "beside").send().await?.is(201)?;
    let after = admin.fetch(&claim).await?;
    let is_same =
        after.revision() == claim.revision() && after.0["updated_at"] == claim.0["updated_at"];
    answer.must(is_same, "the revision and `updated_at` of before")
}

async fn it_makes_no_edit_stale(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    admin.comment(&claim, "meanwhile").send().await?.is(201)?;
    admin.renamed(&claim, "not stale").await?;
    Ok(())
}

async fn it_brings_the_claim_into_the_changes(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let (_, since) = admin.follow(admin.cursor().await?, 200).await?;
    let answer = admin.comment(&claim, "look").send().await?.is(201)?;
    let told = admin.told(&since, &claim).await?;
    let is_it = matches!(told.as_slice(), [only]
        if only["upsert"]["claim"]["revision"] == claim.revision());
    answer.must(is_it, "the claim in the changes, with the revision of before")
}

async fn it_begins_with_the_creation(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let lines = answer.list()?;
    let is_it = matches!(lines.as_slice(), [only] if only["event"] == "created");
    answer.must(is_it, "one line, `created`")?;
    answer.must(lines[0]["actor"] == "partner", "the partner as `actor`")
}

async fn it_is_in_order(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut claim = admin.created().await?;
    for name in ["first", "second", "third"] {
        claim = admin.renamed(&claim, name).await?;
    }
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let lines = answer.list()?;
    let times: Vec<_> = lines
        .iter()
        .map(|line| line["at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()))
        .collect();
    answer.must(lines.len() == 4 && lines[0]["event"] == "created", "creation and three edits")?;
    answer.must(times.is_sorted() && times[0].is_some(), "lines in the order of their times")
}

async fn an_edit_adds_a_line(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.renamed(&admin.created().await?, "renamed").await?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| line["event"]["changed"]["fields"] == json!(["claim_name"]);
    answer.must(answer.list()?.iter().any(is_it), "a line that `claim_name` was changed")
}

async fn a_file_adds_a_line(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let files = json!([admin.file_entry("proof of work.pdf", &new_pdf())]);
    admin.edit(&claim, &claim.with("poe_files", files)).send().await?.is(200)?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| line["event"]["file-added"]["name"] == "proof of work.pdf";
    answer.must(answer.list()?.iter().any(is_it), "a line that the file was added")
}

async fn an_empty_edit_adds_no_line(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    admin.edit(&claim, &claim.draft()).send().await?.is(200)?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    answer.must(answer.list()?.len() == 1, "the line of the creation alone")
}

async fn it_can_be_read_by_the_types(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.renamed(&admin.created().await?, "renamed").await?;
    let answer = admin.get(&claim.path("/history")).send().await?.is(200)?;
    match serde_json::from_slice::<Vec<cpor_protocol::HistoryEntry>>(&answer.body) {
        Ok(_) => Ok(()),
        Err(error) => Err(answer.fails(format!("the form that the app reads ({error})"))),
    }
}

async fn it_is_empty_while_there_is_none(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.get(&claim.path("/usage")).send().await?.is(200)?;
    answer.must(answer.list()?.is_empty(), "an empty list for a draft")
}
