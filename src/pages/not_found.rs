//! There is no page at this address.

use super::page::Page;
use crate::i18n::{T, ts};
use crate::routes::Route;
use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let title = ts(T::NotFoundTitle);
    view! {
        <Page title heading=title>
            <p>{ts(T::NotFoundText)}</p>
            <p>
                <a class="ca-button" data-kind="primary" href=Route::Claims.path()>
                    {ts(T::GoToClaims)}
                </a>
            </p>
        </Page>
    }
    .into_any()
}
