//! Claims that want the same item, side by side with their proofs.

use super::proof::{ProofView, Shown, age_text, submitted_on};
use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, ts};
use crate::pages::claims::status_pill;
use crate::routes::Route;
use crate::state::claims::RowStatus;
use crate::state::review::{self, Rival};
use crate::state::use_app;
use crate::ui::icon::{Icon, IconView};
use crate::ui::part::when;
use chrono::NaiveDate;
use cpor_rules::poe::newest_acknowledgement;
use leptos::prelude::*;

/// The claims side by side; nothing where nobody else wants the same.
#[component]
pub fn Contest(
    /// Id of the claim that is reviewed.
    id: StoredValue<String>,
) -> impl IntoView {
    let app = use_app();
    let rivals = Memo::new(move |_| {
        id.with_value(|id| {
            app.sync.view.with(|view| review::contest(view, id, app.clock.today.get()))
        })
    });
    let has_newest =
        move || rivals.with(|rivals| rivals.iter().any(|rival| rival.has_newest_proof));
    when(
        move || !rivals.with(Vec::is_empty),
        move || {
            view! {
                <section class="ca-panel" aria-labelledby="contest">
                    <h2 id="contest">{ts(T::ReviewContestHeading)}</h2>
                    <p>{ts(T::ReviewContestIntro)}</p>
                    {when(move || !has_newest(), || view! {
                        <p>{ts(T::ReviewContestNewestNone)}</p>
                    }.into_any())}
                    <div class="ca-review__contest">
                        <For
                            each=move || rivals.get()
                            key=|rival| {
                                (rival.record.id.clone(), rival.record.revision, rival.has_newest_proof)
                            }
                            let(rival)
                        >
                            {side(rival, id, app.clock.today.get_untracked())}
                        </For>
                    </div>
                </section>
            }
            .into_any()
        },
    )
}

fn side(rival: Rival, own: StoredValue<String>, today: NaiveDate) -> AnyView {
    let Rival { record, shared, has_newest_proof } = rival;
    let is_own = own.with_value(|own| *own == record.id);
    let heading_id = format!("contest-{}", record.id);
    let partner = record.organisation.clone();
    let edition = record.draft.edition.get();
    let items = shared.iter().map(|code| edition.item_name(code)).collect::<Vec<_>>();
    let items = items.join(", ");
    let submitted = submitted_on(&record);
    let acknowledged = newest_acknowledgement(&record.draft, today);
    let status = RowStatus::Known(record.status);
    let shown = Shown::of(&record);
    let shown = Memo::new(move |_| Some(shown.clone()));
    let label = {
        let partner = partner.clone();
        Signal::derive(move || tf(T::ReviewProofFilesOf, &[("partner", &partner)]))
    };
    let href = Route::ReviewCase { id: record.id }.path();
    let reference = record.reference;
    let fact = |label: T, value: AnyView| {
        view! { <div><dt>{ts(label)}</dt><dd>{value}</dd></div> }
    };
    let acknowledged_text = move || {
        acknowledged
            .map_or_else(|| t(T::ReviewAgeNone), |date| age_text(date, submitted, edition).0)
    };
    view! {
        <article class="ca-review__side" aria-labelledby=heading_id.clone()>
            <h3 id=heading_id.clone()>{partner}</h3>
            <p class="ca-claim__line">
                {status_pill(status)}
                {has_newest_proof.then(|| view! {
                    <span class="ca-pill" data-status="approved">
                        <IconView icon=Icon::Tick />
                        <span>{ts(T::ReviewContestNewest)}</span>
                    </span>
                })}
            </p>
            <p>
                {if is_own {
                    view! { <strong>{ts(T::ReviewContestThis)}</strong> }.into_any()
                } else {
                    view! {
                        <a class="ca-link" href=href>
                            {move || tf(T::ReviewContestOpen, &[("reference", &reference)])}
                        </a>
                    }.into_any()
                }}
            </p>
            <dl class="ca-review__facts">
                {fact(T::ReviewContestShared, items.into_any())}
                {fact(T::ReviewContestSubmitted, (move || format_date(submitted)).into_any())}
                {fact(T::ReviewContestAcknowledged, acknowledged_text.into_any())}
            </dl>
            <ProofView shown label />
        </article>
    }
    .into_any()
}
