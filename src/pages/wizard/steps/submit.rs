//! Comment, acknowledgements, and a last word before the claim is submitted.

use crate::i18n::{T, t, ts};
use crate::pages::wizard::fields::{DraftArea, DraftTick};
use crate::pages::wizard::why::Why;
use crate::state::use_app;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{either, when};
use cpor_rules::edition::Ask;
use cpor_rules::life_cycle::Editable;
use cpor_rules::{Action, Field};
use leptos::prelude::*;

/// The step.
#[component]
pub fn SubmitStep() -> impl IntoView {
    let app = use_app();
    let sends_mail = Memo::new(move |_| {
        app.draft.with(|draft| {
            draft.partner_role.is_none_or(cpor_rules::PartnerRole::sends_consent_email)
        })
    });
    let may_submit = Memo::new(move |_| {
        app.session
            .account
            .with(|account| account.as_ref().is_none_or(|known| known.role.may(Action::Submit)))
    });
    let stays_open = move || {
        app.draft.with(|draft| draft.edition.get().editable_when_submitted != Editable::Nothing)
    };
    let asks_ticks =
        move || app.draft.with(|draft| draft.edition.get().form.acknowledgements != Ask::No);
    view! {
        {when(move || !may_submit.get(), move || view! { <Notice
                kind=NoticeKind::Warning
                title=ts(T::SubmitNotAllowedTitle)
            >
                <p>{ts(T::SubmitNotAllowed)}</p>
            </Notice> }.into_any())}
        <DraftArea field=Field::Comment label=T::OverallComment is_optional=true />
        {either(asks_ticks, move || view! { <fieldset class="ca-fieldset">
            <legend>{ts(T::AcknowledgementsHeading)}</legend>
            <DraftTick field=Field::ProofIsGenuine label=T::AckGenuine />
            {either(move || sends_mail.get(), move || view! { <DraftTick field=Field::CustomerIsInformed label=T::AckInformed /> }.into_any(), move || ({
                    view! { <DraftTick field=Field::CustomerIsInformed label=T::AckInformedRevenue /> }
                }).into_any())}
            <DraftTick field=Field::EditingEnds label=T::AckEditing />
            <Why field=Field::EditingEnds />
        </fieldset> }.into_any(), || view! { <p class="ca-hint">{ts(T::SubmitNoTicks)}</p> }.into_any())}
        <Notice kind=NoticeKind::Info>
            <p>
                {move || {
                    t(if stays_open() { T::SubmitWarningOpen } else { T::SubmitWarning })
                }}
            </p>
        </Notice>
    }
    .into_any()
}
