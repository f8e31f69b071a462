//! The conversation with clamd: `INSTREAM`, in which the content travels and no path does.

use super::{Content, ScanError, Stream, Verdict, send_all};
use futures_util::StreamExt as _;
use std::io;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

/// Most bytes of an answer; it is one line.
const MAX_ANSWER: u64 = 4_096;
/// Most bytes of a part that clamd is sent at a time.
const MAX_PART: usize = 256 * 1024;

/// Asks clamd for its verdict on a content.
pub(super) async fn scan(stream: impl Stream, content: Content) -> Result<Verdict, ScanError> {
    let (read, mut write) = tokio::io::split(stream);
    let sending = async {
        write.write_all(b"zINSTREAM\0").await?;
        let mut content = content;
        while let Some(chunk) = content.next().await {
            for part in chunk?.chunks(MAX_PART) {
                // Parts have at most a quarter of a megabyte.
                let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
                write.write_all(&length.to_be_bytes()).await?;
                write.write_all(part).await?;
            }
        }
        write.write_all(&0_u32.to_be_bytes()).await?;
        write.flush().await?;
        Ok::<(), ScanError>(())
    };
    let answer = async {
        let mut answer = Vec::new();
        let mut read = BufReader::new(read.take(MAX_ANSWER));
        match read.read_until(0, &mut answer).await? {
            0 => Err(ScanError::Connection(io::ErrorKind::UnexpectedEof.into())),
            _ => Ok(answer),
        }
    };
    let (is_sent, answer) = send_all(sending, answer).await?;
    verdict(&answer, is_sent)
}

/// What an answer such as `stream: Eicar-Test-Signature FOUND` means.
fn verdict(answer: &[u8], is_sent: bool) -> Result<Verdict, ScanError> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches('\0').trim();
    let said = text.strip_prefix("stream:").unwrap_or(text).trim();
    match said.strip_suffix("FOUND") {
        Some(name) => Ok(Verdict::infected(name)),
        None if said == "OK" && is_sent => Ok(Verdict::Clean),
        None => Err(ScanError::answered(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_clamd_are_read() {
        let infected = Verdict::Infected("Eicar-Test-Signature".into());
        let read = |answer: &str, is_sent| verdict(answer.as_bytes(), is_sent).ok();
        assert_eq!(read("stream: OK\0", true), Some(Verdict::Clean));
        assert_eq!(read("stream: Eicar-Test-Signature FOUND\0", true), Some(infected.clone()));
        assert_eq!(read("stream: Eicar-Test-Signature FOUND\0", false), Some(infected));
        for (answer, is_sent) in [
            // Of half a content it can say nothing.
            ("stream: OK\0", false),
            ("", true),
            ("INSTREAM size limit exceeded. ERROR\0", true),
            ("stream: not OK\0", true),
            ("UNKNOWN COMMAND\0", true),
        ] {
            assert_eq!(read(answer, is_sent), None, "{answer}");
        }
    }
}
