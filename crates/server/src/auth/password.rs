//! Passwords: Argon2id, with the same work whether or not an account exists.

use crate::error::{ApiError, ApiResult};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Hashing takes 19 MB and a core each time, so only a few run at once.
static HASHING: Semaphore = Semaphore::const_new(2);

/// A hash that no password is known for. Compared with when there is no such
/// account, so that the time of the answer does not tell which accounts exist.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_password(&uuid::Uuid::new_v4().to_string()).unwrap_or_default());

/// Makes the hash of nobody, so that the first unknown account takes no longer than the next.
pub(crate) fn prepare() {
    LazyLock::force(&NOBODY);
}

/// The hash that is stored, in PHC form.
pub(crate) fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// As [`hash_password`], where requests are answered meanwhile.
pub(crate) async fn hashed_password(password: String) -> ApiResult<String> {
    let _permit = HASHING.acquire().await.map_err(|error| ApiError::fault(&error))?;
    tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|error| ApiError::fault(&error))?
        .map_err(|error| ApiError::fault(&error))
}

/// Whether the password belongs to the stored hash. Without a stored hash the
/// answer is no, after the same work.
pub(crate) async fn is_right_password(password: String, stored: Option<String>) -> ApiResult<bool> {
    let _permit = HASHING.acquire().await.map_err(|error| ApiError::fault(&error))?;
    tokio::task::spawn_blocking(move || {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&stored).is_ok_and(|hash| {
            Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        });
        matches && is_known
    })
    .await
    .map_err(|error| ApiError::fault(&error))
}
