//! Files of the proof on their way to the server: a bar and words for each, and
//! the same said aloud at the start, half way and at the end.

use crate::i18n::{T, tf};
use crate::state::sync::{FileUpload, UploadStage, View};
use crate::state::use_app;
use crate::ui::live_region::use_announcer;
use crate::ui::part::changing;
use crate::ui::progress::Progress;
use leptos::prelude::*;

/// The files that are being sent; for the pages on which one waits for them.
#[component]
pub fn Uploads() -> impl IntoView {
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
    changing(move || files.get().into_iter().filter_map(bar).collect_view().into_any())
}

fn bar(file: FileUpload) -> Option<AnyView> {
    let UploadStage::Sending(Some(percent)) = file.stage else { return None };
    let label = tf(T::UploadStart, &[("name", &file.name)]);
    let values = [("name", file.name.as_str()), ("percent", &percent.to_string())];
    let text = tf(T::UploadProgress, &values);
    Some(view! { <Progress label text percent /> }.into_any())
}

/// What is worth saying between two looks: that a file set out, is half way,
/// arrived or came to a stop. The rest would be chatter.
fn news(before: &[FileUpload], now: &[FileUpload]) -> Vec<(T, String, u32)> {
    let stage_in = |files: &[FileUpload], sha256: &str| {
        files.iter().find(|file| file.sha256 == sha256).map(|file| file.stage)
    };
    let mut news = Vec::new();
    for file in now {
        let was = stage_in(before, &file.sha256);
        let text = match (was, file.stage) {
            (Some(UploadStage::Sending(was)), UploadStage::Sending(Some(is)))
                if was.unwrap_or(0) < 50 && (50..100).contains(&is) =>
            {
                (T::UploadProgress, is)
            }
            (Some(UploadStage::Sending(_)), UploadStage::Stopped) => (T::UploadStopped, 0),
            (Some(UploadStage::Sending(_)), UploadStage::Sending(_) | UploadStage::Queued)
            | (_, UploadStage::Queued | UploadStage::Stopped) => continue,
            (_, UploadStage::Sending(_)) => (T::UploadStart, 0),
        };
        news.push((text.0, file.name.clone(), text.1));
    }
    for file in before {
        let was_sending = matches!(file.stage, UploadStage::Sending(_));
        if was_sending && stage_in(now, &file.sha256).is_none() {
            news.push((T::UploadDone, file.name.clone(), 100));
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(stage: UploadStage) -> Vec<FileUpload> {
        vec![FileUpload { sha256: "a".to_owned(), name: "scan.pdf".to_owned(), stage }]
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
            all.extend(said(&file(pair[0]), &file(pair[1])));
        }
        all.extend(said(&file(Sending(None)), &[]));
        assert_eq!(all, [T::UploadStart, T::UploadProgress, T::UploadDone]);
    }

    #[test]
    fn a_stop_is_said_once_and_so_is_the_next_try() {
        use UploadStage::{Sending, Stopped};
        assert_eq!(said(&file(Sending(Some(41))), &file(Stopped)), [T::UploadStopped]);
        assert_eq!(said(&file(Stopped), &file(Stopped)), []);
        assert_eq!(said(&file(Stopped), &file(Sending(Some(41)))), [T::UploadStart]);
    }

    #[test]
    fn a_file_that_was_given_up_is_not_called_sent() {
        assert_eq!(said(&file(UploadStage::Stopped), &[]), []);
        assert_eq!(said(&file(UploadStage::Queued), &[]), []);
    }
}
