//! Web Locks: one tab at a time.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};

/// A lock that is held, until it is dropped or the tab dies.
pub struct Lock {
    release: Function,
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.release.call0(&JsValue::UNDEFINED));
    }
}

/// Whether this browser has Web Locks. All current ones have; outside a secure
/// context they are withheld.
pub fn are_supported() -> bool {
    manager().is_some()
}

/// Waits for the lock, then calls `on_held` with it. Other tabs wait likewise.
///
/// Returns `false` where there are no locks; nothing is called then.
pub fn request(name: &str, on_held: impl FnOnce(Lock) + 'static) -> bool {
    ask(name, How::Wait, when_held(on_held), None)
}

/// As [`request`]; `on_lost` is called when another tab takes the lock by force.
pub fn request_until_lost(
    name: &str,
    on_held: impl FnOnce(Lock) + 'static,
    on_lost: impl FnOnce() + 'static,
) -> bool {
    ask(name, How::Wait, when_held(on_held), Some(Box::new(on_lost)))
}

/// Takes the lock by force from a tab that does not answer. That tab hears of it
/// when it wakes.
pub fn steal(
    name: &str,
    on_held: impl FnOnce(Lock) + 'static,
    on_lost: impl FnOnce() + 'static,
) -> bool {
    ask(name, How::Steal, when_held(on_held), Some(Box::new(on_lost)))
}

/// Takes the lock if it is free and calls `on_answer` with it, or with `None`.
///
/// Returns `false` where there are no locks; nothing is called then.
pub fn try_request(name: &str, on_answer: impl FnOnce(Option<Lock>) + 'static) -> bool {
    ask(name, How::IfFree, Box::new(on_answer), None)
}

/// As [`try_request`]; `on_lost` is called when another tab takes the lock by force.
pub fn try_request_until_lost(
    name: &str,
    on_answer: impl FnOnce(Option<Lock>) + 'static,
    on_lost: impl FnOnce() + 'static,
) -> bool {
    ask(name, How::IfFree, Box::new(on_answer), Some(Box::new(on_lost)))
}

/// Names of the locks that are held, in all tabs; `None` where there are no locks.
pub async fn held() -> Option<Vec<String>> {
    let manager = manager()?;
    let query: Function = Reflect::get(&manager, &"query".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = query.call0(&manager).ok()?.dyn_into().ok()?;
    let state = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    let held = Array::from(&Reflect::get(&state, &"held".into()).ok()?);
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Some(held.iter().filter_map(name).collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Wait,
    IfFree,
    Steal,
}

type OnAnswer = Box<dyn FnOnce(Option<Lock>)>;

fn when_held(on_held: impl FnOnce(Lock) + 'static) -> OnAnswer {
    Box::new(move |lock| {
        if let Some(lock) = lock {
            on_held(lock);
        }
    })
}

/// By reflection: the bindings of the lock manager are not stable yet.
fn ask(name: &str, how: How, on_answer: OnAnswer, on_lost: Option<Box<dyn FnOnce()>>) -> bool {
    let Some(manager) = manager() else { return false };
    let Ok(request) = Reflect::get(&manager, &"request".into()) else { return false };
    let Ok(request) = request.dyn_into::<Function>() else { return false };
    let callback = Closure::once_into_js(move |granted: JsValue| -> JsValue {
        if granted.is_null() || granted.is_undefined() {
            on_answer(None);
            return JsValue::UNDEFINED;
        }
        // The lock is held for as long as the promise returned here is open.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _reject| release = Some(resolve));
        if let Some(release) = release {
            on_answer(Some(Lock { release }));
        }
        held.into()
    });
    let options = Object::new();
    let option = match how {
        How::Wait => None,
        How::IfFree => Some("ifAvailable"),
        How::Steal => Some("steal"),
    };
    if let Some(option) = option {
        drop(Reflect::set(&options, &option.into(), &JsValue::TRUE));
    }
    let Ok(promise) = request.call3(&manager, &name.into(), &options, &callback) else {
        return false;
    };
    if let Ok(promise) = promise.dyn_into::<Promise>() {
        // Rejected when the lock is taken by force; or when a tab is closed while it
        // waits, and then nobody is left to care.
        super::task::spawn(async move {
            if let (Err(_), Some(on_lost)) =
                (wasm_bindgen_futures::JsFuture::from(promise).await, on_lost)
            {
                on_lost();
            }
        });
    }
    true
}

/// How many tabs hold the lock or wait for it; `None` where that cannot be told.
pub async fn count(name: &str) -> Option<usize> {
    let manager = manager()?;
    let query: Function = Reflect::get(&manager, &"query".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = query.call0(&manager).ok()?.dyn_into().ok()?;
    let snapshot = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    let of_name = |list: &str| {
        let list = Reflect::get(&snapshot, &list.into()).unwrap_or_default();
        let is_named = |lock: &JsValue| {
            Reflect::get(lock, &"name".into())
                .is_ok_and(|known| known.as_string().as_deref() == Some(name))
        };
        js_sys::Array::from(&list).iter().filter(is_named).count()
    };
    Some(of_name("held") + of_name("pending"))
}

fn manager() -> Option<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let manager = Reflect::get(&navigator, &"locks".into()).ok()?;
    manager.is_object().then_some(manager)
}
