//! What the commands say while they work.

use std::{
    fs,
    time::{Duration, Instant},
};

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
    let effort = Effort::begin();
    println!("build  {title} …");
    let made = work()?;
    println!("build  {title}: done ({})", effort.spent());
    Ok(made)
}

/// How long something took, and how much of the machine it used: where little of it was
/// used, something waited.
pub struct Effort {
    started: Instant,
    computed: Option<Duration>,
}

impl Effort {
    /// Begins to measure.
    pub fn begin() -> Self {
        Self { started: Instant::now(), computed: computed_by_children() }
    }

    /// What was spent until now: `75 s, 1.6 cores`.
    pub fn spent(&self) -> String {
        let time = self.started.elapsed();
        let computed = computed_by_children()
            .zip(self.computed)
            .map(|(now, before)| now.saturating_sub(before).as_secs_f64());
        match computed {
            Some(computed) if time > Duration::from_secs(1) => {
                format!("{}, {:.1} cores", seconds(time), computed / time.as_secs_f64())
            }
            _ => seconds(time),
        }
    }
}

/// The time for which programs that we started, and that have ended, kept a core busy;
/// `None` where the system does not tell.
fn computed_by_children() -> Option<Duration> {
    read_computed(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// Reads `cutime` and `cstime` of proc(5), which count in hundredths of a second.
fn read_computed(stat: &str) -> Option<Duration> {
    // The name of the program, in parentheses, may hold anything.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(13).map(str::parse::<u64>);
    let hundredths = fields.next()?.ok()? + fields.next()?.ok()?;
    Some(Duration::from_millis(hundredths * 10))
}

/// A duration as people read it: `0.4 s`, `75 s`.
pub fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(10) {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} s", duration.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_read_whatever_the_program_is_called() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 50 60 1200 34 20 0 1 0 9";
        assert_eq!(read_computed(stat), Some(Duration::from_millis(12_340)));
        assert_eq!(read_computed("7 (a) S 1"), None);
    }
}
