//! Pages that come when they are opened: each is a WebAssembly module of its
//! own, so that the first load of the wizard does not carry them.
//!
//! Only with the feature `split`; otherwise these are ordinary functions, and
//! nothing can fail to arrive.

use crate::i18n::{T, t, ts};
use crate::pages;
use crate::pages::page::focus_title;
use crate::pages::wizard::steps::edition::EditionPart;
use crate::platform::task;
use crate::routes::{Route, Screen};
use crate::state::template::{self, Language, NotFilled};
use crate::state::{AppState, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use cpor_rules::{Draft, Field};
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
use std::pin::Pin;

/// Makes a page. Called where the page is to stand, so that what the page
/// starts ends with it.
pub type MakePage = Box<dyn FnOnce() -> AnyView>;

type Loading = Pin<Box<dyn Future<Output = Result<MakePage, SplitLoaderError>>>>;

/// How far a page came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Awaited,
    There,
    Failed,
}

/// A page that is on its way. Nothing stands in its place meanwhile: the frame
/// around it is there already, and a module comes within a blink. One that
/// does not come leaves a message and a way to try again.
pub fn shown<F>(load: impl Fn() -> F + 'static) -> AnyView
where
    F: Future<Output = Result<MakePage, SplitLoaderError>> + 'static,
{
    shown_boxed(Box::new(move || Box::pin(load())))
}

fn shown_boxed(load: Box<dyn Fn() -> Loading>) -> AnyView {
    let arrival = RwSignal::new(Arrival::Awaited);
    let is_trying = RwSignal::new(false);
    let page = StoredValue::new_local(None);
    let announcer = use_announcer();
    let fetch = move || {
        let loading = load();
        is_trying.set(true);
        task::spawn(async move {
            let loaded = loading.await;
            // Whoever waited for the page may have left meanwhile.
            let Some(before) = arrival.try_get_untracked() else { return };
            is_trying.set(false);
            if let Ok(make) = loaded {
                page.set_value(Some(make));
                arrival.set(Arrival::There);
                // The button that had the focus is gone with the message.
                if before == Arrival::Failed {
                    focus_title();
                }
                return;
            }
            announcer.say(t(T::ModuleMissingTitle));
            // The message stays as it is, and with it the focus.
            if before != Arrival::Failed {
                arrival.set(Arrival::Failed);
            }
        });
    };
    fetch();
    let fetch = StoredValue::new_local(fetch);
    let retry = Callback::new(move |()| fetch.with_value(|fetch| fetch()));
    changing(move || match arrival.get() {
        Arrival::Awaited => ().into_any(),
        Arrival::There => page
            .try_update_value(Option::take)
            .flatten()
            .map_or_else(|| ().into_any(), |make: MakePage| make()),
        Arrival::Failed => not_arrived(retry, is_trying),
    })
}

fn not_arrived(retry: Callback<()>, is_trying: RwSignal<bool>) -> AnyView {
    view! {
        <Notice kind=NoticeKind::Error title=Some(ts(T::ModuleMissingTitle))>
            <p>{ts(T::ModuleMissingText)}</p>
            <div class="ca-actions">
                <Button kind=ButtonKind::Primary busy=is_trying on_click=retry>
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

// Few and large rather than many and small: what two modules share becomes a
// chunk for each pair, and for each three, and so on.

in_own_module! {
    /// The list of claims.
    claims() -> MakePage { Box::new(|| view! { <pages::claims::ClaimsPage /> }.into_any()) }
}
in_own_module! {
    /// One claim and what is done with it, what waits, what one is told of.
    claim(route: Route) -> MakePage { Box::new(move || claim_page(route)) }
}
in_own_module! {
    /// The reviewer's pages.
    review(route: Route) -> MakePage { Box::new(move || review_page(route)) }
}
in_own_module! {
    /// The customer's pages.
    customer(route: Route) -> MakePage { Box::new(move || customer_page(route)) }
}
in_own_module! {
    /// Signing in, settings, and what a demonstration shows.
    settings(route: Route) -> MakePage { Box::new(move || settings_page(route)) }
}
in_own_module! {
    /// Drafts as a file.
    backup(id: String) -> MakePage { Box::new(|| view! { <pages::backup::BackupPage id /> }.into_any()) }
}
in_own_module! {
    /// A draft that could not be saved, or everything unsent, handed over as a file.
    rescue(app: AppState, id: Option<String>) -> Pin<Box<dyn Future<Output = bool>>> {
        Box::pin(crate::state::backup::hand_over(app, id))
    }
}
in_own_module! {
    /// The wizard after its first step: one step, or all on one page.
    screen(screen: Screen) -> MakePage { Box::new(move || pages::wizard::step_view::later_view(screen)) }
}
in_own_module! {
    /// What the rules about a field say, and where they come from.
    why(field: Field) -> MakePage { Box::new(move || pages::wizard::why::answer(field)) }
}
in_own_module! {
    /// Why a draft is only shown here, and what can be done about it.
    reading() -> MakePage { Box::new(|| view! { <pages::reading::ReadingNotice /> }.into_any()) }
}
in_own_module! {
    /// What is asked before one signs out with something unsent.
    leaving(open: RwSignal<bool>) -> MakePage { Box::new(move || view! { <pages::leaving::LeavingDialog open /> }.into_any()) }
}
in_own_module! {
    /// What is said on every page: that something found no room, that the clock is wrong.
    bands() -> MakePage { Box::new(|| view! { <pages::bands::Bands /> }.into_any()) }
}
in_own_module! {
    /// What is said before the session ends.
    ending() -> MakePage { Box::new(|| view! { <pages::ending::EndingDialog /> }.into_any()) }
}
in_own_module! {
    /// What the first step asks about an older claim.
    edition(part: EditionPart) -> MakePage { Box::new(move || part.view()) }
}
in_own_module! {
    /// The proof template with a claim's data, handed over as a file.
    template(draft: Draft, organisation: String, language: Language) -> Pin<Box<dyn Future<Output = Result<(), NotFilled>>>> {
        Box::pin(template::hand_over(draft, organisation, language))
    }
}
in_own_module! {
    /// Everything that speaks to the server and to the other tabs, and keeps the outbox.
    connect(app: AppState) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            crate::state::tabs::start(app);
            crate::state::forget::start(app);
            crate::state::leaving::start(app);
            crate::state::departures::start(app);
            crate::state::room::start(app);
            crate::state::connection::open(app).await;
        })
    }
}

