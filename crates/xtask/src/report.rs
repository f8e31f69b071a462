//! What the commands say while they work.

use std::time::{Duration, Instant};

use anyhow::Result;

/// How a step of the set-up ended.
pub enum Outcome {
    /// Nothing to do; the text says what was found.
    AlreadyThere(String),
    /// The step changed something.
    Done(String),
}

/// Runs one step, saying what it does and how long it took.
pub fn step(title: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
    let started = Instant::now();
    let outcome = work()?;
    let time = seconds(started.elapsed());
    match outcome {
        Outcome::AlreadyThere(what) => println!("setup  {title}: already there, {what} ({time})"),
        Outcome::Done(what) => println!("setup  {title}: {what} ({time})"),
    }
    Ok(())
}

/// Announces a longer piece of work and says how long it took.
pub fn timed<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    println!("build  {title} …");
    let made = work()?;
    println!("build  {title}: done ({})", seconds(started.elapsed()));
    Ok(made)
}

/// A duration as people read it: `0.4 s`, `75 s`.
pub fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(10) {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} s", duration.as_secs())
    }
}
