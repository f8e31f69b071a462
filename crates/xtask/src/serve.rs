//! `cargo xtask serve`: one address to open, everything behind it running.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    Arguments, app_build,
    process::{self, Running},
    project::Project,
    server_build,
    setup::{self, Tools},
    static_server, unknown_option,
};

struct Options {
    port: u16,
    data: PathBuf,
    is_demo: bool,
    is_watching: bool,
    is_backend_less: bool,
}

impl Options {
    fn read(mut arguments: Arguments) -> Result<Self> {
        let mut options = Self {
            port: 8080,
            data: PathBuf::from("data"),
            is_demo: true,
            is_watching: false,
            is_backend_less: false,
        };
        while let Some(option) = arguments.next_word() {
            match option.as_str() {
                "--port" => {
                    let value = arguments.value("--port")?;
                    options.port = value
                        .parse()
                        .with_context(|| format!("\"{value}\" is not a port number"))?;
                }
                "--data" => options.data = PathBuf::from(arguments.value("--data")?),
                "--demo" => options.is_demo = true,
                "--no-demo" => options.is_demo = false,
                "--watch" => options.is_watching = true,
                "--backend-less" => options.is_backend_less = true,
                other => return Err(unknown_option(other)),
            }
        }
        Ok(options)
    }
}

/// Sets up, builds and serves until Ctrl-C.
pub fn run(project: &Project, arguments: Arguments) -> Result<()> {
    let options = Options::read(arguments)?;
    // Minutes of building are a poor moment to learn that the port is taken.
    ensure_free(options.port)?;
    let tools = setup::ensure(project, setup::FOR_APP)?;
    if options.is_watching {
        return watch(project, &tools, &options);
    }
    app_build::release(project, &tools)?;
    if options.is_backend_less {
        return static_server::serve(&project.dist(), local(options.port));
    }
    let server = server_build::build(project)?;
    process::run(&mut server_command(
        project,
        &server,
        &options,
        options.port,
        Some(&project.dist()),
    ))
}

/// `cargo xtask static`: serves an app that is already built.
pub fn run_static(project: &Project, mut arguments: Arguments) -> Result<()> {
    let mut dist = project.dist();
    let mut address = local(8080);
    while let Some(option) = arguments.next_word() {
        match option.as_str() {
            "--dist" => dist = PathBuf::from(arguments.value("--dist")?),
            "--listen" => {
                let value = arguments.value("--listen")?;
                address = value.parse().with_context(|| {
                    format!("\"{value}\" is not an address like 127.0.0.1:8080")
                })?;
            }
            other => return Err(unknown_option(other)),
        }
    }
    static_server::serve(&dist, address)
}

/// Trunk rebuilds and reloads; what it does not know it passes on to the server.
fn watch(project: &Project, tools: &Tools, options: &Options) -> Result<()> {
    let mut trunk = app_build::trunk(project, tools)?;
    trunk
        .env("PATH", tools.path()?)
        .args(["serve", "--address", "127.0.0.1", "--port"])
        .arg(options.port.to_string())
        // Not where the release build goes: neither may serve the other's files.
        .arg("--dist")
        .arg(project.scratch().join("watch"));
    let mut running = Vec::new();
    if !options.is_backend_less {
        let server = server_build::build(project)?;
        let port = free_port()?;
        let mut command = server_command(project, &server, options, port, None);
        // Pages come from Trunk's address, and changes from no other are taken.
        command.arg("--public-url").arg(format!("http://{}", local(options.port)));
        running.push(Running::start(&mut command)?);
        trunk.arg(format!("--proxy-backend=http://127.0.0.1:{port}/v1"));
    }
    println!("serve  open http://127.0.0.1:{}/ once Trunk says success", options.port);
    running.push(Running::start(&mut trunk)?);
    loop {
        for program in &mut running {
            if program.has_ended()? {
                bail!("one of the two programs has ended, so the other ends as well");
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn server_command(
    project: &Project,
    server: &Path,
    options: &Options,
    port: u16,
    dist: Option<&Path>,
) -> Command {
    let mut command = Command::new(server);
    command
        .current_dir(&project.root)
        .arg("--listen")
        .arg(local(port).to_string())
        .arg("--data")
        .arg(&options.data);
    if let Some(dist) = dist {
        command.arg("--static").arg(dist);
    }
    if options.is_demo {
        command.arg("--demo");
    }
    command
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn ensure_free(port: u16) -> Result<()> {
    match TcpListener::bind(local(port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {port} cannot be used ({error}): end what listens there or choose another with --port"
        ),
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(local(0)).context("there is no free port")?;
    Ok(listener.local_addr().context("there is no free port")?.port())
}
