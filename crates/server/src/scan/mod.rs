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

use axum::body::{BodyDataStream, Bytes};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use sha2::{Digest as _, Sha256};
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

/// A content on its way to the scanner. It fails at its end where it is another one than
/// the verdict will be about.
type Content = BoxStream<'static, Result<Bytes, ScanError>>;

/// A content as it is expected.
struct Expected<'a> {
    sha256: &'a str,
    size_bytes: u64,
}

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
    expected: Expected<'_>,
    content: BodyDataStream,
) -> Result<Verdict, ScanError> {
    let content = checked(content, expected.sha256.to_owned());
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
                icap::scan(connect(host).await?, host, service, expected, content).await
            }
        }
    };
    tokio::time::timeout(SCAN_LIMIT, asked).await.map_err(|_| ScanError::Late)?
}

/// The content, held against its hash as it goes by: the store may be damaged.
fn checked(content: BodyDataStream, sha256: String) -> Content {
    let begin = Some((content, Sha256::new(), sha256));
    stream::try_unfold(begin, |state| async move {
        let Some((mut content, mut hash, sha256)) = state else { return Ok(None) };
        match content.next().await {
            Some(chunk) => {
                let chunk = chunk.map_err(|error| ScanError::Content(error.to_string()))?;
                hash.update(&chunk);
                Ok(Some((chunk, Some((content, hash, sha256)))))
            }
            None if format!("{:x}", hash.finalize()) == sha256 => Ok(None),
            None => Err(ScanError::Content("it is not the one that was sent".into())),
        }
    })
    .boxed()
}

async fn connect(host: &str) -> Result<TcpStream, ScanError> {
    let stream = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(host)).await;
    Ok(stream.map_err(|_| ScanError::Late)??)
}

/// Sends and waits for the answer, which may come before all is sent; then the rest is
/// not sent. Whether all was, and the answer.
async fn send_all<T>(
    sending: impl Future<Output = Result<(), ScanError>>,
    answer: impl Future<Output = Result<T, ScanError>>,
) -> Result<(bool, T), ScanError> {
    let (mut sending, mut answer) = (pin!(sending), pin!(answer));
    let sent = tokio::select! {
        biased;
        sent = &mut sending => sent,
        answered = &mut answer => return Ok((false, answered?)),
    };
    match sent {
        Ok(()) => Ok((true, answer.await?)),
        // What was read of the content is not all of it, so there is no verdict.
        Err(error @ ScanError::Content(_)) => Err(error),
        // It may have hung up because it has said what it has to say.
        Err(error) => Ok((false, answer.await.map_err(|_| error)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_content_is_checked_as_it_goes_by() {
        let read = |sha256: &str| {
            let content = axum::body::Body::from("hello").into_data_stream();
            checked(content, sha256.to_owned()).collect::<Vec<_>>()
        };
        let own = format!("{:x}", Sha256::digest("hello"));
        assert!(matches!(read(&own).await.as_slice(), [Ok(all)] if all == "hello"));
        let other = format!("{:x}", Sha256::digest("hullo"));
        assert!(matches!(read(&other).await.as_slice(), [Ok(_), Err(ScanError::Content(_))]));
    }
}
