//! Files of the proof on their way to the server: a bar and words for each, what
//! can be done about it, and the same said aloud at the start, half way and at
//! the end.

use super::outbox::{problem_text, waiting_text};
use crate::i18n::{T, t, tf, ts};
use crate::state::sync::{FileUpload, OpStatus, UploadStage, View};
use crate::state::{actions, use_app};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::live_region::use_announcer;
use crate::ui::part::{changing, when};
use crate::ui::progress::Progress;
use leptos::prelude::*;

/// The files that are being sent; for the pages on which one waits for them.
#[component]
pub fn Uploads(
    /// Without those that only wait, where these stand in a list of their own.
    #[prop(optional)]
    moving_only: bool,
) -> impl IntoView {
    let app = use_app();
    let announcer = use_announcer();
    let files = Memo::new(move |_| app.sync.view.with(View::file_uploads));
    Effect::new(move |before: Option<Vec<FileUpload>>| {
        let now = files.get();
        for (text, name, percent) in news(&before.unwrap_or_default(), &now) {
            let text = tf(text, &[("name", &name), ("percent", &percent.to_string())]);
            announcer.say(text);
        }
        now
    });
    let is_shown = move |file: &FileUpload| {
        !moving_only || matches!(file.stage, UploadStage::Sending(_) | UploadStage::Paused(_))
    };
    let shown = Memo::new(move |_| {
        let ids = |files: &Vec<FileUpload>| {
            let shown = files.iter().filter(|file| is_shown(file));
            shown.map(|file| (file.op_id.clone(), file.name.clone())).collect::<Vec<_>>()
        };
        files.with(ids)
    });
    when(
        move || !shown.with(Vec::is_empty),
        move || {
            view! {
                <ul class="ca-uploads" aria-label=ts(T::UploadsTitle)>
                    <For each=move || shown.get() key=|entry| entry.0.clone() let(entry)>
                        <Upload op_id=entry.0 name=entry.1 files />
                    </For>
                </ul>
            }
            .into_any()
        },
    )
}

/// One line. It stays the same while its stage changes: somebody may be on its button.
#[component]
fn Upload(op_id: String, name: String, files: Memo<Vec<FileUpload>>) -> impl IntoView {
    let app = use_app();
    let id = op_id.clone();
    let stage = Memo::new(move |_| {
        files
            .with(|files| files.iter().find(|file| file.op_id == id).map(|file| file.stage.clone()))
    });
    // Once there it stays, or the focus would go with it.
    let has_button = Memo::new(move |had: Option<&bool>| {
        had == Some(&true) || !matches!(stage.get(), None | Some(UploadStage::Queued))
    });
    let name = StoredValue::new(name);
    let named = move |text: T| name.with_value(|name| tf(text, &[("name", name)]));
    let press = Callback::new(move |()| match stage.get_untracked() {
        Some(UploadStage::Sending(_)) => actions::pause(app, &op_id),
        _ => actions::retry(app, &op_id),
    });
    view! {
        <li>
            {changing(move || stage.get().map_or_else(|| ().into_any(), |stage| {
                name.with_value(|name| how_far(name, &stage))
            }))}
            {when(
                move || has_button.get(),
                move || {
                    view! {
                        <Button kind=ButtonKind::Subtle on_click=press>
                            {move || named(match stage.get() {
                                Some(UploadStage::Paused(_)) => T::UploadResume,
                                Some(UploadStage::Stopped(_)) => T::UploadRetry,
                                _ => T::UploadPause,
                            })}
                        </Button>
                    }
                    .into_any()
                },
            )}
        </li>
    }
    .into_any()
}

fn how_far(name: &str, stage: &UploadStage) -> AnyView {
    let with = |text: T, percent: u32| {
        let text = tf(text, &[("name", name), ("percent", &percent.to_string())]);
        let label = tf(T::UploadStart, &[("name", name)]);
        view! { <Progress label text percent /> }.into_any()
    };
    let words = match stage {
        UploadStage::Sending(Some(percent)) => return with(T::UploadProgress, *percent),
        UploadStage::Paused(Some(percent)) => return with(T::UploadPausedAt, *percent),
        UploadStage::Sending(None) => t(T::OutboxSending),
        UploadStage::Paused(None) | UploadStage::Stopped(OpStatus::Paused) => t(T::OutboxPaused),
        UploadStage::Stopped(OpStatus::Waiting { until_ms, for_scanner }) => {
            waiting_text(*until_ms, *for_scanner)
        }
        UploadStage::Stopped(OpStatus::NeedsSignIn) => t(T::OutboxNeedsSignIn),
        UploadStage::Stopped(OpStatus::Wedged(problem)) => problem_text(problem),
        UploadStage::Queued | UploadStage::Stopped(OpStatus::Queued | OpStatus::Sending) => {
            t(T::OutboxQueued)
        }
    };
    let name = name.to_owned();
    view! {
        <p class="ca-hint">
            <strong>{name}</strong>
            " – "
            {words}
        </p>
    }
    .into_any()
}

