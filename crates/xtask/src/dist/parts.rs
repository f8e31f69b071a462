//! Brings the parts that were split off into the built app.

use std::{
    env, fs,
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, anyhow};

use super::{files_below, shared};
use crate::{process, split};

/// Copies the loader and the optimised parts beside the main module. A build
/// without splitting has none.
pub(super) fn bring(staging: &Path) -> Result<()> {
    let Some(folder) = env::var_os(split::PARTS_FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let merged = folder.with_file_name("split-merged");
    let replaced = shared::merge(&folder, &merged)?;
    let mut parts = Vec::new();
    for part in files_below(&folder)?.into_iter().filter(|part| !replaced.contains(part)) {
        parts.push((folder.join(&part), staging.join(&part)));
    }
    for part in files_below(&merged)? {
        parts.push((merged.join(&part), staging.join(&part)));
    }
    each(&parts, |(from, to)| bring_one(from, to))
}

/// Works on each item, as many at a time as there are cores: a run of wasm-opt
/// uses one of them, and some hundred megabytes.
fn each<T: Sync>(items: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let take = || -> Result<()> {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item)?;
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(take)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().map_err(|_| anyhow!("optimising a part stopped unexpectedly"))?
        })
    })
}

fn bring_one(from: &Path, to: &Path) -> Result<()> {
    if from.extension().is_some_and(|extension| extension == "wasm") {
        process::run(
            Command::new("wasm-opt").args(["-Oz", "--strip-debug"]).arg(from).arg("-o").arg(to),
        )
    } else {
        fs::copy(from, to).map(drop).with_context(|| format!("could not copy {}", from.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use anyhow::bail;

    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_only_so_many_at_a_time() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let (under_way, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let done: Vec<AtomicUsize> = (0..100).map(|_| AtomicUsize::new(0)).collect();
        each(&done, |item| {
            most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            item.fetch_add(1, Ordering::SeqCst);
            thread::yield_now();
            under_way.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
        .unwrap();
        assert!(done.iter().all(|item| item.load(Ordering::SeqCst) == 1));
        assert!(most.load(Ordering::SeqCst) <= cores);
    }

    #[test]
    fn one_failure_is_the_failure_of_all() {
        let outcome = each(&[1, 2, 3], |item| if *item == 2 { bail!("two") } else { Ok(()) });
        assert_eq!(outcome.unwrap_err().to_string(), "two");
    }
}
