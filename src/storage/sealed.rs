//! A file that is locked by a passphrase.
//!
//! `CPORSEAL`, the length of the header (32 bits, big-endian), the header as
//! JSON, a CRC-32 of all of that, and what is locked, by AES-256-GCM. What
//! stands before it is authenticated with it, so nothing of it can be changed
//! unnoticed. The CRC-32 tells damage from a wrong passphrase, in words alone.

use super::archive::NotRead;
use super::envelope::crc32;
use crate::platform::cipher::{self, Keys};
use crate::platform::files::hex;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8] = b"CPORSEAL";
const SCHEMA: u32 = 1;
/// Of PBKDF2; what OWASP recommends for HMAC-SHA-256 since 2023.
const ITERATIONS: u32 = 600_000;
/// More would only keep the page busy.
const MAX_ITERATIONS: u32 = 10_000_000;
const SALT_BYTES: u32 = 32;
/// What AES-GCM takes.
const NONCE_BYTES: u32 = 12;
const MAX_HEADER_BYTES: usize = 4_096;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    schema: u32,
    kdf: String,
    iterations: u32,
    salt: String,
    cipher: String,
    nonce: String,
    check: String,
}

/// What tells whether the rest can be read.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

const KDF: &str = "PBKDF2-HMAC-SHA-256 HKDF-SHA-256";
const CIPHER: &str = "AES-256-GCM";

/// Whether a passphrase is needed to read it.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Locks by a passphrase; `None` outside a secure context.
pub async fn seal(plain: &[u8], passphrase: &str) -> Option<Vec<u8>> {
    let salt = cipher::random(SALT_BYTES)?;
    let nonce = cipher::random(NONCE_BYTES)?;
    let keys = Keys::of(passphrase, &salt, ITERATIONS).await?;
    let header = Header {
        schema: SCHEMA,
        kdf: KDF.to_owned(),
        iterations: ITERATIONS,
        salt: hex(&salt),
        cipher: CIPHER.to_owned(),
        nonce: hex(&nonce),
        check: hex(&keys.check),
    };
    let mut sealed = head(&header);
    let locked = keys.lock(&nonce, &sealed, plain).await?;
    sealed.extend(locked);
    Some(sealed)
}

/// Unlocks.
///
/// # Errors
/// What is wrong with it, or with the passphrase.
pub async fn unseal(bytes: &[u8], passphrase: &str) -> Result<Vec<u8>, NotRead> {
    let (header, head_length) = read_head(bytes)?;
    let is_known = header.kdf == KDF
        && header.cipher == CIPHER
        && (1..=MAX_ITERATIONS).contains(&header.iterations);
    let (Some(salt), Some(nonce), true) = (unhex(&header.salt), unhex(&header.nonce), is_known)
    else {
        return Err(NotRead::Damaged);
    };
    if !cipher::is_there() {
        return Err(NotRead::NoCipher);
    }
    let keys = Keys::of(passphrase, &salt, header.iterations).await.ok_or(NotRead::NoCipher)?;
    if hex(&keys.check) != header.check {
        return Err(NotRead::WrongPassphrase);
    }
    let (beside, locked) = bytes.split_at(head_length);
    keys.unlock(&nonce, beside, locked).await.ok_or(NotRead::Damaged)
}

fn head(header: &Header) -> Vec<u8> {
    // Numbers and text always have a JSON form.
    let text = serde_json::to_string(header).unwrap_or_default();
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut head = [MAGIC, &length.to_be_bytes(), text.as_bytes()].concat();
    let crc = crc32(&head);
    head.extend(crc.to_be_bytes());
    head
}

/// The header, and how long everything before what is locked is.
fn read_head(bytes: &[u8]) -> Result<(Header, usize), NotRead> {
    let number = |at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    if !is_sealed(bytes) {
        return Err(NotRead::NotOurs);
    }
    let begin = MAGIC.len() + 4;
    let length = number(MAGIC.len()).and_then(|length| usize::try_from(length).ok());
    let length = length.filter(|length| *length <= MAX_HEADER_BYTES).ok_or(NotRead::Damaged)?;
    let end = begin + length;
    let crc = number(end).ok_or(NotRead::Damaged)?;
    if crc32(&bytes[..end]) != crc {
        return Err(NotRead::Damaged);
    }
    let text = std::str::from_utf8(&bytes[begin..end]).map_err(|_| NotRead::Damaged)?;
    let Version { schema } = serde_json::from_str(text).map_err(|_| NotRead::Damaged)?;
    if schema > SCHEMA {
        return Err(NotRead::Newer);
    }
    let header = serde_json::from_str(text).map_err(|_| NotRead::Damaged)?;
    Ok((header, end + 4))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() || text.is_empty() {
        return None;
    }
    pairs.map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            schema: SCHEMA,
            kdf: KDF.into(),
            iterations: ITERATIONS,
            salt: "00ff".into(),
            cipher: CIPHER.into(),
            nonce: "010203040506070809101112".into(),
            check: "ab".into(),
        }
    }

    #[test]
    fn a_head_is_read_again_and_damage_in_it_is_noticed() {
        let whole = head(&header());
        assert_eq!(read_head(&whole), Ok((header(), whole.len())));
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            assert!(matches!(read_head(&bytes), Err(NotRead::Damaged | NotRead::NotOurs)), "{at}");
            assert!(read_head(&whole[..at]).is_err());
        }
    }

    #[test]
    fn a_newer_seal_is_said_to_be_newer() {
        let newer = head(&Header { schema: 2, ..header() });
        assert_eq!(read_head(&newer), Err(NotRead::Newer));
        let long = [MAGIC, &u32::MAX.to_be_bytes(), b"{}"].concat();
        assert_eq!(read_head(&long), Err(NotRead::Damaged));
    }

    #[test]
    fn hexadecimal_is_read() {
        assert_eq!(unhex("00ff10"), Some(vec![0, 255, 16]));
        assert_eq!((unhex("0"), unhex("zz"), unhex("")), (None, None, None));
    }
}
