//! What an ICAP service answers: that a content passes as it is, that something else shall
//! pass in its place, or the content once more, part by part while it still comes.

use super::super::{ScanError, Verdict};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// Most bytes of the heads of an answer.
const MAX_HEAD: u64 = 16_384;
/// Most bytes of the line before a part of the content.
const MAX_LINE: u64 = 256;
/// Heads in which servers say what they found, as they are in use.
const FOUND: [&str; 4] = ["x-virus-id", "x-infection-found", "x-violations-found", "x-virus-name"];

/// What is known of a content that a service does not let pass, and says nothing of.
pub(super) const CHANGED: &str = "refused by the scanner";

/// What a service has to say of a content.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It knows.
    Verdict(Verdict),
    /// It passes on a content with this SHA-256, which is a yes if it is the one that it
    /// was sent.
    Passed(String),
}

/// Reads an answer. One that is known from its heads is not read further.
///
/// # Errors
/// The connection breaks, or what comes is no verdict.
pub(super) async fn read(
    stream: impl AsyncRead + Unpin,
    size_bytes: u64,
) -> Result<Answer, ScanError> {
    let mut stream = BufReader::new(stream);
    let mut left = MAX_HEAD;
    let status = line(&mut stream, &mut left).await?;
    let is_unchanged = match status.strip_prefix("ICAP/1.0 ").and_then(|rest| rest.get(..3)) {
        Some("204") => true,
        Some("200" | "201" | "206") => false,
        _ => return Err(ScanError::answered(&status)),
    };
    let (mut found, mut heads_bytes) = (None, None);
    loop {
        let line = line(&mut stream, &mut left).await?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            name if FOUND.contains(&name) => found = found.or_else(|| threat(value)),
            "encapsulated" => heads_bytes = place_of_body(value),
            _ => {}
        }
    }
    let refused = |name: &str| Ok(Answer::Verdict(Verdict::infected(name)));
    if let Some(found) = found {
        return refused(&found);
    }
    if is_unchanged {
        return Ok(Answer::Verdict(Verdict::Clean));
    }
    let Some(heads_bytes) = heads_bytes.filter(|bytes| *bytes <= left) else {
        return refused(CHANGED);
    };
    let mut heads = Vec::new();
    if (&mut stream).take(heads_bytes).read_to_end(&mut heads).await? as u64 != heads_bytes {
        return Err(hung_up());
    }
    // A page that says no comes with a status of its own; one that says that something is
    // wrong with the service as well.
    let heads = String::from_utf8_lossy(&heads);
    let status = heads.lines().next().unwrap_or_default();
    match status.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..)) {
        Some(code) if code.starts_with("200") => {}
        Some(code) if code.starts_with('5') => return Err(ScanError::answered(status)),
        _ => return refused(CHANGED),
    }
    match passed(stream, size_bytes).await? {
        Some(sha256) => Ok(Answer::Passed(sha256)),
        None => refused(CHANGED),
    }
}

/// The SHA-256 of a content that comes in parts; none if it is longer than what was sent.
async fn passed(
    mut stream: BufReader<impl AsyncRead + Unpin>,
    size_bytes: u64,
) -> Result<Option<String>, ScanError> {
    let mut left = size_bytes;
    let mut hash = Sha256::new();
    loop {
        let length = line(&mut stream, &mut { MAX_LINE }).await?;
        let digits = length.split(';').next().unwrap_or_default().trim();
        let mut part = u64::from_str_radix(digits, 16)
            .map_err(|_| ScanError::answered("a content in parts that cannot be read"))?;
        if part == 0 {
            return Ok(Some(format!("{:x}", hash.finalize())));
        }
        let Some(rest) = left.checked_sub(part) else { return Ok(None) };
        left = rest;
        while part > 0 {
            let here = stream.fill_buf().await?;
            let count = here.len().min(usize::try_from(part).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(hung_up());
            }
            hash.update(&here[..count]);
            stream.consume(count);
            part -= count as u64;
        }
        line(&mut stream, &mut { MAX_LINE }).await?;
    }
}

/// A line without its end, of at most as many bytes as are left.
async fn line(
    stream: &mut BufReader<impl AsyncRead + Unpin>,
    left: &mut u64,
) -> Result<String, ScanError> {
    let mut line = Vec::new();
    *left -= stream.take(*left).read_until(b'\n', &mut line).await? as u64;
    let text = line.strip_suffix(b"\n").ok_or_else(|| match (line.is_empty(), *left) {
        (_, 0) => ScanError::answered("more than a verdict takes"),
        (true, _) => hung_up(),
        (false, _) => ScanError::answered(&String::from_utf8_lossy(&line)),
    })?;
    Ok(String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text)).into_owned())
}

