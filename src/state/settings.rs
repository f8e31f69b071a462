//! Language, theme and habits; kept on this device.

use super::window;
use crate::i18n::catalogue::Catalogue;
use crate::i18n::{I18n, Locale};
use crate::platform::local::WriteError;
use crate::platform::{quota, task, text_file};
use crate::storage::{settings, shared};
use leptos::prelude::*;

/// Colours of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this code.
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// What the browser says of its storage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StorageFacts {
    /// Bytes used and allowed.
    pub usage: Option<(u64, u64)>,
    /// Whether the browser promises to keep the data.
    pub is_persisted: bool,
    /// Whether files and claims can be kept, not only drafts.
    pub has_database: bool,
}

const LANGUAGE: &str = "lang";
const THEME: &str = "theme";
const SINGLE_PAGE: &str = "single-page";

/// The settings.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Colours.
    pub theme: RwSignal<Theme>,
    /// New claims open on one single page.
    pub single_page: RwSignal<bool>,
    /// What the browser says of its storage.
    pub storage: RwSignal<StorageFacts>,
    /// Another version of the app is here and can be changed to.
    pub is_update_ready: RwSignal<bool>,
    /// Others use this computer as well: nothing reaches its disk.
    pub is_shared: RwSignal<bool>,
    /// How many bytes are needed by what found no room in local storage, or in the
    /// outbox; 0 where there was room.
    pub lacks_bytes: RwSignal<u64>,
    /// Counts how often room was made: what found none is saved again.
    pub rooms_made: RwSignal<u32>,
    /// Whether that is for want of room in the database.
    pub is_database_full: StoredValue<bool>,
    unkept: StoredValue<Vec<(&'static str, String)>>,
}

impl Settings {
    /// Reads the settings of this device.
    pub fn load() -> Self {
        shared::resume();
        Self {
            is_shared: RwSignal::new(shared::is_on()),
            theme: RwSignal::new(Theme::from_code(&settings::get(THEME).unwrap_or_default())),
            single_page: RwSignal::new(settings::get(SINGLE_PAGE).as_deref() == Some("yes")),
            storage: RwSignal::new(StorageFacts { has_database: true, ..StorageFacts::default() }),
            is_update_ready: RwSignal::new(false),
            lacks_bytes: RwSignal::new(0),
            rooms_made: RwSignal::new(0),
            is_database_full: StoredValue::new(false),
            unkept: StoredValue::new(Vec::new()),
        }
    }

    /// Something of this size found no room in the database.
    pub fn lacks_in_database(self, bytes: u64) {
        self.is_database_full.set_value(true);
        self.lacks(bytes);
    }

    /// Something of this size found no room in local storage.
    pub fn lacks(self, bytes: u64) {
        self.lacks_bytes.update(|lacks| *lacks = bytes.max(*lacks));
    }

    /// There is room again: settings that found none are kept now.
    pub fn room_was_made(self) {
        self.lacks_bytes.set(0);
        self.is_database_full.set_value(false);
        for (name, value) in self.unkept.try_update_value(std::mem::take).unwrap_or_default() {
            self.keep(name, &value);
        }
        self.rooms_made.update(|count| *count = count.wrapping_add(1));
    }

    /// Keeps a setting. Without room it holds for this visit, until there is some.
    fn keep(self, name: &'static str, value: &str) {
        self.unkept.update_value(|unkept| unkept.retain(|(other, _)| *other != name));
        if settings::set(name, value) == Err(WriteError::Full) {
            self.unkept.update_value(|unkept| unkept.push((name, value.to_owned())));
            self.lacks(2 * (name.len() + value.len()) as u64 + 64);
        }
    }

    /// The language kept on this device, or the browser's.
    pub fn stored_locale() -> Locale {
        match settings::get(LANGUAGE) {
            Some(tag) => Locale::from_tag(&tag),
            None => crate::platform::media::languages()
                .iter()
                .find_map(|tag| match tag.to_ascii_lowercase() {
                    tag if tag.starts_with("zh-hant")
                        || tag.starts_with("zh-tw")
                        || tag.starts_with("zh-hk") =>
                    {
                        Some(Locale::ZhHantTw)
                    }
                    tag if tag.starts_with("en") => Some(Locale::En),
                    _ => None,
                })
                .unwrap_or_default(),
        }
    }

    /// Switches the language. Its texts are loaded first; without them the
    /// app stays in the language it speaks.
    pub fn set_locale(self, i18n: I18n, locale: Locale) {
        self.keep(LANGUAGE, locale.tag());
        Self::show_locale(i18n, locale);
    }

    /// Shows a language without keeping it.
    pub fn show_locale(i18n: I18n, locale: Locale) {
        task::spawn(async move {
            let catalogue = match locale {
                Locale::En | Locale::Pseudo => None,
                Locale::ZhHantTw => {
                    let Some(json) = text_file::load("/i18n/zh-Hant-TW.json").await else { return };
                    if let Ok(catalogue) = Catalogue::parse(&json) {
                        Some(catalogue)
                    } else {
                        leptos::logging::error!("the texts of {} cannot be read", locale.tag());
                        return;
                    }
                }
            };
            window::set_language(locale.tag());
            i18n.switch(locale, catalogue);
        });
    }

    /// Sets the theme.
    pub fn set_theme(self, theme: Theme) {
        self.keep(THEME, theme.code());
        window::set_theme(match theme {
            Theme::System => None,
            Theme::Light | Theme::Dark => Some(theme.code()),
        });
        self.theme.set(theme);
    }

    /// Sets whether new claims open on one single page.
    pub fn set_single_page(self, is_on: bool) {
        self.keep(SINGLE_PAGE, if is_on { "yes" } else { "no" });
        self.single_page.set(is_on);
    }

    /// Asks the browser about its storage.
    pub fn look_at_storage(self) {
        task::spawn(async move {
            let is_persisted = quota::is_persisted().await.unwrap_or(false);
            let usage = quota::estimate()
                .await
                .map(|estimate| (whole(estimate.usage_bytes), whole(estimate.quota_bytes)));
            let _ = self.storage.try_update(|facts| {
                facts.usage = usage;
                facts.is_persisted = is_persisted;
            });
        });
    }

    /// Asks the browser to keep the data.
    pub fn ask_to_persist(self) {
        task::spawn(async move {
            let is_persisted = quota::persist().await.unwrap_or(false);
            let _ = self.storage.try_update(|facts| facts.is_persisted = is_persisted);
        });
    }
}

/// Bytes as a whole number; what the browser says is rough anyway.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped first")]
fn whole(bytes: f64) -> u64 {
    bytes.clamp(0.0, 9e15) as u64
}
