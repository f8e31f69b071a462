//! Web Locks: one tab at a time.

use js_sys::{Function, Object, Promise, Reflect};
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
    ask(name, false, move |lock| {
        if let Some(lock) = lock {
            on_held(lock);
        }
    })
}

/// Takes the lock if it is free and calls `on_answer` with it, or with `None`.
///
/// Returns `false` where there are no locks; nothing is called then.
pub fn try_request(name: &str, on_answer: impl FnOnce(Option<Lock>) + 'static) -> bool {
    ask(name, true, on_answer)
}

/// By reflection: the bindings of the lock manager are not stable yet.
fn ask(name: &str, if_available: bool, on_answer: impl FnOnce(Option<Lock>) + 'static) -> bool {
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
    drop(Reflect::set(&options, &"ifAvailable".into(), &if_available.into()));
    let Ok(promise) = request.call3(&manager, &name.into(), &options, &callback) else {
        return false;
    };
    if let Ok(promise) = promise.dyn_into::<Promise>() {
        // A tab that is closed while it waits rejects the promise; nobody is left to care.
        super::task::spawn(async move {
            drop(wasm_bindgen_futures::JsFuture::from(promise).await);
        });
    }
    true
}

fn manager() -> Option<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let manager = Reflect::get(&navigator, &"locks".into()).ok()?;
    manager.is_object().then_some(manager)
}
