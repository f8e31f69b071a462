//! Servers that run, and what they are asked.

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, Result};

use super::{
    load::{self, Load, Measured, Scenario, Target},
    memory::{self, Watch},
};
use crate::process::Running;

/// Changes on a page.
pub(super) const PAGE: u64 = 100;

/// Servers that run until this value goes away.
pub(super) struct Site {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) programs: Vec<Running>,
    pub(super) loads: Vec<(Scenario, Load)>,
}

/// What was measured of them.
pub(super) struct Row {
    /// Which server, and how many processes of it.
    pub(super) name: &'static str,
    pub(super) measured: Vec<(Scenario, Measured)>,
    /// The most that its processes had resident, in KiB.
    pub(super) server_kib: u64,
    /// The most that the database's had, where there are any, in KiB.
    pub(super) postgres_kib: Option<u64>,
}

impl Site {
    /// Measures one scenario after the other.
    pub(super) fn measure(
        &self,
        name: &'static str,
        claims: u64,
        folder: &Path,
        duration: Duration,
        postgres: Option<u32>,
    ) -> Result<Row> {
        let watch = postgres.map(Watch::start);
        let mut measured = Vec::new();
        for (scenario, load) in &self.loads {
            let scenario = *scenario;
            let target = Target { addresses: &self.addresses, claims, scenario, folder };
            let found = load::measure(&target, load, duration)
                .with_context(|| format!("{name}, {}", scenario.title()))?;
            println!(
                "bench  {claims} claims, {name}, {}: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, max {:.0} ms",
                scenario.title(),
                found.rate,
                found.p50_ms,
                found.p99_ms,
                found.max_ms
            );
            measured.push((scenario, found));
        }
        let programs: Vec<u32> = self.programs.iter().map(Running::id).collect();
        let server_kib = memory::peak_resident_kib(&programs);
        Ok(Row { name, measured, server_kib, postgres_kib: watch.map(Watch::end) })
    }
}
