//! The life of a claim as a picture, for `docs/life-of-a-claim.md`.

use super::names::{action_name, actor_name, status_name};
use crate::life_cycle::{Status, TRANSITIONS};
use std::fmt::Write as _;

/// The table of transitions as a Mermaid state diagram.
///
/// What the customer can do at any time is one note and not six arrows.
pub fn life_cycle_picture() -> String {
    let mut picture = String::from("stateDiagram-v2\n");
    for status in Status::ALL {
        // Writing to a text cannot fail.
        let _ = writeln!(picture, "    {}: {}", node(status), status_name(status));
    }
    for row in TRANSITIONS {
        let is_declined = row.to == Some(Status::CustomerConsentDenied);
        if is_declined && row.from != Some(Status::Approved) {
            continue;
        }
        let from = row.from.map_or("[*]".to_owned(), node);
        let to = row.to.map_or("[*]".to_owned(), node);
        let (who, what) = (actor_name(row.by), action_name(row.action));
        let _ = writeln!(picture, "    {from} --> {to}: {} {what} ({who})", row.id);
    }
    for status in Status::ALL.into_iter().filter(|status| status.is_terminal()) {
        let _ = writeln!(picture, "    {} --> [*]", node(status));
    }
    picture
}

fn node(status: Status) -> String {
    status.code().replace('-', "_")
}
