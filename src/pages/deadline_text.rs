//! A deadline in words: "In 3 business days, Tuesday 1 December, Taipei time".

use crate::i18n::format::{format_date, format_day_in_words};
use crate::i18n::places::zone_time;
use crate::i18n::{T, names, t, tf, tn, ts};
use crate::state::{AppState, use_app};
use chrono::NaiveDate;
use cpor_rules::edition::Days;
use cpor_rules::{Deadline, DeadlineKind};
use leptos::prelude::*;

/// How near it is; for the look.
pub fn urgency(deadline: Deadline, days_left: i32) -> &'static str {
    match days_left {
        ..0 if deadline.kind == DeadlineKind::PartnerAction => "overdue",
        0..=3 if deadline.kind.is_binding() => "soon",
        // A right that has lapsed asks for nothing any more.
        _ => "later",
    }
}

/// "Tuesday 1 December, Taipei time": a day as the organisation counts it.
pub fn day_with_zone(app: AppState, day: NaiveDate) -> String {
    let date = format_day_in_words(day, app.clock.today.get());
    tf(
        T::DayInPlace,
        &[("day", &date), ("place_time", &app.clock.zone.with(|zone| zone_time(zone)))],
    )
}

/// "14 business days": how long a time limit is.
pub fn days_in_words(limit: Days) -> String {
    let (days, one, other) = match limit {
        Days::Business(days) => (days, T::BusinessDaysOne, T::BusinessDaysOther),
        Days::Calendar(days) => (days, T::DaysOne, T::DaysOther),
    };
    tn(u32::from(days), one, other).replace("{n}", &days.to_string())
}

/// Business days left; negative when it is past.
pub fn days_left(deadline: Deadline) -> i32 {
    let app = use_app();
    app.session.holidays().business_days_until(app.clock.today.get(), deadline.due_on)
}

/// "In 3 business days", "Today", "2 business days overdue".
pub fn days_text(deadline: Deadline) -> String {
    let today = use_app().clock.today.get();
    let days = days_left(deadline);
    let number = days.unsigned_abs().to_string();
    let counted = |one, other| tn(days.unsigned_abs(), one, other).replace("{n}", &number);
    if deadline.due_on == today {
        t(T::DueToday)
    } else if deadline.due_on > today && days == 0 {
        t(T::DueTomorrowWeekend)
    } else if deadline.due_on > today {
        counted(T::DueInOne, T::DueInOther)
    } else if deadline.kind == DeadlineKind::PartnerAction {
        counted(T::OverdueOne, T::OverdueOther)
    } else if deadline.kind == DeadlineKind::DisputeRight {
        tf(T::EndedOn, &[("date", &format_date(deadline.due_on))])
    } else {
        tf(T::ExpectedSince, &[("date", &format_date(deadline.due_on))])
    }
}

/// The deadline in a cell: what is due, and when. The time zone stands in the
/// heading of the column where there is one, and beside the date elsewhere.
#[component]
pub fn DeadlineText(
    /// The deadline, if one runs.
    deadline: Option<Deadline>,
    /// Whether a heading names the time zone.
    #[prop(optional)]
    is_in_column: bool,
) -> impl IntoView {
    let Some(deadline) = deadline else {
        return view! { <span class="ca-hint">{ts(T::NoDeadline)}</span> }.into_any();
    };
    let app = use_app();
    let date = move || {
        if is_in_column {
            return format_date(deadline.due_on);
        }
        day_with_zone(app, deadline.due_on)
    };
    view! {
        <span class="ca-deadline" data-urgency=move || urgency(deadline, days_left(deadline))>
            <strong class="ca-deadline__days">{move || days_text(deadline)}</strong>
            <span class="ca-deadline__kind">{move || t(names::deadline(deadline.kind))}</span>
            <span class="ca-deadline__date">{date}</span>
        </span>
    }
    .into_any()
}
