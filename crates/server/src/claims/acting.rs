//! How every request begins that takes a claim to another status: submitting,
//! deciding, disputing, disassociating.

use super::{Act, apply_transition, visible};
use crate::error::{ApiError, ApiResult};
use crate::idempotency::{Begun, Change};
use crate::mutants::mutant;
use crate::repositories::claims::StoredClaim;
use crate::repositories::history::Deed;
use crate::state::AppState;
use crate::web::{Answer, Operation};
use axum::http::StatusCode;
use cpor_protocol::limits::MAX_WORDS;
use cpor_rules::{Action, ReviewReason};

/// A claim on which a person acts, within the transaction of the request.
pub(crate) struct Acting<'a> {
    pub(crate) change: Box<Change>,
    pub(crate) claim: StoredClaim,
    action: Action,
    deed: Deed<'a>,
}

/// How acting begins.
pub(crate) enum ActingBegun<'a> {
    /// The person may do it, and has seen the claim as it is.
    New(Box<Acting<'a>>),
    /// It was done before; this was the answer.
    Done(Answer),
}

/// What comes with an action.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said<'a> {
    pub(crate) reason: &'a str,
    pub(crate) grounds: &'a [ReviewReason],
    pub(crate) has_newer_proof: bool,
}

impl<'a> Acting<'a> {
    /// Opens the transaction and the claim.
    pub(crate) async fn begin<T>(
        state: &AppState,
        operation: &'a Operation<T>,
        id: &str,
        action: Action,
    ) -> ApiResult<ActingBegun<'a>> {
        let mut change = match Change::begin(state, operation).await? {
            Begun::Done(answer) => return Ok(ActingBegun::Done(answer)),
            Begun::New(change) => change,
        };
        let account = &operation.who.account;
        let claim = visible(&mut change.transaction, &operation.who, id).await?;
        let is_partner = !operation.who.is_reviewer();
        let may = account.role.may(action) || (mutant!(UserSubmits) && is_partner);
        if !may {
            return Err(ApiError::not_allowed("this role does not do that"));
        }
        operation.expect_revision_of(&claim.record)?;
        let deed = Deed {
            at: change.now,
            actor: account.role.acts_for(),
            account_id: Some(&account.id),
            operation: Some(&operation.key),
        };
        Ok(ActingBegun::New(Box::new(Self { change, claim, action, deed })))
    }

    /// The act, for the life cycle.
    pub(crate) fn act<'b>(&self, said: Said<'b>) -> Act<'b>
    where
        'a: 'b,
    {
        Act { action: self.action, deed: self.deed, said }
    }

    /// Takes the claim to its next status and answers with it.
    pub(crate) async fn finish(mut self, said: Said<'_>) -> ApiResult<Answer> {
        if said.reason.chars().count() > MAX_WORDS {
            return Err(ApiError::bad_request("a reason has at most 2000 characters"));
        }
        let act = Act { action: self.action, deed: self.deed, said };
        apply_transition(&mut self.change.transaction, &mut self.claim, act).await?;
        self.change.finish(Answer::claim(StatusCode::OK, &self.claim.record)?).await
    }
}
