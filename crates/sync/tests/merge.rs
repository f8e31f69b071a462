//! Merging: its algebra, and what it does to the parts that matter.

use cpor_rules::{Contact, Draft, PoeFile, ProductEntry};
use cpor_sync::merge::{Part, Side, given_up, merge};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "b", "c"]).prop_map(str::to_owned)
}

fn codes() -> impl Strategy<Value = Vec<String>> {
    prop::sample::subsequence(vec!["teams", "exchange", "intune", "sharepoint"], 0..=4)
        .prop_map(|codes| codes.into_iter().map(str::to_owned).collect())
}

fn products() -> impl Strategy<Value = Vec<ProductEntry>> {
    let entry = (text(), text())
        .prop_map(|(product, subscription_id)| ProductEntry { product, subscription_id });
    prop::collection::vec(entry, 0..3)
}

fn files() -> impl Strategy<Value = Vec<PoeFile>> {
    let names = prop::sample::subsequence(vec!["1", "2", "3"], 0..=3);
    (names, text()).prop_map(|(names, comment)| {
        let file = |sha256: &str| PoeFile {
            sha256: sha256.to_owned(),
            comment: comment.clone(),
            ..PoeFile::default()
        };
        names.into_iter().map(file).collect()
    })
}

prop_compose! {
    fn draft()(
        claim_name in text(), comment in text(), name in text(), email in text(),
        workloads in codes(), named in codes(), products in products(), poe_files in files(),
        opt_out in any::<bool>(), genuine in any::<bool>(), informed in any::<bool>(),
    ) -> Draft {
        let mut draft = Draft {
            claim_name, comment, workloads, poe_names_items: named, products, poe_files, opt_out,
            customer_contact: Contact { name, email, ..Contact::default() },
            ..Draft::default()
        };
        draft.acknowledgements.proof_is_genuine = genuine;
        draft.acknowledgements.customer_is_informed = informed;
        draft
    }
}

/// The same but for the order of lists, in which sides may differ.
fn sorted(mut draft: Draft) -> Draft {
    draft.workloads.sort();
    draft.poe_names_items.sort();
    draft
        .products
        .sort_by(|a, b| (&a.product, &a.subscription_id).cmp(&(&b.product, &b.subscription_id)));
    draft.poe_files.sort_by(|a, b| a.sha256.cmp(&b.sha256));
    draft
}

