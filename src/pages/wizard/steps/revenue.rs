//! The three names of revenue association.

use crate::i18n::{T, ts};
use crate::pages::wizard::fields::DraftText;
use cpor_rules::Field;
use leptos::prelude::*;

/// The step.
#[component]
pub fn RevenueStep() -> impl IntoView {
    view! {
        <p class="ca-lead">{ts(T::RevenueIntro)}</p>
        <DraftText field=Field::SellerName label=T::SellerNameLabel hint=T::SellerNameHint />
        <DraftText field=Field::CustomerName label=T::CustomerNameLabel hint=T::CustomerNameHint />
        <DraftText field=Field::IsvSolution label=T::IsvSolutionLabel hint=T::IsvSolutionHint />
    }
    .into_any()
}
