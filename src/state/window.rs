//! The window as pages see it: its title, the focus, printing.

use crate::platform;
use leptos::prelude::document;
use std::cell::Cell;

/// Id of the heading of each page.
pub const HEADING_ID: &str = "page-heading";

thread_local! {
    /// How many pages were shown in this visit.
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// Sets the title of the window.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Notes that a page is shown. `false` for the first one of a visit, where the
/// browser itself says what there is; `true` when one came here by a link.
pub fn was_navigated() -> bool {
    PAGES.with(|pages| {
        let shown = pages.get();
        pages.set(shown.saturating_add(1));
        shown > 0
    })
}

/// Whether a page was shown in this visit already; notes nothing.
pub fn was_shown_before() -> bool {
    PAGES.with(Cell::get) > 0
}

/// Moves the focus to an element that is on its way into the page, and the
/// view to the top.
pub fn focus_at_top(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        platform::focus::scroll_to(0.0);
        // Without the element there is nothing to focus, as when one went on already.
        platform::focus::focus(id);
    });
}

/// Moves the focus to an element that is on its way into the page.
pub fn focus_on(id: String) {
    leptos::prelude::request_animation_frame(move || {
        // A field that this step does not show keeps the focus where it is.
        platform::focus::focus(&id);
    });
}

/// Moves the focus to an element as soon as the page has it: a step may come in
/// a module of its own. Gives up after two seconds or so; then the focus stays.
pub fn focus_when_there(id: String) {
    try_focus(id, 120);
}

fn try_focus(id: String, frames_left: u32) {
    leptos::prelude::request_animation_frame(move || {
        if !platform::focus::focus(&id) && frames_left > 0 {
            try_focus(id, frames_left - 1);
        }
    });
}

/// Moves the focus to a field as soon as the page has it, and back to it where the
/// heading of the page takes it in the frames after.
pub fn go_on_in(id: String) {
    try_go_on_in(id, None, 120);
}

fn try_go_on_in(id: String, before: Option<String>, frames_left: u32) {
    leptos::prelude::request_animation_frame(move || {
        let now = platform::focus::focused_id();
        let is_taken = before.is_none() || now.as_deref() == Some(HEADING_ID);
        let before =
            if is_taken && platform::focus::focus(&id) { Some(id.clone()) } else { before };
        // Once it was there a few frames are enough for everything of the page to come.
        let frames_left = if before.is_some() { frames_left.min(30) } else { frames_left };
        if frames_left > 0 {
            try_go_on_in(id, before, frames_left - 1);
        }
    });
}

/// Keeps the focus in what was around it, or on the heading of the page, when what has it
/// goes away without anybody's doing. Ends when it is dropped.
pub fn keep_focus() -> Option<platform::kept_focus::KeptFocus> {
    platform::kept_focus::keep(HEADING_ID)
}

/// Id of the element that has the focus.
pub fn focused_id() -> Option<String> {
    platform::focus::focused_id()
}

/// Goes back to where one was: the focus to this element and the page to this
/// height, as soon as it has them. Gives up as [`focus_when_there`] does.
pub fn come_back(field: Option<String>, scroll: f64) {
    try_come_back(field, scroll, 120);
}

fn try_come_back(field: Option<String>, scroll: f64, frames_left: u32) {
    leptos::prelude::request_animation_frame(move || {
        let field = field.filter(|id| !platform::focus::focus(id));
        if field.is_none() {
            platform::focus::scroll_to(scroll);
        }
        let is_back = field.is_none() && (platform::focus::scroll_top() - scroll).abs() < 2.0;
        if !is_back && frames_left > 0 {
            try_come_back(field, scroll, frames_left - 1);
        }
    });
}

/// How far the page is scrolled.
pub fn scroll_top() -> f64 {
    platform::focus::scroll_top()
}

/// Whether the present URL is below this path.
pub fn is_below(path: &str) -> bool {
    leptos::prelude::window().location().pathname().is_ok_and(|here| here.starts_with(path))
}

/// The path of the present URL.
pub fn path() -> String {
    leptos::prelude::window().location().pathname().unwrap_or_default()
}

/// A value of the present URL's query.
pub fn query_value(name: &str) -> Option<String> {
    let search = leptos::prelude::window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Loads the page anew.
pub fn reload() {
    if let Err(error) = leptos::prelude::window().location().reload() {
        leptos::logging::warn!("reloading is not possible here: {error:?}");
    }
}

/// Says at the top of the page that the app has ended, with a way to begin anew.
/// By the document alone: nothing of the app can be relied on any more.
pub fn show_stopped(text: &str, reload: &str) {
    let document = document();
    let made = (|| {
        let notice = document.create_element("div")?;
        notice.set_class_name("ca-banner ca-stopped");
        notice.set_attribute("role", "alert")?;
        let words = document.create_element("p")?;
        words.set_text_content(Some(text));
        let link = document.create_element("a")?;
        link.set_class_name("ca-button");
        link.set_attribute("href", "")?;
        // The app's own handler of links is gone with the app.
        link.set_attribute("rel", "external")?;
        link.set_text_content(Some(reload));
        notice.append_child(&words)?;
        notice.append_child(&link)?;
        document.body().map(|body| body.prepend_with_node_1(&notice)).transpose()
    })();
    if let Err(error) = made {
        leptos::logging::error!("the end of the app could not be shown: {error:?}");
    }
}

/// Prints the page.
pub fn print() {
    if let Err(error) = leptos::prelude::window().print() {
        leptos::logging::warn!("printing is not possible here: {error:?}");
    }
}

/// Sets the language of the document.
pub fn set_language(tag: &str) {
    if let Some(root) = document().document_element() {
        // Setting an attribute with a plain name cannot fail.
        let _ = root.set_attribute("lang", tag);
    }
}

/// Sets or clears the theme of the document.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // As above: plain names cannot fail.
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Takes away what was painted before the app had started.
pub fn remove_shell() {
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
}
