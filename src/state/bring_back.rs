//! Bringing back what a decision between two versions of a claim gave up: it is put
//! into the claim's draft, and sent as any other change, judged by the rules.

use super::AppState;
use super::conflict::Part;
use super::{actions, changing};
use crate::routes::Purpose;
use cpor_protocol::{ClaimRecord, HistoryEvent};
use cpor_rules::{Draft, Status};
use leptos::prelude::*;

/// A version that lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// The version.
    pub draft: Draft,
    /// What it had otherwise than the version that was decided on.
    pub parts: Vec<Part>,
    /// It was on the server, and somebody's decision replaced it; otherwise it was
    /// typed and given up.
    pub was_replaced: bool,
}

/// The versions that lost in an event of the history.
pub fn lost_in(event: &HistoryEvent) -> Vec<Lost> {
    let HistoryEvent::Merged { set_aside, replaced, result } = event else { return Vec::new() };
    let lost = |draft: &Draft, was_replaced| Lost {
        draft: draft.clone(),
        parts: differing(draft, result),
        was_replaced,
    };
    let given_up = set_aside.iter().map(|draft| lost(draft, false));
    given_up.chain([lost(replaced, true)]).filter(|lost| !lost.parts.is_empty()).collect()
}

fn differing(one: &Draft, other: &Draft) -> Vec<Part> {
    Part::ALL.iter().copied().filter(|part| !part.is_same(one, other)).collect()
}

/// What of it the claim does not have now. What is confirmed is confirmed anew.
pub fn missing(lost: &Lost, now: &Draft) -> Vec<Part> {
    let is_missing =
        |part: &Part| *part != Part::Acknowledgements && !part.is_same(&lost.draft, now);
    lost.parts.iter().copied().filter(is_missing).collect()
}

/// Puts these parts into the claim's draft on this device. `false` where they could
/// not be kept there.
pub fn bring_back(app: AppState, record: &ClaimRecord, lost: &Draft, parts: &[Part]) -> bool {
    if record.status == Status::Draft {
        if !actions::open_for_writing(app, &record.id) {
            return false;
        }
    } else {
        changing::open(app, record, Purpose::Answer);
    }
    let Some(mut stored) = app.draft.stored.get_untracked().filter(|s| s.id == record.id) else {
        return false;
    };
    for part in parts {
        part.copy(lost, &mut stored.draft);
    }
    app.draft.open_claim(stored);
    app.draft.save();
    app.draft.is_saved()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str, comment: &str) -> Draft {
        Draft { claim_name: name.into(), comment: comment.into(), ..Draft::default() }
    }

    #[test]
    fn each_version_that_lost_can_come_back_with_what_it_lost() {
        let event = HistoryEvent::Merged {
            set_aside: vec![draft("mine", "ours"), draft("theirs", "ours")],
            replaced: Box::new(draft("theirs", "before")),
            result: Box::new(draft("theirs", "ours")),
        };
        let lost = lost_in(&event);
        assert_eq!(lost.len(), 2, "what lost nothing is not offered");
        assert_eq!((lost[0].parts.len(), lost[0].was_replaced), (1, false));
        assert_eq!((lost[1].parts.len(), lost[1].was_replaced), (1, true));
        assert_eq!(missing(&lost[0], &draft("theirs", "ours")), lost[0].parts);
        assert_eq!(missing(&lost[0], &draft("mine", "other")), [], "it is back already");
        assert!(lost_in(&HistoryEvent::Created).is_empty());
    }
}