fn hung_up() -> ScanError {
    ScanError::Connection(std::io::ErrorKind::UnexpectedEof.into())
}

/// Where the content begins behind the heads of the answer to somebody, by a head such as
/// `res-hdr=0, res-body=133`.
fn place_of_body(value: &str) -> Option<u64> {
    value.split(',').find_map(|part| part.trim().strip_prefix("res-body="))?.trim().parse().ok()
}

/// The name in a head such as `Type=0; Resolution=2; Threat=Eicar;`, or the whole head;
/// none where it says that nothing was found.
fn threat(value: &str) -> Option<String> {
    let name = value.split(';').find_map(|part| part.trim().strip_prefix("Threat="));
    let name = name.unwrap_or(value).trim();
    let nothing = ["", "0", "-", "no", "none", "clean", "no threats"];
    (!nothing.contains(&name.to_ascii_lowercase().as_str())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(answer: &str) -> Option<Answer> {
        super::read(answer.as_bytes(), 5).await.ok()
    }

    #[tokio::test]
    async fn verdicts_are_read() {
        let clean = Some(Answer::Verdict(Verdict::Clean));
        assert_eq!(read("ICAP/1.0 204 No Content\r\n\r\n").await, clean);
        let named = |name: &str| Some(Answer::Verdict(Verdict::Infected(name.into())));
        assert_eq!(
            read(
                "ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; \
                 Threat=Eicar-Test-Signature;\r\n\r\n"
            )
            .await,
            named("Eicar-Test-Signature")
        );
        assert_eq!(read("ICAP/1.0 200 OK\r\nX-Virus-ID: Eicar\r\n\r\n").await, named("Eicar"));
        // Some only tell, and change nothing; and some tell that they found nothing.
        let told = "ICAP/1.0 204 No Content\r\nX-Virus-ID: Eicar\r\n\r\n";
        assert_eq!(read(told).await, named("Eicar"));
        for nothing in ["X-Virus-ID: none", "X-Violations-Found: 0", "X-Infection-Found:"] {
            let answer = format!("ICAP/1.0 204 No Content\r\n{nothing}\r\n\r\n");
            assert_eq!(read(&answer).await, clean, "{nothing}");
        }
        for answer in [
            "",
            "ICAP/1.0 404 Service not found\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "ICAP/1.0 2",
            "ICAP/1.0 200 OK\r\nISTag: x",
            "ICAP/1.0 204 No Content\r\nISTag: x",
            &format!("ICAP/1.0 200 OK\r\nISTag: {}\r\n\r\n", "x".repeat(20_000)),
        ] {
            assert_eq!(read(answer).await, None, "{answer}");
        }
    }

    /// An answer that passes something on.
    fn passing(status: &str, body: &str) -> String {
        let head = format!("HTTP/1.1 {status}\r\nVia: a scanner\r\n\r\n");
        let place = head.len();
        format!("ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body={place}\r\n\r\n{head}{body}")
    }

    #[tokio::test]
    async fn a_content_that_is_passed_on_is_read_to_its_end() {
        let passed = |content: &str| Some(Answer::Passed(format!("{:x}", Sha256::digest(content))));
        let hello = passed("hello");
        assert_eq!(read(&passing("200 OK", "5\r\nhello\r\n0\r\n\r\n")).await, hello);
        assert_eq!(read(&passing("200 OK", "2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")).await, hello);
        assert_eq!(read(&passing("200 OK", "0\r\n\r\n")).await, passed(""));
        // Where the connection breaks it may go on with anything.
        for cut in ["", "5\r\nhel", "5\r\nhello\r\n", "five\r\nhello\r\n0\r\n\r\n"] {
            assert_eq!(read(&passing("200 OK", cut)).await, None, "{cut}");
        }
        // What is wrong with the service says nothing of the content.
        assert_eq!(read(&passing("503 Out of order", "5\r\nsorry\r\n0\r\n\r\n")).await, None);
    }

    #[tokio::test]
    async fn something_else_in_its_place_is_a_no() {
        let refused = Some(Answer::Verdict(Verdict::Infected("refused by the scanner".into())));
        for answer in [
            "ICAP/1.0 200 OK\r\nISTag: x\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=10\r\n\r\nHTTP/1.1 200 OK",
            &passing("403 Forbidden", "5\r\nhello\r\n0\r\n\r\n"),
            &passing("200 OK", "6\r\nhello!\r\n0\r\n\r\n"),
        ] {
            assert_eq!(read(answer).await, refused, "{answer}");
        }
    }
}
