//! What the wizard shows when there is no draft to write.

use crate::i18n::{T, t, ts};
use crate::pages::page::Page;
use crate::routes::Route;
use crate::state::use_app;
use leptos::prelude::*;

/// There is no draft with this id here. If the server knows the claim, its
/// page is the place to go.
#[component]
pub fn MissingDraft(
    /// The id in the URL.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let is_known = Memo::new({
        let id = id.clone();
        move |_| app.sync.view.with(|view| view.claims.iter().any(|claim| claim.id == id))
    });
    let title = ts(T::DraftMissingTitle);
    view! {
        <Page title heading=title>
            <p>{ts(T::DraftMissingText)}</p>
            <p>
                <a
                    class="ca-button"
                    data-kind="primary"
                    href=move || {
                        if is_known.get() { Route::claim(&id) } else { Route::Claims.path() }
                    }
                >
                    {move || t(if is_known.get() { T::ViewClaim } else { T::GoToClaims })}
                </a>
            </p>
        </Page>
    }
    .into_any()
}

/// The draft could not be read; it is in quarantine.
#[component]
pub fn UnreadableDraft() -> impl IntoView {
    let title = ts(T::DraftMissingTitle);
    view! {
        <Page title heading=title>
            <p>{ts(T::DraftUnreadableText)}</p>
            <p>
                <a class="ca-button" data-kind="primary" href=Route::Settings.path()>
                    {ts(T::NavSettings)}
                </a>
            </p>
        </Page>
    }
    .into_any()
}
