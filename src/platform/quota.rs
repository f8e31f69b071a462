//! How much room the browser gives, and whether it promises to keep it.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What the browser says of its room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Bytes in use by this origin, roughly.
    pub usage_bytes: f64,
    /// Bytes that it may use, roughly.
    pub quota_bytes: f64,
}

/// Asks the browser not to evict this origin. `None` when it cannot be asked.
pub async fn persist() -> Option<bool> {
    call("persist").await?.as_bool()
}

/// Whether the browser promised not to evict this origin.
pub async fn is_persisted() -> Option<bool> {
    call("persisted").await?.as_bool()
}

/// How much room there is.
pub async fn estimate() -> Option<Estimate> {
    let answer = call("estimate").await?;
    let number = |key: &str| Reflect::get(&answer, &key.into()).ok()?.as_f64();
    Some(Estimate { usage_bytes: number("usage")?, quota_bytes: number("quota")? })
}

/// By reflection: outside a secure context there is no storage manager, and
/// the bound getter would hand out an object that is none.
async fn call(name: &str) -> Option<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let manager = Reflect::get(&navigator, &"storage".into()).ok()?;
    if !manager.is_object() {
        return None;
    }
    let method: Function = Reflect::get(&manager, &name.into()).ok()?.dyn_into().ok()?;
    let promise: Promise = method.call0(&manager).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
