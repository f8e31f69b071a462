//! The status diagram: the way of a claim, with where it is now.

use crate::i18n::{T, t, ts};
use crate::state::claims::RowStatus;
use crate::ui::path_diagram::{PathDiagram, PathNode, PathState};
use cpor_rules::{EditionId, Status};
use leptos::prelude::*;

/// The way that a claim takes when nothing gets in between.
const MAIN: [Status; 4] = [Status::Draft, Status::Submitted, Status::UnderReview, Status::Approved];

/// The diagram for a status. A status beside the main way is shown where it
/// branches off; what was not taken is greyed.
pub fn diagram(edition: EditionId, status: RowStatus) -> impl IntoView {
    let nodes = Signal::derive(move || {
        let word = |state| {
            t(match state {
                PathState::Done => T::PathDone,
                PathState::Current => T::PathCurrent,
                PathState::Next => T::PathNext,
                PathState::Untaken => T::PathPossible,
            })
        };
        states(status)
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
fn states(status: RowStatus) -> Vec<(Status, PathState)> {
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
        Status::Approved => (&MAIN[..3], &[]),
        Status::Rejected => (&MAIN[..3], &[Status::Dispute]),
        Status::Dispute => (
            &[Status::Draft, Status::Submitted, Status::UnderReview, Status::Rejected],
            &[Status::Approved],
        ),
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

    #[test]
    fn the_present_status_stands_in_its_diagram_once() {
        for status in Status::ALL {
            let path = states(RowStatus::Known(status));
            let current: Vec<_> =
                path.iter().filter(|(_, state)| *state == PathState::Current).collect();
            assert_eq!(current.len(), 1);
            assert_eq!(current[0].0, status);
        }
    }

    #[test]
    fn what_comes_next_is_a_transition_of_the_table() {
        for status in Status::ALL {
            let path = states(RowStatus::Known(status));
            let next = path.iter().find(|(_, state)| *state == PathState::Next);
            if let Some((next, _)) = next {
                let is_legal = cpor_rules::life_cycle::TRANSITIONS
                    .iter()
                    .any(|row| row.from == Some(status) && row.to == Some(*next));
                assert!(is_legal, "{status:?} → {next:?}");
            }
        }
    }
}
