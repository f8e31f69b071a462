//! Starts the program as it will be packed, and asks it for what people ask first.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    http::{Answer, Asking},
    process::Running,
    project::Project,
    report,
};

/// What the program says of the app in it.
const HOLDS_APP: &str = "the app comes from this program";
/// Where files are whose names hold a hash.
const ASSETS: &str = "/assets/";

/// Starts it with nothing but itself, asks it and ends it.
pub(super) fn run(project: &Project, program: &Path, settings: &Path) -> Result<()> {
    let started = Instant::now();
    let data = project.scratch().join("package-data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    let checked = alone(program)
        .args(["--check-config", "--config"])
        .arg(settings)
        .arg("--data")
        .arg(&data)
        .output()
        .context("could not start the program")?;
    let said = String::from_utf8_lossy(&checked.stdout);
    ensure!(
        checked.status.success() && said.contains(HOLDS_APP),
        "the program does not take {}: {said}",
        settings.display()
    );

    let mut command = alone(program);
    command.args(["--port", "0", "--data"]).arg(&data).stdout(Stdio::piped());
    let mut running = Running::start(&mut command)?;
    let output = running.output().context("the program's output is not there")?;
    let mut output = BufReader::new(output);
    let mut line = String::new();
    output.read_line(&mut line).context("lost sight of the program")?;
    let address = line.trim().strip_prefix("listening on http://");
    let address = address.with_context(|| format!("the program did not start: {line}"))?;
    questions(project, address.parse()?)?;
    // A container has no other program to ask it by.
    let asked = alone(program).args(["health", "--listen", address]).output()?;
    ensure!(asked.status.success(), "it does not find itself ready: {asked:?}");

    let id = running.id().to_string();
    let is_asked = Command::new("kill").args(["-TERM", &id]).status()?.success();
    ensure!(is_asked, "the program could not be asked to end");
    running.wait().context("the program did not end in order")?;
    let mut rest = String::new();
    output.read_to_string(&mut rest)?;
    ensure!(rest.contains(HOLDS_APP), "the program does not say where the app comes from: {rest}");
    fs::remove_dir_all(&data)?;
    println!(
        "pack   tried: it started, answered and ended ({})",
        report::seconds(started.elapsed())
    );
    Ok(())
}

/// The program without this session's variables.
fn alone(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command
}

fn questions(project: &Project, address: SocketAddr) -> Result<()> {
    let asking = Asking { address, headers: Vec::new() };
    let get = |path: &str, encoding: &str| {
        let accepted = ("Accept-Encoding", encoding.to_owned());
        asking.expect(200, "GET", path, &[accepted], "")
    };
    get("/readyz", "identity")?;
    let backend = get("/v1/backend", "identity")?.json()?;
    ensure!(backend.is_object(), "/v1/backend does not describe a backend: {backend}");

    let page = get("/claims/new", "identity")?;
    expect(&page, "content-security-policy", |policy| policy.starts_with("default-src 'none'"))?;
    expect(&page, "cache-control", |caching| caching == "no-cache")?;
    ensure!(
        page.body == fs::read(project.dist().join("index.html"))?,
        "the page is not that of the app that was built"
    );
    let Some(path) = first_asset(&page.text()).map(str::to_owned) else {
        bail!("the page names no file in {ASSETS}");
    };
    let asset = get(&path, "br")?;
    expect(&asset, "content-encoding", |encoding| encoding == "br")?;
    expect(&asset, "cache-control", |caching| caching.contains("immutable"))?;
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &*asset.body, &mut plain)
        .with_context(|| format!("{path} is not what it says"))?;
    let built = project.dist().join(path.trim_start_matches('/'));
    ensure!(plain == fs::read(built)?, "{path} is not that of the app that was built");
    Ok(())
}

fn expect(answer: &Answer, header: &str, is_right: impl Fn(&str) -> bool) -> Result<()> {
    let value = answer.header(header).unwrap_or_default();
    ensure!(is_right(value), "the header {header} is \"{value}\"");
    Ok(())
}

/// The address of the first file that a page names.
fn first_asset(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once(&format!("\"{ASSETS}"))?;
    let end = rest.find('"')?;
    let start = page.len() - rest.len() - ASSETS.len();
    page.get(start..start + ASSETS.len() + end)
}

#[cfg(test)]
mod tests {
    use super::first_asset;

    #[test]
    fn the_first_file_of_a_page_is_found() {
        let page =
            r#"<link href="/icon.svg"><script src="/assets/a-1.js"></script><a "/assets/b">"#;
        assert_eq!(first_asset(page), Some("/assets/a-1.js"));
        assert_eq!(first_asset("<p>/assets/</p>"), None);
        assert_eq!(first_asset("\"/assets/a"), None);
    }
}
