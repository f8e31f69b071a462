//! Drafts as a file: saved with their files, and brought in again.

use super::outbox::kind_name;
use super::page::Page;
use crate::i18n::format::{format_instant, format_size};
use crate::i18n::{T, t, tf, ts};
use crate::routes::Route;
use crate::state::backup::{self, Entry, Fate, NotRead, NotSaved, Opened, Saved, TakenIn};
use crate::state::beside::Fates;
use crate::state::files::AddFile;
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::checkbox::Checkbox;
use crate::ui::file_drop::FileDrop;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, when};
use crate::ui::select::{Select, SelectOption};
use crate::ui::text_field::TextField;
use leptos::prelude::*;

/// Fewer characters are found by trying.
const MIN_PASSPHRASE: usize = 12;
/// In place of an id: all drafts.
const EVERYTHING: &str = "";

/// The page.
#[component]
pub fn BackupPage(
    /// The draft that is to be saved; empty for all of them.
    id: String,
) -> impl IntoView {
    let heading = ts(T::BackupTitle);
    view! {
        <Page title=heading heading>
            <p class="ca-lead">{ts(T::BackupIntro)}</p>
            <SaveSection id />
            <OpenSection />
        </Page>
    }
    .into_any()
}

#[component]
fn SaveSection(id: String) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    // The open draft as it is on the screen.
    app.draft.flush();
    let drafts = Memo::new(move |_| {
        app.draft.saves.get();
        backup::choices(app)
    });
    // Of one that is not on this device, saving says so.
    let chosen = RwSignal::new(id);
    let options = Signal::derive(move || {
        let option = |value: &str, label: String| SelectOption {
            value: value.to_owned(),
            label,
            group: String::new(),
        };
        let named = |name: &str| {
            if name.is_empty() { t(T::UnnamedClaim) } else { name.to_owned() }
        };
        let drafts = drafts.get();
        let one = drafts.iter().map(|(id, name)| option(id, named(name)));
        let waiting = backup::waiting(app).into_iter().map(|op| SelectOption {
            label: format!("{} – {}", t(kind_name(op.kind)), named(&op.claim_name)),
            value: op.op_id,
            group: t(T::NavOutbox),
        });
        std::iter::once(option(EVERYTHING, t(T::BackupEverything)))
            .chain(one)
            .chain(waiting)
            .collect::<Vec<_>>()
    });
    let is_locked = RwSignal::new(false);
    let (passphrase, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // What is wrong is said when it was to be saved, and then as long as it holds.
    let was_pressed = RwSignal::new(false);
    let too_short = Memo::new(move |_| {
        is_locked.get() && passphrase.with(|text| text.chars().count() < MIN_PASSPHRASE)
    });
    let not_same = Memo::new(move |_| {
        is_locked.get() && again.with(|again| passphrase.with(|it| it != again))
    });
    let shown = move |is_wrong: Memo<bool>, text: T| {
        Signal::derive(move || (was_pressed.get() && is_wrong.get()).then(|| t(text)))
    };
    let is_busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<Saved, NotSaved>>);
    let save = move || {
        was_pressed.set(true);
        if is_busy.get_untracked() {
            return;
        }
        if too_short.get_untracked() {
            return window::focus_on("backup-passphrase".to_owned());
        }
        if not_same.get_untracked() {
            return window::focus_on("backup-again".to_owned());
        }
        let what = backup::what(app, chosen.get_untracked());
        let passphrase = is_locked.get_untracked().then(|| passphrase.get_untracked());
        is_busy.set(true);
        outcome.set(None);
        backup::save(app, what, passphrase, move |saved| {
            match &saved {
                Ok(saved) => announcer.say(saved_text(saved)),
                Err(why) => announcer.alarm(t(not_saved_text(*why))),
            }
            let _ = outcome.try_set(Some(saved));
            let _ = is_busy.try_set(false);
        });
    };
    view! {
        <section class="ca-section" aria-labelledby="backup-save">
            <h2 id="backup-save">{ts(T::BackupSaveHeading)}</h2>
            <form
                novalidate=true
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <Select
                    id="backup-what"
                    label=ts(T::BackupWhat)
                    options
                    value=chosen
                    on_change=Callback::new(move |id| chosen.set(id))
                />
                <p class="ca-hint">{ts(T::BackupEverythingHint)}</p>
                {if backup::can_lock() {
                    view! {
                        <Checkbox
                            id="backup-lock"
                            label=ts(T::BackupLock)
                            hint=ts(T::BackupLockHint)
                            checked=is_locked
                            on_change=Callback::new(move |is_on| is_locked.set(is_on))
                        />
                    }
                        .into_any()
                } else {
                    view! { <p class="ca-hint">{ts(T::BackupLockUnavailable)}</p> }.into_any()
                }}
                {when(
                    move || is_locked.get(),
                    move || {
                        view! {
                            <TextField
                                id="backup-passphrase"
                                label=ts(T::BackupPassphrase)
                                hint=ts(T::BackupPassphraseHint)
                                value=passphrase
                                on_input=Callback::new(move |text| passphrase.set(text))
                                error=shown(too_short, T::BackupTooShort)
                                kind="password"
                                autocomplete="new-password"
                            />
                            <TextField
                                id="backup-again"
                                label=ts(T::BackupAgain)
                                value=again
                                on_input=Callback::new(move |text| again.set(text))
                                error=shown(not_same, T::BackupNotSame)
                                kind="password"
                                autocomplete="new-password"
                            />
                        }
                            .into_any()
                    },
                )}
                <p>
                    <Button kind=ButtonKind::Primary busy=is_busy submits=true>
                        {ts(T::BackupSave)}
                    </Button>
                </p>
            </form>
            {changing(move || outcome.get().map_or_else(|| ().into_any(), saved_notice))}
        </section>
    }
    .into_any()
}

