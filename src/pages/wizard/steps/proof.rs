//! Proof of execution: files, their dates and comments, what they name.

use super::proof_checklist::ProofChecklist;
use crate::i18n::format::format_size;
use crate::i18n::{T, t, tf, ts};
use crate::pages::template_download::TemplateDownload;
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::{DraftArea, DraftChoice, DraftDate, error_text, item_warnings};
use crate::pages::wizard::why::Why;
use crate::state::files::{AddFile, FileRefused, add_file};
use crate::state::{AppState, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::id_part;
use crate::ui::file_drop::FileDrop;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use crate::ui::progress::Progress;
use crate::ui::radio_group::RadioOption;
use cpor_rules::{Field, PublicSector, poe};
use leptos::prelude::*;

/// The step.
#[component]
pub fn ProofStep(
    /// So many files at the head of the list stay as they are.
    #[prop(optional)]
    kept: usize,
) -> impl IntoView {
    let app = use_app();
    let draft = Signal::derive(move || Some(app.draft.with(Clone::clone)));
    let is_left_out = move || {
        app.draft.with(|draft| !draft.edition.get().form.requires_proof(draft.partner_role))
    };
    view! {
        <p class="ca-lead">{ts(T::ProofIntro)}</p>
        {when(is_left_out, || view! { <Notice kind=NoticeKind::Info>
                <p>{ts(T::ProofNotNeeded)}</p>
            </Notice> }.into_any())}
        <TemplateDownload draft />
        <Files kept />
        <NamedItems />
        <PublicSectorQuestion />
        <ProofChecklist />
    }
    .into_any()
}

/// The files of the draft, and the way to add more.
#[component]
pub fn Files(
    /// So many files at the head of the list stay as they are.
    kept: usize,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let refused = RwSignal::new(Vec::<String>::new());
    // Names, and how much of each was read, in percent.
    let reading = RwSignal::new(Vec::<(String, u32)>::new());

    let on_files = Callback::new(move |files: Vec<AddFile>| {
        refused.set(Vec::new());
        for file in files {
            let name = file.name();
            reading.update(|names| names.push((name.clone(), 0)));
            announcer.say(tf(T::ProofReading, &[("name", &name)]));
            let read = name.clone();
            let progress = move |percent| {
                let _ = reading.try_update(|names| {
                    if let Some(entry) = names.iter_mut().find(|(other, _)| *other == read) {
                        entry.1 = percent;
                    }
                });
            };
            // The file is kept even if the page is left meanwhile, so the work
            // belongs to the state and only the messages to this page.
            add_file(app, file, progress, move |outcome| {
                let _ = reading.try_update(|names| {
                    if let Some(at) = names.iter().position(|(other, _)| *other == name) {
                        names.remove(at);
                    }
                });
                match outcome {
                    Ok(()) => announcer.say(tf(T::ProofAdded, &[("name", &name)])),
                    Err(why) => {
                        let text = refusal_text(&name, why);
                        announcer.alarm(text.clone());
                        let _ = refused.try_update(|list| list.push(text));
                    }
                }
            });
        }
    });
    let count = Memo::new(move |_| app.draft.with(|draft| draft.poe_files.len()));
    let accept = poe::FILE_KINDS
        .iter()
        .flat_map(|kind| kind.extensions)
        .map(|extension| format!(".{extension}"))
        .collect::<Vec<_>>()
        .join(",");
    view! {
        <FileDrop
            id=field_id(Field::PoeFiles)
            label=ts(T::ProofChoose)
            drop_text=ts(T::ProofDrop)
            hint=ts(T::ProofLimits)
            accept
            error=Signal::derive(move || error_text(Field::PoeFiles))
            on_files
        />
        <Why field=Field::PoeFiles />
        {move || {
            refused
                .get()
                .into_iter()
                .map(|text| view! { <Notice kind=NoticeKind::Error><p>{text}</p></Notice> })
                .collect_view()
        }}
        {move || {
            reading
                .get()
                .into_iter()
                .map(|(name, percent)| {
                    let text = tf(T::ProofReading, &[("name", &name)]);
                    view! { <Progress label=text.clone() text percent /> }
                })
                .collect_view()
        }}
        <ul class="ca-files" aria-label=ts(T::ProofFiles)>
            <For each=move || 0..count.get() key=|index| *index let(index)>
                {
                    let place = u16::try_from(index).unwrap_or(u16::MAX);
                    if index < kept {
                        view! { <KeptFile index=place /> }.into_any()
                    } else {
                        view! { <FileEntry index=place kept /> }.into_any()
                    }
                }
            </For>
        </ul>
    }
    .into_any()
}

fn refusal_text(name: &str, why: FileRefused) -> String {
    match why {
        FileRefused::Kind => tf(T::ProofFileType, &[("name", name)]),
        FileRefused::TooLarge { size_bytes } => {
            tf(T::ProofFileTooLarge, &[("name", name), ("size", &format_size(size_bytes))])
        }
        FileRefused::Empty => tf(T::ProofFileEmpty, &[("name", name)]),
        FileRefused::Unreadable => tf(T::ProofFileUnreadable, &[("name", name)]),
        FileRefused::NoRoom { size_bytes } => {
            tf(T::ProofFileNoStorage, &[("name", name), ("size", &format_size(size_bytes))])
        }
        FileRefused::NotThere => t(T::ModuleMissingText),
        FileRefused::SignInNeeded => tf(T::ProofFileSignIn, &[("name", name)]),
        FileRefused::Twice => tf(T::ProofFileTwice, &[("name", name)]),
        FileRefused::TooMany => tf(T::ProofTooMany, &[("name", name)]),
    }
}

/// A file that is part of the claim for good.
#[component]
fn KeptFile(index: u16) -> impl IntoView {
    let app = use_app();
    let file = move || {
        app.draft.with(|draft| draft.poe_files.get(usize::from(index)).cloned().unwrap_or_default())
    };
    view! {
        <li class="ca-file" id=field_id(Field::PoeFile(index)) tabindex="-1">
            <div class="ca-file__head">
                <strong class="ca-file__name">{move || file().name}</strong>
                <span class="ca-hint">{move || format_size(file().size_bytes)}</span>
                <span class="ca-hint">{ts(T::ProofKept)}</span>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn FileEntry(index: u16, kept: usize) -> impl IntoView {
    let app = use_app();
    let file = Memo::new(move |_| {
        app.draft.with(|draft| draft.poe_files.get(usize::from(index)).cloned().unwrap_or_default())
    });
    let name = Memo::new(move |_| file.with(|file| file.name.clone()));
    let named = move |text: T| Signal::derive(move || tf(text, &[("name", &name.get())]));
    let sent = Memo::new(move |_| {
        let sha256 = file.with(|file| file.sha256.clone());
        app.sync.view.with(|view| view.upload_percent(&sha256))
    });
    view! {
        <li class="ca-file" id=field_id(Field::PoeFile(index)) tabindex="-1">
            <div class="ca-file__head">
                <strong class="ca-file__name">{name}</strong>
                <span class="ca-hint">{move || file.with(|file| format_size(file.size_bytes))}</span>
                <Button
                    kind=ButtonKind::Subtle
                    on_click=Callback::new(move |()| remove(app, index, kept))
                >
                    {move || tf(T::ProofRemoveFile, &[("name", &name.get())])}
                </Button>
            </div>
            {move || error_text(Field::PoeFile(index)).map(|text| view! {
                <p class="ca-field__error">{text}</p>
            })}
            {move || sent.get().map(|percent| view! {
                <Progress
                    label=tf(T::UploadStart, &[("name", &name.get())])
                    text=tf(T::UploadProgress, &[("name", &name.get()), ("percent", &percent.to_string())])
                    percent
                />
            })}
            <DraftDate
                field=Field::PoeAcknowledgedOn(index)
                label=named(T::ProofAcknowledgedOn)
                hint=T::ProofAcknowledgedHint
            />
            <DraftArea
                field=Field::PoeFileComment(index)
                label_text=named(T::ProofFileComment)
                is_optional=true
            />
        </li>
    }
    .into_any()
}

/// Removes a file. The focus goes to the next one, to the last, or to the
/// control that adds files: the pressed button may be gone with its entry.
fn remove(app: AppState, index: u16, kept: usize) {
    app.draft.edit(|draft| {
        if usize::from(index) < draft.poe_files.len() {
            draft.poe_files.remove(usize::from(index));
        }
        let last = draft.poe_files.len().checked_sub(1).filter(|last| *last >= kept);
        let last = last.and_then(|last| u16::try_from(last).ok());
        let next = last.map_or(Field::PoeFiles, |last| Field::PoeFile(index.min(last)));
        window::focus_on(field_id(next));
    });
}

/// Which claimed items the documents name.
#[component]
fn NamedItems() -> impl IntoView {
    let app = use_app();
    let items = Memo::new(move |_| {
        app.draft.with(|draft| {
            let mut codes: Vec<String> = Vec::new();
            for code in draft.claimed_items() {
                if !codes.iter().any(|known| known == code) {
                    codes.push(code.to_owned());
                }
            }
            codes
        })
    });
    view! {
        <fieldset class="ca-fieldset" id=field_id(Field::PoeNamesItems) tabindex="-1">
            <legend>{ts(T::ProofNamesHeading)}</legend>
            <p class="ca-hint">{ts(T::ProofNamesHint)}</p>
            <For each=move || items.get() key=String::clone let(code)>
                {
                    let id = format!("named-{}", id_part(&code));
                    let (shown, read, change) = (code.clone(), code.clone(), code);
                    view! {
                        <div class="ca-check">
                            <input
                                type="checkbox"
                                id=id.clone()
                                prop:checked=move || {
                                    app.draft.with(|draft| draft.poe_names_items.contains(&read))
                                }
                                on:change=move |event| {
                                    let is_on = event_target_checked(&event);
                                    app.draft.edit(|draft| {
                                        draft.poe_names_items.retain(|other| *other != change);
                                        if is_on {
                                            draft.poe_names_items.push(change.clone());
                                        }
                                    });
                                }
                            />
                            <label for=id>{untrack(|| app.draft.with(|draft| draft.edition.get().item_name(&shown).to_owned()))}</label>
                        </div>
                    }
                }
            </For>
            {move || item_warnings(cpor_rules::Step::Proof)}
            <Why field=Field::PoeNamesItems />
        </fieldset>
    }
    .into_any()
}

#[component]
fn PublicSectorQuestion() -> impl IntoView {
    let app = use_app();
    let options = Signal::derive(move || {
        ANSWERS
            .iter()
            .map(|(_, code, text)| RadioOption {
                value: (*code).to_owned(),
                label: t(*text),
                hint: String::new(),
                facts: Vec::new(),
            })
            .collect::<Vec<_>>()
    });
    let value = Signal::derive(move || {
        let answer = app.draft.with(|draft| draft.public_sector);
        ANSWERS
            .iter()
            .find(|(known, _, _)| Some(*known) == answer)
            .map_or(String::new(), |(_, code, _)| (*code).to_owned())
    });
    let on_change = Callback::new(move |chosen: String| {
        let answer =
            ANSWERS.iter().find(|(_, code, _)| *code == chosen).map(|(known, _, _)| *known);
        app.draft.edit(|draft| draft.public_sector = answer);
    });
    view! {
        <DraftChoice
            field=Field::PublicSector
            label=T::PublicSectorLabel
            options
            value
            on_change
            is_optional=true
        />
    }
}

const ANSWERS: [(PublicSector, &str, T); 3] = [
    (PublicSector::No, "no", T::PublicSectorNo),
    (PublicSector::YesDisclosed, "disclosed", T::PublicSectorYes),
    (PublicSector::YesNotDisclosed, "missing", T::PublicSectorMissing),
];
