//! Deadlines, and the holidays they are counted with.

use super::Book;
use super::editions::days;
use super::names::{actor_name, deadline_name, region_name, status_name};
use super::sources::write_sources;
use crate::calendar::Holidays;
use crate::deadline::{DeadlineKind, deadline};
use crate::edition::EditionId;
use crate::holidays::Region;
use crate::life_cycle::Status;

const fn after_deadline(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::PartnerAction => "the claim is rejected",
        DeadlineKind::DisputeRight => "no dispute is possible any more; a new claim is",
        DeadlineKind::ReviewStart
        | DeadlineKind::Review
        | DeadlineKind::ConsentWindow
        | DeadlineKind::DisputeAnswer => "nothing: the date only says what to expect",
    }
}

pub(super) fn deadlines(book: &mut Book) {
    book.heading(2, "Deadlines");
    book.line(
        "A business day is Monday to Friday. No document names holidays, so an organisation \
         chooses whose it keeps, or none; they are listed below. Counting starts on the day after the event, in the time zone of \
         the partner's organisation, and the last day counts to its end.",
    );
    book.line("");
    let edition = EditionId::default().get();
    book.table(&["Status", "Until then", "Time", "Kept by", "When it passes"]);
    for status in Status::ALL {
        // Any day will do: only which deadline runs is asked.
        let day = chrono::NaiveDate::default();
        let running = deadline(edition, status, day, false, &Holidays::default());
        if let Some((running, limit)) =
            running.and_then(|running| Some((running, running.kind.limit(edition)?)))
        {
            book.row([
                status_name(status).to_owned(),
                deadline_name(running.kind).to_owned(),
                days(limit),
                actor_name(running.kind.keeper()).to_owned(),
                after_deadline(running.kind).to_owned(),
            ]);
        }
    }
    for kind in DeadlineKind::ALL {
        book.heading(3, deadline_name(kind));
        write_sources(book, kind.cites(), kind.disputes());
    }
    holidays(book);
}

fn holidays(book: &mut Book) {
    book.heading(3, "Holidays");
    for region in Region::ALL {
        if region.list().is_empty() {
            continue;
        }
        book.line(&format!("**{}.** {}", region_name(region), region.source()));
        book.line("");
        let days: Vec<String> = region
            .list()
            .iter()
            .filter_map(|day| Some(format!("{} {}", day.date()?, day.name)))
            .collect();
        book.line(&format!("{}.", days.join("; ")));
        book.line("");
    }
}
