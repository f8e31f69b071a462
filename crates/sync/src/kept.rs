//! The claims that are kept on the device, and what a write does to them.
//!
//! Every store applies a write by [`apply_to_claims`], the one of a simulator
//! included, so that what is proved of one holds for all.

use crate::event::{CacheWrite, Write};
use cpor_protocol::ClaimRecord;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The backend's version of a claim with unsent operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theirs {
    /// It changed.
    Changed {
        /// To this.
        claim: Box<ClaimRecord>,
    },
    /// It is gone.
    Gone,
}

/// A claim as it is kept here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CachedClaim {
    /// The version on which unsent operations build. `None` for a claim that
    /// the backend has and this device never agreed with.
    pub claim: Option<ClaimRecord>,
    /// The backend's version, while something is unsent.
    #[serde(default)]
    pub theirs: Option<Theirs>,
}

/// What a write does to the claims. The same for every store: pure.
/// Returns the ids of the entries that changed.
pub fn apply_to_claims(
    claims: &mut BTreeMap<String, CachedClaim>,
    write: &Write,
) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for step in &write.cache {
        match step {
            CacheWrite::Put(claim) => {
                let entry = claims.entry(claim.id.clone()).or_default();
                // An answer may come after a later one; a claim never goes back.
                if entry.claim.as_ref().is_none_or(|known| known.revision <= claim.revision) {
                    entry.claim = Some((**claim).clone());
                    changed.insert(claim.id.clone());
                }
                if matches!(&entry.theirs, Some(Theirs::Changed { claim: theirs })
                    if theirs.revision <= claim.revision)
                {
                    entry.theirs = None;
                    changed.insert(claim.id.clone());
                }
            }
            CacheWrite::PutTheirs(claim) => {
                let entry = claims.entry(claim.id.clone()).or_default();
                let is_newer = |known: &ClaimRecord| known.revision < claim.revision;
                let newer_than_theirs = match &entry.theirs {
                    Some(Theirs::Changed { claim: theirs }) => is_newer(theirs),
                    Some(Theirs::Gone) | None => true,
                };
                if entry.claim.as_ref().is_none_or(is_newer) && newer_than_theirs {
                    entry.theirs = Some(Theirs::Changed { claim: claim.clone() });
                    changed.insert(claim.id.clone());
                }
            }
            CacheWrite::Remove(id) => {
                claims.remove(id);
                changed.insert(id.clone());
            }
            CacheWrite::TheirsGone(id) => {
                claims.entry(id.clone()).or_default().theirs = Some(Theirs::Gone);
                changed.insert(id.clone());
            }
            CacheWrite::TakeTheirs(id) => {
                if let Some(entry) = claims.get_mut(id) {
                    match entry.theirs.take() {
                        Some(Theirs::Changed { claim }) => entry.claim = Some(*claim),
                        Some(Theirs::Gone) => entry.claim = None,
                        None => {}
                    }
                    if entry.claim.is_none() {
                        claims.remove(id);
                    }
                    changed.insert(id.clone());
                }
            }
            CacheWrite::ReplaceAll { claims: all, keep } => {
                changed.extend(claims.keys().cloned());
                changed.extend(all.iter().map(|claim| claim.id.clone()));
                let mut next: BTreeMap<String, CachedClaim> = claims
                    .iter()
                    .filter(|(id, _)| keep.contains(id))
                    .map(|(id, entry)| (id.clone(), entry.clone()))
                    .collect();
                for entry in next.values_mut().filter(|entry| entry.claim.is_some()) {
                    entry.theirs = Some(Theirs::Gone);
                }
                for claim in all {
                    let entry = next.entry(claim.id.clone()).or_default();
                    if keep.contains(&claim.id) {
                        let is_same = entry
                            .claim
                            .as_ref()
                            .is_some_and(|known| known.revision == claim.revision);
                        entry.theirs =
                            (!is_same).then(|| Theirs::Changed { claim: Box::new(claim.clone()) });
                    } else {
                        entry.claim = Some(claim.clone());
                    }
                }
                *claims = next;
            }
        }
    }
    changed
}
