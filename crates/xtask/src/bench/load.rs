//! Many requests at once, sent by `wrk` and `load.lua`, and what came of them.

use std::{fs, net::SocketAddr, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::http::{Asking, Header};

/// Connections that are open. Each sends its next request when the one before is answered.
pub(super) const CONNECTIONS: usize = 15;
/// Threads that send, each to one address: with three processes, each gets a third.
pub(super) const THREADS: usize = 3;
/// An answer that takes longer counts as lost.
const PATIENCE: &str = "30s";
const SCRIPT: &str = include_str!("load.lua");

/// What is measured, in this order: what changes data comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// One claim, any of them.
    Read,
    /// 100 changes from the middle.
    Delta,
    /// What is new since the end, with the `ETag` of before: nothing.
    Poll,
    /// A new claim.
    Create,
    /// Another comment in a claim, on the revision that the client has seen.
    Edit,
}

impl Scenario {
    pub(super) const ALL: [Self; 5] =
        [Self::Read, Self::Delta, Self::Poll, Self::Create, Self::Edit];

    /// As it stands above a column.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Read => "read one",
            Self::Delta => "100 changes",
            Self::Poll => "nothing new",
            Self::Create => "new claim",
            Self::Edit => "edit",
        }
    }
}

/// For which claims the requests of a load are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ids {
    /// Any that was seeded.
    Any,
    /// New ones.
    New,
    /// Those that nobody else changes. The first `ETag` of a claim is the base plus so
    /// many steps as its number says.
    Own { etag_base: u64, etag_step: u64 },
}

/// A kind of request. In path, headers and body `@id@`, `@tenant@`, `@etag@`, `@key@` (a
/// fresh UUID) and `@count@` stand for what is another one in each request.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) headers: Vec<Header>,
    pub(super) body: String,
    pub(super) expects: u16,
    pub(super) ids: Ids,
    /// What stands in an answer by which the server asks to be sent the same again, where it
    /// does so under load.
    pub(super) again: Option<&'static str>,
}

impl Load {
    /// Reads, in the name of who asks: any claim, where the path names one.
    pub(super) fn get(asking: &Asking, path: String, more: &[Header], expects: u16) -> Self {
        let headers = with(asking, more);
        Self {
            method: "GET",
            path,
            headers,
            body: String::new(),
            expects,
            ids: Ids::Any,
            again: None,
        }
    }

    /// Writes, in the name of who asks.
    pub(super) fn put(
        asking: &Asking,
        path: String,
        more: &[Header],
        body: String,
        expects: u16,
        ids: Ids,
    ) -> Self {
        Self { method: "PUT", path, headers: with(asking, more), body, expects, ids, again: None }
    }
}

/// The headers of who asks, and more.
fn with(asking: &Asking, more: &[Header]) -> Vec<Header> {
    asking.headers.iter().chain(more).cloned().collect()
}

/// How it went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// Answers in a second, without those that asked for the same again.
    pub(super) rate: f64,
    /// How many of all answers asked for the same again, between 0 and 1.
    pub(super) again: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

/// Where a load goes, and how many claims there are.
pub(super) struct Target<'a> {
    pub(super) addresses: &'a [SocketAddr],
    pub(super) claims: u64,
    /// What is asked; no two ask for new claims, or by keys, of the same names.
    pub(super) scenario: Scenario,
    /// For the files that tell `wrk` what to do.
    pub(super) folder: &'a Path,
}

impl Target<'_> {
    fn seed(&self, half: u64) -> u64 {
        let place = Scenario::ALL.iter().take_while(|known| **known != self.scenario).count();
        2 * place as u64 + half + 1
    }
}

/// Sends a load for a while to warm up, and then to measure.
pub(super) fn measure(target: &Target, load: &Load, duration: Duration) -> Result<Measured> {
    let warm_up = (duration / 3).max(Duration::from_secs(1));
    send(target, load, 0, warm_up)?;
    let measured = send(target, load, 1, duration)?;
    if measured.rate == 0.0 {
        bail!("nothing was answered within {} seconds", duration.as_secs());
    }
    Ok(measured)
}

