//! Controls that are taken out of the page by something else than the person at them,
//! such as a sign-out in another tab.

use crate::mounted::{Mounted, Role, type_into, until};
use cpor_claims::ui::part::when;
use cpor_claims::ui::text_field::TextField;
use leptos::prelude::*;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlElement};

#[wasm_bindgen_test]
async fn a_field_that_goes_with_the_focus_in_it_ends_nothing() {
    let (is_shown, value) = (RwSignal::new(true), RwSignal::new(String::new()));
    let page = Mounted::new(move || {
        when(
            move || is_shown.get(),
            move || {
                view! {
                    <TextField
                        id="name"
                        label=Signal::derive(|| "Name".to_owned())
                        value
                        on_input=Callback::new(move |text: String| value.set(text))
                        on_blur=Callback::new(|()| ())
                    />
                }
                .into_any()
            },
        )
        .into_any()
    })
    .await;
    let field = page.input(Role::TextBox, "Name");
    field.unchecked_ref::<HtmlElement>().focus().unwrap();
    type_into(&field, "Contoso");
    assert_eq!(value.get_untracked(), "Contoso");
    is_shown.set(false);
    until("the field is gone", || !field.is_connected()).await;
    // What a browser still tells of it finds nobody. A listener that panics throws where no
    // caller sees it, and ends the app.
    let panics = Arc::new(AtomicUsize::new(0));
    let (hook, counted) = (panic::take_hook(), panics.clone());
    panic::set_hook(Box::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    }));
    for what in ["input", "change", "blur"] {
        field.dispatch_event(&Event::new(what).unwrap()).unwrap();
    }
    panic::set_hook(hook);
    assert_eq!(panics.load(Ordering::Relaxed), 0);
    assert_eq!(value.get_untracked(), "Contoso");
}
