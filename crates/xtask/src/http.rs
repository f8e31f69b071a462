//! Asking a server, one question at a time: to set up what is measured and to see that it
//! is what it should be. The load itself comes from another program.

use std::{
    borrow::Cow,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Longer than any single answer takes, also one out of a million claims.
const PATIENCE: Duration = Duration::from_mins(1);

/// Between headers and body.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A header of a request.
pub type Header = (&'static str, String);

/// What a server answered.
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    head: String,
    /// What came after the headers, as it was sent.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The body as text; what is none is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("this is not JSON: {}", self.text()))
    }
}

/// A request with what is the same in many of them.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Of whom is asked.
    pub address: SocketAddr,
    /// What every request carries.
    pub headers: Vec<Header>,
}

impl Asking {
    /// Asks, and refuses any answer but the one with this status.
    pub fn expect(
        &self,
        status: u16,
        method: &str,
        path: &str,
        more: &[Header],
        body: &str,
    ) -> Result<Answer> {
        let answer = self.ask(method, path, more, body)?;
        if answer.status != status {
            bail!("{method} {path} was answered {} {}", answer.status, answer.text());
        }
        Ok(answer)
    }

    fn ask(&self, method: &str, path: &str, more: &[Header], body: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)
            .with_context(|| format!("nobody answers at {}", self.address))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // Version 1.0: the connection ends with the answer, which is not cut into chunks.
        let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.address);
        for (name, value) in self.headers.iter().chain(more) {
            request.extend([name, ": ", value, "\r\n"]);
        }
        if !body.is_empty() {
            request.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        request.push_str("\r\n");
        request.push_str(body);
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream
            .read_to_end(&mut bytes)
            .with_context(|| format!("{method} {path} was not answered"))?;
        read(&bytes).with_context(|| format!("{method} {path} was answered by no HTTP"))
    }
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(END_OF_HEAD.len()).position(|part| part == END_OF_HEAD)?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let body = bytes.get(end + END_OF_HEAD.len()..)?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = read(b"HTTP/1.0 200 OK\r\nETag: \"7\"\r\n\r\n{\"a\": 1}").expect("it is HTTP");
        assert_eq!((answer.status, answer.header("etag")), (200, Some("\"7\"")));
        assert_eq!(answer.json().expect("it is JSON")["a"], 1);
        assert!(read(b"nothing").is_none());
    }
}
