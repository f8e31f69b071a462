//! Makes a failing run small by leaving deeds out.

use crate::deed::{Deed, What};
use crate::failure::{Failure, Promise};
use crate::mutant::Mutant;
use crate::run::run;
use crate::scenario::Scenario;

/// Most runs that are spent on it.
const MOST_RUNS: u32 = 6_000;

/// The smallest scenario found that breaks the same promise.
pub fn shrink(scenario: &Scenario, failure: &Failure, mutant: Option<Mutant>) -> Scenario {
    let mut search = Search { promise: failure.promise, mutant, runs: 0 };
    let mut best = scenario.clone();
    search.cut_tail(&mut best);
    loop {
        let before = best.deeds.len();
        search.leave_out(&mut best);
        search.simplify(&mut best);
        if best.deeds.len() == before || search.runs >= MOST_RUNS {
            return best;
        }
    }
}

struct Search {
    promise: Promise,
    mutant: Option<Mutant>,
    runs: u32,
}

impl Search {
    fn fails(&mut self, scenario: &Scenario) -> bool {
        self.runs += 1;
        self.runs <= MOST_RUNS
            && run(scenario, self.mutant, false)
                .failure
                .is_some_and(|failure| failure.promise == self.promise)
    }

    /// Deeds behind the failure do nothing to it.
    fn cut_tail(&mut self, best: &mut Scenario) {
        let mut low = 0;
        let mut high = best.deeds.len();
        while low < high {
            let middle = usize::midpoint(low, high);
            let mut shorter = best.clone();
            shorter.deeds.truncate(middle);
            if self.fails(&shorter) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let mut shorter = best.clone();
        shorter.deeds.truncate(high);
        if self.fails(&shorter) {
            *best = shorter;
        }
    }

    /// Leaves deeds out, many at a time at first.
    fn leave_out(&mut self, best: &mut Scenario) {
        let mut size = best.deeds.len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            while at < best.deeds.len() {
                let end = best.deeds.len().min(at + size);
                let mut less = best.clone();
                let gone: u64 = less.deeds.drain(at..end).map(|deed| deed.after_ms).sum();
                if self.fails(&less) {
                    *best = less;
                    continue;
                }
                // What mattered may be the time that went by.
                if let Some(next) = less.deeds.get_mut(at) {
                    next.after_ms += gone;
                    if self.fails(&less) {
                        *best = less;
                        continue;
                    }
                }
                at = end;
            }
            size = if size == 1 { 0 } else { size.div_ceil(2) };
        }
    }

    /// Fewer devices, tabs and random faults; rounder times.
    fn simplify(&mut self, best: &mut Scenario) {
        let mut rates = best.rates.clone();
        while let Some(rate) = rates.pop() {
            let mut less = best.clone();
            less.rates.retain(|known| *known != rate);
            if self.fails(&less) {
                *best = less;
            }
        }
        for change in [
            (|scenario: &mut Scenario| scenario.devices = 1) as fn(&mut Scenario),
            |scenario| scenario.tabs = 1,
            |scenario| scenario.accounts = 1,
            |scenario| scenario.devices = 2,
            |scenario| scenario.tabs = 2,
        ] {
            let mut less = best.clone();
            change(&mut less);
            let is_less = (less.devices, less.tabs, less.accounts)
                < (best.devices, best.tabs, best.accounts)
                && less.devices <= best.devices
                && less.tabs <= best.tabs;
            if is_less && self.fails(&less) {
                *best = less;
            }
        }
        for index in 0..best.deeds.len() {
            for after_ms in [0, 1_000, 40_000] {
                let deed = best.deeds[index];
                if deed.after_ms > after_ms && deed.what != What::Nothing {
                    let mut less = best.clone();
                    less.deeds[index] = Deed { after_ms, ..deed };
                    if self.fails(&less) {
                        *best = less;
                        break;
                    }
                }
            }
        }
    }
}
