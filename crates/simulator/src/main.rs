//! `cargo xtask simulate`: runs that are kept, then many seeds, or one.

use cpor_simulator::{Fault, Many, Mutant, Scenario, Sum, kept, run, run_many, shrink};
use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
Usage: cargo xtask simulate [options]

  --seeds <n>       so many seeds (2000)
  --first <n>       from this one (0)
  --ops <n>         deeds in each (200)
  --seed <n>        this one alone; if it fails, the smallest run and its trace
  --kept <name>     one of the kept runs alone, with its trace
  --keep <name>     writes the run of --seed to the kept ones, made small if it fails
  --mutant <name>   with a deliberate bug
  --mutants         every deliberate bug must be found within the seeds
  --threads <n>     so many threads (2)
";

struct Wanted {
    many: Many,
    seed: Option<u64>,
    kept: Option<String>,
    keep: Option<String>,
    mutants: bool,
}

fn main() -> ExitCode {
    match wanted().map_err(|error| format!("{error}\n\n{USAGE}")).and_then(|wanted| go(&wanted)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("simulate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wanted() -> Result<Wanted, lexopt::Error> {
    let many = Many { first: 0, seeds: 2_000, deeds: 200, threads: 2, stops: false, mutant: None };
    let mut wanted = Wanted { many, seed: None, kept: None, keep: None, mutants: false };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seeds") => wanted.many.seeds = parser.value()?.parse()?,
            Long("first") => wanted.many.first = parser.value()?.parse()?,
            Long("ops") => wanted.many.deeds = parser.value()?.parse()?,
            Long("threads") => wanted.many.threads = parser.value()?.parse()?,
            Long("seed") => wanted.seed = Some(parser.value()?.parse()?),
            Long("kept") => wanted.kept = Some(parser.value()?.string()?),
            Long("keep") => wanted.keep = Some(parser.value()?.string()?),
            Long("mutants") => wanted.mutants = true,
            Long("help") => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            Long("mutant") => {
                let name = parser.value()?.string()?;
                let mutant = Mutant::named(&name);
                let known = || Mutant::all().iter().map(|mutant| mutant.name()).collect::<Vec<_>>();
                let unknown = || format!("there is no {name}, there are {}", known().join(", "));
                wanted.many.mutant = Some(mutant.ok_or_else(unknown)?);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(wanted)
}

/// Where runs are kept.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

fn go(wanted: &Wanted) -> Result<bool, String> {
    if let Some(seed) = wanted.seed {
        return one(wanted, seed);
    }
    if let Some(name) = &wanted.kept {
        let all = kept::all(&folder())?;
        let found = all.iter().find(|kept| kept.name == *name);
        let found = found.ok_or_else(|| format!("no run is kept as {name}"))?;
        println!("{}", found.found);
        return Ok(show(&found.scenario, wanted.many.mutant));
    }
    if wanted.mutants {
        return Ok(mutants(wanted.many));
    }
    let are_kept_well = kept_runs(wanted.many.mutant)?;
    let started = Instant::now();
    let sum = run_many(wanted.many);
    print(&sum, started.elapsed().as_secs_f64());
    Ok(are_kept_well && sum.failures.is_empty())
}

/// One seed; a failure is made small and shown.
fn one(wanted: &Wanted, seed: u64) -> Result<bool, String> {
    let scenario = Scenario::of_seed(seed, wanted.many.deeds);
    let mutant = wanted.many.mutant;
    let Some(failure) = run(&scenario, mutant, false).failure else {
        println!("seed {seed} keeps every promise");
        keep(wanted, &format!("seed {seed}"), &scenario)?;
        return Ok(true);
    };
    println!("seed {seed}: {failure}\n");
    let small = shrink(&scenario, &failure, mutant);
    show(&small, mutant);
    println!("\n{}", kept::write(&failure.to_string(), &small));
    keep(wanted, &failure.to_string(), &small)?;
    Ok(false)
}

/// Writes a run to the kept ones, if that is wanted.
fn keep(wanted: &Wanted, found: &str, scenario: &Scenario) -> Result<(), String> {
    let Some(name) = &wanted.keep else { return Ok(()) };
    let path = folder().join(format!("{name}.txt"));
    std::fs::write(&path, kept::write(found, scenario))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn show(scenario: &Scenario, mutant: Option<Mutant>) -> bool {
    let report = run(scenario, mutant, true);
    for line in &report.trace {
        println!("{line}");
    }
    if let Some(failure) = &report.failure {
        println!("{failure}");
    }
    report.failure.is_none()
}

fn kept_runs(mutant: Option<Mutant>) -> Result<bool, String> {
    let mut is_well = true;
    let all = kept::all(&folder())?;
    for kept in &all {
        if let Some(failure) = run(&kept.scenario, mutant, false).failure {
            is_well = false;
            println!("kept run {}: {failure}", kept.name);
            println!("  again: cargo xtask simulate --kept {}", kept.name);
        }
    }
    println!("{} kept runs", all.len());
    Ok(is_well)
}

fn mutants(many: Many) -> bool {
    let mut all_found = true;
    for mutant in Mutant::all() {
        let sum = run_many(Many { stops: true, threads: 1, mutant: Some(mutant), ..many });
        let Some((seed, failure)) = sum.failures.first() else {
            all_found = false;
            println!("{:<28} NOT FOUND in {} seeds", mutant.name(), sum.runs);
            continue;
        };
        let (seeds, promise) = (seed - many.first + 1, failure.promise);
        println!("{:<28} {seeds:>5} seeds, {promise:?}", mutant.name());
    }
    all_found
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn print(sum: &Sum, seconds: f64) {
    let tally = &sum.tally;
    for fault in Fault::ALL {
        println!("{:<24} {:>12}", fault.name(), tally.faults.of(*fault));
    }
    if let Some((one, other, runs)) = sum.pairs.rarest() {
        println!("rarest pair              {} and {}, in {runs} runs", one.name(), other.name());
    }
    println!("{} faults, {} runs", tally.faults.sum(), sum.runs);
    println!(
        "{} deeds ({:.0}/s), {} operations stored, {} changes applied, {} events taken, {seconds:.1} s",
        tally.deeds,
        tally.deeds as f64 / seconds.max(0.001),
        tally.stored,
        tally.applied,
        tally.events,
    );
    let mut kinds = std::collections::BTreeMap::<String, Vec<u64>>::new();
    for (seed, failure) in &sum.failures {
        kinds.entry(format!("{:?}", failure.promise)).or_default().push(*seed);
    }
    for (promise, seeds) in &kinds {
        println!(
            "{promise}: {} runs, such as seeds {:?}",
            seeds.len(),
            &seeds[..seeds.len().min(8)]
        );
    }
    if let Some((seed, failure)) = sum.failures.first() {
        println!("seed {seed}: {failure}");
        println!("  again: cargo xtask simulate --seed {seed}");
    }
    let stuck = sum.failures.iter().filter(|(_, f)| f.promise == cpor_simulator::Promise::Drained);
    println!("{} violations, {} of them stuck runs", sum.failures.len(), stuck.count());
}
