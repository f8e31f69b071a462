//! `PUT /v1/claims/{id}`: create a claim, or change what may be changed.

use crate::auth::SignedIn;
use crate::claims::{
    self, Case, announce, changed_fields, file_events, judge, judge_newer_proof, normal_id,
    refuse_absurd, works_for,
};
use crate::clock::day_in;
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::mutants::mutant;
use crate::repositories::changes::is_tombstone;
use crate::repositories::claims::{StoredClaim, find, next_reference, save};
use crate::repositories::history::{self, Deed};
use crate::repositories::restored::first_revision;
use crate::state::AppState;
use crate::web::{Answer, JsonBody, Operation};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cpor_protocol::{ClaimInput, ClaimRecord, HistoryEvent, Problem, limits};
use cpor_rules::life_cycle::Refusal;
use cpor_rules::{Action, Draft, Status};

/// Creates with `If-None-Match: *`, changes with `If-Match`.
///
/// Created claims are in *Draft*. What may be changed depends on the status;
/// an edit of anything else is refused as a whole.
#[utoipa::path(
    put, path = "/v1/claims/{id}", tag = "claims", request_body = ClaimInput,
    params(
        ("id" = String, Path, description = "UUID, made by the client"),
        ("Idempotency-Key" = String, Header, description = "Id of the operation"),
        ("If-None-Match" = Option<String>, Header, description = "`*` to create"),
        ("If-Match" = Option<String>, Header, description = "ETag of the claim to change"),
    ),
    responses(
        (status = 200, description = "Changed", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
        (status = 201, description = "Created", body = ClaimRecord, headers(("ETag" = String, description = "Its revision in quotes"))),
        (status = 400, description = "A draft holds what nobody could have meant, such as a control character", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such claim", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in this status, or the operation is running", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Exists already, or the client's copy is stale", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The rules refuse it, or the key was used for something else", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "Neither If-Match nor If-None-Match", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operation: Operation<JsonBody<ClaimInput>>,
) -> ApiResult<Answer> {
    if !operation.who.account.role.may(Action::AddCustomer) && !mutant!(ReviewerWrites) {
        return Err(ApiError::not_allowed("reviewers do not write claims"));
    }
    let id = uuid::Uuid::try_parse(&id)
        .map(|_| normal_id(&id))
        .map_err(|_| ApiError::bad_request("the id of a claim is a UUID"))?;
    let mut change = match Change::begin(&state, &operation).await? {
        Begun::Done(answer) => return Ok(answer),
        Begun::New(change) => change,
    };
    let input = &operation.body.0;
    [&input.draft].into_iter().chain(&input.set_aside).try_for_each(refuse_absurd)?;
    let answer = if operation.is_create() {
        create(&mut change, &operation, id).await?
    } else {
        edit(&mut change, &operation, &id).await?
    };
    change.finish(answer).await
}

async fn create(
    change: &mut Change,
    operation: &Operation<JsonBody<ClaimInput>>,
    id: String,
) -> ApiResult<Answer> {
    let (who, input) = (&operation.who, &operation.body.0);
    let is_scanned = change.is_scanned();
    let connection = &mut change.transaction;
    if let Some(known) = claims::find_visible(connection, who, &id).await?
        && !mutant!(CreatesOverExisting)
    {
        return Err(ApiError::exists(known.record));
    }
    // An id that somebody else took, or that was deleted, is not free.
    let is_deleted = is_tombstone(connection, &id).await? && !mutant!(DeletedIdIsFree);
    if is_deleted || (find(connection, &id).await?.is_some() && !mutant!(CreatesOverExisting)) {
        return Err(ApiError::not_found());
    }
    let today = day_in(who.zone, change.now);
    let organisation_id = &who.account.organisation_id;
    let case = Case { organisation_id, claim_id: &id, today, is_scanned };
    let draft = judge(connection, case, &input.draft).await?;
    refuse_foreign_location(who, &draft)?;
    let claim = StoredClaim {
        record: ClaimRecord {
            id,
            reference: next_reference(connection).await?,
            revision: first_revision(connection).await?,
            status: Status::Draft,
            draft,
            created_at: change.now,
            created_by: who.account.name.clone(),
            updated_at: change.now,
            submitted_at: None,
            status_since: today,
            deadline: None,
            was_disputed: false,
            status_reason: String::new(),
            status_grounds: Vec::new(),
            organisation: who.account.organisation.clone(),
        },
        organisation_id: organisation_id.clone(),
        zone: who.zone,
        region: who.account.region,
        created_by_id: who.account.id.clone(),
        ruleset: None,
    };
    save(connection, &claim).await?;
    let deed = Deed {
        at: change.now,
        actor: who.account.role.acts_for(),
        account_id: Some(&who.account.id),
        operation: Some(&operation.key),
    };
    history::add(connection, &claim.record.id, deed, &HistoryEvent::Created).await?;
    announce(connection, &claim).await?;
    Ok(Answer::claim(StatusCode::CREATED, &claim.record)?)
}

async fn edit(
    change: &mut Change,
    operation: &Operation<JsonBody<ClaimInput>>,
    id: &str,
) -> ApiResult<Answer> {
    let (who, input) = (&operation.who, &operation.body.0);
    let is_scanned = change.is_scanned();
    let connection = &mut change.transaction;
    // Who names neither an ETag nor `*` may have meant to create: that is no 404.
    operation.seen_revisions()?;
    let mut claim = claims::visible(connection, who, id).await?;
    operation.expect_revision_of(&claim.record)?;
    if input.draft.edition != claim.record.draft.edition {
        return Err(ApiError::bad_request("a claim keeps its edition"));
    }
    let status = claim.record.status;
    let edition = claim.record.draft.edition.get();
    if status.editable_in(edition) == cpor_rules::life_cycle::Editable::Nothing
        && !mutant!(EditsLocked)
    {
        return Err(ApiError::wrong_state(Refusal::WrongStatus));
    }
    let case = Case {
        is_scanned,
        organisation_id: &claim.organisation_id,
        claim_id: id,
        today: day_in(claim.zone, change.now),
    };
    let draft = judge(connection, case, &input.draft).await?;
    refuse_foreign_location(who, &draft)?;
    let deed = Deed {
        at: change.now,
        actor: who.account.role.acts_for(),
        account_id: Some(&who.account.id),
        operation: Some(&operation.key),
    };
    if !input.set_aside.is_empty() {
        // Kept also where the person gave up everything and nothing changes.
        let merged = merged(input, &claim.record.draft, &draft)?;
        history::add_merged(connection, id, deed, &merged).await?;
    }
    let fields = changed_fields(&claim.record.draft, &draft);
    if fields.is_empty() && !mutant!(EmptyEditRaises) {
        return Ok(Answer::claim(StatusCode::OK, &claim.record)?);
    }
    if let Some(locked) = status.forbidden_changes(&claim.record.draft, &draft).first()
        && !mutant!(EditsLocked)
    {
        return Err(ApiError::wrong_state(Refusal::WrongStatus)
            .detail(format!("{locked} cannot be changed in this status")));
    }
    // Where nobody submits it again, its newer proof is judged now.
    let is_submitted_later = matches!(status, Status::Draft | Status::PartnerActionRequired);
    if !is_submitted_later && draft.poe_files != claim.record.draft.poe_files {
        judge_newer_proof(connection, case, &claim.record.draft, &draft).await?;
    }
    let mut events = file_events(&claim.record.draft, &draft);
    events.insert(0, HistoryEvent::Changed { fields });
    claim.record.draft = draft;
    claim.touch(change.now);
    save(connection, &claim).await?;
    for event in events.iter().filter(|_| !mutant!(HistoryLineMissing)) {
        history::add(connection, id, deed, event).await?;
    }
    announce(connection, &claim).await?;
    Ok(Answer::claim(StatusCode::OK, &claim.record)?)
}

/// Refuses a claim for a location for which the person does not work.
fn refuse_foreign_location(who: &SignedIn, draft: &Draft) -> ApiResult<()> {
    if works_for(who, draft) {
        return Ok(());
    }
    Err(ApiError::not_allowed("the account does not work for this Partner ID"))
}

/// What a decision between two versions gave up.
fn merged(input: &ClaimInput, replaced: &Draft, result: &Draft) -> ApiResult<HistoryEvent> {
    if input.set_aside.len() > limits::MAX_SET_ASIDE {
        return Err(ApiError::bad_request(format!(
            "set_aside has more than {} versions",
            limits::MAX_SET_ASIDE
        )));
    }
    let mut set_aside: Vec<Draft> = Vec::new();
    for version in input.set_aside.iter().map(Draft::normalised) {
        if !set_aside.contains(&version) {
            set_aside.push(version);
        }
    }
    Ok(HistoryEvent::Merged {
        set_aside,
        replaced: Box::new(replaced.clone()),
        result: Box::new(result.clone()),
    })
}
