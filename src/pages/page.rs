//! What every page has: a title, one heading, a place for the focus, and ways
//! to go elsewhere.

use crate::i18n::{T, t};
use crate::routes::Route;
use crate::state::window;
use crate::ui::part::effect;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Id of the heading, which takes the focus when a page opens.
const HEADING_ID: &str = window::HEADING_ID;

/// A page: sets the title of the window and shows its one `h1`.
#[component]
pub fn Page(
    /// Title of the window, before the name of the app.
    #[prop(into)]
    title: Signal<String>,
    /// The heading.
    #[prop(into)]
    heading: Signal<String>,
    children: Children,
) -> impl IntoView {
    effect(move || {
        window::set_title(&format!("{} – {}", title.get(), t(T::AppName)));
    });
    // On the first page of a visit the focus stays where the browser puts it;
    // afterwards each page is announced by its heading.
    if window::was_navigated() {
        focus_title();
    }
    view! {
        <h1 id=HEADING_ID class="ca-page__title" tabindex="-1">
            {heading}
        </h1>
        {children()}
    }
}

/// Moves the focus to the heading and the view to the top, after the page has changed.
pub fn focus_title() {
    window::focus_at_top(HEADING_ID);
}

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// Goes to other pages.
#[derive(Clone, Copy)]
pub struct Go {
    navigate: StoredValue<Navigate, LocalStorage>,
    here: StoredValue<String>,
}

impl Go {
    /// To this path.
    pub fn to(self, path: &str) {
        self.navigate.with_value(|navigate| navigate(path, NavigateOptions::default()));
    }

    /// To this path, in place of the present one: Back skips it.
    pub fn instead(self, path: &str) {
        let options =
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(path, options));
    }

    /// To the sign-in, and back here afterwards.
    pub fn to_sign_in(self) {
        let here = self.here.get_value();
        self.to(&format!("{}?return={here}", Route::SignIn.path()));
    }
}

/// The way to other pages; call it while a page is being made.
pub fn use_go() -> Go {
    let navigate = use_navigate();
    let here = use_location().pathname.get_untracked();
    Go {
        navigate: StoredValue::new_local(Box::new(move |path, options| navigate(path, options))),
        here: StoredValue::new(here),
    }
}
