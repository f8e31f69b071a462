//! Virus scanning of what was sent. Where there is a scanner, a content waits until the
//! scanner has seen it, and is given to nobody before; one in which it found something
//! stays in quarantine.
//!
//! The scanner is asked by a job, not by the request that brought the last byte: a scanner
//! that is slow or away keeps nobody from sending, and its verdict comes when it is back.

mod address;
mod clamd;
mod icap;
mod job;

pub use address::ScannerAddress;
pub(crate) use job::{Scans, run};

use axum::body::BodyDataStream;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// How long a connection to the scanner may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a scan may take in all.
const SCAN_LIMIT: Duration = Duration::from_mins(2);
/// Most characters of what a scanner says it found.
const MAX_NAME: usize = 200;

/// A content on its way to the scanner.
type Content = BodyDataStream;

/// A connection.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What a scanner says of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It knows nothing against it.
    Clean,
    /// It found this.
    Infected(String),
}

impl Verdict {
    /// What was found, in plain characters: it comes from outside, and goes to the log.
    fn infected(name: &str) -> Self {
        let plain = |character: &char| character.is_ascii_graphic() || *character == ' ';
        Self::Infected(name.trim().chars().filter(plain).take(MAX_NAME).collect())
    }
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    /// The scanner cannot be reached, or the connection broke.
    #[error("the scanner cannot be reached: {0}")]
    Connection(#[from] io::Error),
    /// It takes too long.
    #[error("the scanner does not answer")]
    Late,
    /// It said something else than a verdict.
    #[error("the scanner answered: {0}")]
    Answer(String),
    /// The content cannot be read.
    #[error("the content cannot be read: {0}")]
    Content(String),
}

impl ScanError {
    /// An answer that is no verdict, in plain characters.
    fn answered(text: &str) -> Self {
        let plain = |character: &char| character.is_ascii_graphic() || *character == ' ';
        Self::Answer(text.chars().filter(plain).take(MAX_NAME).collect())
    }
}

/// Asks a scanner for its verdict on a content.
async fn scan(
    address: &ScannerAddress,
    size_bytes: u64,
    content: Content,
) -> Result<Verdict, ScanError> {
    let asked = async {
        match address {
            ScannerAddress::Clamd(host) => clamd::scan(connect(host).await?, content).await,
            #[cfg(unix)]
            ScannerAddress::ClamdSocket(path) => {
                clamd::scan(tokio::net::UnixStream::connect(path).await?, content).await
            }
            #[cfg(not(unix))]
            ScannerAddress::ClamdSocket(_) => {
                Err(ScanError::answered("sockets in the file system are for Unix"))
            }
            ScannerAddress::Icap { host, service } => {
                icap::scan(connect(host).await?, host, service, size_bytes, content).await
            }
        }
    };
    tokio::time::timeout(SCAN_LIMIT, asked).await.map_err(|_| ScanError::Late)?
}

async fn connect(host: &str) -> Result<TcpStream, ScanError> {
    let stream = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(host)).await;
    Ok(stream.map_err(|_| ScanError::Late)??)
}

/// Sends and waits for the answer, which may come before all is sent; then the rest is
/// not sent. What sending came to, if it came to its end, and the answer.
async fn send_all<S, A>(
    sending: impl Future<Output = Result<S, ScanError>>,
    answer: impl Future<Output = Result<A, ScanError>>,
) -> Result<(Option<S>, A), ScanError> {
    let (mut sending, mut answer) = (pin!(sending), pin!(answer));
    let sent = tokio::select! {
        biased;
        sent = &mut sending => sent,
        answered = &mut answer => return Ok((None, answered?)),
    };
    match sent {
        Ok(sent) => Ok((Some(sent), answer.await?)),
        // What was read of the content is not all of it, so there is no verdict.
        Err(error @ ScanError::Content(_)) => Err(error),
        // It may have hung up because it has said what it has to say.
        Err(error) => Ok((None, answer.await.map_err(|_| error)?)),
    }
}
