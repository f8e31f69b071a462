//! The conversation with a scanner behind ICAP (RFC 3507): the content travels as the body
//! of an answer that somebody asks to have changed (`RESPMOD`). A server that has nothing
//! to change says 204, and whatever else it says means that it would not let it pass.

use super::{Content, ScanError, Stream, Verdict, bounded, send_all};
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

/// Most bytes of the heads of an answer; the rest of it is not looked at.
const MAX_HEAD: usize = 16_384;
/// Heads in which servers say what they found, as they are in use.
const FOUND: [&str; 4] = ["x-virus-id", "x-infection-found", "x-violations-found", "x-virus-name"];

/// Asks an ICAP service for its verdict on a content.
pub(super) async fn scan(
    stream: impl Stream,
    host: &str,
    service: &str,
    size_bytes: u64,
    content: Content,
) -> Result<Verdict, ScanError> {
    let (read, mut write) = tokio::io::split(stream);
    let sending = async {
        write.write_all(head(host, service, size_bytes).as_bytes()).await?;
        let mut content = content;
        while let Some(chunk) = content.next().await {
            let chunk = chunk.map_err(|error| ScanError::Content(error.to_string()))?;
            if !chunk.is_empty() {
                write.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                write.write_all(&chunk).await?;
                write.write_all(b"\r\n").await?;
            }
        }
        write.write_all(b"0\r\n\r\n").await?;
        write.flush().await?;
        Ok::<(), ScanError>(())
    };
    let has_head = |so_far: &[u8]| so_far.windows(4).any(|end| end == b"\r\n\r\n");
    let answer = bounded(read, MAX_HEAD, has_head);
    // A server may answer before the end: it has seen enough.
    let (_, answer) = send_all(sending, answer).await?;
    verdict(&answer)
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

/// What an answer means.
fn verdict(answer: &[u8]) -> Result<Verdict, ScanError> {
    let text = String::from_utf8_lossy(answer);
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let code = status.strip_prefix("ICAP/1.0 ").and_then(|rest| rest.get(..3));
    match code {
        Some("204") => Ok(Verdict::Clean),
        // It would pass something else on in its place.
        Some("200" | "201" | "206") => {
            let mut heads = lines.take_while(|line| !line.is_empty());
            let found = heads.find_map(|line| {
                let (name, value) = line.split_once(':')?;
                FOUND.contains(&name.trim().to_ascii_lowercase().as_str()).then_some(value)
            });
            Ok(Verdict::infected(found.map_or("refused by the scanner", threat)))
        }
        _ => Err(ScanError::answered(status)),
    }
}

/// The name in a head such as `Type=0; Resolution=2; Threat=Eicar;`, or the whole head.
fn threat(value: &str) -> &str {
    value.split(';').find_map(|part| part.trim().strip_prefix("Threat=")).unwrap_or(value)
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

    #[test]
    fn answers_of_icap_are_read() {
        let read = |answer: &str| verdict(answer.as_bytes()).ok();
        assert_eq!(read("ICAP/1.0 204 No Content\r\n\r\n"), Some(Verdict::Clean));
        let named = |name: &str| Some(Verdict::Infected(name.into()));
        assert_eq!(
            read(
                "ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; \
                 Threat=Eicar-Test-Signature;\r\n\r\n"
            ),
            named("Eicar-Test-Signature")
        );
        assert_eq!(read("ICAP/1.0 200 OK\r\nX-Virus-ID: Eicar\r\n\r\n"), named("Eicar"));
        assert_eq!(read("ICAP/1.0 200 OK\r\nISTag: x\r\n\r\n"), named("refused by the scanner"));
        for answer in [
            "",
            "ICAP/1.0 404 Service not found\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "ICAP/1.0 2",
        ] {
            assert_eq!(read(answer), None, "{answer}");
        }
    }
}
