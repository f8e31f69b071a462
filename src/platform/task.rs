//! Work that outlives the page that began it.

use std::future::Future;
use std::pin::Pin;

/// A future on this thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs a future to its end, whatever page is open.
///
/// For work that must finish, such as saving and sending. Work that belongs
/// to a page is cancelled with it and does not come here.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    // In a box, so that what runs a future is compiled once and not for each.
    let work: Pending<'static, ()> = Box::pin(work);
    wasm_bindgen_futures::spawn_local(work);
}
