//! `GET /v1/demo/mails`: the mails of the demonstration.

use super::only_in_demo;
use crate::auth::SignedIn;
use crate::error::ApiResult;
use crate::mail::{self, Letter, Shown};
use crate::repositories::mails;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use cpor_protocol::{DemoMail, Problem};

/// Most mails in an answer.
const MAX_MAILS: i64 = 100;

/// Mails about the claims of one's organisation, newest first; a reviewer sees
/// all. What is due is sent first.
#[utoipa::path(
    get, path = "/v1/demo/mails", tag = "demo",
    responses(
        (status = 200, description = "Mails, newest first", body = Vec<DemoMail>),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No demonstration", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
) -> ApiResult<Json<Vec<DemoMail>>> {
    only_in_demo(&state)?;
    mail::send_due(&state).await?;
    let own = (!who.is_reviewer()).then_some(who.account.organisation_id.as_str());
    let mut view = state.database.read().await?;
    let sent = mails::shown(&mut view, own, &who.account.id, MAX_MAILS).await?;
    drop(view);
    let mut answer = Vec::with_capacity(sent.len());
    for mail in sent {
        let letter: Letter = serde_json::from_str(&mail.letter)?;
        let shown: Shown = serde_json::from_str(&mail.shown)?;
        answer.push(DemoMail {
            id: mail.id,
            claim_id: mail.claim_id,
            at: mail.sent_at,
            subject: letter.words().subject,
            to: format!("{} <{}>", letter.to.0, letter.to.1),
            cc: letter.copy_to.unwrap_or_default(),
            text: shown.text,
            link: shown.link,
        });
    }
    Ok(Json(answer))
}
