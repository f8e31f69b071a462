//! The conversation with a scanner behind ICAP (RFC 3507): the content travels as the body
//! of an answer that somebody asks to have changed (`RESPMOD`). A server that has nothing
//! to change says 204, or passes the same content on; whatever else it says means that it
//! would not let it pass.

mod answer;

use super::{Content, Expected, ScanError, Stream, Verdict, send_all};
use answer::Answer;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

/// Asks an ICAP service for its verdict on a content.
pub(super) async fn scan(
    stream: impl Stream,
    host: &str,
    service: &str,
    expected: Expected<'_>,
    content: Content,
) -> Result<Verdict, ScanError> {
    let (read, mut write) = tokio::io::split(stream);
    let sending = async {
        write.write_all(head(host, service, expected.size_bytes).as_bytes()).await?;
        let mut content = content;
        while let Some(chunk) = content.next().await {
            let chunk = chunk?;
            if !chunk.is_empty() {
                write.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                write.write_all(&chunk).await?;
                write.write_all(b"\r\n").await?;
            }
        }
        write.write_all(b"0\r\n\r\n").await?;
        write.flush().await?;
        Ok(())
    };
    let (is_sent, answer) = send_all(sending, answer::read(read, expected.size_bytes)).await?;
    match answer {
        Answer::Verdict(verdict @ Verdict::Infected(_)) => Ok(verdict),
        // Of half a content nobody can say that it is clean.
        _ if !is_sent => Err(ScanError::answered("a yes before it had seen everything")),
        Answer::Verdict(verdict) => Ok(verdict),
        Answer::Passed(sha256) if sha256 == expected.sha256 => Ok(Verdict::Clean),
        Answer::Passed(_) => Ok(Verdict::infected(answer::CHANGED)),
    }
}

/// The heads before the content. What the server is told of it names nobody.
fn head(host: &str, service: &str, size_bytes: u64) -> String {
    let asked = "GET /file HTTP/1.1\r\nHost: claims\r\n\r\n";
    let answered = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {size_bytes}\r\n\r\n"
    );
    format!(
        "RESPMOD icap://{host}/{service} ICAP/1.0\r\nHost: {host}\r\nAllow: 204\r\n\
         Connection: close\r\nEncapsulated: req-hdr=0, res-hdr={}, res-body={}\r\n\r\n\
         {asked}{answered}",
        asked.len(),
        asked.len() + answered.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_the_parts_are_told() {
        let head = head("scan:1344", "avscan", 5);
        let (icap, parts) = head.split_once("\r\n\r\n").unwrap();
        let places = icap.rsplit_once("req-hdr=0, res-hdr=").unwrap().1;
        let (answered, body) = places.split_once(", res-body=").unwrap();
        assert!(parts[answered.parse().unwrap()..].starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(body.parse(), Ok(parts.len()));
    }
}
