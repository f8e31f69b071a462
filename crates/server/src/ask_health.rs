//! `cpor-server health`: how the server is that runs already, for whatever has this program
//! and no other, such as a container.

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

/// A look at each part takes two seconds at most.
const LIMIT: Duration = Duration::from_secs(5);
/// The answer is a line.
const MAX_BYTES: usize = 4096;

/// Why the server cannot be used now.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It said so.
    #[error("{0}")]
    Said(String),
    /// Nothing came of the question.
    #[error("{address} does not answer: {why}; is the server running there?")]
    NoAnswer {
        /// Where it was asked.
        address: SocketAddr,
        /// What came instead.
        why: String,
    },
}

/// Asks the server at this address whether it is ready.
///
/// # Errors
/// It is not, or does not answer within five seconds.
pub async fn ask_health(address: SocketAddr) -> Result<(), NotReady> {
    let answer = tokio::time::timeout(LIMIT, ask(address)).await;
    let why = match answer {
        Ok(Ok((true, _))) => return Ok(()),
        Ok(Ok((false, said))) => return Err(NotReady::Said(said)),
        Ok(Err(error)) => told(&*error),
        Err(_) => format!("nothing came within {} seconds", LIMIT.as_secs()),
    };
    Err(NotReady::NoAnswer { address, why })
}

/// Whether it is ready, and what it says.
async fn ask(address: SocketAddr) -> Result<(bool, String), Box<dyn Error + Send + Sync>> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let (parts, body) = client.get(format!("http://{address}/readyz").parse()?).await?.into_parts();
    let said = Limited::new(body, MAX_BYTES).collect().await?.to_bytes();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Ok((parts.status.is_success(), if said.is_empty() { parts.status.to_string() } else { said }))
}

/// The last reason of an error, which alone says what happened.
fn told(error: &(dyn Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), told)
}
