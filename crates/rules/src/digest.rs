//! A fingerprint of the rule set.
//!
//! It travels with every submission, so that a client whose rules a server
//! does not know is told before it loses work.

use crate::book::RULES;
use crate::book::{MAX_CLAIM_NAME, MAX_COMMENT, MAX_NAME};
use crate::catalog::{PRODUCTS, WORKLOADS};
use crate::edition::EditionId;
use crate::ids::PARTNER_ID_DIGITS;
use crate::life_cycle::{Editable, Status, TRANSITIONS};
use crate::poe::{FILE_KINDS, MAX_FILE_BYTES, MAX_FILES};

/// The fingerprint: 16 hex digits. The same rules give the same digits on
/// every platform; it is no protection against forgery.
pub fn ruleset_digest() -> String {
    let mut hash = Fnv::new();
    for rule in RULES {
        hash.text(rule.id.code());
        hash.text(rule.grounds().says);
        hash.number(u64::from(rule.severity == crate::Severity::Blocks));
        hash.number(rule.stages.len() as u64);
        for edition in rule.editions {
            hash.text(edition.code());
        }
    }
    for id in EditionId::ALL {
        let edition = id.get();
        hash.text(id.code());
        for limit in [
            edition.review_start,
            edition.review,
            edition.partner_action,
            edition.consent_window,
            edition.dispute_right,
            edition.dispute_answer,
        ] {
            let (kind, days) = match limit {
                crate::edition::Days::Business(days) => (1, days),
                crate::edition::Days::Calendar(days) => (2, days),
            };
            hash.number(kind);
            hash.number(u64::from(days));
        }
        hash.number(u64::from(edition.poe_max_age_months));
    }
    for entry in WORKLOADS.entries.iter().chain(PRODUCTS.entries) {
        hash.text(entry.code);
    }
    for limit in
        [MAX_CLAIM_NAME, MAX_NAME, MAX_COMMENT, MAX_FILES, PARTNER_ID_DIGITS.0, PARTNER_ID_DIGITS.1]
    {
        hash.number(limit as u64);
    }
    hash.number(MAX_FILE_BYTES);
    for kind in FILE_KINDS {
        kind.extensions.iter().for_each(|extension| hash.text(extension));
    }
    for row in TRANSITIONS {
        hash.text(row.id);
        for status in [row.from, row.to] {
            hash.text(status.map_or("", Status::code));
        }
    }
    for status in Status::ALL {
        hash.text(status.code());
        if let Editable::Only(fields) = status.editable() {
            for field in fields {
                hash.text(&field.to_string());
            }
        }
    }
    let mut digits = String::with_capacity(16);
    for shift in (0..16).rev() {
        let digit = (hash.0 >> (shift * 4)) & 0xf;
        digits.push(char::from(b"0123456789abcdef"[usize::try_from(digit).unwrap_or(0)]));
    }
    digits
}

/// FNV-1a, 64 bits: small, and the same everywhere.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        // A byte that no text holds, so that "ab","c" and "a","bc" differ.
        self.byte(0xff);
    }

    fn number(&mut self, number: u64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_digest_is_sixteen_hex_digits_and_stays() {
        let digest = super::ruleset_digest();
        assert_eq!(digest.len(), 16);
        assert!(digest.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(digest, super::ruleset_digest());
    }
}
