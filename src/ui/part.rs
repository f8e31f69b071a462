//! Parts of a page that come, go and change.
//!
//! A closure in a view has a type of its own, and all that Leptos does with it
//! is compiled once more for each. These functions put the closures into boxes,
//! so that it is compiled once.

use leptos::prelude::*;

/// A value that is followed, and told only when it has changed.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Memo::new(move |_| read())
}

/// Work that follows what it reads.
pub fn effect(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}

/// A part that is made anew whenever what it reads has changed.
pub fn changing(make: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let make: Box<dyn Fn() -> AnyView + Send> = Box::new(make);
    (move || make()).into_any()
}

/// A part that is there while the condition holds.
pub fn when(
    is_there: impl Fn() -> bool + Send + Sync + 'static,
    make: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    // A memo, so that the part is left alone while the answer stays the same.
    let is_there = memo(is_there);
    changing(move || if is_there.get() { make() } else { ().into_any() })
}

/// One part while the condition holds, and another while it does not.
pub fn either(
    is_first: impl Fn() -> bool + Send + Sync + 'static,
    first: impl Fn() -> AnyView + Send + 'static,
    second: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let is_first = memo(is_first);
    changing(move || if is_first.get() { first() } else { second() })
}
