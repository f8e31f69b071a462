//! Contacts at the customer and at the partner.

use crate::i18n::{T, names, t, ts};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::DraftText;
use crate::routes::Route;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::part::when;
use crate::ui::select::{Select, SelectOption};
use cpor_rules::{Field, MailLanguage};
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
    let asks_technical = move || {
        app.draft.with(|draft| draft.edition.get().form.asks_technical_contact(draft.partner_role))
    };
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
            {when(move || sends_mail.get(), || view! { <MailLanguageChoice /> }.into_any())}
            <p>
                <a class="ca-link" href=Route::Explain.path()>
                    {ts(T::ExplainLink)}
                </a>
            </p>
        </section>
        {when(asks_technical, || view! { <section aria-labelledby="technical-contact">
                <h2 id="technical-contact">{ts(T::TechnicalContactHeading)}</h2>
                <p class="ca-hint">{ts(T::TechnicalContactHint)}</p>
                <DraftText field=Field::TechnicalContactName label=T::ContactNameLabel />
                <DraftText
                    field=Field::TechnicalContactTitle
                    label=T::ContactTitleLabel
                    hint=T::ContactTitleHint
                />
                <DraftText
                    field=Field::TechnicalContactEmail
                    label=T::ContactEmailLabel
                    kind="email"
                    inputmode="email"
                />
            </section> }.into_any())}
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

/// The language of the mail to the customer.
#[component]
fn MailLanguageChoice() -> impl IntoView {
    let app = use_app();
    let options = Signal::derive(|| {
        MailLanguage::ALL
            .map(|language| SelectOption {
                value: language.tag().to_owned(),
                label: names::mail_language(language).to_owned(),
                group: String::new(),
            })
            .to_vec()
    });
    view! {
        <Select
            id=field_id(Field::MailLanguage)
            label=ts(T::MailLanguageLabel)
            options
            value=Signal::derive(move || {
                app.draft.with(|draft| draft.mail_language.tag().to_owned())
            })
            on_change=Callback::new(move |tag: String| {
                app.draft.edit(|draft| {
                    draft.mail_language = MailLanguage::from_tag(&tag).unwrap_or_default();
                });
            })
        />
    }
    .into_any()
}
