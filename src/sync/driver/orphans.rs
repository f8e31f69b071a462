//! Files that nothing needs any more.
//!
//! What needs a file mentions its SHA-256: a draft, whoever's it is, something that
//! was set aside, an operation, a claim. All of them are searched as text, so what
//! cannot be read protects its files as well.

use super::Driver;
use crate::platform::{local, locks};
use crate::storage::mirror;
use crate::storage::store::{FileUse, Store, StoreError};
use std::rc::Rc;

/// A file that was added so lately may be on its way into a draft.
const FRESH_MS: f64 = 24.0 * 3_600_000.0;
/// What the app keeps in local storage begins like this.
const KEPT: &str = "cpor.";

impl Driver {
    /// Removes files that were left behind, as by a tab that was killed before it could
    /// tidy up. Answers how many bytes that were.
    ///
    /// A file that is younger than a day stays, and so do those of a draft that any tab
    /// has open: not all of it may be on the disk.
    ///
    /// # Errors
    /// When a store cannot be read or changed. What cannot be looked at needs everything.
    pub async fn sweep(&self, now_ms: f64) -> Result<u64, StoreError> {
        // Without locks nobody can say what other tabs have open.
        let Some(held) = locks::held().await else { return Ok(0) };
        // Until everything was taken over from there, it is not known what needs what.
        if self.unadopted.borrow().is_some() {
            return Ok(0);
        }
        let mut freed = 0;
        for store in self.file_stores().await {
            let uses = store.file_uses().await?;
            let old = uses.into_iter().filter(|file| {
                let age = now_ms - file.kept_at_ms;
                let lock = format!("cpor:writer:{}", file.claim_id);
                age > FRESH_MS && !held.contains(&lock)
            });
            let old: Vec<FileUse> = old.collect();
            if old.is_empty() {
                continue;
            }
            let mut texts = kept_texts();
            texts.extend(mirror::texts().await?);
            texts.extend(store.texts().await?);
            let is_needed = |file: &FileUse| texts.iter().any(|text| text.contains(&file.sha256));
            let over = old.into_iter().filter(|file| !is_needed(file)).collect();
            freed += store.end_uses(over).await?;
        }
        Ok(freed)
    }

    /// Something of a draft is gone: ends the uses of files that its claim does not
    /// mention any more. `is_ours` says that this tab writes the draft; one that another
    /// tab writes is left alone.
    ///
    /// # Errors
    /// When a store cannot be read or changed; the next start tidies up.
    pub async fn let_go(&self, claim_id: &str, is_ours: bool) -> Result<u64, StoreError> {
        let mut freed = 0;
        for store in self.file_stores().await {
            let uses = store.file_uses().await?;
            let own: Vec<FileUse> =
                uses.into_iter().filter(|file| file.claim_id == claim_id).collect();
            if own.is_empty() {
                continue;
            }
            if !is_ours {
                let lock = format!("cpor:writer:{claim_id}");
                if locks::held().await.is_none_or(|held| held.contains(&lock)) {
                    return Ok(freed);
                }
            }
            let mut texts = kept_texts();
            texts.extend(store.texts().await?);
            texts.retain(|text| text.contains(claim_id));
            let is_needed = |file: &FileUse| texts.iter().any(|text| text.contains(&file.sha256));
            let over = own.into_iter().filter(|file| !is_needed(file)).collect();
            freed += store.end_uses(over).await?;
        }
        Ok(freed)
    }

    /// The stores that hold files: the account's and the device's.
    async fn file_stores(&self) -> Vec<Rc<dyn Store>> {
        self.store().into_iter().chain(self.device(false).await).collect()
    }
}

/// Keys and texts of local storage.
fn kept_texts() -> Vec<String> {
    let keys = local::keys(KEPT).into_iter();
    keys.filter_map(|key| local::get(&key).map(|text| format!("{key} {text}"))).collect()
}
