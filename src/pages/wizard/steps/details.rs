//! Claim name, Partner ID, tenant, domain, opt-out.

use crate::i18n::{T, t, tf, ts};
use crate::pages::wizard::fields::{DraftText, DraftTick};
use crate::state::use_app;
use crate::ui::disclosure::Disclosure;
use crate::ui::part::{either, when};
use cpor_rules::edition::Ask;
use cpor_rules::{Field, SolutionArea};
use leptos::prelude::*;

/// The step.
#[component]
pub fn DetailsStep() -> impl IntoView {
    let app = use_app();
    let edition = Memo::new(move |_| app.draft.with(|draft| draft.edition));
    let form = move || &edition.get().get().form;
    let offers_opt_out = Memo::new(move |_| {
        app.draft.with(|draft| draft.solution_area == Some(SolutionArea::ModernWorkAndSecurity))
            && form().opt_out != Ask::No
    });
    view! {
        <DraftText field=Field::ClaimName label=T::ClaimNameLabel hint=T::ClaimNameHint />
        <DraftText
            field=Field::PartnerId
            label=T::PartnerIdLabel
            label_text=Signal::derive(move || edition.get().get().names.partner_id.to_owned())
            hint=T::PartnerIdHint
            inputmode="numeric"
            shows_normal=true
        />
        <KnownLocations />
        <DraftText
            field=Field::TenantId
            label=T::TenantIdLabel
            hint=T::TenantIdHint
            shows_normal=true
        />
        <Disclosure summary=ts(T::TenantIdHelpTitle)>
            <p>{ts(T::TenantIdHelp)}</p>
        </Disclosure>
        {either(move || form().domain == Ask::Required, || view! { <DraftText
                field=Field::Domain
                label=T::DomainLabel
                hint=T::DomainHintRequired
                inputmode="url"
                shows_normal=true
            /> }.into_any(), || view! { <DraftText
                field=Field::Domain
                label=T::DomainLabel
                hint=T::DomainHint
                inputmode="url"
                is_optional=true
                shows_normal=true
            /> }.into_any())}
        {when(move || offers_opt_out.get(), move || view! { <DraftTick field=Field::OptOut label=T::OptOutLabel hint=T::OptOutHint /> }.into_any())}
    }
    .into_any()
}

/// The Partner ID alone, for a claim of which the rest stays as it is.
#[component]
pub fn PartnerIdOnly() -> impl IntoView {
    view! {
        <DraftText
            field=Field::PartnerId
            label=T::PartnerIdLabel
            hint=T::PartnerIdHint
            inputmode="numeric"
            shows_normal=true
        />
        <KnownLocations />
    }
    .into_any()
}

/// The organisation's own Partner IDs, to choose instead of typing.
#[component]
fn KnownLocations() -> impl IntoView {
    let app = use_app();
    let locations = Memo::new(move |_| {
        app.facts.known.with(|facts| facts.partner_locations.clone().unwrap_or_default())
    });
    view! {
        {when(move || !locations.with(Vec::is_empty), move || view! { <div class="ca-suggestions" role="group" aria-labelledby="known-locations">
                <p id="known-locations" class="ca-hint">
                    {ts(T::PartnerIdKnown)}
                </p>
                <ul>
                    <For
                        each=move || locations.get()
                        key=|location| location.partner_id.clone()
                        let(location)
                    >
                        <li>
                            {
                                let id = location.partner_id.clone();
                                let label = move || {
                                    let mut name = location.name.clone();
                                    if location.is_global_account {
                                        name = format!("{name} ({})", t(T::PartnerIdGlobal));
                                    } else if !location.is_enrolled {
                                        name = format!("{name} ({})", t(T::PartnerIdNotEnrolled));
                                    }
                                    tf(
                                        T::PartnerIdOption,
                                        &[("id", &location.partner_id), ("name", &name)],
                                    )
                                };
                                view! {
                                    <button
                                        type="button"
                                        class="ca-chip"
                                        on:click=move |_| {
                                            app.draft.set_text(Field::PartnerId, id.clone());
                                        }
                                    >
                                        {label}
                                    </button>
                                }
                            }
                        </li>
                    </For>
                </ul>
            </div> }.into_any())}
    }
}