fn saved_text(saved: &Saved) -> String {
    tf(
        T::BackupSaved,
        &[
            ("name", &saved.name),
            ("drafts", &saved.drafts.to_string()),
            ("files", &saved.files.to_string()),
            ("size", &format_size(saved.size_bytes)),
        ],
    )
}

const fn not_saved_text(why: NotSaved) -> T {
    match why {
        NotSaved::Nothing => T::BackupNothing,
        NotSaved::TooMuch => T::BackupTooMuch,
        NotSaved::NoCipher => T::BackupLockUnavailable,
        NotSaved::Refused => T::BackupRefused,
    }
}

/// How saving ended.
pub(super) fn saved_notice(outcome: Result<Saved, NotSaved>) -> AnyView {
    match outcome {
        Ok(saved) => {
            let text = saved_text(&saved);
            view! {
                <Notice kind=NoticeKind::Success>
                    <p>{text}</p>
                </Notice>
                {named_list(NoticeKind::Warning, T::BackupMissing, saved.missing)}
            }
            .into_any()
        }
        Err(why) => view! {
            <Notice kind=NoticeKind::Error>
                <p>{ts(not_saved_text(why))}</p>
            </Notice>
        }
        .into_any(),
    }
}

/// A sentence and the names that it is about; nothing where there are none.
fn named_list(kind: NoticeKind, text: T, names: Vec<String>) -> Option<AnyView> {
    (!names.is_empty()).then(|| {
        let items = names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
        view! {
            <Notice kind>
                <p>{ts(text)}</p>
                <ul class="ca-list">{items}</ul>
            </Notice>
        }
        .into_any()
    })
}

/// How far the bringing in of a file is.
#[derive(Clone)]
enum Stage {
    Nothing,
    Opening,
    Locked,
    Failed(NotRead),
    Found(Opened),
    Done(TakenIn),
}

/// The chosen file; a handle of the browser, which stays in its thread.
type Chosen = StoredValue<Option<AddFile>, LocalStorage>;

