//! Small drawings beside words, never in place of them.

use leptos::prelude::*;

/// A drawing of 16 by 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// A triangle with an exclamation mark.
    Warning,
    /// A circle with an i.
    Info,
    /// A clock.
    Clock,
    /// A pen.
    Pen,
    /// An arrow to the right.
    Arrow,
    /// A circle.
    Dot,
    /// A turn back.
    Return,
    /// A device.
    Device,
    /// A list.
    List,
    /// A plus.
    Plus,
    /// A tray with an arrow.
    Outbox,
    /// Sliders.
    Settings,
    /// A person.
    Person,
    /// A bell.
    Bell,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Tick => "M3 8.5l3.2 3.2L13 5",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Warning => "M8 2.2L14.5 13.5h-13zM8 6.4v3.4M8 11.6v.2",
            Self::Info => "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.2v4M8 4.8v.2",
            Self::Clock => "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 4.6V8l2.4 1.6",
            Self::Pen => "M2.8 13.2l.8-3L10.8 3l2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2",
            Self::Arrow => "M2.5 8h11M9.5 4l4 4-4 4",
            Self::Dot => "M8 4.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
            Self::Return => "M5.5 3L2.5 6l3 3M2.8 6h6.4a4 4 0 010 8H6",
            Self::Device => "M2.5 3.5h11v7h-11zM1.5 13h13",
            Self::List => "M2.5 4h11M2.5 8h11M2.5 12h7",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Outbox => "M8 10V2.5M5 5.2l3-2.9 3 2.9M2.5 9.5v4h11v-4",
            Self::Settings => "M2.5 5h6M11.5 5h2M10 3.3v3.4M2.5 11h2M7.5 11h6M6 9.3v3.4",
            Self::Bell => "M3 12h10l-1.5-2V7a3.5 3.5 0 00-7 0v3zM7 14h2",
            Self::Person => {
                "M8 2.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM2.8 14c.4-3 2.4-4.6 5.2-4.6s4.8 1.6 5.2 4.6"
            }
        }
    }
}

/// The drawing. Screen readers pass it over: the words beside it say the same.
#[component]
pub fn IconView(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="ca-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}
