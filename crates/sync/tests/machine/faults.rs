//! Random deeds under random faults: every change arrives once, and in order.

use crate::world::{Fault, World, draft};
use cpor_rules::Status;
use cpor_sync::{Event, OpKind, Phase, PullOutcome};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Deed {
    Create(u8),
    Change(u8, u16),
    SubmitWithFile(u8),
    Comment(u8, u16),
    End(Fault),
    EndPull,
    PullGone,
    Pass(u32),
    Crash,
    Kick,
    DiskFull(bool),
    SignIn,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let fault = prop_oneof![
        4 => Just(Fault::None), 1 => Just(Fault::RequestLost), 1 => Just(Fault::AnswerLost),
        1 => Just(Fault::Busy), 1 => Just(Fault::SignIn)
    ];
    let deed = prop_oneof![
        2 => (0_u8..5).prop_map(Deed::Create),
        4 => (0_u8..5, any::<u16>()).prop_map(|(claim, text)| Deed::Change(claim, text)),
        1 => (0_u8..5).prop_map(Deed::SubmitWithFile),
        1 => (0_u8..5, any::<u16>()).prop_map(|(claim, text)| Deed::Comment(claim, text)),
        6 => fault.prop_map(Deed::End),
        2 => Just(Deed::EndPull),
        1 => Just(Deed::PullGone),
        3 => (0_u32..60_000).prop_map(Deed::Pass),
        1 => Just(Deed::Crash),
        1 => Just(Deed::Kick),
        1 => any::<bool>().prop_map(Deed::DiskFull),
        1 => Just(Deed::SignIn),
    ];
    proptest::collection::vec(deed, 1..120)
}

fn run(world: &mut World, deeds: Vec<Deed>) {
    let mut created = BTreeSet::new();
    let mut submitted = BTreeSet::new();
    let mut last_text = BTreeMap::new();
    for deed in deeds {
        match deed {
            Deed::Create(claim) if !world.disk_is_full && created.insert(claim) => {
                let id = claim.to_string();
                world.enqueue(&id, vec![OpKind::Create { draft: draft("new") }], None);
                last_text.insert(id, "new".to_owned());
            }
            Deed::Change(claim, text)
                if created.contains(&claim) && !submitted.contains(&claim) =>
            {
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                let text = text.to_string();
                world.enqueue(&id, vec![OpKind::Change { draft: draft(&text) }], base);
                if !world.disk_is_full {
                    last_text.insert(id, text);
                }
            }
            Deed::SubmitWithFile(claim)
                if created.contains(&claim) && !world.disk_is_full && submitted.insert(claim) =>
            {
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                let sha256 = format!("file-{id}");
                let upload = OpKind::Upload {
                    sha256: sha256.clone(),
                    name: "sow.pdf".into(),
                    size_bytes: 1,
                    media_type: "application/pdf".into(),
                };
                world.enqueue(&id, vec![upload, OpKind::Submit { manifest: vec![sha256] }], base);
            }
            Deed::Comment(claim, text) if created.contains(&claim) => {
                let kind = OpKind::Comment { text: text.to_string() };
                let id = claim.to_string();
                let base = world.disk.claims.get(&id).map(|claim| claim.revision);
                world.enqueue(&id, vec![kind], base);
                if !world.disk_is_full {
                    world.stored.entry(id).or_default().push(text.to_string());
                }
            }
            Deed::End(fault) => world.end_attempt(fault),
            Deed::EndPull => world.end_pull(None),
            Deed::PullGone => world.end_pull(Some(PullOutcome::Gone)),
            Deed::Pass(ms) => world.pass(ms.into()),
            Deed::Crash => world.start(),
            Deed::Kick => world.event(Event::Kick { now_ms: world.now_ms }),
            Deed::DiskFull(is_full) => world.disk_is_full = is_full,
            Deed::SignIn => world.event(Event::SignedIn { now_ms: world.now_ms }),
            Deed::Create(_) | Deed::Change(..) | Deed::SubmitWithFile(_) | Deed::Comment(..) => {}
        }
    }
    world.come_to_rest();
    assert_eq!(world.state.waiting(), [], "everything arrives once the faults stop");
    assert_eq!(world.state.phase(), Phase::Idle);
    assert!(world.disk.ops.is_empty(), "nothing is left on the disk");
    let ids: BTreeSet<&String> = world.backend.applied.iter().map(|op| &op.op_id).collect();
    assert_eq!(ids.len(), world.backend.applied.len(), "each operation once");
    for claim in created {
        let id = claim.to_string();
        let claim_here = &world.backend.claims[&id];
        assert_eq!(claim_here.draft.claim_name, last_text[&id], "the last text wins");
        let is_submitted = claim_here.status == Status::Submitted;
        assert_eq!(is_submitted, submitted.contains(&claim));
        let comments: Vec<String> = world
            .backend
            .applied
            .iter()
            .filter(|op| op.claim_id == id)
            .filter_map(|op| match &op.kind {
                OpKind::Comment { text } => Some(text.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(comments, world.stored.remove(&id).unwrap_or_default(), "order is kept");
    }
    assert_eq!(world.disk.claims, world.backend.claims, "the device sees what the backend has");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_change_arrives_exactly_once_and_in_order(deeds in deeds()) {
        run(&mut World::new(), deeds);
    }
}
