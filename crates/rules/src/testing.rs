//! Builders and generated drafts for tests. Not part of any product.
//!
//! The corpus is the same on every platform, so that the verdicts of the
//! browser and of a server can be compared byte for byte.

use crate::association::{PartnerRole, SolutionArea};
use crate::draft::{
    Acknowledgements, Contact, Draft, PartnerContact, PoeFile, ProductEntry, PublicSector,
    PurchaseChannel,
};
use crate::edition::{Ask, EditionId};
use crate::facts::Facts;
use chrono::NaiveDate;

/// The day on which tests are judged unless they say otherwise.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}

/// A draft that passes every rule of every stage on [`today`].
pub fn complete_draft(role: PartnerRole) -> Draft {
    let mut draft = Draft {
        solution_area: Some(role.area()),
        partner_role: Some(role),
        claim_name: "Contoso Q2".into(),
        partner_id: "1234566".into(),
        tenant_id: "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47".into(),
        customer_contact: Contact {
            name: "Ana Ruiz".into(),
            title: "IT director".into(),
            email: "ana@contoso.com".into(),
        },
        partner_contact: PartnerContact {
            name: "Wei Chen".into(),
            email: "wei@fabrikam.com".into(),
        },
        poe_files: vec![PoeFile {
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            name: "statement-of-work.pdf".into(),
            size_bytes: 120_000,
            media_type: "application/pdf".into(),
            comment: String::new(),
            acknowledged_on: "2026-10-01".into(),
        }],
        acknowledgements: Acknowledgements {
            proof_is_genuine: true,
            customer_is_informed: true,
            editing_ends: true,
        },
        ..Draft::default()
    };
    match role {
        PartnerRole::UseOrConsume => {
            draft.workloads = vec!["exchange-online".into(), "teams".into()];
            draft.poe_names_items.clone_from(&draft.workloads);
        }
        PartnerRole::PreSales | PartnerRole::UsageRecognition | PartnerRole::RevenueAssociation => {
            draft.products = vec![ProductEntry {
                product: "sales".into(),
                subscription_id: "7d1f0f52-4c7b-4f2c-9a38-51a3b1d7e0c4".into(),
            }];
            draft.poe_names_items = vec!["sales".into()];
        }
    }
    if role == PartnerRole::RevenueAssociation {
        draft.seller_name = "Sam Ito".into();
        draft.customer_name = "Contoso Ltd".into();
        draft.isv_solution = "Fabrikam Field Planner".into();
    }
    draft
}

/// A draft of this edition that passes every rule of every stage on [`today`].
pub fn complete_draft_of(edition: EditionId, role: PartnerRole) -> Draft {
    let form = &edition.get().form;
    let mut draft = Draft { edition, ..complete_draft(role) };
    if form.domain == Ask::Required {
        draft.domain = "contoso.com".into();
    }
    if form.asks_technical_contact(Some(role)) {
        draft.technical_contact = Contact {
            name: "Li Novak".into(),
            title: "Administrator".into(),
            email: "li@contoso.com".into(),
        };
    }
    if !form.asks_contacts(Some(role)) {
        draft.customer_contact = Contact::default();
        draft.partner_contact = PartnerContact::default();
    }
    if form.acknowledgements == Ask::No {
        draft.acknowledgements = Acknowledgements::default();
    }
    draft
}

/// `SplitMix64`: small, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence that depends on the seed alone.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        // The remainder is below `limit`, so it fits.
        usize::try_from(self.number() % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of the values.
    pub fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "Contoso Q2",
    "  padded  ",
    "名稱",
    "a",
    "<script>alert(1)</script>",
    "\u{202e}abc",
    "\u{200b}",
    "مرحبا",
    "🙂🙂",
    "line\nbreak",
    "0",
];
const GUIDS: &[&str] = &[
    "",
    "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47",
    "{3C7A4F0E-91D2-4B7E-8A55-0D9F6B2C1E47}",
    "3c7a4f0e91d24b7e8a550d9f6b2c1e47",
    "contoso.onmicrosoft.com",
    "00000000-0000-0000-0000-000000000000",
    "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e4",
    "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e4z",
    "Tenant ID: 3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47",
    "7d1f0f52-4c7b-4f2c-9a38-51a3b1d7e0c4",
    "not a guid",
    "３ｃ７ａ",
];
const IDS: &[&str] = &[
    "",
    "1234566",
    "MPN-1234566",
    "12",
    "123456789012",
    "１２３４５６６",
    "12 34 566",
    "4391507",
    "9999999",
    "7654321",
];
const DOMAINS: &[&str] = &[
    "",
    "contoso.com",
    "https://Contoso.com/x",
    "fabrikam.com",
    "contoso.onmicrosoft.com",
    "contoso",
    "-a.b",
    "a..b",
    "例え.jp",
];
const EMAILS: &[&str] = &[
    "",
    "ana@contoso.com",
    "Ana <ana@contoso.com>",
    "ana",
    "ana@",
    "a b@contoso.com",
    "a@b@c.com",
    "ana@fabrikam.com",
    "mailto:ana@contoso.com",
    "ana@contoso",
];
const DATES: &[&str] =
    &["", "2026-10-01", "2025-11-23", "2025-11-22", "2026-11-24", "2026-02-30", "x"];
