//! `/claims/new`: opens a new draft and goes to its first step.

use super::page::use_go;
use crate::routes::{Route, Screen};
use crate::state::{actions, use_app, window};
use crate::ui::part::effect;
use cpor_rules::Step;
use leptos::prelude::*;

/// Nothing to see: it moves on at once, in place of itself, so that Back
/// leads to where one came from and not to another new draft.
#[component]
pub fn StartPage() -> impl IntoView {
    let app = use_app();
    let go = use_go();
    effect(move || {
        // From the window: the router's query is still that of the page before.
        let copied = window::query_value("copy");
        let id = actions::start_draft(app, copied.as_deref());
        let screen = if app.settings.single_page.get_untracked() {
            Screen::SinglePage
        } else {
            Screen::Step(Step::Role)
        };
        go.instead(&Route::Wizard { id, screen }.path());
    });
}
