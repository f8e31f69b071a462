//! What may be edited, and who may do what.

use super::Book;
use super::editions::edition_name;
use super::names::{action_name, path, status_name, yes_no};
use crate::edition::EditionId;
use crate::life_cycle::{Action, Editable, Status};
use crate::permission::UserRole;

pub(super) fn editing(book: &mut Book) {
    book.heading(2, "What may be edited");
    book.line(
        "In *Partner action required* the pages of 2023 open the Partner ID, the products, the \
         contacts, the proof and the comments, and nothing else: a wrong partner role or tenant \
         is put right by a new claim only. In *Approved* newer proof may be added, and none \
         taken away. Claims of earlier editions have no acknowledgements and a technical \
         contact; those of 2020 to 2021 can be edited in *Submitted* as well.",
    );
    book.line("");
    book.table(&["Status", "Editions", "Fields"]);
    for status in Status::ALL {
        let mut groups: Vec<(Editable, Vec<&str>)> = Vec::new();
        for id in EditionId::ALL.into_iter().rev() {
            let editable = status.editable_in(id.get());
            match groups.iter_mut().find(|(other, _)| *other == editable) {
                Some((_, names)) => names.push(edition_name(id)),
                None => groups.push((editable, vec![edition_name(id)])),
            }
        }
        for (editable, names) in groups {
            let fields = match editable {
                Editable::Everything => "everything".to_owned(),
                Editable::Nothing => "nothing".to_owned(),
                Editable::Only(fields) => {
                    fields.iter().map(|field| path(*field)).collect::<Vec<_>>().join(", ")
                }
            };
            let editions = if names.len() == EditionId::ALL.len() {
                "all".to_owned()
            } else {
                names.join(", ")
            };
            book.row([status_name(status).to_owned(), editions, fields]);
        }
    }
}

/// Roles with their names.
const ROLES: [(UserRole, &str); 3] = [
    (UserRole::IncentivesAdmin, "Incentives admin"),
    (UserRole::IncentivesUser, "Incentives user"),
    (UserRole::Reviewer, "Reviewer"),
];

pub(super) fn permissions(book: &mut Book) {
    book.heading(2, "Who may do what");
    book.line(
        "What a role allows in any status; the life cycle says when. The pages of 2023 and 2024 \
         name only the Incentives admin for submitting, the training of FY20 names the \
         Incentives user as well; the stricter reading holds. The customer declines through the \
         link in the mail and has no account; time limits pass by themselves.",
    );
    book.line("");
    let heads: Vec<&str> = [""].into_iter().chain(ROLES.iter().map(|(_, name)| *name)).collect();
    book.table(&heads);
    for action in Action::ALL {
        let name = [action_name(action).to_owned()];
        book.row(
            name.into_iter()
                .chain(ROLES.iter().map(|(role, _)| yes_no(role.may(action)).to_owned())),
        );
    }
}
