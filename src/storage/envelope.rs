//! The envelope of a stored record: schema number and checksum.

use super::whole;
use serde::{Deserialize, Serialize};

/// A record as it is stored. The body is text of its own, so that the
/// checksum covers exactly the bytes that were written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Version of the body's form.
    pub schema: u32,
    /// Id of the record.
    pub id: String,
    /// Grows with each save.
    pub rev: u64,
    /// When it was saved, by the clock of this device; for display only.
    #[serde(with = "whole")]
    pub saved_at_ms: f64,
    /// CRC-32 of the body.
    pub crc32: u32,
    /// The record.
    pub body: String,
}

/// Why a stored record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Not the text of an envelope, or not of this record.
    NotARecord,
    /// The checksum does not fit: a bit flipped, or the text was cut.
    Checksum,
    /// The envelope is whole, the body is not what its schema says.
    Body,
    /// Made by a newer version of the app, which can read it.
    Newer {
        /// Its schema.
        schema: u32,
    },
}

impl Envelope {
    /// Puts a body into an envelope.
    pub fn seal(schema: u32, id: &str, rev: u64, saved_at_ms: f64, body: String) -> Self {
        Self { schema, id: id.to_owned(), rev, saved_at_ms, crc32: crc32(body.as_bytes()), body }
    }

    /// The text to store.
    pub fn to_text(&self) -> String {
        // Numbers and text always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the text of the record `id` and checks it, up to schema `newest`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(text: &str, id: &str, newest: u32) -> Result<Self, Damage> {
        let envelope: Self = serde_json::from_str(text).map_err(|_| Damage::NotARecord)?;
        if envelope.id != id {
            return Err(Damage::NotARecord);
        }
        if envelope.crc32 != crc32(envelope.body.as_bytes()) {
            return Err(Damage::Checksum);
        }
        if envelope.schema > newest {
            return Err(Damage::Newer { schema: envelope.schema });
        }
        Ok(envelope)
    }
}

/// CRC-32 as in zip and PNG; without a table, since records are small.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_common_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let text = Envelope::seal(1, "a", 1, 0.0, "{\"x\":1}".into()).to_text();
        assert!(Envelope::open(&text, "a", 1).is_ok());
        assert_eq!(Envelope::open(&text.replace(":1}", ":3}"), "a", 1), Err(Damage::Checksum));
        assert_eq!(Envelope::open(&text, "b", 1), Err(Damage::NotARecord));
        assert_eq!(Envelope::open(&text, "a", 0), Err(Damage::Newer { schema: 1 }));
        assert_eq!(Envelope::open(&text[..9], "a", 1), Err(Damage::NotARecord));
    }
}