/// The page of a route that its module does not know, which no caller asks for.
fn no_page() -> AnyView {
    view! { <pages::not_found::NotFoundPage /> }.into_any()
}

fn claim_page(route: Route) -> AnyView {
    match route {
        Route::Claim { id } => view! { <pages::claim::ClaimPage id /> }.into_any(),
        Route::Submitted { id } => view! { <pages::submitted::SubmittedPage id /> }.into_any(),
        Route::Conflict { id } => view! { <pages::conflict::ConflictPage id /> }.into_any(),
        Route::Then { id } => view! { <pages::then::ThenPage id /> }.into_any(),
        Route::Change { id, purpose } => {
            view! { <pages::change::ChangePage id purpose /> }.into_any()
        }
        Route::Outbox => view! { <pages::outbox::OutboxPage /> }.into_any(),
        Route::Notifications => view! { <pages::notifications::NotificationsPage /> }.into_any(),
        _ => no_page(),
    }
}

fn review_page(route: Route) -> AnyView {
    match route {
        Route::Review => view! { <pages::review::queue::QueuePage /> }.into_any(),
        Route::ReviewCase { id } => view! { <pages::review::case::CasePage id /> }.into_any(),
        _ => no_page(),
    }
}

fn customer_page(route: Route) -> AnyView {
    match route {
        Route::Consent { token } => view! { <pages::consent::ConsentPage token /> }.into_any(),
        Route::Explain => view! { <pages::explain::ExplainPage /> }.into_any(),
        _ => no_page(),
    }
}

fn settings_page(route: Route) -> AnyView {
    match route {
        Route::SignIn => view! { <pages::sign_in::SignInPage /> }.into_any(),
        Route::Settings => view! { <pages::settings::SettingsPage /> }.into_any(),
        Route::Demo => view! { <pages::demo::DemoPage /> }.into_any(),
        _ => no_page(),
    }
}
