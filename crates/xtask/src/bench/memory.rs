//! How much memory programs take, as `/proc` tells.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often somebody looks.
const EVERY: Duration = Duration::from_millis(500);

/// The most that these programs, with all that they have started, have had resident at
/// any time, each by itself, in KiB. What several share is counted for each.
pub(super) fn peak_resident_kib(programs: &[u32]) -> u64 {
    with_descendants(programs).into_iter().filter_map(|id| field(id, "status", "VmHWM:")).sum()
}

/// Looks again and again how much memory a program takes with all that it has started.
/// What several of them share, such as a database's buffers, is counted once.
pub(super) struct Watch {
    is_over: Arc<AtomicBool>,
    looking: Option<JoinHandle<u64>>,
}

impl Watch {
    pub(super) fn start(program: u32) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let looking = thread::spawn(move || {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(proportional_kib(program));
                thread::sleep(EVERY);
            }
            most
        });
        Self { is_over, looking: Some(looking) }
    }

    /// The most that was seen, in KiB.
    pub(super) fn end(mut self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.looking.take().and_then(|looking| looking.join().ok()).unwrap_or(0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

fn proportional_kib(program: u32) -> u64 {
    let all = with_descendants(&[program]);
    all.into_iter().filter_map(|id| field(id, "smaps_rollup", "Pss:")).sum()
}

/// A number of KiB in a file about a process; none once the process is gone.
fn field(id: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/{file}")).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

fn with_descendants(programs: &[u32]) -> Vec<u32> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    let parents: Vec<(u32, u32)> = folders
        .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, parent(id)?)))
        .collect();
    let mut found = programs.to_vec();
    let mut next = 0;
    while let Some(of) = found.get(next).copied() {
        next += 1;
        found.extend(parents.iter().filter(|(_, parent)| *parent == of).map(|(id, _)| *id));
    }
    found
}

fn parent(id: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in parentheses and may hold anything.
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Watch, parent, peak_resident_kib};

    #[test]
    fn this_process_takes_memory_and_so_do_its_children() {
        let own = std::process::id();
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("it starts");
        assert_eq!(parent(child.id()), Some(own));
        let of_child = peak_resident_kib(&[child.id()]);
        assert!(of_child > 0);
        assert!(peak_resident_kib(&[own]) > of_child);
        let watch = Watch::start(own);
        std::thread::sleep(super::EVERY);
        assert!(watch.end() > 0);
        child.kill().and_then(|()| child.wait()).expect("it ends");
    }
}