#[component]
fn OpenSection() -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let file: Chosen = StoredValue::new_local(None);
    let name = RwSignal::new(String::new());
    let stage = RwSignal::new_local(Stage::Nothing);
    let passphrase = RwSignal::new(String::new());
    let is_wrong = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let open = move |with: Option<String>| {
        let Some(chosen) = file.get_value() else { return };
        is_busy.set(true);
        backup::open(app, chosen, with, move |opened| {
            let _ = is_busy.try_set(false);
            let Some(name) = name.try_get_untracked() else { return };
            match opened {
                Ok(opened) => {
                    announcer.say(tf(T::BackupFound, &[("name", &name)]));
                    stage.set(Stage::Found(opened));
                }
                Err(NotRead::WrongPassphrase) => {
                    announcer.alarm(not_read_text(NotRead::WrongPassphrase, &name));
                    is_wrong.set(true);
                    window::focus_on("backup-unlock".to_owned());
                }
                Err(why) => {
                    announcer.alarm(not_read_text(why, &name));
                    stage.set(Stage::Failed(why));
                }
            }
        });
    };
    let on_files = Callback::new(move |files: Vec<AddFile>| {
        let Some(chosen) = files.into_iter().next() else { return };
        name.set(chosen.name());
        passphrase.set(String::new());
        is_wrong.set(false);
        file.set_value(Some(chosen.clone()));
        stage.set(Stage::Opening);
        backup::is_locked(chosen, move |is_locked| {
            if is_locked {
                let _ = stage.try_set(Stage::Locked);
                window::focus_on("backup-unlock".to_owned());
            } else {
                open(None);
            }
        });
    });
    view! {
        <section class="ca-section" aria-labelledby="backup-open">
            <h2 id="backup-open">{ts(T::BackupOpenHeading)}</h2>
            <FileDrop
                id="backup-file"
                label=ts(T::BackupChoose)
                drop_text=ts(T::BackupDrop)
                hint=ts(T::BackupOpenHint)
                accept=".zip,.cpor".to_owned()
                on_files
            />
            {changing(move || {
                let named = name.get_untracked();
                match stage.get() {
                    Stage::Nothing => ().into_any(),
                    Stage::Opening => view! {
                        <p class="ca-hint">{move || tf(T::BackupReading, &[("name", &name.get())])}</p>
                    }
                    .into_any(),
                    Stage::Failed(why) => view! {
                        <Notice kind=NoticeKind::Error>
                            <p>{not_read_text(why, &named)}</p>
                        </Notice>
                    }
                    .into_any(),
                    Stage::Locked => view! {
                        <form
                            novalidate=true
                            on:submit=move |event| {
                                event.prevent_default();
                                is_wrong.set(false);
                                open(Some(passphrase.get_untracked()));
                            }
                        >
                            <TextField
                                id="backup-unlock"
                                label=Signal::derive(move || {
                                    tf(T::BackupLocked, &[("name", &name.get())])
                                })
                                value=passphrase
                                on_input=Callback::new(move |text| passphrase.set(text))
                                error=Signal::derive(move || {
                                    is_wrong.get().then(|| {
                                        not_read_text(NotRead::WrongPassphrase, &name.get())
                                    })
                                })
                                kind="password"
                                autocomplete="off"
                            />
                            <p>
                                <Button kind=ButtonKind::Primary busy=is_busy submits=true>
                                    {ts(T::BackupUnlock)}
                                </Button>
                            </p>
                        </form>
                    }
                    .into_any(),
                    Stage::Found(opened) => {
                        let done = Callback::new(move |taken: TakenIn| {
                            let has_drafts = !taken.drafts.is_empty();
                            announcer.say(t(if has_drafts { T::BackupTaken } else { T::BackupBesideTaken }));
                            let _ = stage.try_set(Stage::Done(taken));
                            window::focus_on("backup-done".to_owned());
                        });
                        found(opened, &named, done)
                    }
                    Stage::Done(taken) => taken_in(taken),
                }
            })}
        </section>
    }
    .into_any()
}

fn not_read_text(why: NotRead, name: &str) -> String {
    let text = match why {
        NotRead::NotOurs => T::BackupNotOurs,
        NotRead::Damaged => T::BackupDamaged,
        NotRead::Newer => T::BackupNewer,
        NotRead::TooLarge => T::BackupTooLarge,
        NotRead::WrongPassphrase => T::BackupWrongPassphrase,
        NotRead::NoCipher => T::BackupLockUnavailable,
    };
    tf(text, &[("name", name)])
}