/// How many triples each law is tried with: many under optimisation, in the part
/// `simulate`, and as many as somebody asks for.
fn triples() -> u32 {
    let wanted = std::env::var("CPOR_MERGE_TRIPLES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(triples()))]

    #[test]
    fn what_one_side_changed_is_taken(base in draft(), other in draft()) {
        let theirs = merge(&base, &base, &other);
        prop_assert_eq!((&theirs.draft, &theirs.conflicts), (&other, &vec![]));
        let mine = merge(&base, &other, &base);
        prop_assert_eq!((&mine.draft, &mine.conflicts), (&other, &vec![]));
        let both = merge(&base, &other, &other);
        prop_assert_eq!((&both.draft, &both.conflicts), (&other, &vec![]));
    }

    #[test]
    fn sides_may_be_exchanged(base in draft(), a in draft(), b in draft()) {
        let (one, two) = (merge(&base, &a, &b), merge(&base, &b, &a));
        prop_assert_eq!(&one.conflicts, &two.conflicts);
        prop_assert_eq!((&one.mine, &one.theirs), (&two.theirs, &two.mine));
        let (mut first, mut second) = (sorted(one.draft), sorted(two.draft));
        for part in &one.conflicts {
            part.copy(&base, &mut first);
            part.copy(&base, &mut second);
        }
        prop_assert_eq!(first, second);
    }

    #[test]
    fn a_result_is_merged_again_to_itself(base in draft(), a in draft(), b in draft()) {
        let once = merge(&base, &a, &b);
        let again = merge(&b, &once.draft, &b);
        prop_assert_eq!((&again.draft, &again.conflicts), (&once.draft, &vec![]));
    }

    #[test]
    fn every_part_comes_from_somewhere(base in draft(), a in draft(), b in draft()) {
        let merged = merge(&base, &a, &b);
        for part in Part::ALL {
            let is_a = part.is_same(&merged.draft, &a);
            let is_b = part.is_same(&merged.draft, &b);
            let is_both = merged.mine.contains(part) && merged.theirs.contains(part);
            prop_assert!(is_a || is_b || is_both, "{part:?}");
            if merged.conflicts.contains(part) {
                prop_assert!(!part.is_same(&base, &a) && !part.is_same(&base, &b));
            }
        }
        // Nothing that only one side added is lost, and nothing that one took away stays.
        for (of, also) in [(&a, &b), (&b, &a)] {
            for code in &of.workloads {
                if !base.workloads.contains(code) {
                    prop_assert!(merged.draft.workloads.contains(code));
                }
            }
            for code in &base.workloads {
                if !of.workloads.contains(code) || !also.workloads.contains(code) {
                    prop_assert!(!merged.draft.workloads.contains(code));
                }
            }
        }
    }

    /// Whatever is decided, what was typed here stands in the result or is set aside.
    #[test]
    fn nothing_that_was_typed_is_lost(
        base in draft(), mine in draft(), theirs in draft(), sides in any::<u32>(),
    ) {
        let merged = merge(&base, &mine, &theirs);
        let side = |part: Part| {
            let is_mine = sides & (1 << (part as u32)) != 0;
            Some(if is_mine { Side::Mine } else { Side::Theirs })
        };
        let decided = merged.choose(&mine, side);
        let lost = given_up(Some(&base), &mine, &theirs, &decided);
        for part in &merged.conflicts {
            let is_kept = part.is_same(&mine, &decided)
                || lost.as_ref().is_some_and(|lost| part.is_same(&mine, lost));
            prop_assert!(is_kept, "{part:?}");
        }
        for part in Part::ALL.iter().filter(|part| !merged.conflicts.contains(part)) {
            // Nothing else is called given up.
            prop_assert!(lost.as_ref().is_none_or(|lost| part.is_same(lost, &decided)));
        }
    }

    #[test]
    fn a_choice_decides_its_own_part_alone(base in draft(), a in draft(), b in draft()) {
        let merged = merge(&base, &a, &b);
        let chosen = merged.choose(&a, |_| Some(Side::Mine));
        for part in Part::ALL {
            let from = if merged.conflicts.contains(part) { &a } else { &merged.draft };
            prop_assert!(part.is_same(&chosen, from), "{part:?}");
        }
        prop_assert_eq!(merged.choose(&a, |_| Some(Side::Theirs)), merged.draft.clone());
    }
}

fn named(name: &str, email: &str) -> Draft {
    let customer_contact = Contact { name: name.into(), email: email.into(), ..Contact::default() };
    Draft { customer_contact, ..Draft::default() }
}

#[test]
fn a_person_is_never_put_together_from_two() {
    let base = named("Ada", "ada@contoso.com");
    let mine = named("Grace", "ada@contoso.com");
    let theirs = named("Ada", "office@contoso.com");
    assert_eq!(merge(&base, &mine, &theirs).conflicts, [Part::CustomerContact]);
}

#[test]
fn a_blank_more_is_no_change() {
    let base = named("Ada", "ada@contoso.com");
    let mine = named("Ada ", "ada@contoso.com");
    let theirs = named("Grace", "grace@contoso.com");
    let merged = merge(&base, &mine, &theirs);
    assert_eq!((merged.draft, merged.conflicts), (theirs, vec![]));
}

#[test]
fn one_entry_changed_by_both_is_a_question() {
    let with = |subscription: &str| Draft {
        products: vec![ProductEntry {
            product: "d365-sales".into(),
            subscription_id: subscription.into(),
        }],
        ..Draft::default()
    };
    let merged = merge(&with("1"), &with("2"), &with("3"));
    assert_eq!(merged.conflicts, [Part::Products]);
    let gone = Draft::default();
    assert_eq!(merge(&with("1"), &with("2"), &gone).conflicts, [Part::Products]);
    assert_eq!(merge(&with("1"), &with("1"), &gone).draft, gone);
}

#[test]
fn files_that_were_there_keep_their_places() {
    let with = |names: &[&str]| Draft {
        poe_files: names
            .iter()
            .map(|sha256| PoeFile { sha256: (*sha256).into(), ..PoeFile::default() })
            .collect(),
        ..Draft::default()
    };
    let merged = merge(&with(&["1"]), &with(&["1", "2"]), &with(&["1", "3"]));
    assert_eq!(merged.draft, with(&["1", "3", "2"]));
    assert_eq!(merged.conflicts, []);
}

#[test]
fn each_part_has_a_field_of_its_own() {
    let mut fields: Vec<_> = Part::ALL.iter().map(|part| part.field()).collect();
    fields.sort();
    fields.dedup();
    assert_eq!(fields.len(), Part::ALL.len());
    // What a draft holds is in exactly one part: to copy all is to copy the draft.
    let full: Draft = serde_json::from_str(
        r#"{"claim_name":"n","partner_id":"1","tenant_id":"t","domain":"d","opt_out":true,
            "also_pre_sales":true,"workloads":["w"],"products":[{"product":"p"}],
            "purchase_channel":"unknown","seller_name":"s","customer_name":"c",
            "isv_solution":"i","customer_contact":{"name":"a"},"mail_language":"zh-Hant-TW",
            "technical_contact":{"name":"b"},"partner_contact":{"name":"p"},
            "public_sector":"no","poe_files":[{"sha256":"f"}],"poe_names_items":["w"],
            "comment":"x","acknowledgements":{"editing_ends":true},"edition":"fy20",
            "solution_area":"modern-work-and-security","partner_role":"pre-sales"}"#,
    )
    .unwrap();
    let mut copy = Draft::default();
    for part in Part::ALL {
        assert!(!part.is_same(&full, &copy), "{part:?}");
        part.copy(&full, &mut copy);
    }
    assert_eq!(copy, full);
}
