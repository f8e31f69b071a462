//! A store that speaks S3 and that nobody here wrote: moto, in Python. One for all tests,
//! each of which has a bucket of its own.
//!
//! The variable `CPOR_TEST_MOTO_AT` holds the address of one that runs. Without it one is
//! started, by the Python that `CPOR_TEST_MOTO` names, or else the one on the PATH. A test
//! that finds none fails and says so.

use cpor_server::{BucketKeys, BucketLocation};
use reqwest::{Method, Response};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/moto/serve.py");

/// Its address and, where it was started here, its process.
static MOTO: OnceLock<(String, Option<Child>)> = OnceLock::new();

/// Its address, such as `127.0.0.1:5000`.
pub fn moto() -> &'static str {
    let running = || std::env::var("CPOR_TEST_MOTO_AT").ok().filter(|address| !address.is_empty());
    &MOTO.get_or_init(|| running().map_or_else(start, |address| (address, None))).0
}

fn start() -> (String, Option<Child>) {
    let python = std::env::var("CPOR_TEST_MOTO").unwrap_or_else(|_| "python3".into());
    let mut child = Command::new(&python)
        .arg(PROGRAM)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{python} could not be started: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(
        !line.trim().is_empty(),
        "{python} has no moto, the S3 server of these tests: run `cargo xtask test unit`, which \
         installs it, or `pip install moto[server]`, or name a Python that has it by \
         CPOR_TEST_MOTO"
    );
    (format!("127.0.0.1:{}", line.trim()), Some(child))
}

/// A bucket, looked into behind the server's back.
pub struct TestBucket {
    name: String,
    http: reqwest::Client,
}

impl TestBucket {
    /// Makes an empty one.
    pub async fn new() -> Self {
        let name = format!("claims-{}", uuid::Uuid::new_v4().simple());
        let bucket = Self { name, http: reqwest::Client::new() };
        bucket.ask(Method::PUT, "").await;
        bucket
    }

    /// As the server asks, but for the signature, at which moto does not look.
    async fn ask(&self, method: Method, rest: &str) -> Response {
        self.ask_with(method, rest, Vec::new()).await
    }

    async fn ask_with(&self, method: Method, rest: &str, body: Vec<u8>) -> Response {
        let keys = "AWS4-HMAC-SHA256 Credential=test-key/20261123/us-east-1/s3/aws4_request, \
                    SignedHeaders=host, Signature=none";
        let asked = self.http.request(method, self.url(rest)).header("authorization", keys);
        let answer = asked.body(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        answer
    }

    fn url(&self, rest: &str) -> String {
        format!("http://{}/{}{rest}", moto(), self.name)
    }

    /// Where it is, reached by this address.
    pub fn location(&self, address: &str) -> BucketLocation {
        BucketLocation {
            endpoint: Some(format!("http://{address}")),
            is_plain_http: true,
            keys: BucketKeys { id: "test-key".into(), secret: "test-secret".into() },
            ..BucketLocation::read(&format!("s3://{}/of/ours", self.name)).unwrap()
        }
    }

    /// The names of all objects.
    pub async fn names(&self) -> Vec<String> {
        let list = self.ask(Method::GET, "?list-type=2").await.text().await.unwrap();
        assert!(list.contains("<IsTruncated>false"), "{list}");
        let keys = list.split("<Key>").skip(1);
        keys.map(|rest| rest.split("</Key>").next().unwrap().to_owned()).collect()
    }

    /// Everything in it, by name, as a backup has it.
    pub async fn backup(&self) -> BTreeMap<String, Vec<u8>> {
        let mut objects = BTreeMap::new();
        for name in self.names().await {
            let answer = self.ask(Method::GET, &format!("/{name}")).await;
            objects.insert(name, answer.bytes().await.unwrap().to_vec());
        }
        objects
    }

    /// Holds a backup and nothing else.
    pub async fn put_back(&self, backup: &BTreeMap<String, Vec<u8>>) {
        for name in self.names().await {
            self.remove(&name).await;
        }
        for (name, content) in backup {
            self.ask_with(Method::PUT, &format!("/{name}"), content.clone()).await;
        }
    }

    /// Removes an object, as somebody would who should not.
    pub async fn remove(&self, name: &str) {
        self.ask(Method::DELETE, &format!("/{name}")).await;
    }
}
