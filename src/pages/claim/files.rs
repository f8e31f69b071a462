//! The files of the proof, each to download.

use crate::i18n::format::{format_date, format_size};
use crate::i18n::{T, tf, ts};
use crate::state::files::{FileGap, download};
use crate::state::use_app;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use cpor_rules::{Draft, PoeFile};
use leptos::prelude::*;

/// The files; nothing where there are none.
#[component]
pub fn Files(draft: Memo<Option<Draft>>) -> impl IntoView {
    let files = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map(|draft| draft.poe_files.clone()).unwrap_or_default())
    });
    when(
        move || !files.with(Vec::is_empty),
        move || {
            view! {
                <section class="ca-summary" aria-labelledby="proof-files">
                    <h3 class="ca-summary__heading" id="proof-files">
                        {ts(T::ProofFilesHeading)}
                    </h3>
                    <ul class="ca-files">
                        <For
                            each=move || files.get()
                            key=|file| format!("{}/{}/{}", file.sha256, file.comment, file.acknowledged_on)
                            let(file)
                        >
                            <FileLine file />
                        </For>
                    </ul>
                </section>
            }
            .into_any()
        },
    )
}

#[component]
fn FileLine(file: PoeFile) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let is_busy = RwSignal::new(false);
    let gap = RwSignal::new(None);
    let name = file.name.clone();
    let (about, comment) = (about(&file), file.comment.trim().to_owned());
    let fetch = {
        let file = file.clone();
        move || {
            is_busy.set(true);
            gap.set(None);
            let name = file.name.clone();
            download(app, file.clone(), move |done| {
                let _ = is_busy.try_set(false);
                let _ = gap.try_set(done.err());
                if let Err(why) = done {
                    announcer.say(tf(gap_text(why), &[("name", &name)]));
                }
            });
        }
    };
    let (label, missing) = (name.clone(), name.clone());
    view! {
        <li class="ca-file">
            <div class="ca-file__head">
                <strong class="ca-file__name">{name}</strong>
                <span class="ca-hint">{about}</span>
                <Button
                    kind=ButtonKind::Subtle
                    busy=is_busy
                    on_click=Callback::new(move |()| fetch())
                >
                    {move || tf(T::FileDownload, &[("name", &label)])}
                </Button>
            </div>
            {(!comment.is_empty()).then(|| view! { <p>{comment}</p> })}
            {when(
                move || gap.get().is_some(),
                move || {
                    let missing = missing.clone();
                    view! {
                        <Notice kind=NoticeKind::Warning>
                            <p>
                                {move || {
                                    let why = gap.get().unwrap_or(FileGap::Away);
                                    tf(gap_text(why), &[("name", &missing)])
                                }}
                            </p>
                        </Notice>
                    }
                        .into_any()
                },
            )}
        </li>
    }
    .into_any()
}

const fn gap_text(gap: FileGap) -> T {
    match gap {
        FileGap::Away => T::FileUnavailable,
        FileGap::Unseen => T::FileUnseen,
        FileGap::Quarantined => T::FileQuarantined,
    }
}

/// Size, and the date of the customer's acknowledgement where there is one.
fn about(file: &PoeFile) -> Signal<String> {
    let size = file.size_bytes;
    let typed = file.acknowledged_on.trim().to_owned();
    Signal::derive(move || {
        let size = format_size(size);
        if typed.is_empty() {
            return size;
        }
        let date = typed.parse().map_or_else(|_| typed.clone(), format_date);
        tf(T::FileAcknowledged, &[("size", &size), ("date", &date)])
    })
}
