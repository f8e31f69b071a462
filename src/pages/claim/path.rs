//! The status diagram: the way of a claim, with where it is now.

use crate::i18n::{T, t, ts};
use crate::state::AppState;
use crate::state::changing::{WhyNot, why_not};
use crate::state::claims::RowStatus;
use crate::ui::path_diagram::{PathDiagram, PathNode, PathState};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Action, EditionId, Ground, Status};
use leptos::prelude::*;

/// What is known of how a claim came where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// It was rejected and disputed.
    pub was_disputed: bool,
    /// The partner ended the association.
    pub was_disassociated: bool,
    /// A rejection can still be disputed.
    pub can_dispute: bool,
}

impl Past {
    /// What the record of a claim tells.
    pub fn of(app: AppState, record: &ClaimRecord) -> Self {
        Self {
            was_disputed: record.was_disputed,
            was_disassociated: record
                .status_grounds
                .iter()
                .any(|reason| reason.ground == Ground::Disassociated),
            // Whoever does it: the way is the claim's, and not the reader's.
            can_dispute: !matches!(
                why_not(app, record, Action::Dispute),
                Some(WhyNot::LifeCycle(_))
            ),
        }
    }
}

/// The way that a claim takes when nothing gets in between.
const MAIN: [Status; 4] = [Status::Draft, Status::Submitted, Status::UnderReview, Status::Approved];

/// The way through a dispute.
const DISPUTED: &[Status] =
    &[Status::Draft, Status::Submitted, Status::UnderReview, Status::Rejected, Status::Dispute];

/// The diagram for a status. A status beside the main way is shown where it
/// branches off; what was not taken is greyed.
pub fn diagram(edition: EditionId, status: RowStatus, past: Past) -> impl IntoView {
    let nodes = Signal::derive(move || {
        let word = |state| {
            t(match state {
                PathState::Done => T::PathDone,
                PathState::Current => T::PathCurrent,
                PathState::Next => T::PathNext,
                PathState::Untaken => T::PathPossible,
            })
        };
        states(status, past)
            .into_iter()
            .map(|(status, state)| PathNode {
                label: edition.get().names.status(status).to_owned(),
                state,
                state_word: word(state),
            })
            .collect::<Vec<_>>()
    });
    view! { <PathDiagram label=ts(T::ClaimStatusHeading) nodes /> }
}

/// The statuses to show, in order.
fn states(status: RowStatus, past: Past) -> Vec<(Status, PathState)> {
    let RowStatus::Known(now) = status else {
        return MAIN
            .into_iter()
            .enumerate()
            .map(|(at, status)| {
                (status, if at == 0 { PathState::Next } else { PathState::Untaken })
            })
            .collect();
    };
    // How the claim came here, and what usually follows.
    let (done, next): (&[Status], &[Status]) = match now {
        Status::Draft => (&[], &MAIN[1..]),
        Status::Submitted => (&MAIN[..1], &MAIN[2..]),
        Status::UnderReview => (&MAIN[..2], &MAIN[3..]),
        Status::PartnerActionRequired => {
            (&MAIN[..3], &[Status::Submitted, Status::UnderReview, Status::Approved])
        }
        Status::Approved if past.was_disputed => (DISPUTED, &[]),
        Status::Rejected if past.can_dispute => (&MAIN[..3], &[Status::Dispute, Status::Approved]),
        Status::Approved | Status::Rejected => (&MAIN[..3], &[]),
        Status::Dispute => (&DISPUTED[..4], &[Status::Approved]),
        Status::RejectedFinal if past.was_disassociated => (&MAIN, &[]),
        Status::RejectedFinal if past.was_disputed => (DISPUTED, &[]),
        // Several ways lead here; the history tells which one was taken.
        Status::RejectedFinal | Status::CustomerConsentDenied => (&MAIN[..2], &[]),
    };
    let mut path: Vec<_> = done.iter().map(|status| (*status, PathState::Done)).collect();
    path.push((now, PathState::Current));
    path.extend(
        next.iter().enumerate().map(|(at, status)| {
            (*status, if at == 0 { PathState::Next } else { PathState::Untaken })
        }),
    );
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasts() -> impl Iterator<Item = Past> {
        (0..8).map(|bits| Past {
            was_disputed: bits & 1 != 0,
            was_disassociated: bits & 2 != 0,
            can_dispute: bits & 4 != 0,
        })
    }

    #[test]
    fn the_present_status_stands_in_its_diagram_once() {
        for (status, past) in Status::ALL.into_iter().flat_map(|s| pasts().map(move |p| (s, p))) {
            let path = states(RowStatus::Known(status), past);
            let current: Vec<_> =
                path.iter().filter(|(_, state)| *state == PathState::Current).collect();
            assert_eq!(current.len(), 1);
            assert_eq!(current[0].0, status);
        }
    }

    #[test]
    fn each_step_behind_and_the_next_one_are_transitions_of_the_table() {
        let leads = |from, to| {
            cpor_rules::life_cycle::TRANSITIONS
                .iter()
                .any(|row| row.from == Some(from) && row.to == Some(to))
        };
        for (status, past) in Status::ALL.into_iter().flat_map(|s| pasts().map(move |p| (s, p))) {
            let path = states(RowStatus::Known(status), past);
            for pair in path.windows(2) {
                let [(from, _), (to, state)] = pair else { continue };
                // How a claim ended without a dispute is not known here.
                let is_told =
                    *to != Status::RejectedFinal || past.was_disputed || past.was_disassociated;
                if *state != PathState::Untaken && is_told {
                    assert!(leads(*from, *to), "{from:?} → {to:?}");
                }
            }
        }
    }
}
