//! The examples of `docs/api.md`, played in order.

use crate::support::TestServer;
use reqwest::{Client, Method};
use serde_json::Value;
use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../../../docs/api.md");
/// Stands for anything.
const ANYTHING: &str = "…";

/// The blocks of code of this kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    let blocks = DOCUMENT.split(opening.as_str()).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The first line of a message, its headers, and its body.
fn message(block: &str) -> (&str, Vec<(&str, &str)>, &str) {
    let (head, body) = block.split_once("\n\n").unwrap_or((block.trim_end(), ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    (first, lines.map(|line| line.split_once(": ").unwrap()).collect(), body)
}

/// What was taken from answers, by its name in braces.
#[derive(Default)]
struct Taken(BTreeMap<String, String>);

impl Taken {
    fn put_into(&self, text: &str) -> String {
        let known = self.0.iter();
        known.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// Holds a text against what the document says, and takes what is new in braces.
    fn fits(&mut self, said: &str, found: &str) -> bool {
        let said = self.put_into(said);
        if let Some((before, after)) = said.split_once(ANYTHING) {
            return found.len() >= before.len() + after.len()
                && found.starts_with(before)
                && found.ends_with(after);
        }
        let Some((before, rest)) = said.split_once('{') else { return said == found };
        let (name, after) = rest.split_once('}').unwrap();
        let value = found.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        value.is_some_and(|value| {
            !value.is_empty() && self.0.insert(name.to_owned(), value.to_owned()).is_none()
        })
    }

    /// As [`Self::fits`], for JSON: the same fields, and no others.
    fn fits_json(&mut self, said: &Value, found: &Value) -> bool {
        match (said, found) {
            (Value::String(said), _) if said == ANYTHING => true,
            (Value::String(said), Value::String(found)) => self.fits(said, found),
            (Value::Array(said), Value::Array(found)) => {
                said.len() == found.len()
                    && said.iter().zip(found).all(|(said, found)| self.fits_json(said, found))
            }
            (Value::Object(said), Value::Object(found)) => {
                said.keys().eq(found.keys())
                    && said.iter().all(|(name, said)| self.fits_json(said, &found[name]))
            }
            _ => said == found,
        }
    }
}

#[tokio::test]
async fn the_conversation_goes_as_the_document_says() {
    let server = TestServer::start().await;
    let client = Client::new();
    let mut taken = Taken::default();
    let examples = blocks("http");
    assert!(examples.len() >= 36, "{} examples", examples.len());
    assert_eq!(examples.len() % 2, 0, "each request has an answer");
    for pair in examples.chunks_exact(2) {
        let asked = taken.put_into(pair[0]);
        let (first, headers, body) = message(&asked);
        let (method, path) = first.split_once(' ').unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = client.request(method, server.url(path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();

        let (status, headers, said) = message(pair[1]);
        assert_eq!(answer.status().as_str(), status, "{first}");
        for (name, said) in headers {
            let found = answer.headers().get(name).map(|value| value.to_str().unwrap());
            let found = found.unwrap_or_default().to_owned();
            assert!(taken.fits(said, &found), "{first}: {name}: {found}, not {said}");
        }
        let found = answer.text().await.unwrap();
        if said.is_empty() {
            assert_eq!(found, "", "{first}");
        } else {
            let said: Value = serde_json::from_str(said).unwrap();
            let json: Value = serde_json::from_str(&found).unwrap();
            assert!(taken.fits_json(&said, &json), "{first}: {found}, not {said}");
        }
    }
}

#[test]
fn examples_of_problems_are_problems() {
    let examples = blocks("json");
    assert!(!examples.is_empty());
    for example in examples {
        let problem: cpor_protocol::Problem = serde_json::from_str(example).unwrap();
        assert_ne!(problem.code, cpor_protocol::ProblemCode::Other);
    }
}

#[test]
fn an_example_that_is_wrong_is_found() {
    let mut taken = Taken::default();
    assert!(taken.fits("/v1/files/{upload}", "/v1/files/abc"));
    assert!(taken.fits("{upload}", "abc") && !taken.fits("{upload}", "abd"));
    assert!(taken.fits("a…c", "abbc") && !taken.fits("a…c", "ab"));
    let said = serde_json::json!({ "a": [1, "…"] });
    assert!(taken.fits_json(&said, &serde_json::json!({ "a": [1, { "b": 2 }] })));
    for wrong in [r#"{"a": [1]}"#, r#"{"a": [2, 3]}"#, r#"{"a": [1, 2], "b": 3}"#] {
        assert!(!taken.fits_json(&said, &serde_json::from_str(wrong).unwrap()), "{wrong}");
    }
}