const FILES: &[&str] = &["a.pdf", "b.DOCX", "c.exe", "noending", "d.png", "e.html"];

/// A draft that depends on the seed alone: near a complete one, with a few
/// fields spoilt, so that each rule is met on both sides.
pub fn generated_draft(seed: u64) -> Draft {
    let mut random = Random::new(seed);
    let role = random.pick(&PartnerRole::ALL);
    let edition = random.pick(&EditionId::ALL);
    let mut draft = complete_draft_of(edition, role);
    for _ in 0..random.below(9) {
        spoil(&mut draft, &mut random);
    }
    if edition < EditionId::Oct2023 {
        for _ in 0..random.below(3) {
            spoil_before_2023(&mut draft, &mut random);
        }
    }
    draft
}

/// A GUID of [`facts`]: a subscription that some claim holds.
const HELD_SUBSCRIPTION: &str = "b0d3f4a2-6c1e-4f0b-9d57-2e8a7c915f36";
/// Another, of which a check says that it was claimed.
const CLAIMED_SUBSCRIPTION: &str = "5a9e2c78-0b41-4d6d-8f13-c7e4b2a06d91";

fn text(random: &mut Random) -> String {
    if random.once_in(10) { "x".repeat(4001) } else { random.pick(TEXTS).to_owned() }
}

/// Spoils one thing. A rule that looks at two fields needs both of them spoilt
/// at once, or the corpus would hardly ever meet it.
fn spoil(draft: &mut Draft, random: &mut Random) {
    match random.below(5) {
        0 => spoil_role_or_details(draft, random),
        1 | 2 => spoil_items(draft, random),
        3 => spoil_people(draft, random),
        _ => spoil_submission(draft, random),
    }
}

fn spoil_role_or_details(draft: &mut Draft, random: &mut Random) {
    match random.below(7) {
        0 => {
            draft.solution_area = random.pick(&[
                None,
                Some(SolutionArea::ModernWorkAndSecurity),
                Some(SolutionArea::BusinessApplications),
            ]);
        }
        1 => {
            draft.partner_role =
                if random.once_in(3) { None } else { Some(random.pick(&PartnerRole::ALL)) };
        }
        2 => draft.claim_name = text(random),
        3 => draft.partner_id = random.pick(IDS).into(),
        4 => draft.tenant_id = random.pick(GUIDS).into(),
        5 => draft.domain = random.pick(DOMAINS).into(),
        _ => draft.opt_out = !draft.opt_out,
    }
}

fn spoil_items(draft: &mut Draft, random: &mut Random) {
    match random.below(9) {
        0 => draft.workloads.clear(),
        1 => {
            let entries = draft.edition.get().workloads.entries;
            let entry = &entries[random.below(entries.len())];
            draft.workloads.push(entry.code.into());
        }
        2 => draft.workloads.push(
            random.pick(&["other:Loop", "other: Loop ", "other:", "unknown", "", "teams"]).into(),
        ),
        3 => draft.workloads.push(random.pick(&["intune", "teams-phone"]).into()),
        4 => draft.products.clear(),
        5 => {
            let entries = draft.edition.get().products.entries;
            let entry = &entries[random.below(entries.len())];
            draft.products.push(ProductEntry {
                product: entry.code.into(),
                subscription_id: random.pick(GUIDS).into(),
            });
        }
        6 => {
            for entry in &mut draft.products {
                entry.subscription_id = random.pick(GUIDS).into();
            }
        }
        7 => draft.products.push(ProductEntry {
            product: random.pick(&["finance", "other:Payroll", "unknown"]).into(),
            subscription_id: random.pick(&[HELD_SUBSCRIPTION, CLAIMED_SUBSCRIPTION]).into(),
        }),
        _ => {
            draft.purchase_channel = Some(random.pick(&[
                PurchaseChannel::CloudSolutionProvider,
                PurchaseChannel::WebDirect,
                PurchaseChannel::Unknown,
            ]));
        }
    }
}

fn spoil_people(draft: &mut Draft, random: &mut Random) {
    match random.below(9) {
        0 => draft.seller_name = text(random),
        1 => draft.customer_name = text(random),
        2 => draft.isv_solution = text(random),
        3 => draft.customer_contact.name = text(random),
        4 => draft.customer_contact.title = text(random),
        5 => draft.customer_contact.email = random.pick(EMAILS).into(),
        6 => draft.partner_contact.name = text(random),
        7 => draft.partner_contact.email = random.pick(EMAILS).into(),
        _ => {
            draft.domain = random.pick(&["contoso.com", "fabrikam.com"]).into();
            draft.customer_contact.email = random.pick(EMAILS).into();
        }
    }
}

