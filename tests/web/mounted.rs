//! A view in the page, found by role and name and used as a person uses it:
//! pressed, typed into, left. The one place where tests mount views.

use cpor_claims::i18n::{self, I18n, T, ts};
use cpor_claims::platform::clock;
use cpor_claims::state::AppState;
use cpor_claims::ui::field::FieldWords;
use cpor_claims::ui::live_region::{Announcer, LiveRegions};
use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, NodeList};

/// How long a condition may take. It only ends tests that fail.
const PATIENCE_MS: f64 = 5_000.0;

/// What a view may be found as.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    Button,
    CheckBox,
    ColumnHeader,
    ComboBox,
    Dialog,
    FileInput,
    Group,
    Link,
    Navigation,
    Radio,
    SearchBox,
    TextBox,
}

impl Role {
    const fn selector(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::CheckBox => "input[type=checkbox]",
            Self::ColumnHeader => "th[scope=col]",
            Self::ComboBox => "select",
            Self::Dialog => "dialog[open]",
            Self::FileInput => "input[type=file]",
            Self::Group => "fieldset, [role=group]",
            Self::Link => "a[href]",
            Self::Navigation => "nav",
            Self::Radio => "input[type=radio]",
            Self::SearchBox => "input[type=search]",
            Self::TextBox => {
                "input:not([type]), input[type=text], input[type=email], input[type=date], textarea"
            }
        }
    }
}

/// A view in a container of its own. There is one at a time, as there is one
/// page in a window; both go when it is dropped.
pub struct Mounted {
    root: HtmlElement,
}

struct Shown {
    root: HtmlElement,
    view: Box<dyn Any>,
    owner: Owner,
}

thread_local! {
    /// What keeps the view alive. Not in `Mounted`, because a test that fails
    /// drops nothing, and its view would answer to the next test.
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
}

fn clear() {
    if let Some(Shown { root, view, owner }) = SHOWN.take() {
        root.remove();
        drop(view);
        // By force: the first router of a page is remembered for good, and it
        // would go on listening to clicks.
        owner.cleanup();
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if SHOWN.with_borrow(|shown| shown.as_ref().is_some_and(|shown| shown.root == self.root)) {
            clear();
        }
    }
}

impl Mounted {
    /// Shows a view with everything around it that the app provides, and waits
    /// until its effects ran for the first time.
    pub async fn new(make: impl FnOnce() -> AnyView + 'static) -> Self {
        clear();
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let content = move || {
            i18n::remember(I18n::provide());
            let announcer = Announcer::provide();
            provide_context(FieldWords {
                error_prefix: ts(T::ErrorPrefix),
                optional: ts(T::Optional),
            });
            AppState::provide();
            view! {
                {make()}
                <LiveRegions announcer />
            }
            .into_any()
        };
        let owner = Owner::new();
        let view = Box::new(owner.with(|| mount_to(root.clone(), content)));
        SHOWN.set(Some(Shown { root: root.clone(), view, owner }));
        settled().await;
        Self { root }
    }

    /// Everything of this role that is on the screen.
    pub fn all(&self, role: Role) -> Vec<HtmlElement> {
        self.select(role.selector())
            .into_iter()
            .map(JsCast::unchecked_into::<HtmlElement>)
            .filter(|element| element.offset_width() > 0 || element.offset_height() > 0)
            .collect()
    }

    /// Their names, in the order of the page.
    pub fn names(&self, role: Role) -> Vec<String> {
        self.all(role).iter().map(|element| name_of(element)).collect()
    }

    pub fn shows(&self, role: Role, name: &str) -> bool {
        self.names(role).iter().any(|known| known == name)
    }

    /// The one element with this role and name.
    pub fn find(&self, role: Role, name: &str) -> HtmlElement {
        let mut found = self.all(role);
        found.retain(|element| name_of(element) == name);
        assert_eq!(found.len(), 1, "{role:?} “{name}” among {:?}", self.names(role));
        found.remove(0)
    }

    /// The one field with this role and name.
    pub fn input(&self, role: Role, name: &str) -> HtmlInputElement {
        self.find(role, name).dyn_into().unwrap()
    }