/// What is worth saying between two looks: that a file set out, is half way,
/// arrived, rests or came to a stop. The rest would be chatter.
fn news(before: &[FileUpload], now: &[FileUpload]) -> Vec<(T, String, u32)> {
    let stage_in = |files: &[FileUpload], op_id: &str| {
        files.iter().find(|file| file.op_id == op_id).map(|file| file.stage.clone())
    };
    let mut news = Vec::new();
    for file in now {
        let was = stage_in(before, &file.op_id);
        let text = match (was, &file.stage) {
            (Some(UploadStage::Sending(was)), UploadStage::Sending(Some(is)))
                if was.unwrap_or(0) < 50 && (50..100).contains(is) =>
            {
                (T::UploadProgress, *is)
            }
            (Some(UploadStage::Sending(_)), UploadStage::Stopped(_)) => (T::UploadStopped, 0),
            (Some(UploadStage::Sending(_)), UploadStage::Paused(_)) => (T::UploadPaused, 0),
            (Some(UploadStage::Sending(_)), UploadStage::Sending(_) | UploadStage::Queued)
            | (_, UploadStage::Queued | UploadStage::Stopped(_) | UploadStage::Paused(_)) => {
                continue;
            }
            (_, UploadStage::Sending(_)) => (T::UploadStart, 0),
        };
        news.push((text.0, file.name.clone(), text.1));
    }
    for file in before {
        let was_sending = matches!(file.stage, UploadStage::Sending(_));
        if was_sending && stage_in(now, &file.op_id).is_none() {
            news.push((T::UploadDone, file.name.clone(), 100));
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(stage: UploadStage) -> Vec<FileUpload> {
        let (op_id, sha256) = ("1".to_owned(), "a".to_owned());
        vec![FileUpload { op_id, sha256, name: "scan.pdf".to_owned(), stage }]
    }

    fn said(before: &[FileUpload], now: &[FileUpload]) -> Vec<T> {
        news(before, now).into_iter().map(|(text, _, _)| text).collect()
    }

    #[test]
    fn start_half_and_end_are_said_and_nothing_between() {
        use UploadStage::{Queued, Sending};
        let course = [
            Queued,
            Sending(None),
            Sending(Some(0)),
            Sending(Some(41)),
            Sending(Some(83)),
            Sending(Some(100)),
            Sending(None),
        ];
        let mut all = Vec::new();
        for pair in course.windows(2) {
            all.extend(said(&file(pair[0].clone()), &file(pair[1].clone())));
        }
        all.extend(said(&file(Sending(None)), &[]));
        assert_eq!(all, [T::UploadStart, T::UploadProgress, T::UploadDone]);
    }

    #[test]
    fn a_stop_is_said_once_and_so_is_the_next_try() {
        use UploadStage::{Paused, Sending};
        let stopped = || UploadStage::Stopped(OpStatus::NeedsSignIn);
        assert_eq!(said(&file(Sending(Some(41))), &file(stopped())), [T::UploadStopped]);
        assert_eq!(said(&file(stopped()), &file(stopped())), []);
        assert_eq!(said(&file(stopped()), &file(Sending(Some(41)))), [T::UploadStart]);
        assert_eq!(said(&file(Sending(Some(41))), &file(Paused(Some(41)))), [T::UploadPaused]);
        assert_eq!(said(&file(Paused(Some(41))), &file(Sending(Some(41)))), [T::UploadStart]);
    }

    #[test]
    fn a_file_that_was_given_up_is_not_called_sent() {
        assert_eq!(said(&file(UploadStage::Stopped(OpStatus::NeedsSignIn)), &[]), []);
        assert_eq!(said(&file(UploadStage::Queued), &[]), []);
    }
}
