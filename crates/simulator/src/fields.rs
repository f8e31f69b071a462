//! The parts of a draft that persons change here, and what may become of them.

use cpor_rules::Draft;
use std::collections::BTreeSet;

/// A part that is one value: what both sides changed has to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The claim's name.
    ClaimName,
    /// The comment.
    Comment,
    /// The seller.
    SellerName,
    /// The customer's contact, as one.
    CustomerContact,
    /// The partner's contact, as one.
    PartnerContact,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ClaimName,
        Self::Comment,
        Self::SellerName,
        Self::CustomerContact,
        Self::PartnerContact,
    ];

    /// Its value.
    pub fn of(self, draft: &Draft) -> String {
        match self {
            Self::ClaimName => draft.claim_name.clone(),
            Self::Comment => draft.comment.clone(),
            Self::SellerName => draft.seller_name.clone(),
            Self::CustomerContact => {
                format!("{} <{}>", draft.customer_contact.name, draft.customer_contact.email)
            }
            Self::PartnerContact => {
                format!("{} <{}>", draft.partner_contact.name, draft.partner_contact.email)
            }
        }
    }

    /// Whether two drafts have the same value here.
    pub fn is_same(self, one: &Draft, other: &Draft) -> bool {
        match self {
            Self::ClaimName => one.claim_name == other.claim_name,
            Self::Comment => one.comment == other.comment,
            Self::SellerName => one.seller_name == other.seller_name,
            Self::CustomerContact => one.customer_contact == other.customer_contact,
            Self::PartnerContact => one.partner_contact == other.partner_contact,
        }
    }
}

/// The entries of both lists.
pub fn entries(draft: &Draft) -> BTreeSet<&str> {
    let files = draft.poe_files.iter().map(|file| file.sha256.as_str());
    draft.workloads.iter().map(String::as_str).chain(files).collect()
}

/// Changes the fields of these bits; each new value holds `mark`, which no
/// other change has.
pub fn edit(draft: &mut Draft, bits: u8, mark: &str) {
    for bit in 0..8 {
        if bits & (1 << bit) == 0 {
            continue;
        }
        match bit {
            0 => draft.claim_name = format!("name {mark}"),
            1 => draft.comment = format!("comment {mark}"),
            2 => draft.seller_name = format!("seller {mark}"),
            3 => draft.customer_contact.name = format!("Ana {mark}"),
            4 => draft.customer_contact.email = format!("ana-{mark}@contoso.example"),
            5 => draft.partner_contact.email = format!("wei-{mark}@fabrikam.example"),
            6 => draft.workloads.push(format!("workload-{mark}")),
            _ => {
                if !draft.workloads.is_empty() {
                    draft.workloads.remove(0);
                }
            }
        }
    }
}

/// What a person meant by a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// Values: where, what the person saw, what it is to be.
    pub values: Vec<(Place, String, String)>,
    /// Entries that the person saw.
    pub seen: BTreeSet<String>,
    /// Entries to add.
    pub adds: BTreeSet<String>,
    /// Entries to remove.
    pub removes: BTreeSet<String>,
}

impl Intent {
    /// The difference between what the person saw and what is wanted.
    pub fn between(seen: &Draft, wanted: &Draft) -> Self {
        let (before, after) = (entries(seen), entries(wanted));
        let owned = |entry: &&str| (*entry).to_owned();
        Self {
            values: Place::ALL
                .into_iter()
                .filter(|place| !place.is_same(seen, wanted))
                .map(|place| (place, place.of(seen), place.of(wanted)))
                .collect(),
            seen: before.iter().map(owned).collect(),
            adds: after.difference(&before).map(owned).collect(),
            removes: before.difference(&after).map(owned).collect(),
        }
    }

    /// Whether each value is in what was decided, or in a version set aside.
    pub fn is_kept(&self, decided: &Draft, set_aside: &[Draft]) -> bool {
        self.values.iter().all(|(place, _, wanted)| {
            place.of(decided) == *wanted
                || set_aside.iter().any(|version| place.of(version) == *wanted)
        })
    }

    /// A later change on top of this one.
    pub fn join(&mut self, later: &Self) {
        for (place, seen, wanted) in &later.values {
            match self.values.iter_mut().find(|(known, ..)| known == place) {
                Some((_, _, before)) => before.clone_from(wanted),
                None => self.values.push((*place, seen.clone(), wanted.clone())),
            }
        }
        for entry in &later.adds {
            self.removes.remove(entry);
            self.adds.insert(entry.clone());
        }
        for entry in &later.removes {
            if !self.adds.remove(entry) {
                self.removes.insert(entry.clone());
            }
        }
    }
}
