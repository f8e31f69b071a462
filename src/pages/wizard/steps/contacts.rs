//! Contacts at the customer and at the partner.

use crate::i18n::{T, t, ts};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::DraftText;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::part::when;
use cpor_rules::Field;
use leptos::prelude::*;

/// The step.
#[component]
pub fn ContactsStep() -> impl IntoView {
    let app = use_app();
    let sends_mail = Memo::new(move |_| {
        app.draft.with(|draft| {
            draft.partner_role.is_none_or(cpor_rules::PartnerRole::sends_consent_email)
        })
    });
    // What the app knows already is offered, not asked again.
    let own = Memo::new(move |_| {
        let account = app.session.account.get()?;
        let is_used = app.draft.with(|draft| {
            draft.partner_contact.name == account.name
                && draft.partner_contact.email == account.email
        });
        (!is_used).then_some((account.name, account.email))
    });
    let use_own = move || {
        if let Some((name, email)) = own.get_untracked() {
            app.draft.edit(|draft| {
                draft.partner_contact.name = name;
                draft.partner_contact.email = email;
            });
            // The button is of no more use and goes; here is what it filled.
            window::focus_on(field_id(Field::PartnerContactName));
        }
    };
    view! {
        <section aria-labelledby="customer-contact">
            <h2 id="customer-contact">{ts(T::CustomerContactHeading)}</h2>
            <p class="ca-hint">
                {move || {
                    t(if sends_mail.get() { T::CustomerContactHint } else { T::CustomerContactNoMail })
                }}
            </p>
            <DraftText field=Field::CustomerContactName label=T::ContactNameLabel />
            <DraftText
                field=Field::CustomerContactTitle
                label=T::ContactTitleLabel
                hint=T::ContactTitleHint
            />
            <DraftText
                field=Field::CustomerContactEmail
                label=T::ContactEmailLabel
                kind="email"
                inputmode="email"
            />
        </section>
        <section aria-labelledby="partner-contact">
            <h2 id="partner-contact">{ts(T::PartnerContactHeading)}</h2>
            <p class="ca-hint">{ts(T::PartnerContactHint)}</p>
            {when(move || own.with(Option::is_some), move || view! { <Button
                    kind=ButtonKind::Subtle
                    on_click=Callback::new(move |()| use_own())
                >
                    {ts(T::UseMyContact)}
                </Button> }.into_any())}
            <DraftText
                field=Field::PartnerContactName
                label=T::ContactNameLabel
                autocomplete="name"
            />
            <DraftText
                field=Field::PartnerContactEmail
                label=T::ContactEmailLabel
                kind="email"
                inputmode="email"
                autocomplete="email"
            />
        </section>
    }
    .into_any()
}
