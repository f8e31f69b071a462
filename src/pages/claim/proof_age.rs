//! How old the proof of an approved claim is: where two partners ask for one
//! item, the more recent proof decides.

use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, ts};
use crate::pages::months_text::months_text;
use crate::state::claims::RowStatus;
use crate::state::use_app;
use crate::ui::disclosure::Disclosure;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use cpor_rules::poe::{months_between, newest_acknowledgement};
use cpor_rules::{Draft, Status};
use leptos::prelude::*;

/// The age; nothing for a claim that is not approved.
#[component]
pub fn ProofAge(draft: Memo<Option<Draft>>, status: Memo<RowStatus>) -> impl IntoView {
    let app = use_app();
    changing(move || {
        if status.get() != RowStatus::Known(Status::Approved) {
            return ().into_any();
        }
        let today = app.clock.today.get();
        let known = draft.with(|draft| {
            let draft = draft.as_ref()?;
            Some((newest_acknowledgement(draft, today), draft.edition.get().poe_max_age_months))
        });
        let Some((newest, max_age)) = known else { return ().into_any() };
        let (kind, text) = match newest {
            None => (NoticeKind::Warning, t(T::ProofAgeUnknown)),
            Some(date) => {
                let months = months_between(date, today);
                // So old, it would not even do for a new claim.
                let is_old = months >= max_age;
                let kind = if is_old { NoticeKind::Warning } else { NoticeKind::Info };
                let values = [("age", months_text(months)), ("date", format_date(date))];
                let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                (kind, tf(T::ProofAge, &values))
            }
        };
        view! {
            <Notice kind>
                <p>{text}</p>
                <Disclosure summary=ts(T::Why)>
                    <p>{ts(T::ProofAgeWhy)}</p>
                </Disclosure>
            </Notice>
        }
        .into_any()
    })
}
