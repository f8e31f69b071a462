//! Parts of a page that come, go and change.
//!
//! A closure in a view has a type of its own, and all that Leptos does with it
//! is compiled once more for each. These functions put the closures into boxes,
//! so that it is compiled once.

use leptos::prelude::*;

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
    let is_there: Box<dyn Fn() -> bool + Send + Sync> = Box::new(is_there);
    // A memo, so that the part is left alone while the answer stays the same.
    let is_there = Memo::new(move |_| is_there());
    changing(move || if is_there.get() { make() } else { ().into_any() })
}

/// One part while the condition holds, and another while it does not.
pub fn either(
    is_first: impl Fn() -> bool + Send + Sync + 'static,
    first: impl Fn() -> AnyView + Send + 'static,
    second: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let is_first: Box<dyn Fn() -> bool + Send + Sync> = Box::new(is_first);
    let is_first = Memo::new(move |_| is_first());
    changing(move || if is_first.get() { first() } else { second() })
}