fn spoil_submission(draft: &mut Draft, random: &mut Random) {
    match random.below(7) {
        0 => {
            draft.public_sector = Some(random.pick(&[
                PublicSector::No,
                PublicSector::YesDisclosed,
                PublicSector::YesNotDisclosed,
            ]));
        }
        1 => draft.poe_files.clear(),
        2 => draft.poe_files.push(PoeFile {
            sha256: random.number().to_string(),
            name: random.pick(FILES).into(),
            size_bytes: random.pick(&[0, 1, 25_000_000, 25_000_001]),
            media_type: String::new(),
            comment: text(random),
            acknowledged_on: random.pick(DATES).into(),
        }),
        3 => {
            for file in &mut draft.poe_files {
                file.acknowledged_on = random.pick(DATES).into();
            }
        }
        4 => draft.comment = text(random),
        5 => {
            draft.acknowledgements = Acknowledgements {
                proof_is_genuine: random.once_in(2),
                customer_is_informed: random.once_in(2),
                editing_ends: random.once_in(2),
            };
        }
        _ => {
            draft.poe_names_items.pop();
        }
    }
}

/// What only the forms of 2019 to 2021 ask for.
fn spoil_before_2023(draft: &mut Draft, random: &mut Random) {
    match random.below(7) {
        0 => draft.domain = random.pick(DOMAINS).into(),
        1 => draft.technical_contact.name = text(random),
        2 => draft.technical_contact.title = text(random),
        3 => draft.technical_contact.email = random.pick(EMAILS).into(),
        4 => draft.also_pre_sales = !draft.also_pre_sales,
        5 => {
            for entry in &mut draft.products {
                entry.subscription_id.clear();
            }
        }
        _ => draft.products.push(ProductEntry {
            product: random.pick(&["sales", "field-service", "talent-attract"]).into(),
            subscription_id: String::new(),
        }),
    }
}

/// Facts in which some of the generated drafts collide with others.
pub fn facts() -> Facts {
    use crate::facts::{Association, Holder, PartnerLocation, SubscriptionState};
    use crate::violation::SubscriptionProblem;
    let tenant = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
    let location = |partner_id: &str, is_global_account, is_enrolled| PartnerLocation {
        partner_id: partner_id.into(),
        name: partner_id.into(),
        is_global_account,
        is_enrolled,
    };
    let ours = || Holder::Ours { claim_id: "c1".into(), claim_name: "Contoso Q1".into() };
    let held = |item: &str, subscription_id: Option<&str>, partner_role, holder| Association {
        tenant_id: tenant.into(),
        item: item.into(),
        subscription_id: subscription_id.map(str::to_owned),
        partner_role,
        holder,
    };
    Facts {
        partner_locations: Some(vec![
            location("1234566", false, true),
            location("4391507", false, false),
            location("9999999", true, false),
        ]),
        associations: vec![
            held("intune", None, PartnerRole::UseOrConsume, ours()),
            held("teams-phone", None, PartnerRole::UseOrConsume, Holder::OtherPartner),
            held("finance", Some(HELD_SUBSCRIPTION), PartnerRole::PreSales, ours()),
            held(
                "finance",
                Some(HELD_SUBSCRIPTION),
                PartnerRole::UsageRecognition,
                Holder::OtherPartner,
            ),
        ],
        subscriptions: [
            (tenant, SubscriptionProblem::NotASubscription),
            (CLAIMED_SUBSCRIPTION, SubscriptionProblem::AlreadyClaimed),
        ]
        .into_iter()
        .map(|(id, reason)| (id.to_owned(), SubscriptionState::Refused { reason }))
        .collect(),
        subscription_counts: [("sales", 2), ("field-service", 1)]
            .into_iter()
            .map(|(product, count)| ((tenant.to_owned(), product.to_owned()), count))
            .collect(),
        domain_of_tenant: [("contoso.com", true), ("fabrikam.com", false)]
            .into_iter()
            .map(|(domain, belongs)| ((tenant.to_owned(), domain.to_owned()), belongs))
            .collect(),
    }
}

/// One line of JSON for each of the first `count` generated drafts: what both
/// stages find. Native and Wasm must write the same bytes.
pub fn verdict_lines(count: u64) -> impl Iterator<Item = String> {
    let facts = facts();
    (0..count).map(move |seed| {
        let draft = generated_draft(seed);
        let ctx = crate::RuleContext::of(&draft, today(), &facts);
        let found = crate::Stage::ALL.map(|stage| crate::check(&ctx, &draft, stage));
        // A failure would be a line that no other side writes, so tests see it.
        serde_json::to_string(&(seed, found)).unwrap_or_else(|error| error.to_string())
    })
}
