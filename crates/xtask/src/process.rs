//! Starting other programs, and making sure that none outlives us.
//!
//! Each child leads a process group of its own. When the user presses Ctrl-C, or
//! something sends SIGTERM or SIGHUP, the groups are asked to end and, five
//! seconds later, made to: Cargo under Trunk under `cargo xtask` ends as well.

use std::{
    collections::VecDeque,
    env,
    ffi::OsString,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long children may take to end by themselves.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many of the last lines of a failed program are repeated.
const REPEATED_LINES: usize = 80;
/// The exit status of a program ended by Ctrl-C.
const INTERRUPTED_STATUS: i32 = 130;

/// Ids of the process groups that run now.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
/// Whether children get a group of their own. They do not when we ourselves run
/// inside a group that somebody else will end, as Trunk's hook does.
static LEADS: AtomicBool = AtomicBool::new(false);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Where this program is. Cargo may put another build of it there meanwhile, after which the
/// system would tell a path that nobody can open; so [`remember_own_program`] asks first.
static OWN_PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Notes where this program is, before it can be replaced.
pub fn remember_own_program() -> Result<()> {
    let path = env::current_exe().context("could not find this program's own file")?;
    OWN_PROGRAM.get_or_init(|| path);
    Ok(())
}

/// The path of this program.
pub fn own_program() -> Result<&'static Path> {
    OWN_PROGRAM.get().map(PathBuf::as_path).context("this program's own file was not noted")
}

/// From now on an interrupt ends the children first.
pub fn end_children_on_interrupt() -> Result<()> {
    LEADS.store(cfg!(unix), Ordering::SeqCst);
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            return;
        }
        let groups = groups().clone();
        end_groups(&groups);
        std::process::exit(INTERRUPTED_STATUS);
    })
    .context("could not listen for Ctrl-C")
}

/// A program that runs beside us and is ended when this value goes away.
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts the program.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        #[cfg(unix)]
        if LEADS.load(Ordering::SeqCst) {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let child = command.spawn().with_context(|| format!("could not start {name}"))?;
        groups().push(child.id());
        Ok(Self { child, name })
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it prints from now on, if the command pipes it; once.
    pub fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> Result<bool> {
        let ended = self
            .child
            .try_wait()
            .with_context(|| format!("lost sight of {}", self.name))?
            .is_some();
        if ended {
            rest_if_interrupted();
        }
        Ok(ended)
    }

    /// Waits for its end; an error unless it succeeded.
    pub fn wait(mut self) -> Result<()> {
        let status = self.child.wait().with_context(|| format!("lost sight of {}", self.name))?;
        rest_if_interrupted();
        if !status.success() {
            bail!("{} ended with {status}", self.name);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id();
        // An error here means that the state of the child is unknown, so it is ended too.
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            if LEADS.load(Ordering::SeqCst) {
                signal_group(id, "TERM");
                let started = Instant::now();
                while started.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
                    thread::sleep(Duration::from_millis(20));
                }
            }
            if !matches!(self.child.try_wait(), Ok(Some(_))) && self.child.kill().is_ok() {
                drop(self.child.wait());
            }
        }
        groups().retain(|group| *group != id);
    }
}

/// Runs a program to its end with our own output; an error unless it succeeded.
pub fn run(command: &mut Command) -> Result<()> {
    Running::start(command)?.wait()
}

/// Runs a program to its end with our own output and, if it fails, repeats its
/// last lines in the error: where several programs run one after the other, what
/// the failed one said is pages above the end.
pub fn run_and_repeat(command: &mut Command) -> Result<()> {
    run_and_tell(command, &mut io::stdout())
}

/// As [`run_and_repeat`], and prints everything at the end in one piece: for programs that
/// run beside each other.
pub fn run_in_one_piece(command: &mut Command) -> Result<()> {
    let mut said = Vec::new();
    let done = run_and_tell(command, &mut said);
    io::stdout().lock().write_all(&said).context("could not print")?;
    done
}

fn run_and_tell(command: &mut Command, to: &mut impl Write) -> Result<()> {
    let (output, input) = io::pipe().context("could not make a pipe")?;
    let second = input.try_clone().context("could not make a pipe")?;
    command.stdout(input).stderr(second);
    let running = Running::start(command)?;
    // The command holds our ends of the pipe, which would never seem to end.
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let tail = pass_on(output, to).context("lost what a program printed")?;
    running.wait().with_context(|| format!("it ended with:\n{}", tail.join("\n")))
}

/// Writes what comes as it comes and gives the last lines back.
fn pass_on(output: impl Read, to: &mut impl Write) -> io::Result<Vec<String>> {
    let mut output = BufReader::new(output);
    let mut tail = VecDeque::with_capacity(REPEATED_LINES);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        if tail.len() == REPEATED_LINES {
            tail.pop_front();
        }
        tail.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
    Ok(tail.into())
}

/// Runs a program to its end and shows what it said only if it failed.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("could not start {name}"))?;
    rest_if_interrupted();
    if !output.status.success() {
        bail!(
            "{name} ended with {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// What a program prints, or `None` when it is missing or fails.
pub fn answer(program: impl AsRef<Path>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program.as_ref())
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program is on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .flat_map(|folder| {
            let plain = folder.join(program);
            let exe = folder.join(format!("{program}.exe"));
            [plain, exe]
        })
        .find(|candidate| candidate.is_file())
}

/// The PATH with some folders put before it.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.iter().cloned().chain(env::split_paths(&inherited)))
        .context("a tool's folder cannot stand in PATH")
}

/// While the interrupt handler ends everything, the main thread must not go on
/// and report children that were ended on purpose as failures.
fn rest_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

fn groups() -> MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_groups(groups: &[u32]) {
    for group in groups {
        signal_group(*group, "TERM");
    }
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if !groups.iter().any(|group| signal_group(*group, "0")) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    for group in groups {
        signal_group(*group, "KILL");
    }
}

/// Sends a signal to a whole group; `true` when somebody was there to get it.
fn signal_group(group: u32, signal: &str) -> bool {
    Command::new("kill")
        .arg(format!("-{signal}"))
        .arg("--")
        .arg(format!("-{group}"))
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{REPEATED_LINES, pass_on, run_and_repeat};

    #[test]
    fn what_a_failed_program_said_stands_in_the_error() {
        let error =
            run_and_repeat(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]))
                .expect_err("status 3 is a failure");
        let text = format!("{error:#}");
        assert!(text.contains("one\ntwo"), "{text}");
        assert!(text.contains("exit status: 3"), "{text}");
        assert!(run_and_repeat(Command::new("sh").args(["-c", "exit 0"])).is_ok());
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let lines: Vec<String> = (0..REPEATED_LINES + 5).map(|number| number.to_string()).collect();
        let mut told = Vec::new();
        let text = lines.join("\n");
        let tail = pass_on(text.as_bytes(), &mut told).expect("reading from memory");
        assert_eq!(told, text.as_bytes());
        assert_eq!(tail.len(), REPEATED_LINES);
        assert_eq!(tail.first().map(String::as_str), Some("5"));
    }
}
