//! `/claims/new`: opens a new draft and goes to its first step.

use super::page::use_go;
use crate::routes::{Route, Screen};
use crate::state::{actions, use_app};
use crate::ui::part::effect;
use cpor_rules::Step;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Nothing to see: it moves on at once, in place of itself, so that Back
/// leads to where one came from and not to another new draft.
#[component]
pub fn StartPage() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let copied = use_query_map().with_untracked(|query| query.get("copy"));
    effect(move || {
        let id = actions::start_draft(app, copied.as_deref());
        let screen = if app.settings.single_page.get_untracked() {
            Screen::SinglePage
        } else {
            Screen::Step(Step::Role)
        };
        go.instead(&Route::Wizard { id, screen }.path());
    });
}
