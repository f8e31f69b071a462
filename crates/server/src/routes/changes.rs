//! `GET /v1/changes`: what is new, in one order.

use crate::auth::SignedIn;
use crate::claims::{feed_of, view_of, works_for};
use crate::error::{ApiError, ApiResult};
use crate::mutants::mutant;
use crate::repositories::changes;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cpor_protocol::limits::{DEFAULT_PAGE, MAX_PAGE};
use cpor_protocol::{Change, ChangesPage, Problem, ProblemCode};
use serde::Deserialize;

/// Which page is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `next` of the page before; absent to begin.
    since: Option<String>,
    /// Most entries, at most 200.
    limit: Option<u32>,
}

/// What is new since the cursor, in one order.
///
/// A partner reads the claims of its organisation, a reviewer those of all
/// organisations from their submission on.
#[utoipa::path(
    get, path = "/v1/changes", tag = "changes",
    params(Wanted, ("If-None-Match" = Option<String>, Header, description = "`ETag` of the same page, asked for before")),
    responses(
        (status = 200, description = "A page of changes", body = ChangesPage, headers(("ETag" = String, description = "Of this page"))),
        (status = 304, description = "Nothing is new for this `If-None-Match`", headers(("ETag" = String, description = "Of this page"))),
        (status = 401, description = "Nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "The cursor is not known any more", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    who: SignedIn,
    headers: HeaderMap,
    query: Result<Query<Wanted>, QueryRejection>,
) -> ApiResult<Response> {
    let Query(wanted) = query.map_err(|error| ApiError::bad_request(error.body_text()))?;
    let limit = wanted.limit.unwrap_or(DEFAULT_PAGE);
    if !(1..=MAX_PAGE).contains(&limit) && !mutant!(PageWithoutLimit) {
        return Err(ApiError::bad_request("limit is a number from 1 to 200"));
    }
    let (feed, own_view) = (feed_of(&who), view_of(&who));
    let mut view = state.database.read().await?;
    let epoch = changes::epoch(&mut view).await?;
    let last = changes::last(&mut view, feed).await?;
    let begins = wanted.since.as_deref().is_none_or(str::is_empty);
    let since = match wanted.since.as_deref() {
        None | Some("") => 0,
        Some(text) => match Cursor::read(text) {
            Some(cursor) if mutant!(TakesOthersCursor) => cursor.seq.min(last),
            None if mutant!(TakesAnyCursor) => 0,
            read => {
                read.filter(|cursor| {
                    cursor.epoch == epoch && cursor.feed == own_view && cursor.seq <= last
                })
                .ok_or_else(cursor_gone)?
                .seq
            }
        },
    };

    let locations = who.locations.text();
    let etag = format!("\"{epoch}-{last}-{since}-{limit}{locations}\"");
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == etag);
    let etag = HeaderValue::from_str(&etag).map_err(|error| ApiError::fault(&error))?;
    let has_etag = headers.contains_key(header::IF_NONE_MATCH);
    let is_known = is_known || (has_etag && mutant!(SaysNothingNew));
    if is_known && !mutant!(NeverSaysNothingNew) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }

    let mut entries = changes::after(&mut view, feed, since, limit).await?;
    let page_size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > page_size;
    entries.truncate(page_size);
    let seq = if more { entries.last().map_or(last, |entry| entry.seq) } else { last };
    let seq = seq + u64::from(more && mutant!(SkipsChange));
    let seq = seq.saturating_sub(u64::from(!more && mutant!(RepeatsChange)));
    let mut found = Vec::with_capacity(entries.len());
    for entry in entries {
        if entry.claim.is_none() && !entry.is_tombstone {
            return Err(ApiError::fault(&"a change without its claim"));
        }
        // A claim that went to another location is gone for who does not work there.
        if let Some(claim) = entry.claim.filter(|claim| works_for(&who, &claim.record.draft)) {
            found.push(Change::Upsert { claim: Box::new(claim.record) });
        } else if !begins && !mutant!(TombstoneMissing) {
            // Who begins anew has nothing to forget. A cursor from before the first
            // change is no beginning: its owner may have made that change.
            found.push(Change::Tombstone { id: entry.claim_id });
        }
    }
    let next = Cursor { epoch, feed: own_view, seq }.write();
    let page = ChangesPage { changes: found, next, more };
    Ok(([(header::ETAG, etag)], Json(page)).into_response())
}

fn cursor_gone() -> ApiError {
    ApiError::new(StatusCode::GONE, ProblemCode::CursorGone, "The cursor is not known any more")
}

/// Where a reader stands: in which database, in which feed, after which change.
#[derive(Debug, PartialEq, Eq)]
struct Cursor {
    epoch: String,
    feed: String,
    seq: u64,
}

impl Cursor {
    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}/{}/{}", self.epoch, self.seq, self.feed))
    }

    fn read(written: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(written).ok()?).ok()?;
        let mut parts = text.splitn(3, '/');
        let (epoch, seq, feed) = (parts.next()?, parts.next()?, parts.next()?);
        let cursor =
            Self { epoch: epoch.to_owned(), feed: feed.to_owned(), seq: seq.parse().ok()? };
        // A number can be written in several ways, and a cursor is written in one.
        (cursor.write() == written).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text_form() {
        let cursor = Cursor { epoch: "e".into(), feed: "org/one".into(), seq: 7 };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        assert_eq!(Cursor::read("?"), None);
        assert_eq!(Cursor::read(""), None);
        assert_eq!(Cursor::read(&URL_SAFE_NO_PAD.encode("e/+7/org/one")), None);
    }

    #[test]
    fn fuzz_cursor() {
        bolero::check!().with_type::<(String, String, u64)>().for_each(|(text, feed, seq)| {
            // What is no cursor is refused, and what is one is written in one way.
            for text in [text.clone(), URL_SAFE_NO_PAD.encode(text)] {
                if let Some(cursor) = Cursor::read(&text) {
                    assert_eq!(cursor.write(), text);
                }
            }
            // The database's own name for itself holds no slash.
            let epoch = text.replace('/', "");
            let cursor = Cursor { epoch, feed: feed.clone(), seq: *seq };
            let read = Cursor::read(&cursor.write());
            // Neither the feed nor the place of another reader comes out of it.
            assert_eq!(read, Some(cursor));
        });
    }

    #[test]
    fn fuzz_query() {
        bolero::check!().with_type::<(String, u64)>().for_each(|(text, number)| {
            let digits = number.to_string();
            let encoded =
                text.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"));
            for query in [
                format!("limit={digits}&since={encoded}"),
                format!("{encoded}={digits}"),
                format!("limit={encoded}"),
            ] {
                let uri = format!("/v1/changes?{query}").parse().unwrap();
                let Ok(Query(wanted)) = Query::<Wanted>::try_from_uri(&uri) else { continue };
                // Only the two names are known, and what is told is what was said.
                let limit = wanted.limit.map(|limit| limit.to_string());
                assert!(limit.is_none_or(|limit| {
                    limit == digits
                        || text.trim_start_matches(['+', '0']) == limit.trim_start_matches('0')
                }));
                assert!(wanted.since.is_none_or(|since| since == *text || since == digits));
            }
        });
    }
}
