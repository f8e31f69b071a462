//! Merging two changes of one claim, part by part.
//!
//! Three versions: the *base* on which a change was made, *mine*, and *theirs*,
//! which the backend has by now. What one side alone changed is taken from that
//! side; what both changed alike is no question; what both changed differently
//! is a conflict, which only a person can decide. Lists are merged as sets with
//! the base, entry by entry; a person or an association is one thing and is
//! never put together from two.
//!
//! Versions are compared in normal form: a blank more or less is no change.
//! Whether the result keeps the rules is for whoever uses it to ask.

use crate::mutants::mutant;
use cpor_rules::{Acknowledgements, Draft, Field};

/// Whose version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that was made here.
    Mine,
    /// The one that the backend has.
    Theirs,
}

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident $field:ident { $($place:ident)* })*) => {
        /// What is taken from one side as a whole.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Part {
            $($(#[$doc])* $part,)*
        }

        impl Part {
            /// All parts, in the order of the screens.
            pub const ALL: &[Self] = &[$(Self::$part,)*];

            /// The field that names it.
            pub const fn field(self) -> Field {
                match self {
                    $(Self::$part => Field::$field,)*
                }
            }

            /// Whether two drafts have the same there, to the letter.
            pub fn is_same(self, a: &Draft, b: &Draft) -> bool {
                match self {
                    $(Self::$part => $(a.$place == b.$place)&&*,)*
                }
            }

            /// Puts what `from` has there into `into`.
            pub fn copy(self, from: &Draft, into: &mut Draft) {
                match self {
                    $(Self::$part => { $(into.$place.clone_from(&from.$place);)* })*
                }
            }
        }
    };
}

parts! {
    /// What kind of association it is: the choices depend on one another.
    Association SolutionArea { edition solution_area partner_role also_pre_sales }
    /// Claim name.
    ClaimName ClaimName { claim_name }
    /// Partner ID.
    PartnerId PartnerId { partner_id }
    /// Customer tenant ID.
    TenantId TenantId { tenant_id }
    /// Customer domain name.
    Domain Domain { domain }
    /// Opt out of incentive payments.
    OptOut OptOut { opt_out }
    /// The list of workloads.
    Workloads Workloads { workloads }
    /// The list of products with their subscriptions.
    Products Products { products }
    /// How the customer bought the products.
    PurchaseChannel PurchaseChannel { purchase_channel }
    /// Dynamics solution seller name.
    SellerName SellerName { seller_name }
    /// Customer name.
    CustomerName CustomerName { customer_name }
    /// Name of ISV product/solution.
    IsvSolution IsvSolution { isv_solution }
    /// Customer contact.
    CustomerContact CustomerContactName { customer_contact }
    /// Language of the mail to the customer.
    MailLanguage MailLanguage { mail_language }
    /// The customer's technical contact.
    TechnicalContact TechnicalContactName { technical_contact }
    /// Partner contact.
    PartnerContact PartnerContactName { partner_contact }
    /// Public sector.
    PublicSector PublicSector { public_sector }
    /// The list of files.
    PoeFiles PoeFiles { poe_files }
    /// Items that the proof names.
    PoeNamesItems PoeNamesItems { poe_names_items }
    /// Comment on the claim.
    Comment Comment { comment }
    /// What the submitter confirms.
    Acknowledgements ProofIsGenuine { acknowledgements }
}

/// Two changes put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The result. In the parts that are in conflict it has theirs.
    pub draft: Draft,
    /// Parts that differ from theirs by what only I changed.
    pub mine: Vec<Part>,
    /// Parts that differ from mine by what only they changed.
    pub theirs: Vec<Part>,
    /// Parts that both changed, and differently.
    pub conflicts: Vec<Part>,
}

impl Merged {
    /// The result with a choice for each conflict; a conflict without one
    /// keeps theirs.
    #[must_use]
    pub fn choose(&self, mine: &Draft, choice: impl Fn(Part) -> Option<Side>) -> Draft {
        let mut draft = self.draft.clone();
        for part in &self.conflicts {
            if choice(*part) == Some(Side::Mine) {
                part.copy(mine, &mut draft);
            }
        }
        draft
    }
}

/// What `mine` had and the decision did not take: the decided version with mine
/// in those parts that were in conflict and went to the others. `None` where
/// nothing was given up.
pub fn given_up(
    base: Option<&Draft>,
    mine: &Draft,
    theirs: &Draft,
    decided: &Draft,
) -> Option<Draft> {
    let in_question = match base {
        Some(base) => merge(base, mine, theirs).conflicts,
        None => Part::ALL.to_vec(),
    };
    let mut lost = decided.clone();
    for part in in_question {
        if !part.is_same(mine, decided) {
            part.copy(mine, &mut lost);
        }
    }
    (lost != *decided).then_some(lost)
}

