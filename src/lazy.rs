//! Pages that come when they are opened: each is a WebAssembly module of its
//! own, so that the first load of the wizard does not carry them.
//!
//! Only with the feature `split`; otherwise these are ordinary functions, and
//! nothing can fail to arrive.

use crate::i18n::{T, t, ts};
use crate::pages;
use crate::pages::page::focus_title;
use crate::state::{AppState, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use cpor_rules::Step;
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use send_wrapper::SendWrapper;
use std::future::Future;
use std::pin::Pin;

/// Where the focus stays after another try that failed.
const RETRY_ID: &str = "module-retry";

type Loading = Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>>>>;

/// A page that is on its way. Nothing stands in its place meanwhile: the frame
/// around it is there already, and a module comes within a blink. One that
/// does not come leaves a message and a way to try again.
pub fn shown<F>(load: impl Fn() -> F + Send + 'static) -> AnyView
where
    F: Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
{
    shown_boxed(Box::new(move || Box::pin(load())))
}

fn shown_boxed(load: Box<dyn Fn() -> Loading + Send>) -> AnyView {
    let tries = RwSignal::new(0_u32);
    let announcer = use_announcer();
    changing(move || {
        let is_again = tries.get() > 0;
        let page = load();
        Suspend::new(SendWrapper::new(async move {
            if let Ok(page) = page.await {
                // The button that had the focus is gone with the message.
                if is_again {
                    focus_title();
                }
                page
            } else {
                announcer.say(t(T::ModuleMissingTitle));
                if is_again {
                    window::focus_on(RETRY_ID.to_owned());
                }
                not_arrived(tries)
            }
        }))
        .into_any()
    })
}

fn not_arrived(tries: RwSignal<u32>) -> AnyView {
    view! {
        <Notice kind=NoticeKind::Error title=Some(ts(T::ModuleMissingTitle))>
            <p>{ts(T::ModuleMissingText)}</p>
            <div class="ca-actions" id=RETRY_ID tabindex="-1">
                <Button
                    kind=ButtonKind::Primary
                    on_click=Callback::new(move |()| tries.update(|tries| *tries += 1))
                >
                    {ts(T::Retry)}
                </Button>
                <Button on_click=Callback::new(|()| window::reload())>{ts(T::ReloadPage)}</Button>
            </div>
        </Notice>
    }
    .into_any()
}

/// A function in a module of its own, which fails when the module does not
/// arrive; asked again, it tries again.
macro_rules! in_own_module {
    ($(#[$about:meta])* $name:ident($($argument:ident: $kind:ty),*) -> $made:ty { $body:expr }) => {
        $(#[$about])*
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($name, fallible, wasm_split_path = leptos::wasm_split)]
        pub fn $name($($argument: $kind),*) -> Result<$made, SplitLoaderError> {
            Ok($body)
        }

        $(#[$about])*
        ///
        /// # Errors
        /// The module did not arrive.
        #[cfg(not(feature = "split"))]
        #[allow(clippy::unused_async, reason = "what is split off has to be awaited")]
        pub async fn $name($($argument: $kind),*) -> Result<$made, SplitLoaderError> {
            Ok($body)
        }
    };
}

in_own_module! {
    /// The list of claims.
    claims() -> AnyView { view! { <pages::claims::ClaimsPage /> }.into_any() }
}
in_own_module! {
    /// One claim.
    claim(id: String) -> AnyView { view! { <pages::claim::ClaimPage id /> }.into_any() }
}
in_own_module! {
    /// After submitting.
    submitted(id: String) -> AnyView { view! { <pages::submitted::SubmittedPage id /> }.into_any() }
}
in_own_module! {
    /// What waits to be sent.
    outbox() -> AnyView { view! { <pages::outbox::OutboxPage /> }.into_any() }
}
in_own_module! {
    /// Signing in.
    sign_in() -> AnyView { view! { <pages::sign_in::SignInPage /> }.into_any() }
}
in_own_module! {
    /// Settings.
    settings() -> AnyView { view! { <pages::settings::SettingsPage /> }.into_any() }
}
in_own_module! {
    /// A step of the wizard after the first one.
    step(step: Step) -> AnyView { pages::wizard::step_view::step_view(step) }
}
in_own_module! {
    /// All steps on one page.
    single_page() -> AnyView { view! { <pages::wizard::step_view::SinglePage /> }.into_any() }
}
in_own_module! {
    /// Everything that speaks to the server and keeps the outbox.
    connect(app: AppState) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(crate::state::connection::open(app))
    }
}
