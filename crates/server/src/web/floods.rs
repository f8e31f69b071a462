//! Requests of one address that come too fast are refused before anything is read.

use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses what is more than an address may send.
pub(crate) async fn refuse_floods(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let address = state.reach.address_of(request.headers(), request.extensions());
    match address.map_or(Ok(()), |address| state.rates.count_address(address)) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
