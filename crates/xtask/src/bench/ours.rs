//! The reference server, with claims in it, and what it is asked.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ChildStdout, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cpor_rules::{PartnerRole, testing::complete_draft};
use serde_json::{Value, json};

use super::{
    load::{Ids, Load, Scenario},
    population::{id_of, name_of, statements, tenant_of},
    site::{PAGE, Site},
};
use crate::{
    http::{Asking, Header},
    postgres,
    process::{self, Running},
    setup::Tools,
};

const EMAIL: &str = "bench@fabrikam.example";
const PASSWORD: &str = "measured-on-this-machine";
/// The file of the database in the folder of data.
const DATABASE_FILE: &str = "claims.sqlite";

/// The server's program, and where its data is.
pub(super) struct Ours<'a> {
    pub(super) program: &'a Path,
    pub(super) tools: &'a Tools,
    /// The folder of data.
    pub(super) data: &'a Path,
    /// Of `PostgreSQL`; the file in the folder where there is none.
    pub(super) url: Option<&'a str>,
    pub(super) claims: u64,
}

impl Ours<'_> {
    /// Makes a database with so many claims, all in *Draft* and of one organisation.
    pub(super) fn seed(&self) -> Result<()> {
        self.add_account()?;
        let (server, address) = self.start_one()?;
        let asking = sign_in(address)?;
        let headers = [condition("If-None-Match", "*"), key("seed")];
        let body = json!({ "draft": draft() }).to_string();
        asking.expect(201, "PUT", &claim_path(&id_of(0)), &headers, &body)?;
        drop(server);
        if let Some(url) = self.url {
            let file = self.write(include_str!("seed_postgres.sql"))?;
            return postgres::tell(self.tools, url, &file);
        }
        let file = fs::File::open(self.write(include_str!("seed_sqlite.sql"))?)?;
        let mut shell = Command::new("sqlite3");
        shell.arg("-bail").arg(self.data.join(DATABASE_FILE));
        process::run(shell.stdin(file).stdout(Stdio::null()))
    }

    /// Writes the statements of a seed to a file.
    fn write(&self, text: &str) -> Result<PathBuf> {
        let file = self.data.join("seed.sql");
        fs::write(&file, statements(text, self.claims))
            .with_context(|| format!("could not write {}", file.display()))?;
        Ok(file)
    }

    /// Starts so many processes on the database, looks whether it holds what it should,
    /// and says what is sent to them.
    pub(super) fn start(&self, processes: usize) -> Result<Site> {
        let mut programs = Vec::new();
        let mut addresses = Vec::new();
        for _ in 0..processes {
            let (program, address) = self.start_one()?;
            programs.push(program);
            addresses.push(address);
        }
        let asking = sign_in(addresses[0])?;
        let loads = self.loads(&asking)?;
        Ok(Site { addresses, programs, loads })
    }

    fn loads(&self, asking: &Asking) -> Result<Vec<(Scenario, Load)>> {
        let middle = self.claims / 2;
        let begin = Cursor::at_beginning(asking)?;
        let after_middle = changes_path(&begin.at(middle));
        let page = asking.expect(200, "GET", &after_middle, &[], "")?.json()?;
        expect_upserts(&page, middle, PAGE)?;
        for number in [0, middle, self.claims - 1] {
            let claim = asking.expect(200, "GET", &claim_path(&id_of(number)), &[], "")?.json()?;
            if claim["draft"]["tenant_id"] != tenant_of(number) {
                bail!("the claim {} is another customer's", id_of(number));
            }
        }
        let last = asking.expect(200, "GET", &changes_path(&begin.at(self.claims - 3)), &[], "")?;
        let page = last.json()?;
        expect_upserts(&page, self.claims - 3, 3)?;
        let end = page["next"].as_str().context("a page says where it ends")?;
        if end != begin.at(self.claims) {
            bail!("the changes do not end after {} of them", self.claims);
        }
        let answer = asking.expect(200, "GET", &changes_path(end), &[], "")?;
        let etag = answer.header("etag").context("changes have an ETag")?.to_owned();
        let has_seen = [condition("If-None-Match", &etag)];
        asking.expect(304, "GET", &changes_path(end), &has_seen, "")?;

        let body = json!({ "draft": draft() })
            .to_string()
            .replace(&tenant_of(0), "@tenant@")
            .replace(COMMENT, "Change @count@");
        let get = |path, more: &[Header], expects| Load::get(asking, path, more, expects);
        let put = |more: Header, expects, ids| {
            let headers = [more, key("@key@")];
            Load::put(asking, claim_path("@id@"), &headers, body.clone(), expects, ids)
        };
        let own = Ids::Own { etag_base: 1, etag_step: 0 };
        Ok(vec![
            (Scenario::Read, get(claim_path("@id@"), &[], 200)),
            (Scenario::Delta, get(after_middle, &[], 200)),
            (Scenario::Poll, get(changes_path(end), &has_seen, 304)),
            (Scenario::Create, put(condition("If-None-Match", "*"), 201, Ids::New)),
            (Scenario::Edit, put(condition("If-Match", "@etag@"), 200, own)),
        ])
    }

    fn add_account(&self) -> Result<()> {
        let mut command = self.command();
        command.arg("add-account").arg("--data").arg(self.data);
        command.args(["--organisation", "Fabrikam Partners", "--name", "Wei Chen"]);
        command.args(["--email", EMAIL, "--role", "incentives-admin"]);
        let mut adding =
            command.stdin(Stdio::piped()).spawn().context("could not start the server")?;
        let mut input = adding.stdin.take().context("the server takes no input")?;
        writeln!(input, "{PASSWORD}")?;
        drop(input);
        let status = adding.wait().context("lost sight of the server")?;
        if !status.success() {
            bail!("an account could not be added: the server ended with {status}");
        }
        Ok(())
    }

    fn start_one(&self) -> Result<(Running, SocketAddr)> {
        let mut command = self.command();
        command.args(["--listen", "127.0.0.1:0"]).arg("--data").arg(self.data);
        // What is measured is how quick it is, not how often one may ask.
        for limit in ["--rate-session", "--rate-organisation", "--rate-address"] {
            command.args([limit, "0"]);
        }
        let mut running = Running::start(command.stdout(Stdio::piped()))?;
        let output = running.output().context("the server prints nothing")?;
        let address = address_in(output).context("the server did not start")?;
        Ok((running, address))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.env("CPOR_LOG", "error");
        match self.url {
            // A variable, as an URL may hold a password.
            Some(url) => command.env("CPOR_DATABASE_URL", url),
            None => command.env_remove("CPOR_DATABASE_URL"),
        };
        command
    }
}

