//! The browser's cryptography: a key from a passphrase, and locking by it.
//!
//! Withheld outside a secure context; everything here is `None` then.

use super::files::subtle;
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Whether this page can lock and unlock.
pub fn is_there() -> bool {
    subtle().is_some()
}

/// Random bytes.
pub fn random(length: u32) -> Option<Vec<u8>> {
    let bytes = Uint8Array::new_with_length(length);
    let crypto = super::window()?.crypto().ok()?;
    crypto.get_random_values_with_array_buffer_view(&bytes).ok()?;
    Some(bytes.to_vec())
}

/// What follows from a passphrase.
pub struct Keys {
    subtle: SubtleCrypto,
    key: CryptoKey,
    /// Tells whether a passphrase is the one, without the key being told by it.
    pub check: Vec<u8>,
}

impl Keys {
    /// By PBKDF2 with HMAC-SHA-256, and from that by HKDF the key and the check.
    pub async fn of(passphrase: &str, salt: &[u8], iterations: u32) -> Option<Self> {
        let subtle = subtle()?;
        // The same letters can be typed in two ways.
        let passphrase = String::from(JsString::from(passphrase).normalize("NFC"));
        let typed = imported(&subtle, passphrase.as_bytes(), "PBKDF2").await?;
        let slow = algorithm(&[
            ("name", "PBKDF2".into()),
            ("hash", "SHA-256".into()),
            ("salt", Uint8Array::from(salt).into()),
            ("iterations", iterations.into()),
        ]);
        let master = derived(&subtle, &slow, &typed).await?;
        let master = imported(&subtle, &master, "HKDF").await?;
        let part = |about: &str| {
            algorithm(&[
                ("name", "HKDF".into()),
                ("hash", "SHA-256".into()),
                ("salt", Uint8Array::new_with_length(0).into()),
                ("info", Uint8Array::from(about.as_bytes()).into()),
            ])
        };
        let key = derived(&subtle, &part("key"), &master).await?;
        let check = derived(&subtle, &part("check"), &master).await?;
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let data = Uint8Array::from(key.as_slice());
        let import = subtle.import_key_with_str("raw", &data, "AES-GCM", false, &uses).ok()?;
        let key = JsFuture::from(import).await.ok()?.dyn_into().ok()?;
        Some(Self { subtle, key, check })
    }

    /// Locks by AES-256-GCM; `beside` is not locked, and noticed if it changes.
    pub async fn lock(&self, nonce: &[u8], beside: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let data = Uint8Array::from(plain);
        let how = gcm(nonce, beside);
        let locked =
            self.subtle.encrypt_with_object_and_buffer_source(&how, &self.key, &data).ok()?;
        Some(Uint8Array::new(&JsFuture::from(locked).await.ok()?).to_vec())
    }

    /// Unlocks; `None` when anything of it was changed.
    pub async fn unlock(&self, nonce: &[u8], beside: &[u8], locked: &[u8]) -> Option<Vec<u8>> {
        let data = Uint8Array::from(locked);
        let how = gcm(nonce, beside);
        let plain =
            self.subtle.decrypt_with_object_and_buffer_source(&how, &self.key, &data).ok()?;
        Some(Uint8Array::new(&JsFuture::from(plain).await.ok()?).to_vec())
    }
}

fn gcm(nonce: &[u8], beside: &[u8]) -> Object {
    algorithm(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(nonce).into()),
        ("additionalData", Uint8Array::from(beside).into()),
    ])
}

fn algorithm(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a property of a plain object cannot fail.
        drop(Reflect::set(&object, &(*name).into(), value));
    }
    object
}

async fn imported(subtle: &SubtleCrypto, secret: &[u8], algorithm: &str) -> Option<CryptoKey> {
    let uses = Array::of1(&"deriveBits".into());
    let data = Uint8Array::from(secret);
    let import = subtle.import_key_with_str("raw", &data, algorithm, false, &uses).ok()?;
    JsFuture::from(import).await.ok()?.dyn_into().ok()
}

async fn derived(subtle: &SubtleCrypto, how: &Object, from: &CryptoKey) -> Option<Vec<u8>> {
    let bits = subtle.derive_bits_with_object(how, from, 256).ok()?;
    Some(Uint8Array::new(&JsFuture::from(bits).await.ok()?).to_vec())
}
