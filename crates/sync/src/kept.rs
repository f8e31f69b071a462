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

/// Claims with a version of theirs beside, for [`crate::Event::Loaded`].
pub fn beside(claims: &BTreeMap<String, CachedClaim>) -> Vec<String> {
    claims.iter().filter(|(_, kept)| kept.theirs.is_some()).map(|(id, _)| id.clone()).collect()
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
            CacheWrite::PutKnown(claim) if !claims.contains_key(&claim.id) => {}
            CacheWrite::Put(claim) | CacheWrite::PutKnown(claim) => {
                let entry = claims.entry(claim.id.clone()).or_default();
                // An answer may come after a later one; a claim never goes back.
                // Where theirs is known, it is what the claim came from: a
                // backend restored from an old copy counts anew.
                let last = match &entry.theirs {
                    Some(Theirs::Changed { claim: theirs }) => Some(theirs.revision),
                    Some(Theirs::Gone) => None,
                    None => entry.claim.as_ref().map(|known| known.revision),
                };
                if last.is_none_or(|last| last <= claim.revision) {
                    entry.claim = Some((**claim).clone());
                    // A late answer does not bring back what is gone.
                    entry.theirs.take_if(|theirs| *theirs != Theirs::Gone);
                    changed.insert(claim.id.clone());
                }
            }
            CacheWrite::PutTheirs(claim) | CacheWrite::SeeTheirs(claim) => {
                let is_news = matches!(step, CacheWrite::PutTheirs(_));
                let entry = claims.entry(claim.id.clone()).or_default();
                let known = entry.claim.as_ref().map(|known| known.revision);
                let theirs = match &entry.theirs {
                    Some(Theirs::Changed { claim: theirs }) => {
                        (theirs.revision < claim.revision).then_some(Some(claim))
                    }
                    // It was made after the list in which it was missing.
                    Some(Theirs::Gone) => {
                        let is_same = entry.claim.as_ref() == Some(&**claim);
                        is_news.then(|| (!is_same).then_some(claim))
                    }
                    None => known.is_none_or(|known| known < claim.revision).then_some(Some(claim)),
                };
                if let Some(theirs) = theirs {
                    entry.theirs = theirs.map(|claim| Theirs::Changed { claim: claim.clone() });
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
                for entry in next.values_mut() {
                    entry.theirs = Some(Theirs::Gone);
                }
                for claim in all {
                    let entry = next.entry(claim.id.clone()).or_default();
                    if keep.contains(&claim.id) {
                        // Of a restored backend, one revision may be another version.
                        let is_same = entry.claim.as_ref() == Some(claim);
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
