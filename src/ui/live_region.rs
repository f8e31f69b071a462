//! What is said to people who do not see the screen.

use leptos::prelude::*;
use std::time::Duration;

/// Says things through one pair of live regions.
#[derive(Clone, Copy)]
pub struct Announcer {
    polite: RwSignal<String>,
    assertive: RwSignal<String>,
    turn: StoredValue<u32>,
}

impl Announcer {
    /// Makes the announcer and provides it.
    pub fn provide() -> Self {
        let announcer = Self {
            polite: RwSignal::new(String::new()),
            assertive: RwSignal::new(String::new()),
            turn: StoredValue::new(0),
        };
        provide_context(announcer);
        announcer
    }

    /// Says it when the present sentence is over.
    pub fn say(self, text: String) {
        Self::put(self.polite, text);
    }

    /// Says it at once.
    pub fn alarm(self, text: String) {
        Self::put(self.assertive, text);
    }

    /// Says what the signal holds after this time, unless something else was
    /// asked to be said meanwhile.
    pub fn say_later(self, after_ms: u64, text: Signal<String>) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let own = self.turn.get_value();
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(own)
                    && let Some(text) = text.try_get_untracked()
                {
                    Self::put(self.polite, text);
                }
            },
            Duration::from_millis(after_ms),
        );
    }

    fn put(region: RwSignal<String>, text: String) {
        // The same sentence twice must be heard twice, and a region that does
        // not change is silent; a blank that is not shown makes the difference.
        let is_same = region.try_get_untracked().is_some_and(|before| before == text);
        let text = if is_same { format!("{text}\u{a0}") } else { text };
        let _ = region.try_set(text);
    }
}

/// The announcer of the app.
///
/// # Panics
/// Outside the app.
pub fn use_announcer() -> Announcer {
    expect_context()
}

/// The regions; stand once, in the page from the beginning.
#[component]
pub fn LiveRegions(
    /// What is said.
    announcer: Announcer,
) -> impl IntoView {
    view! {
        <div class="ca-visually-hidden" id="live-polite" aria-live="polite">
            {announcer.polite}
        </div>
        <div class="ca-visually-hidden" id="live-assertive" role="alert">
            {announcer.assertive}
        </div>
    }
    .into_any()
}
