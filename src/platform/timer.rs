//! Timers: as a future, and as a handle that can be dropped.

use js_sys::{Function, Promise, Reflect, global};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use wasm_bindgen_futures::JsFuture;

/// Longest wait that browsers take; a longer one would fire at once.
const LONGEST_MS: u32 = i32::MAX as u32;

/// Waits.
pub async fn sleep(ms: u32) {
    let promise = Promise::new(&mut |resolve, _reject| {
        start(&resolve, ms);
    });
    // A promise that only a timer settles is never rejected.
    drop(JsFuture::from(promise).await);
}

/// A call in the future; dropping it cancels the call.
#[must_use = "dropping the handle cancels the call"]
pub struct Timeout {
    id: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `work` once after `ms`.
    pub fn new(ms: u32, work: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(work);
        let id = start(callback.as_ref().unchecked_ref(), ms);
        Self { id, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        drop(global_function("clearTimeout").call1(&JsValue::UNDEFINED, &self.id));
    }
}

fn start(callback: &Function, ms: u32) -> JsValue {
    let ms = JsValue::from(ms.min(LONGEST_MS));
    global_function("setTimeout")
        .call2(&JsValue::UNDEFINED, callback, &ms)
        .unwrap_or(JsValue::UNDEFINED)
}

/// Through the global object, so that timers work in a worker as well.
fn global_function(name: &str) -> Function {
    Reflect::get(&global(), &name.into())
        .ok()
        .and_then(|function| function.dyn_into().ok())
        .expect_throw("every browser global has timers")
}
