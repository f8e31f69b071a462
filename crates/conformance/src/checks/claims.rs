//! Claims in *Draft*.

use crate::check::{FILES, Group, HISTORY, Need, REVIEWER, SUBMIT, check};
use crate::exchange::{Failure, Outcome};
use crate::person::new_id;
use crate::target::{On, now};
use chrono::DateTime;
use chrono_tz::Tz;
use cpor_rules::EditionId;
use serde_json::{Value, json};

pub(crate) const GROUP: Group = Group {
    name: "claims",
    needs: &[],
    is_alone: false,
    checks: &[
        check!(reading_answers_with_the_claim, "| `GET` | | 200 with `ETag` |"),
        check!(
            creating_makes_a_draft,
            "| `PUT {\"draft\": …}` | `If-None-Match: *`, key | 201 in *Draft*; `exists` if the id is taken |"
        ),
        check!(
            editing_answers_with_the_claim,
            "| `PUT {\"draft\": …}` | `If-Match`, key | 200; only fields that may be edited in this status |"
        ),
        check!(
            deleting_takes_it_away,
            "| `DELETE` | `If-Match`, key | 204, *Draft* only; leaves a tombstone, and the id is used up |"
        ),
        check!(
            a_deleted_id_is_used_up,
            "| `DELETE` | `If-Match`, key | 204, *Draft* only; leaves a tombstone, and the id is used up |"
        ),
        check!(
            only_drafts_are_deleted,
            "| `DELETE` | `If-Match`, key | 204, *Draft* only; leaves a tombstone, and the id is used up |",
            SUBMIT,
            FILES
        ),
        check!(the_id_is_a_uuid, "`/v1/claims/{id}`; the id is a UUID that the client makes."),
        check!(
            an_unknown_claim_is_not_there,
            "| 404 | `not-found` | not there, or none of your business |"
        ),
        check!(it_can_be_read_by_the_types, "The types are in `crates/protocol`"),
        check!(
            the_rules_are_asked,
            "It must pass the rules of *Add customer* (a proof is not needed yet)"
        ),
        check!(violations_name_rule_and_field, "| 422 | `rules-broken` | see `violations` |"),
        check!(the_rules_are_asked_of_edits, "It must pass the rules of *Add customer*"),
        check!(
            a_proof_is_not_needed_yet,
            "It must pass the rules of *Add customer* (a proof is not needed yet)"
        ),
        check!(
            ids_are_cleaned,
            "is kept in normal form: ids cleaned, leftovers of another solution area gone."
        ),
        check!(
            leftovers_are_gone,
            "is kept in normal form: ids cleaned, leftovers of another solution area gone."
        ),
        check!(the_answer_holds_what_was_kept, "The answer holds what was kept."),
        check!(a_put_holds_the_whole_draft, "A `PUT` holds the whole draft."),
        check!(unknown_fields_are_refused, "unknown fields in a request are refused"),
        check!(
            a_claim_keeps_its_edition,
            "A claim keeps its edition for life.",
            Need::Edition("current"),
            Need::Edition("oct2023")
        ),
        check!(
            it_names_the_partner,
            "`organisation` in a claim is the name of the claiming partner.",
            Need::Session
        ),
        check!(instants_are_in_utc, "Instants are RFC 3339 in UTC"),
        check!(
            days_are_the_organisations,
            "`status_since` and `deadline` are days in the organisation's time zone, by the edition of the claim.",
            Need::Session
        ),
        check!(
            eight_versions_can_be_set_aside,
            "An edit may carry `set_aside`, up to 8 whole drafts: what a person had typed and gave up when deciding between two versions."
        ),
        check!(
            what_is_set_aside_is_kept_in_the_history,
            "They go into the history beside the version that was replaced, in normal form and each once, and are told to the partner alone.",
            HISTORY
        ),
        check!(
            what_is_set_aside_is_not_for_reviewers,
            "They go into the history beside the version that was replaced, in normal form and each once, and are told to the partner alone.",
            HISTORY,
            SUBMIT,
            FILES,
            REVIEWER
        ),
    ],
};

async fn reading_answers_with_the_claim(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.get(&claim.path("")).send().await?.is(200)?;
    answer.must(answer.json()? == claim.0, "the claim as it was created")?;
    answer.must(!answer.header("etag").is_empty(), "an `ETag`")
}

async fn creating_makes_a_draft(on: &On) -> Outcome {
    let admin = on.admin()?;
    let id = new_id();
    let answer = admin.create(&id, &admin.draft()).send().await?.is(201)?;
    let claim = answer.claim()?;
    answer.must(claim.id() == id, "the id that the client made")?;
    answer.must(claim.status() == "draft", "status `draft`")
}

async fn editing_answers_with_the_claim(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("claim_name", "Another name");
    let answer = admin.edit(&claim, &draft).send().await?.is(200)?;
    answer.must(answer.claim()?.draft() == draft, "the edited draft")
}

