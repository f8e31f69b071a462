//! What holds for every input.

use chrono::{Days as Shift, NaiveDate};
use cpor_rules::claim::Claim;
use cpor_rules::digest::ruleset_digest;
use cpor_rules::edition::Days;
use cpor_rules::life_cycle::{Situation, TRANSITIONS, transition};
use cpor_rules::testing::{facts, generated_draft, today};
use cpor_rules::{
    Acknowledgements, Action, Actor, Contact, Draft, EditionId, Facts, Field, Holidays,
    MailLanguage, PartnerContact, PartnerRole, PoeFile, ProductEntry, PublicSector,
    PurchaseChannel, RULES, RuleContext, SolutionArea, Stage, Status, verdict,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Text that people, machines and mischief produce: any characters, pieces of
/// what the rules look for, and now and then much of it.
fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47",
        "00000000-0000-0000-0000-000000000000",
        "1234566",
        "contoso.com",
        "ana@contoso.com",
        "@",
        ".",
        "-",
        "{",
        "}",
        ":",
        "=",
        "<",
        ">",
        "mailto:",
        "https://",
        "other:",
        "teams",
        "sales",
        "2026-10-01",
        "9999-12-31",
        "pdf",
        "ＡＢＣ",
        "１２",
        "\u{3000}",
        "\u{200b}",
        "\u{202e}",
        "\u{feff}",
        "\u{0}",
        "\n",
        "İ",
        "ΑΣ",
        "ß",
        "。",
        "例え",
        "🙂",
        "e\u{301}",
    ];
    prop_oneof![
        4 => vec(select(PIECES), 0..4).prop_map(|pieces| pieces.concat()),
        3 => vec(any::<char>(), 0..40).prop_map(String::from_iter),
        1 => (select(PIECES), 200..2_000_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

fn product() -> impl Strategy<Value = ProductEntry> {
    (text(), text())
        .prop_map(|(product, subscription_id)| ProductEntry { product, subscription_id })
}

fn poe_file() -> impl Strategy<Value = PoeFile> {
    (text(), text(), any::<u64>(), text(), text(), text()).prop_map(
        |(sha256, name, size_bytes, media_type, comment, acknowledged_on)| PoeFile {
            sha256,
            name,
            size_bytes,
            media_type,
            comment,
            acknowledged_on,
        },
    )
}

/// Any draft at all.
fn any_draft() -> impl Strategy<Value = Draft> {
    let choices = (
        select(&EditionId::ALL),
        option::of(select(&SolutionArea::ALL)),
        option::of(select(&PartnerRole::ALL)),
        any::<bool>(),
        option::of(select(&[
            PurchaseChannel::VolumeLicensing,
            PurchaseChannel::WebDirect,
            PurchaseChannel::CloudSolutionProvider,
            PurchaseChannel::Unknown,
        ])),
        option::of(select(&[
            PublicSector::No,
            PublicSector::YesDisclosed,
            PublicSector::YesNotDisclosed,
        ])),
        any::<[bool; 4]>(),
        select(&MailLanguage::ALL),
    );
    let texts = vec(text(), 16);
    let lists =
        (vec(text(), 0..6), vec(product(), 0..6), vec(poe_file(), 0..14), vec(text(), 0..6));
    (choices, texts, lists).prop_map(|(choices, texts, lists)| {
        let (edition, solution_area, partner_role, opt_out, channel, sector, ticks, language) =
            choices;
        let (workloads, products, poe_files, poe_names_items) = lists;
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Draft {
            edition,
            solution_area,
            partner_role,
            also_pre_sales: ticks[3],
            claim_name: next(),
            partner_id: next(),
            tenant_id: next(),
            domain: next(),
            opt_out,
            workloads,
            products,
            purchase_channel: channel,
            seller_name: next(),
            customer_name: next(),
            isv_solution: next(),
            customer_contact: Contact { name: next(), title: next(), email: next() },
            mail_language: language,
            technical_contact: Contact { name: next(), title: next(), email: next() },
            partner_contact: PartnerContact { name: next(), email: next() },
            public_sector: sector,
            poe_files,
            poe_names_items,
            comment: next(),
            acknowledgements: Acknowledgements {
                proof_is_genuine: ticks[0],
                customer_is_informed: ticks[1],
                editing_ends: ticks[2],
            },
        }
    })
}

/// A draft near a complete one, sometimes with any text in one of its fields.
fn near_draft() -> impl Strategy<Value = Draft> {
    (any::<u64>(), option::of((select(Field::KINDS), text()))).prop_map(|(seed, change)| {
        let mut draft = generated_draft(seed);
        if let Some((field, text)) = change
            && let Some(place) = draft.text_mut(field)
        {
            *place = text;
        }
        draft
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    prop_oneof![any_draft(), near_draft()]
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        // Within a century of today, on which limits are counted.
        8 => (-36_500_i64..36_500).prop_map(|days| {
            if days < 0 {
                today() - Shift::new(days.unsigned_abs())
            } else {
                today() + Shift::new(days.unsigned_abs())
            }
        }),
        1 => Just(NaiveDate::MIN),
        1 => Just(NaiveDate::MAX),
    ]
}

fn limit() -> impl Strategy<Value = Days> {
    (any::<bool>(), 0..120_u16).prop_map(|(business, days)| {
        if business { Days::Business(days) } else { Days::Calendar(days) }
    })
}

fn holidays() -> impl Strategy<Value = Holidays> {
    vec(any_date(), 0..30).prop_map(Holidays::new)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn checking_never_panics(draft in draft(), today in any_date()) {
        let known = facts();
        for facts in [&Facts::default(), &known] {
            for stage in Stage::ALL {
                let ctx = RuleContext::of(&draft, today, facts);
                let found = verdict(&ctx, &draft, stage);
                // Every violation names its field in a form that can be read again.
                for violation in &found.violations {
                    prop_assert_eq!(violation.field.to_string().parse(), Ok(violation.field));
                    prop_assert!(RULES.iter().any(|rule| rule.id == violation.rule
                        && rule.severity == violation.severity
                        && rule.stages.contains(&stage)));
                }
            }
        }
    }

    #[test]
    fn a_violation_survives_the_wire(draft in near_draft()) {
        let facts = facts();
        let found = verdict(&RuleContext::of(&draft, today(), &facts), &draft, Stage::Submit);
        let sent = serde_json::to_string(&found.violations).unwrap();
        let read: Vec<cpor_rules::Violation> = serde_json::from_str(&sent).unwrap();
        prop_assert_eq!(read, found.violations);
    }

    #[test]
    fn a_draft_survives_storage(draft in draft()) {
        let stored = serde_json::to_string(&draft).unwrap();
        prop_assert_eq!(serde_json::from_str::<Draft>(&stored).unwrap(), draft);
    }

    #[test]
    fn normalising_twice_is_normalising_once(draft in draft()) {
        let once = draft.normalised();
        prop_assert_eq!(once.normalised(), once);
    }

    #[test]
    fn the_normal_form_gets_the_same_verdict(draft in draft()) {
        let facts = facts();
        let ctx = RuleContext::of(&draft, today(), &facts);
        for stage in Stage::ALL {
            prop_assert_eq!(verdict(&ctx, &draft.normalised(), stage), verdict(&ctx, &draft, stage));
        }
    }

    #[test]
    fn a_draft_that_passes_is_a_claim(draft in draft()) {
        let facts = facts();
        let ctx = RuleContext::of(&draft, today(), &facts);
        let found = verdict(&ctx, &draft, Stage::AddCustomer);
        match Claim::try_from((&draft, &ctx)) {
            Ok(_) => prop_assert!(found.passes()),
            Err(why) => {
                prop_assert!(!found.passes(), "passes, and still cannot be read");
                prop_assert!(!why.is_empty());
            }
        }
    }

    #[test]
    fn a_claim_is_a_draft_that_passes_and_is_that_claim(draft in near_draft()) {
        let facts = facts();
        let ctx = RuleContext::of(&draft, today(), &facts);
        if let Ok(claim) = Claim::try_from((&draft, &ctx)) {
            let written = Draft::from(&claim);
            prop_assert_eq!(&written, &written.normalised());
            prop_assert!(verdict(&ctx, &written, Stage::AddCustomer).passes());
            prop_assert_eq!(Claim::try_from((&written, &ctx)), Ok(claim.clone()));
            // With the proof and the rest it passes wherever the draft does.
            let settled = draft.settled(&claim);
            prop_assert_eq!(&settled, &settled.normalised());
            prop_assert_eq!(
                verdict(&ctx, &settled, Stage::Submit).passes(),
                verdict(&ctx, &draft, Stage::Submit).passes()
            );
            prop_assert_eq!(Claim::try_from((&settled, &ctx)), Ok(claim));
        }
    }

    #[test]
    fn every_field_survives_its_text_form(kind in select(Field::KINDS), index in any::<u16>()) {
        let field = match kind {
            Field::Workload(_) => Field::Workload(index),
            Field::Product(_) => Field::Product(index),
            Field::SubscriptionId(_) => Field::SubscriptionId(index),
            Field::PoeFile(_) => Field::PoeFile(index),
            Field::PoeFileComment(_) => Field::PoeFileComment(index),
            Field::PoeAcknowledgedOn(_) => Field::PoeAcknowledgedOn(index),
            plain => plain,
        };
        prop_assert_eq!(field.to_string().parse(), Ok(field));
        prop_assert_eq!(field.kind(), kind);
        prop_assert!(field.position() >= kind.position());
    }

    #[test]
    fn reading_a_path_never_panics(path in text()) {
        if let Ok(field) = path.parse::<Field>() {
            prop_assert_eq!(field.to_string(), path);
        }
    }

    #[test]
    fn later_events_are_never_due_earlier(
        holidays in holidays(), a in any_date(), b in any_date(), limit in limit(),
    ) {
        let (first, second) = (a.min(b), a.max(b));
        prop_assert!(holidays.due_on(first, limit) <= holidays.due_on(second, limit));
        prop_assert!(holidays.due_on(first, limit) >= first);
    }

    #[test]
    fn longer_limits_are_never_due_earlier(
        holidays in holidays(), start in any_date(), a in 0..120_u16, b in 0..120_u16,
    ) {
        let (short, long) = (a.min(b), a.max(b));
        for days in [Days::Business, Days::Calendar] {
            prop_assert!(holidays.due_on(start, days(short)) <= holidays.due_on(start, days(long)));
        }
        // Business days are some of all days.
        prop_assert!(
            holidays.due_on(start, Days::Calendar(a)) <= holidays.due_on(start, Days::Business(a))
        );
    }

    #[test]
    fn the_days_left_are_the_days_of_the_limit(start in any_date(), days in 0..120_u16) {
        let none = Holidays::default();
        let due_on = none.due_on(start, Days::Business(days));
        // At the end of the calendar no day is left to count.
        if due_on < NaiveDate::MAX {
            prop_assert_eq!(none.business_days_until(start, due_on), i32::from(days));
        }
    }

    #[test]
    fn no_sequence_of_events_leaves_the_table(
        edition in select(&EditionId::ALL),
        events in vec(
            (
                select(&Action::ALL),
                select(&[Actor::Partner, Actor::Microsoft, Actor::Customer, Actor::System]),
                any::<bool>(),
                0..40_u64,
            ),
            0..60,
        ),
    ) {
        let none = Holidays::default();
        let mut status = None;
        let mut since = today();
        let mut now = today();
        let mut was_disputed = false;
        let mut is_gone = false;
        for (action, by, has_reason, days) in events {
            now = now + Shift::new(days);
            let situation = Situation {
                edition: edition.get(),
                status,
                since,
                today: now,
                holidays: &none,
                was_disputed,
                reason: if has_reason { "because" } else { "" },
                has_newer_proof: false,
            };
            let Ok(row) = transition(&situation, action, by) else { continue };
            prop_assert!(TRANSITIONS.iter().any(|known| known == row));
            prop_assert_eq!((row.from, row.action, row.by), (status, action, by));
            prop_assert!(!status.is_some_and(Status::is_terminal), "terminal means terminal");
            prop_assert!(edition.get().knows(action), "the edition knows no such action");
            prop_assert!(!(was_disputed && action == Action::Dispute), "disputed once only");
            was_disputed |= action == Action::Dispute;
            is_gone = row.to.is_none();
            status = row.to;
            since = now;
            if is_gone {
                break;
            }
        }
        prop_assert!(is_gone || status.is_none_or(|status| Status::ALL.contains(&status)));
    }
}

#[test]
fn terminal_statuses_are_those_that_no_row_leaves() {
    for status in Status::ALL {
        let is_left = TRANSITIONS.iter().any(|row| row.from == Some(status));
        assert_eq!(status.is_terminal(), !is_left, "{status:?}");
    }
}

#[test]
fn every_status_can_be_reached() {
    let mut reached = vec![None];
    let mut next = 0;
    while let Some(from) = reached.get(next).copied() {
        for row in TRANSITIONS.iter().filter(|row| row.from == from && row.to.is_some()) {
            if !reached.contains(&row.to) {
                reached.push(row.to);
            }
        }
        next += 1;
    }
    assert!(Status::ALL.iter().all(|status| reached.contains(&Some(*status))));
}

#[test]
fn a_status_an_action_and_an_actor_make_at_most_one_row() {
    for (index, row) in TRANSITIONS.iter().enumerate() {
        let same = |other: &&cpor_rules::life_cycle::Transition| {
            (other.from, other.action, other.by) == (row.from, row.action, row.by)
        };
        assert_eq!(TRANSITIONS.iter().filter(same).count(), 1, "{}", row.id);
        assert_eq!(TRANSITIONS.iter().position(|other| other.id == row.id), Some(index));
    }
}

#[test]
fn the_digest_is_stable() {
    assert_eq!(ruleset_digest(), ruleset_digest());
    assert_eq!(ruleset_digest().len(), 16);
}

#[test]
fn the_corpus_meets_every_rule_on_both_sides() {
    const DRAFTS: usize = 10_000;
    let facts = facts();
    let mut failing = vec![0; RULES.len()];
    let mut claims = 0;
    for seed in 0..DRAFTS {
        let draft = generated_draft(seed as u64);
        let ctx = RuleContext::of(&draft, today(), &facts);
        let found = verdict(&ctx, &draft, Stage::Submit);
        for (rule, count) in RULES.iter().zip(&mut failing) {
            *count += usize::from(found.violations.iter().any(|v| v.rule == rule.id));
        }
        claims += usize::from(Claim::try_from((&draft, &ctx)).is_ok());
    }
    for (rule, failing) in RULES.iter().zip(failing) {
        assert!((100..=DRAFTS - 100).contains(&failing), "{:?} fails {failing} times", rule.id);
    }
    assert!((500..=DRAFTS - 500).contains(&claims), "{claims} drafts are claims");
}
