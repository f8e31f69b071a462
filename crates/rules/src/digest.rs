//! A fingerprint of the rule set.
//!
//! It travels with every submission, so that a client whose rules a server
//! does not know is told before it loses work.

use crate::association::PartnerRole;
use crate::book::RULES;
use crate::book::{MAX_CLAIM_NAME, MAX_COMMENT, MAX_NAME};
use crate::deadline::DeadlineKind;
use crate::edition::{Ask, ClaimedSubscription, Days, EditionId, Form, SubscriptionNeed};
use crate::ids::PARTNER_ID_DIGITS;
use crate::life_cycle::{Action, Editable, Status, TRANSITIONS};
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
        for kind in DeadlineKind::ALL {
            let (kind, days) = match kind.limit(edition) {
                None => (0, 0),
                Some(Days::Business(days)) => (1, days),
                Some(Days::Calendar(days)) => (2, days),
            };
            hash.number(kind);
            hash.number(u64::from(days));
        }
        hash.number(u64::from(edition.poe_max_age_months));
        hash.form(&edition.form);
        for entry in edition.workloads.entries.iter().chain(edition.products.entries) {
            hash.text(entry.code);
        }
        for action in Action::ALL {
            hash.number(u64::from(edition.knows(action)));
        }
        for role in PartnerRole::ALL {
            hash.number(u64::from(edition.pays_incentive(role)));
        }
        for status in Status::ALL {
            hash.text(status.code());
            hash.editable(status.editable_in(edition));
        }
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

    fn form(&mut self, form: &Form) {
        for ask in [
            form.domain,
            form.technical_contact,
            form.pre_sales_with_usage,
            form.opt_out,
            form.acknowledgements,
            form.revenue_contacts,
            form.revenue_proof,
        ] {
            self.number(match ask {
                Ask::Required => 1,
                Ask::Optional => 2,
                Ask::No => 3,
            });
        }
        self.number(u64::from(form.subscription == SubscriptionNeed::Always));
        self.number(u64::from(form.claimed_subscription == ClaimedSubscription::Refused));
    }

    fn editable(&mut self, editable: Editable) {
        match editable {
            Editable::Everything => self.number(1),
            Editable::Only(fields) => {
                for field in fields {
                    self.text(&field.to_string());
                }
            }
            Editable::Nothing => self.number(2),
        }
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