async fn deleting_takes_it_away(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.delete(&claim).send().await?.is(204)?;
    answer.must(answer.body.is_empty(), "no body")?;
    admin.get(&claim.path("")).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn a_deleted_id_is_used_up(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    admin.delete(&claim).send().await?.is(204)?;
    let answer = admin.create(claim.id(), &claim.draft()).send().await?;
    answer.must((400..500).contains(&answer.status), "a refusal")?;
    admin.get(&claim.path("")).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn only_drafts_are_deleted(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.submitted().await?;
    admin.delete(&claim).send().await?.problem(409, "wrong-state")?;
    admin.fetch(&claim).await?;
    Ok(())
}

async fn the_id_is_a_uuid(on: &On) -> Outcome {
    let admin = on.admin()?;
    for id in ["claim-1", "17", "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e4"] {
        admin.create(id, &admin.draft()).send().await?.problem(400, "bad-request")?;
    }
    Ok(())
}

async fn an_unknown_claim_is_not_there(on: &On) -> Outcome {
    let path = format!("/v1/claims/{}", new_id());
    on.admin()?.get(&path).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn it_can_be_read_by_the_types(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.get(&claim.path("")).send().await?.is(200)?;
    match serde_json::from_slice::<cpor_protocol::ClaimRecord>(&answer.body) {
        Ok(_) => Ok(()),
        Err(error) => Err(answer.fails(format!("the form that the app reads ({error})"))),
    }
}

async fn the_rules_are_asked(on: &On) -> Outcome {
    let admin = on.admin()?;
    for (field, value) in [
        ("claim_name", json!("")),
        ("tenant_id", json!("no tenant")),
        ("workloads", json!([])),
        ("partner_role", json!(null)),
    ] {
        let mut draft = admin.draft();
        draft[field] = value;
        let id = new_id();
        admin.create(&id, &draft).send().await?.problem(422, "rules-broken")?;
        admin.get(&format!("/v1/claims/{id}")).send().await?.problem(404, "not-found")?;
    }
    Ok(())
}

async fn violations_name_rule_and_field(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.draft();
    draft["workloads"] = json!([]);
    let answer = admin.create(&new_id(), &draft).send().await?;
    let problem = answer.problem(422, "rules-broken")?;
    let blocks = |found: &Value| {
        found["rule"] == "workloads-chosen"
            && found["severity"] == "blocks"
            && found["field"] == "workloads"
            && found["problem"] == "missing"
    };
    let named = problem["violations"].as_array().is_some_and(|all| all.iter().any(blocks));
    answer.must(named, "the violation `workloads-chosen` of `workloads`")
}

async fn the_rules_are_asked_of_edits(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let answer = admin.edit(&claim, &claim.with("tenant_id", "no tenant")).send().await?;
    answer.problem(422, "rules-broken")?;
    answer.must(admin.fetch(&claim).await?.0 == claim.0, "a claim that was left alone")
}

async fn a_proof_is_not_needed_yet(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let files = claim.0["draft"]["poe_files"].as_array();
    let has_none = files.is_none_or(Vec::is_empty);
    if has_none { Ok(()) } else { Err(Failure::of(claim.0.to_string(), "a claim without files")) }
}

async fn ids_are_cleaned(on: &On) -> Outcome {
    let admin = on.admin()?;
    let tenant = new_id();
    let mut draft = admin.draft();
    draft["tenant_id"] = format!("  {{{}}} ", tenant.to_uppercase()).into();
    draft["claim_name"] = "  Contoso Q3 ".into();
    draft["customer_contact"]["email"] = " mailto:ana@contoso.com".into();
    let answer = admin.create(&new_id(), &draft).send().await?.is(201)?;
    let kept = answer.claim()?.draft();
    answer.must(kept["tenant_id"] == tenant.as_str(), &format!("`tenant_id` {tenant}"))?;
    answer.must(kept["claim_name"] == "Contoso Q3", "`claim_name` without blanks around it")?;
    answer.must(kept["customer_contact"]["email"] == "ana@contoso.com", "a plain address")
}

async fn leftovers_are_gone(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.draft();
    draft["products"] = json!([{ "product": "sales", "subscription_id": new_id() }]);
    let answer = admin.create(&new_id(), &draft).send().await?.is(201)?;
    let products = answer.claim()?.draft()["products"].clone();
    let has_none = products.as_array().is_none_or(Vec::is_empty);
    answer.must(has_none, "a claim of workloads without products")
}

async fn the_answer_holds_what_was_kept(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("claim_name", " blanks around ");
    let answer = admin.edit(&claim, &draft).send().await?.is(200)?;
    let kept = admin.fetch(&claim).await?;
    answer.must(answer.json()? == kept.0, "what a `GET` tells afterwards")
}

async fn a_put_holds_the_whole_draft(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.draft();
    draft["comment"] = "to be taken back".into();
    let claim = admin.created_with(&draft).await?;
    let without = claim.with("comment", "");
    let answer = admin.edit(&claim, &without).send().await?.is(200)?;
    answer.must(answer.claim()?.draft() == without, "a draft without the comment")
}

async fn unknown_fields_are_refused(on: &On) -> Outcome {
    let admin = on.admin()?;
    let mut draft = admin.draft();
    let beside = json!({ "draft": draft, "colour": "red" });
    let path = format!("/v1/claims/{}", new_id());
    let request = admin.create(&new_id(), &draft).json(&beside);
    request.send().await?.problem(400, "bad-request")?;
    draft["colour"] = "red".into();
    admin.create(&new_id(), &draft).send().await?.problem(400, "bad-request")?;
    admin.get(&path).send().await?.problem(404, "not-found")?;
    Ok(())
}

async fn a_claim_keeps_its_edition(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("edition", EditionId::Oct2023.code());
    let answer = admin.edit(&claim, &draft).send().await?;
    answer.must((400..500).contains(&answer.status), "a refusal")?;
    answer.must(admin.fetch(&claim).await?.0 == claim.0, "a claim that was left alone")
}

async fn it_names_the_partner(on: &On) -> Outcome {
    let admin = on.admin()?;
    let answer = admin.create(&new_id(), &admin.draft()).send().await?.is(201)?;
    let own = &admin.session["account"]["organisation"];
    answer.must(answer.claim()?.0["organisation"] == *own, &format!("`organisation` {own}"))
}

async fn instants_are_in_utc(on: &On) -> Outcome {
    let admin = on.admin()?;
    let answer = admin.create(&new_id(), &admin.draft()).send().await?.is(201)?;
    let claim = answer.claim()?;
    for key in ["created_at", "updated_at"] {
        let at = claim.0[key].as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let is_utc = at.is_some_and(|at| at.offset().local_minus_utc() == 0);
        answer.must(is_utc, &format!("`{key}` by RFC 3339 in UTC"))?;
    }
    Ok(())
}

async fn days_are_the_organisations(on: &On) -> Outcome {
    let admin = on.admin()?;
    let zone = admin.session["account"]["time_zone"].as_str().unwrap_or_default();
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let session = admin.get("/v1/session").send().await?.is(200)?.json()?;
    // Midnight may fall between the two looks at the clock.
    let before = now(&session).with_timezone(&zone).date_naive();
    let answer = admin.create(&new_id(), &admin.draft()).send().await?.is(201)?;
    let after = now(&session).with_timezone(&zone).date_naive();
    let since = answer.claim()?.0["status_since"].as_str().unwrap_or_default().to_owned();
    let is_today = since == before.to_string() || since == after.to_string();
    answer.must(is_today, &format!("`status_since` {after}, today in {zone}"))
}

async fn eight_versions_can_be_set_aside(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let draft = claim.with("claim_name", "decided");
    let with = |count: usize| {
        let versions = vec![claim.with("claim_name", "given up"); count];
        admin.edit(&claim, &draft).json(&json!({ "draft": draft, "set_aside": versions }))
    };
    with(9).send().await?.problem(400, "bad-request")?;
    with(8).send().await?.is(200)?;
    Ok(())
}

async fn what_is_set_aside_is_kept_in_the_history(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.created().await?;
    let (given_up, draft) =
        (claim.with("claim_name", "given up"), claim.with("claim_name", "decided"));
    let body = json!({ "draft": draft, "set_aside": [given_up] });
    admin.edit(&claim, &draft).json(&body).send().await?.is(200)?;
    let history = admin.get(&claim.path("/history")).send().await?.is(200)?;
    let is_it = |line: &Value| {
        let merged = &line["event"]["merged"];
        merged["set_aside"][0] == given_up && merged["replaced"] == claim.draft()
    };
    history.must(history.list()?.iter().any(is_it), "a line `merged` with both versions")
}

async fn what_is_set_aside_is_not_for_reviewers(on: &On) -> Outcome {
    let admin = on.admin()?;
    let claim = admin.ready().await?;
    let secret = format!("given up {}", new_id());
    let draft = claim.with("claim_name", "decided");
    let body = json!({ "draft": draft, "set_aside": [claim.with("claim_name", secret.as_str())] });
    let claim = admin.edit(&claim, &draft).json(&body).send().await?.is(200)?.claim()?;
    let claim = admin.submit(&claim).send().await?.is(200)?.claim()?;
    let history = on.reviewer()?.get(&claim.path("/history")).send().await?.is(200)?;
    let tells = String::from_utf8_lossy(&history.body).contains(&secret);
    history.must(!tells, "a history without what the partner gave up")
}