/// Merges two changes of `base`.
pub fn merge(base: &Draft, mine: &Draft, theirs: &Draft) -> Merged {
    let normal = [base.normalised(), mine.normalised(), theirs.normalised()];
    let mut merged = Merged {
        draft: theirs.clone(),
        mine: Vec::new(),
        theirs: Vec::new(),
        conflicts: Vec::new(),
    };
    for part in Part::ALL.iter().copied() {
        let [b, m, t] = &normal;
        if part.is_same(m, t) {
            continue;
        }
        if part.is_same(b, m) {
            merged.theirs.push(part);
        } else if part.is_same(b, t) {
            part.copy(mine, &mut merged.draft);
            merged.mine.push(part);
        } else if merge_inside(part, [base, mine, theirs], &mut merged.draft) {
            merged.mine.push(part);
            merged.theirs.push(part);
        } else if mutant!(MergeTakesTheirs) {
            merged.theirs.push(part);
        } else {
            merged.conflicts.push(part);
        }
    }
    merged
}

/// Merges a part of which both sides changed something, if that can be done
/// entry by entry.
fn merge_inside(part: Part, [base, mine, theirs]: [&Draft; 3], into: &mut Draft) -> bool {
    if mutant!(MergeListsAsOne) && part == Part::Workloads {
        part.copy(mine, into);
        return true;
    }
    if mutant!(MergeContactsByField) && part == Part::CustomerContact {
        if mine.customer_contact.name != base.customer_contact.name {
            into.customer_contact.name.clone_from(&mine.customer_contact.name);
        }
        if mine.customer_contact.email != base.customer_contact.email {
            into.customer_contact.email.clone_from(&mine.customer_contact.email);
        }
        return true;
    }
    match part {
        Part::Workloads => put(
            lists(&base.workloads, &mine.workloads, &theirs.workloads, Clone::clone),
            &mut into.workloads,
        ),
        Part::PoeNamesItems => put(
            lists(
                &base.poe_names_items,
                &mine.poe_names_items,
                &theirs.poe_names_items,
                Clone::clone,
            ),
            &mut into.poe_names_items,
        ),
        Part::Products => put(
            lists(&base.products, &mine.products, &theirs.products, |entry| entry.product.clone()),
            &mut into.products,
        ),
        Part::PoeFiles => put(
            lists(&base.poe_files, &mine.poe_files, &theirs.poe_files, |file| file.sha256.clone()),
            &mut into.poe_files,
        ),
        Part::Acknowledgements => {
            // Each box has two states: both sides cannot have changed one differently.
            let (b, m, t) = (base.acknowledgements, mine.acknowledgements, theirs.acknowledgements);
            let tick = |b: bool, m: bool, t: bool| if m == b { t } else { m };
            into.acknowledgements = Acknowledgements {
                proof_is_genuine: tick(b.proof_is_genuine, m.proof_is_genuine, t.proof_is_genuine),
                customer_is_informed: tick(
                    b.customer_is_informed,
                    m.customer_is_informed,
                    t.customer_is_informed,
                ),
                editing_ends: tick(b.editing_ends, m.editing_ends, t.editing_ends),
            };
            true
        }
        Part::Association
        | Part::ClaimName
        | Part::PartnerId
        | Part::TenantId
        | Part::Domain
        | Part::OptOut
        | Part::PurchaseChannel
        | Part::SellerName
        | Part::CustomerName
        | Part::IsvSolution
        | Part::CustomerContact
        | Part::MailLanguage
        | Part::TechnicalContact
        | Part::PartnerContact
        | Part::PublicSector
        | Part::Comment => false,
    }
}

fn put<T>(merged: Option<Vec<T>>, place: &mut Vec<T>) -> bool {
    merged.map(|merged| *place = merged).is_some()
}

/// Merges lists as sets of entries with a key. `None` where both sides changed
/// one entry, and differently.
///
/// What was there keeps its order, then come their additions, then mine: a
/// backend may allow to add and not to reorder.
fn lists<T: Clone + PartialEq>(
    base: &[T],
    mine: &[T],
    theirs: &[T],
    key: impl Fn(&T) -> String,
) -> Option<Vec<T>> {
    // A key may stand in a list more than once, such as an entry not yet chosen.
    let keyed = |list: &[T]| -> Vec<((String, usize), T)> {
        let mut keyed: Vec<((String, usize), T)> = Vec::with_capacity(list.len());
        for entry in list {
            let name = key(entry);
            let count = keyed.iter().filter(|((known, _), _)| *known == name).count();
            keyed.push(((name, count), entry.clone()));
        }
        keyed
    };
    let (base, mine, theirs) = (keyed(base), keyed(mine), keyed(theirs));
    let find = |list: &[((String, usize), T)], key: &(String, usize)| {
        list.iter().find(|(known, _)| known == key).map(|(_, entry)| entry.clone())
    };
    let mut merged = Vec::new();
    let mut seen: Vec<&(String, usize)> = Vec::new();
    for (key, _) in base.iter().chain(&theirs).chain(&mine) {
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let (b, m, t) = (find(&base, key), find(&mine, key), find(&theirs, key));
        let entry = if m == t || b == m {
            t
        } else if b == t {
            m
        } else {
            return None;
        };
        merged.extend(entry);
    }
    Some(merged)
}
