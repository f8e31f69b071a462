//! What is looked at while everything runs, and at rest.

use crate::failure::Promise;
use crate::world::World;
use cpor_protocol::ClaimRecord;
use cpor_sync::{CachedClaim, Theirs};
use std::collections::BTreeMap;

/// A claim that was made so long ago is in every list.
const NEW_MS: u64 = 600_000;

impl World {
    /// A cursor was stored: all that it has behind it must be there.
    pub(crate) fn check_cursor(&mut self, device: usize, account: usize) {
        let store = self.devices[device].stores.get(&account);
        let Some(written) = store.map(|store| &store.written) else { return };
        let organisation = &self.accounts[account].organisation;
        let foreign = written.claims.values().filter_map(|kept| kept.claim.as_ref());
        let foreign = foreign.into_iter().find(|claim| claim.organisation != *organisation);
        if let Some(claim) = foreign {
            let detail = format!("device {device} keeps {} for account {account}", claim.id);
            return self.fail(Promise::OwnAccount, detail);
        }
        let Some(behind) = written.cursor.as_deref().and_then(|cursor| self.server.behind(cursor))
        else {
            return;
        };
        let mut skipped = None;
        for (id, is_gone) in behind {
            let kept = written.claims.get(id);
            let is_there = match (self.server.claim(id), kept) {
                (_, None) => is_gone || written.damaged_claims.contains(id),
                (Some(claim), Some(kept)) => has(kept, claim),
                (None, Some(kept)) => kept.claim.is_none() || kept.theirs == Some(Theirs::Gone),
            };
            if !is_there {
                skipped = Some(format!(
                    "device {device} has {:?} behind it without {id} ({is_gone}): {kept:?}",
                    written.cursor
                ));
                break;
            }
        }
        if let Some(detail) = skipped {
            self.fail(Promise::NothingSkipped, detail);
        }
    }

    /// Everything was fetched anew: what was there and is at the server is there
    /// still. A claim that was made a moment ago may be missing in the list.
    pub(crate) fn check_whole(&mut self, device: usize, account: usize, had: &[String]) {
        let store = self.devices[device].stores.get(&account);
        let Some(written) = store.map(|store| &store.written) else { return };
        if written.cursor.as_deref().and_then(|cursor| self.server.behind(cursor)).is_none() {
            // The server was restored since: its next answer is that everything is to
            // be fetched again.
            return;
        }
        let is_old = |claim: &ClaimRecord| {
            let made_ms = u64::try_from(claim.created_at.timestamp_millis()).unwrap_or(0);
            made_ms + NEW_MS < self.now_ms
        };
        let vanished = had.iter().find(|id| {
            !written.claims.contains_key(*id) && self.server.claim(id).is_some_and(is_old)
        });
        if let Some(id) = vanished {
            let detail = format!("device {device} lost {id} to a list that is not whole");
            self.fail(Promise::NothingSkipped, detail);
        }
    }

    /// At rest a device has what the server has, and nothing else.
    pub(crate) fn check_equal(&mut self, device: usize, account: usize) {
        let organisation = &self.accounts[account].organisation;
        let expected: Vec<String> = self.server.claims_of(organisation).map(canonical).collect();
        let kept = |claims: &BTreeMap<String, CachedClaim>| -> Result<Vec<String>, String> {
            claims
                .iter()
                .map(|(id, kept)| match kept {
                    CachedClaim { claim: Some(claim), theirs: None } => Ok(canonical(claim)),
                    _ => Err(format!("{id} is {kept:?}")),
                })
                .collect()
        };
        let store = self.devices[device].stores.get(&account);
        let Some(written) = store.map(|store| &store.written) else { return };
        let mut places = vec![("the store".to_owned(), kept(&written.claims))];
        for tab in self.devices[device].tabs.iter().flatten() {
            if tab.account == Some(account) {
                places.push((format!("tab {}", tab.id.place), kept(&tab.claims)));
            }
        }
        let differs = places.into_iter().find(|(_, found)| found.as_ref() != Ok(&expected));
        if let Some((place, found)) = differs {
            let detail = match found {
                Err(odd) => odd,
                Ok(found) => {
                    let odd = |these: &[String], those: &[String]| -> Vec<String> {
                        these.iter().filter(|one| !those.contains(one)).cloned().collect()
                    };
                    format!(
                        "has {:?} and lacks {:?}",
                        odd(&found, &expected),
                        odd(&expected, &found)
                    )
                }
            };
            let detail = format!("device {device} account {account}, {place}: {detail}");
            self.fail(Promise::Equal, detail);
        }
    }
}

fn has(kept: &CachedClaim, claim: &ClaimRecord) -> bool {
    let known = kept.claim.as_ref().map(|known| known.revision);
    let theirs = match &kept.theirs {
        Some(Theirs::Changed { claim }) => Some(claim.revision),
        Some(Theirs::Gone) | None => None,
    };
    theirs.or(known).is_some_and(|revision| revision >= claim.revision)
        || known.is_some_and(|revision| revision >= claim.revision)
}

/// Its bytes.
fn canonical(claim: &ClaimRecord) -> String {
    serde_json::to_string(claim).unwrap_or_default()
}
