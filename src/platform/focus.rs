//! Focus and scrolling.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Moves the focus to the element with this id and brings it into view.
/// `false` when there is no such element.
pub fn focus(id: &str) -> bool {
    let Some(element) = element(id) else { return false };
    if element.focus().is_err() {
        return false;
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_behavior(ScrollBehavior::Auto);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    true
}

/// Id of the element that has the focus.
pub fn focused_id() -> Option<String> {
    let element = super::window()?.document()?.active_element()?;
    Some(element.id()).filter(|id| !id.is_empty())
}

/// Path of the page and id of the field in it that has the focus.
pub fn field_of_page() -> Option<(String, String)> {
    let window = super::window()?;
    let element = window.document()?.active_element()?;
    let is_field = matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    let is_in_page = element.closest("main").ok()?.is_some();
    let id = element.id();
    (is_field && is_in_page && !id.is_empty())
        .then(|| Some((window.location().pathname().ok()?, id)))?
}

/// How far the page is scrolled, in CSS pixels.
pub fn scroll_top() -> f64 {
    super::window().and_then(|window| window.scroll_y().ok()).unwrap_or_default()
}

/// Scrolls the page.
pub fn scroll_to(top: f64) {
    if let Some(window) = super::window() {
        window.scroll_to_with_x_and_y(0.0, top);
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    super::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}