    /// What the control's descriptions say, in the order in which they are read.
    pub fn descriptions(&self, element: &Element) -> Vec<String> {
        let ids = element.get_attribute("aria-describedby").unwrap_or_default();
        ids.split_whitespace()
            .map(|id| {
                let found = self.select(&format!("[id=\"{id}\"]"));
                assert_eq!(found.len(), 1, "elements with the id {id}");
                heard(&found[0])
            })
            .collect()
    }

    /// What is said to people who do not see the screen: in turn, and at once.
    pub fn said(&self) -> (String, String) {
        let region = |id: &str| heard(&self.select(&format!("#{id}"))[0]);
        (region("live-polite"), region("live-assertive"))
    }

    pub fn select(&self, selector: &str) -> Vec<Element> {
        elements(&self.root.query_selector_all(selector).unwrap())
    }

    /// All of its text.
    pub fn text(&self) -> String {
        heard(&self.root)
    }
}

fn elements(list: &NodeList) -> Vec<Element> {
    (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect()
}

/// What a screen reader makes of the text of an element.
pub fn heard(element: &Element) -> String {
    let copy: Element = element.clone_node_with_deep(true).unwrap().unchecked_into();
    for silent in elements(&copy.query_selector_all("[aria-hidden=true]").unwrap()) {
        silent.remove();
    }
    copy.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name_of(element: &Element) -> String {
    if let Some(id) = element.get_attribute("aria-labelledby") {
        return document().get_element_by_id(&id).map_or_else(String::new, |named| heard(&named));
    }
    if let Some(name) = element.get_attribute("aria-label") {
        return name;
    }
    // The browser's own answer to which label belongs to a field.
    let labels = Reflect::get(element, &"labels".into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(labels) = labels.dyn_ref::<NodeList>().filter(|labels| labels.length() > 0) {
        return elements(labels).iter().map(heard).collect::<Vec<_>>().join(" ");
    }
    match element.query_selector(":scope > legend").unwrap() {
        Some(legend) => heard(&legend),
        None => heard(element),
    }
}

pub fn is_focused(element: &Element) -> bool {
    document().active_element().as_ref() == Some(element)
}

/// Presses it as a mouse does: the focus comes first.
pub fn press(element: &HtmlElement) {
    element.focus().unwrap();
    element.click();
}

/// Enters the field and replaces its text.
pub fn type_into(field: &HtmlInputElement, text: &str) {
    field.focus().unwrap();
    field.set_value(text);
    fire(field, "Event", "input", &[]);
}

/// Enters the list and takes one of its choices by its name.
pub fn choose(list: &HtmlElement, name: &str) {
    let list: &HtmlSelectElement = list.unchecked_ref();
    let options = elements(&list.query_selector_all("option").unwrap());
    let at = options.iter().position(|option| heard(option) == name).unwrap();
    list.focus().unwrap();
    list.set_selected_index(i32::try_from(at).unwrap());
    fire(list, "Event", "change", &[]);
}

/// Lets an event happen. Built by name, so that any kind can carry anything.
pub fn fire(target: &Element, kind: &str, name: &str, details: &[(&str, JsValue)]) {
    let init = Object::new();
    let manners = [("bubbles", JsValue::TRUE), ("cancelable", JsValue::TRUE)];
    for (key, value) in manners.iter().chain(details) {
        Reflect::set(&init, &(*key).into(), value).unwrap();
    }
    let make: Function = Reflect::get(&window(), &kind.into()).unwrap().dyn_into().unwrap();
    let event = Reflect::construct(&make, &Array::of2(&name.into(), &init)).unwrap();
    target.dispatch_event(event.unchecked_ref::<Event>()).unwrap();
}

/// Waits for the next picture.
pub async fn frame() {
    let (send, receive) = oneshot::channel();
    request_animation_frame(move || send.send(()).expect("the other end waits"));
    receive.await.unwrap();
}

/// Waits until what follows from a change has followed: effects run before the
/// next picture, and what they put off to a picture runs before the second.
pub async fn settled() {
    frame().await;
    frame().await;
}

/// Waits until it is so, and fails when it never is.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    until_within(PATIENCE_MS, what, is_so).await;
}

/// Waits until it is so, and fails when it is not within this time.
pub async fn until_within(longest_ms: f64, what: &str, is_so: impl Fn() -> bool) {
    let end = clock::now_ms() + longest_ms;
    while !is_so() {
        assert!(clock::now_ms() < end, "waited in vain: {what}");
        frame().await;
    }
}