/// The drafts of a file, each to be ticked.
fn found(opened: Opened, name: &str, done: Callback<TakenIn>) -> AnyView {
    let app = use_app();
    let is_new = |entry: &&Entry| entry.fate != Fate::Same;
    let ticked: Vec<usize> =
        opened.entries.iter().filter(is_new).map(|entry| entry.index).collect();
    let beside = opened.beside;
    let with_beside = RwSignal::new(beside.to_bring_in() > 0);
    let has_any = !ticked.is_empty() || beside.to_bring_in() > 0;
    let ticked = RwSignal::new(ticked);
    let is_busy = RwSignal::new(false);
    let entries = opened.entries.iter().cloned().map(|entry| line(entry, ticked)).collect_view();
    let made = format_instant(opened.made_at_ms);
    let waited = opened.waited;
    let opened = StoredValue::new_local(opened);
    let take_in = Callback::new(move |()| {
        let chosen = ticked.get_untracked();
        let with_beside = with_beside.get_untracked();
        if (chosen.is_empty() && !with_beside) || is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        let Some(opened) = opened.try_get_value() else { return };
        backup::take_in(app, opened, chosen, with_beside, move |taken| {
            let _ = is_busy.try_set(false);
            done.run(taken);
        });
    });
    let legend = tf(T::BackupFound, &[("name", name)]);
    view! {
        <fieldset class="ca-fieldset">
            <legend>{legend}</legend>
            <p class="ca-hint">{tf(T::BackupMadeAt, &[("time", &made)])}</p>
            {entries}
            {(beside.to_bring_in() > 0).then(|| view! {
                <Checkbox
                    id="backup-beside"
                    label=ts(T::BackupBeside)
                    hint=Signal::stored(beside_text(beside))
                    checked=with_beside
                    on_change=Callback::new(move |is_on| with_beside.set(is_on))
                />
            })}
        </fieldset>
        {(beside.only_read > 0).then(|| view! {
            <Notice kind=NoticeKind::Info>
                <p>{tf(T::BackupOnlyRead, &[("n", &beside.only_read.to_string())])}</p>
            </Notice>
        })}
        {(waited > 0).then(|| view! {
            <Notice kind=NoticeKind::Info>
                <p>{tf(T::BackupWaited, &[("n", &waited.to_string())])}</p>
            </Notice>
        })}
        {if has_any {
            view! {
                <p>
                    <Button kind=ButtonKind::Primary busy=is_busy on_click=take_in>
                        {ts(T::BackupTakeIn)}
                    </Button>
                </p>
            }
                .into_any()
        } else {
            view! { <p>{ts(T::BackupNothingNew)}</p> }.into_any()
        }}
    }
    .into_any()
}

fn beside_text(fates: Fates) -> String {
    tf(
        T::BackupBesideFacts,
        &[
            ("notes", &fates.notes.to_string()),
            ("reasons", &fates.reasons.to_string()),
            ("aside", &fates.aside.to_string()),
        ],
    )
}

fn line(entry: Entry, ticked: RwSignal<Vec<usize>>) -> AnyView {
    let Entry { index, name, saved_at_ms, files, fate } = entry;
    let label = if name.is_empty() { t(T::UnnamedClaim) } else { name };
    let facts = tf(
        T::BackupFacts,
        &[("time", &format_instant(saved_at_ms)), ("files", &files.to_string())],
    );
    let fate_text = match fate {
        Fate::New => T::BackupFateNew,
        Fate::Same => T::BackupFateSame,
        Fate::Copy => T::BackupFateCopy,
    };
    let hint = Signal::derive(move || format!("{facts} {}", t(fate_text)));
    if fate == Fate::Same {
        return view! {
            <p>
                <strong>{label}</strong>
                " "
                <span class="ca-hint">{hint}</span>
            </p>
        }
        .into_any();
    }
    view! {
        <Checkbox
            id=format!("backup-draft-{index}")
            label=Signal::stored(label)
            hint=hint
            checked=Signal::derive(move || ticked.with(|ticked| ticked.contains(&index)))
            on_change=Callback::new(move |is_on: bool| {
                ticked.update(|ticked| {
                    ticked.retain(|other| *other != index);
                    if is_on {
                        ticked.push(index);
                    }
                });
            })
        />
    }
    .into_any()
}

fn taken_in(taken: TakenIn) -> AnyView {
    let beside = taken.beside;
    let has_drafts = !taken.drafts.is_empty();
    let links = taken
        .drafts
        .into_iter()
        .map(|(id, name)| {
            let name = if name.is_empty() { t(T::UnnamedClaim) } else { name };
            view! {
                <li>
                    <a class="ca-link" href=Route::claim(&id)>
                        {name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div id="backup-done" tabindex="-1">
            <Notice kind=NoticeKind::Success>
                {has_drafts.then(|| view! {
                    <p>{ts(T::BackupTaken)}</p>
                    <ul class="ca-list">{links}</ul>
                })}
                {(beside.to_bring_in() > 0).then(|| view! {
                    <p>{ts(T::BackupBesideTaken)} " " {beside_text(beside)}</p>
                })}
            </Notice>
        </div>
        {(beside.no_room > 0).then(|| view! {
            <Notice kind=NoticeKind::Error>
                <p>{tf(T::BackupBesideNoRoom, &[("n", &beside.no_room.to_string())])}</p>
            </Notice>
        })}
        {named_list(NoticeKind::Warning, T::BackupLost, taken.lost)}
        {named_list(NoticeKind::Error, T::BackupNoRoom, taken.no_room)}
    }
    .into_any()
}