/// Reads where it listens, and from then on what else it prints, so that it never waits
/// for a reader.
fn address_in(output: ChildStdout) -> Option<SocketAddr> {
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("listening on http://")?.parse().ok());
    thread::spawn(move || lines.for_each(drop));
    address
}

/// In the draft; what edits replace.
pub(super) const COMMENT: &str =
    "What was agreed with the customer stands in the statement of work.";

/// A draft with all that a claim usually has.
pub(super) fn draft() -> Value {
    let mut draft = complete_draft(PartnerRole::UseOrConsume);
    draft.claim_name = name_of(0);
    draft.tenant_id = tenant_of(0);
    COMMENT.clone_into(&mut draft.comment);
    json!(draft)
}

fn sign_in(address: SocketAddr) -> Result<Asking> {
    let mut asking = Asking {
        address,
        headers: vec![("X-CPOR", "1".to_owned()), ("Content-Type", "application/json".to_owned())],
    };
    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let answer = asking.expect(200, "POST", "/v1/session", &[], &body)?;
    let cookie = answer.header("set-cookie").context("signing in sets a cookie")?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    asking.headers.push(("Cookie", cookie));
    Ok(asking)
}

fn condition(name: &'static str, value: &str) -> Header {
    (name, value.to_owned())
}

fn key(value: &str) -> Header {
    ("Idempotency-Key", value.to_owned())
}

fn claim_path(id: &str) -> String {
    format!("/v1/claims/{id}")
}

fn changes_path(cursor: &str) -> String {
    format!("/v1/changes?since={cursor}&limit={PAGE}")
}

/// What stands in a cursor of this server, which nobody else has to know: to read half a
/// million changes first would take longer than to measure.
struct Cursor {
    epoch: String,
    feed: String,
}

impl Cursor {
    fn at_beginning(asking: &Asking) -> Result<Self> {
        let page = asking.expect(200, "GET", "/v1/changes?limit=2", &[], "")?.json()?;
        expect_upserts(&page, 0, 2)?;
        let next = page["next"].as_str().context("a page says where it ends")?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(next)?)?;
        let mut parts = text.splitn(3, '/');
        let (Some(epoch), Some("2"), Some(feed)) = (parts.next(), parts.next(), parts.next())
        else {
            bail!("the cursors of the server have changed: {text}");
        };
        Ok(Self { epoch: epoch.to_owned(), feed: feed.to_owned() })
    }

    /// After so many changes.
    fn at(&self, changes: u64) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}/{changes}/{}", self.epoch, self.feed))
    }
}

/// Refuses a page unless it holds so many claims, from this one on, in order.
fn expect_upserts(page: &Value, first: u64, count: u64) -> Result<()> {
    let changes = page["changes"].as_array().context("a page holds changes")?;
    let ids = changes.iter().map(|change| &change["upsert"]["claim"]["id"]);
    if !ids.eq((first..first + count).map(id_of).map(Value::String).collect::<Vec<_>>().iter()) {
        bail!("the changes after {first} are not the next {count} claims: {page}");
    }
    Ok(())
}

/// Makes an empty folder of data.
pub(super) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("could not remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))
}