/// Sends a load. The two halves change different claims.
fn send(target: &Target, load: &Load, half: u64, duration: Duration) -> Result<Measured> {
    let first = target.addresses.first().context("there is no server to measure")?;
    let (script, plan) = (target.folder.join("load.lua"), target.folder.join("plan.lua"));
    fs::write(&script, SCRIPT).context("could not write the script of wrk")?;
    fs::write(&plan, write(target, load, half)).context("could not write the plan of wrk")?;
    let output = Command::new("wrk")
        .env("CPOR_BENCH_PLAN", &plan)
        .arg(format!("--threads={THREADS}"))
        .arg(format!("--connections={CONNECTIONS}"))
        .arg(format!("--duration={}s", duration.as_secs()))
        .arg(format!("--timeout={PATIENCE}"))
        .arg("--script")
        .arg(&script)
        .arg(format!("http://{first}/"))
        .output()
        .context("could not start wrk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || !errors.trim().is_empty() {
        bail!("wrk ended with {}\n{said}{errors}", output.status);
    }
    read(&said).with_context(|| format!("{} {}", load.method, load.path))
}

/// The plan in Lua's words.
fn write(target: &Target, load: &Load, half: u64) -> String {
    let mut text = String::from("return {\n");
    let mut set = |name: &str, value: String| text.extend(["  ", name, " = ", &value, ",\n"]);
    let addresses = target.addresses.iter().map(|address| {
        format!("{{ host = {}, port = \"{}\" }}", quoted(&address.ip().to_string()), address.port())
    });
    set("addresses", format!("{{ {} }}", addresses.collect::<Vec<_>>().join(", ")));
    let headers = load
        .headers
        .iter()
        .map(|(name, value)| format!("[ {} ] = {}", quoted(name), quoted(value)));
    set("headers", format!("{{ {} }}", headers.collect::<Vec<_>>().join(", ")));
    set("claims", target.claims.to_string());
    set("half", half.to_string());
    set("seed", target.seed(half).to_string());
    set("method", quoted(load.method));
    set("path", quoted(&load.path));
    if !load.body.is_empty() {
        set("body", quoted(&load.body));
    }
    set("expects", load.expects.to_string());
    let ids = match load.ids {
        Ids::Any => "any",
        Ids::New => "new",
        Ids::Own { etag_base, etag_step } => {
            set("etag_base", etag_base.to_string());
            set("etag_step", etag_step.to_string());
            "own"
        }
    };
    set("ids", quoted(ids));
    if let Some(again) = load.again {
        set("again", quoted(again));
    }
    text.push_str("}\n");
    text
}

/// A text in Lua's words; the longest of its ways to say one needs nothing escaped.
fn quoted(text: &str) -> String {
    format!("[====[{text}]====]")
}

/// Reads what the script printed. Answers that are not the expected one, and ones that
/// did not come, make it worth nothing.
fn read(said: &str) -> Result<Measured> {
    let line = said.lines().find(|line| line.starts_with('{'));
    let line = line.with_context(|| format!("wrk did not say how it went:\n{said}"))?;
    let numbers: Value = serde_json::from_str(line).context("wrk said no JSON")?;
    let number = |name: &str| {
        numbers[name].as_f64().with_context(|| format!("wrk did not say {name}: {line}"))
    };
    if number("refused")? > 0.0 || number("lost")? > 0.0 {
        bail!("not every request was answered as it should be:\n{said}");
    }
    let (requests, again) = (number("requests")?, number("again")?);
    Ok(Measured {
        rate: (requests - again) / (number("duration_us")? / 1e6),
        again: again / requests.max(1.0),
        p50_ms: number("p50_us")? / 1e3,
        p99_ms: number("p99_us")? / 1e3,
        max_ms: number("max_us")? / 1e3,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    fn said(refused: u32, lost: u32) -> String {
        format!(
            "Running 3s test\n\n{{\"requests\": 3000, \"duration_us\": 1500000, \"p50_us\": 700, \
             \"p99_us\": 2500, \"max_us\": 9000, \"refused\": {refused}, \"again\": 300, \"lost\": {lost}}}\n\
             refused: 500 no\n"
        )
    }

    #[test]
    fn numbers_are_read_in_their_units() {
        let measured = read(&said(0, 0)).expect("all were answered");
        assert!((measured.rate - 1800.0).abs() < 0.001, "those asked for again are none");
        assert!((measured.again - 0.1).abs() < 0.001);
        assert!((measured.p99_ms - 2.5).abs() < 0.001);
    }

    #[test]
    fn one_wrong_answer_is_too_many() {
        let error = read(&said(1, 0)).expect_err("one was refused");
        assert!(format!("{error:#}").contains("500 no"));
        assert!(read(&said(0, 1)).is_err());
        assert!(read("wrk: unknown option").is_err());
    }
}
