//! Kinto, with the same claims as its records, and what it is asked.
//!
//! It runs as its documentation advises for production: under uWSGI, on `PostgreSQL` for
//! records, permissions and cache. uWSGI's own router stands in front and keeps
//! connections open, as a proxy would.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    load::{Ids, Load, Scenario},
    ours,
    population::{id_of, name_of, statements, tenant_of},
    site::{PAGE, Site},
};
use crate::{
    http::{Asking, Header},
    postgres,
    process::{self, Running},
    setup::Tools,
};

const RECORDS: &str = "/v1/buckets/bench/collections/claims/records";
const PASSWORD: &str = "measured-on-this-machine";
/// How long it may take to start: Python reads much before, and the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(5);

/// Kinto's programs, and where its data is.
pub(super) struct Kinto<'a> {
    pub(super) tools: &'a Tools,
    /// For its configuration.
    pub(super) folder: &'a Path,
    /// Of `PostgreSQL`.
    pub(super) url: &'a str,
    pub(super) claims: u64,
}

impl Kinto<'_> {
    /// Makes a database with so many records.
    pub(super) fn seed(&self) -> Result<()> {
        let port = free_port()?;
        let configuration = self.configure(1, port)?;
        process::run_quietly(
            Command::new(self.program("kinto")?).args(["migrate", "--ini"]).arg(&configuration),
        )
        .context("the tables of Kinto could not be made")?;
        let server = self.start_on(port, &configuration)?;
        let asking = Asking { address: local(port), headers: headers() };
        let account = json!({ "data": { "password": PASSWORD } }).to_string();
        asking.expect(201, "PUT", "/v1/accounts/bench", &[], &account)?;
        asking.expect(201, "PUT", "/v1/buckets/bench", &[], "{}")?;
        asking.expect(201, "PUT", "/v1/buckets/bench/collections/claims", &[], "{}")?;
        let is_new = [("If-None-Match", "*".to_owned())];
        let record = record().to_string();
        asking.expect(201, "PUT", &record_path(&id_of(0)), &is_new, &record)?;
        drop(server);
        let file = self.folder.join("seed.sql");
        fs::write(&file, statements(include_str!("seed_kinto.sql"), self.claims))?;
        postgres::tell(self.tools, self.url, &file)
    }

    /// Starts it with so many workers, looks whether its database holds what it should,
    /// and says what is sent to it.
    pub(super) fn start(&self, workers: usize) -> Result<Site> {
        let port = free_port()?;
        let configuration = self.configure(workers, port)?;
        let program = self.start_on(port, &configuration)?;
        let asking = Asking { address: local(port), headers: headers() };
        let loads = self.loads(&asking)?;
        Ok(Site { addresses: vec![local(port)], programs: vec![program], loads })
    }

    fn loads(&self, asking: &Asking) -> Result<Vec<(Scenario, Load)>> {
        let all = asking.expect(200, "HEAD", RECORDS, &[], "")?;
        if all.header("total-objects") != Some(self.claims.to_string().as_str()) {
            bail!("Kinto does not have {} records", self.claims);
        }
        let first = asking.expect(200, "GET", &record_path(&id_of(0)), &[], "")?.json()?;
        // The record from which the others were made is the newest; each of them came a
        // millisecond before the next.
        let newest = first["data"]["last_modified"].as_u64().context("a record has its time")?;
        let base = newest - self.claims;
        let middle = self.claims / 2;
        let after_middle = changes_path(base + middle);
        let page = asking.expect(200, "GET", &after_middle, &[], "")?.json()?;
        expect_records(&page, middle + 1)?;
        for number in [1, middle, self.claims - 1] {
            let path = record_path(&id_of(number));
            let found = asking.expect(200, "GET", &path, &[], "")?.json()?;
            if found["data"]["draft"]["tenant_id"] != tenant_of(number)
                || found["data"]["last_modified"] != base + number
                || found["permissions"] != first["permissions"]
            {
                bail!("the record {} is not as it should be: {found}", id_of(number));
            }
        }
        let has_seen = [("If-None-Match", format!("\"{newest}\""))];
        asking.expect(304, "GET", &changes_path(newest), &has_seen, "")?;

        let body = record()
            .to_string()
            .replace(&tenant_of(0), "@tenant@")
            .replace(ours::COMMENT, "Change @count@");
        let get = |path, more: &[Header], expects| Load::get(asking, path, more, expects);
        let put = |more: Header, expects, ids| {
            let again = Some("please retry");
            Load {
                again,
                ..Load::put(asking, record_path("@id@"), &[more], body.clone(), expects, ids)
            }
        };
        let own = Ids::Own { etag_base: base, etag_step: 1 };
        Ok(vec![
            (Scenario::Read, get(record_path("@id@"), &[], 200)),
            (Scenario::Delta, get(after_middle, &[], 200)),
            (Scenario::Poll, get(changes_path(newest), &has_seen, 304)),
            (Scenario::Create, put(("If-None-Match", "*".to_owned()), 201, Ids::New)),
            (Scenario::Edit, put(("If-Match", "@etag@".to_owned()), 200, own)),
        ])
    }

    fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(self.tools.kinto.as_ref().context("Kinto was not set up")?.join(name))
    }

    /// Writes what uWSGI and Kinto read.
    fn configure(&self, workers: usize, port: u16) -> Result<PathBuf> {
        let folder = self.folder;
        let path = folder.join("kinto.ini");
        let application = folder.join("application.py");
        let text = include_str!("kinto.ini")
            .replace("{url}", &peer_url(self.url)?)
            .replace("{application}", &application.display().to_string())
            .replace("{socket}", &folder.join("uwsgi.socket").display().to_string())
            .replace("{port}", &port.to_string())
            .replace("{workers}", &workers.to_string());
        fs::write(&path, text)?;
        let load = format!(
            "from paste.deploy import loadapp\napplication = loadapp({:?})\n",
            format!("config:{}", path.display())
        );
        fs::write(application, load)?;
        Ok(path)
    }

    fn start_on(&self, port: u16, configuration: &Path) -> Result<Running> {
        let log = self.folder.join("kinto.log");
        let output = fs::File::create(&log)?;
        let mut command = Command::new(self.program("uwsgi")?);
        command.arg("--ini").arg(configuration).stdin(Stdio::null());
        let mut running = Running::start(command.stdout(output.try_clone()?).stderr(output))?;
        let asking = Asking { address: local(port), headers: Vec::new() };
        let started = Instant::now();
        while asking.expect(200, "GET", "/v1/", &[], "").is_err() {
            if running.has_ended()? || started.elapsed() > PATIENCE {
                bail!("Kinto did not start:\n{}", fs::read_to_string(&log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(running)
    }
}

/// What Kinto keeps of a claim: what our server gives out of one.
fn record() -> Value {
    json!({ "data": {
        "reference": "CPOR-000001",
        "revision": 1,
        "status": "draft",
        "draft": ours::draft(),
        "created_at": "2026-11-22T12:00:00.000Z",
        "created_by": "Wei Chen",
        "updated_at": "2026-11-22T12:00:00.000Z",
        "status_since": "2026-11-22",
        "was_disputed": false,
        "status_reason": "",
        "organisation": "Fabrikam Partners",
    } })
}

fn headers() -> Vec<Header> {
    let who = STANDARD.encode(format!("bench:{PASSWORD}"));
    vec![("Authorization", format!("Basic {who}")), ("Content-Type", "application/json".to_owned())]
}

fn record_path(id: &str) -> String {
    format!("{RECORDS}/{id}")
}

fn changes_path(since: u64) -> String {
    format!("{RECORDS}?_since=%22{since}%22&_sort=last_modified&_limit={PAGE}")
}

/// Refuses a page unless it holds a whole page of records, from this one on, in order.
fn expect_records(page: &Value, first: u64) -> Result<()> {
    let records = page["data"].as_array().context("a page holds records")?;
    let expected: Vec<_> = (first..first + PAGE).map(id_of).map(Value::String).collect();
    if !records.iter().map(|record| &record["id"]).eq(&expected) {
        bail!("the records from {} on are not those of {}", id_of(first), name_of(first));
    }
    Ok(())
}

/// The URL in the words of its Python driver: the name of the user is no option there.
fn peer_url(url: &str) -> Result<String> {
    let (place, options) = url.split_once('?').context("the URL names its socket")?;
    let database = place.rsplit('/').next().unwrap_or_default();
    let option = |name: &str| {
        let mut pairs = options.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    };
    let user = option("user").context("the URL names its user")?;
    let host = option("host").context("the URL names its socket")?;
    Ok(format!("postgresql://{user}@/{database}?host={host}"))
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(local(0)).context("there is no free port")?;
    Ok(listener.local_addr().context("there is no free port")?.port())
}

#[cfg(test)]
mod tests {
    use super::peer_url;

    #[test]
    fn a_url_is_told_in_the_words_of_python() {
        let url = peer_url("postgres:///peer?host=/tmp/a&user=postgres").expect("it is whole");
        assert_eq!(url, "postgresql://postgres@/peer?host=/tmp/a");
        assert!(peer_url("postgres:///peer").is_err());
    }
}
