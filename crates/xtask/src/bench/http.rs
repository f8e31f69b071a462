//! Asking a server, one question at a time: to set up what is measured and to see that it
//! is what it should be. The load itself comes from another program.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Longer than any single answer takes, also one out of a million claims.
const PATIENCE: Duration = Duration::from_mins(1);

/// A header of a request.
pub(super) type Header = (&'static str, String);

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    body: String,
}

impl Answer {
    /// A header, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("this is not JSON: {}", self.body))
    }
}

/// A request with what is the same in many of them.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) address: SocketAddr,
    pub(super) headers: Vec<Header>,
}

impl Asking {
    /// Asks, and refuses any answer but the one with this status.
    pub(super) fn expect(
        &self,
        status: u16,
        method: &str,
        path: &str,
        more: &[Header],
        body: &str,
    ) -> Result<Answer> {
        let answer = self.ask(method, path, more, body)?;
        if answer.status != status {
            bail!("{method} {path} was answered {} {}", answer.status, answer.body);
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
        let mut text = String::new();
        stream
            .read_to_string(&mut text)
            .with_context(|| format!("{method} {path} was not answered"))?;
        read(&text).with_context(|| format!("{method} {path} was answered by no HTTP: {text}"))
    }
}

fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = read("HTTP/1.0 200 OK\r\nETag: \"7\"\r\n\r\n{\"a\": 1}").expect("it is HTTP");
        assert_eq!((answer.status, answer.header("etag")), (200, Some("\"7\"")));
        assert_eq!(answer.json().expect("it is JSON")["a"], 1);
        assert!(read("nothing").is_none());
    }
}
