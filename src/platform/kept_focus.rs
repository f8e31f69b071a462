//! The focus, kept on the page when what has it goes away without anybody's doing: by
//! news of the server, by another tab. Whoever goes on by keyboard would begin at the top
//! of the page otherwise, and a screen reader would say nothing.

use super::page::Listener;
use super::{focus, task, timer};
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Document, Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit,
    MutationRecord,
};

/// What belongs together, and is small enough to be found again.
const GROUPS: &str = "fieldset, section, form, dialog, li, tr";
/// Whoever takes something away may put the focus elsewhere with the next frame.
const GRACE_MS: u32 = 60;

/// What has the focus, and what it is in, from the inside out. Empty where nothing has it.
type Path = Rc<RefCell<Vec<Element>>>;

/// Keeps the focus until it is dropped.
#[must_use = "dropping it ends the watch"]
pub struct KeptFocus {
    observer: MutationObserver,
    _changed: Closure<dyn FnMut(Array)>,
    _listeners: Vec<Listener>,
}

impl Drop for KeptFocus {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Gives the focus to what stands for the same thing, or else to what was around it, or
/// else to the element with this id, when what has it is taken out of the page; and back
/// to it where it was only put elsewhere.
pub fn keep(fallback_id: &'static str) -> Option<KeptFocus> {
    let document = super::window()?.document()?;
    let path = Path::default();
    let changed = {
        let (document, path) = (document.clone(), path.clone());
        Closure::<dyn FnMut(Array)>::new(move |records: Array| {
            on_change(&document, &path, &records, fallback_id);
        })
    };
    let observer = MutationObserver::new(changed.as_ref().unchecked_ref()).ok()?;
    let every = MutationObserverInit::new();
    every.set_child_list(true);
    every.set_subtree(true);
    observer.observe_with_options(document.body()?.as_ref(), &every).ok()?;
    let got = {
        let path = path.clone();
        Listener::new(document.clone().into(), "focusin", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            path.replace(std::iter::successors(target, |inner| inner.parent_element()).collect());
        })
    };
    // Some browsers say so too when it is taken away; that was seen before this timer.
    let left = {
        let document = document.clone();
        Listener::new(document.clone().into(), "focusout", move |_| {
            let (document, path) = (document.clone(), path.clone());
            task::spawn(async move {
                timer::sleep(0).await;
                if is_lost(&document) {
                    path.take();
                }
            });
        })
    };
    let listeners = [got, left].into_iter().flatten().collect();
    Some(KeptFocus { observer, _changed: changed, _listeners: listeners })
}

fn on_change(document: &Document, path: &Path, records: &Array, fallback_id: &'static str) {
    let is_loss = path.borrow().first().is_some_and(|own| {
        // Somebody who leaves a field may change the page by that, and goes where they want.
        is_lost(document) && (!own.is_connected() || was_moved(records, own))
    });
    if !is_loss {
        return;
    }
    let around = path.take();
    let document = document.clone();
    task::spawn(async move {
        timer::sleep(GRACE_MS).await;
        if is_lost(&document) {
            give_back(&document, &around, fallback_id);
        }
    });
}

/// Whether these changes took the element out and put it back in.
fn was_moved(records: &Array, element: &Element) -> bool {
    records.iter().filter_map(|record| record.dyn_into::<MutationRecord>().ok()).any(|record| {
        let added = record.added_nodes();
        (0..added.length())
            .filter_map(|at| added.get(at))
            .any(|node| node.contains(Some(element.as_ref())))
    })
}

fn give_back(document: &Document, around: &[Element], fallback_id: &'static str) {
    if let Some(anew) = around.first().and_then(|own| {
        if own.is_connected() { Some(own.clone()) } else { made_anew(document, own) }
    }) {
        give(&anew);
        // It may be one that cannot have the focus any more.
        if !is_lost(document) {
            return;
        }
    }
    let nearest = around.iter().skip(1).find(|element| element.is_connected());
    match nearest.and_then(|element| element.closest(GROUPS).ok()?) {
        Some(group) => {
            if !group.has_attribute("tabindex") {
                // Without it the group cannot have the focus; then nothing is worse.
                drop(group.set_attribute("tabindex", "-1"));
            }
            give(&group);
        }
        None => drop(focus::focus(fallback_id)),
    }
}

/// What stands for the same thing by now: a line of a table is drawn anew by its news.
fn made_anew(document: &Document, gone: &Element) -> Option<Element> {
    if gone.get_attribute("type").as_deref() == Some("radio") {
        // Another choice in its place is not the same thing.
        return None;
    }
    let id = gone.id();
    if !id.is_empty() {
        return document.get_element_by_id(&id);
    }
    // Our own paths hold nothing that means something in a selector.
    let path = gone.get_attribute("href").filter(|path| !path.contains(['"', '\\']))?;
    document.query_selector(&format!("main a[href=\"{path}\"]")).ok()?
}

fn is_lost(document: &Document) -> bool {
    document.active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Where one was is in view, so nothing has to move.
fn give(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // What cannot have it leaves it where it is.
        drop(element.focus_with_options(&options));
    }
}
