//! The files of a proof: a list, and the one that is being looked at.

use crate::i18n::format::format_date;
use crate::i18n::{T, t, tf, tn, ts};
use crate::state::files::FileGap;
use crate::state::proof::{self, Look, Opening};
use crate::state::use_app;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use crate::ui::skeleton::Skeleton;
use chrono::NaiveDate;
use cpor_protocol::ClaimRecord;
use cpor_rules::arbitration::age_at_submission;
use cpor_rules::calendar::parse_date;
use cpor_rules::{Edition, PoeFile};
use leptos::prelude::*;

/// A proof as it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    files: Vec<PoeFile>,
    submitted: NaiveDate,
    edition: &'static Edition,
}

impl Shown {
    /// The proof of a claim.
    pub fn of(record: &ClaimRecord) -> Self {
        Self {
            files: record.draft.poe_files.clone(),
            submitted: submitted_on(record),
            edition: record.draft.edition.get(),
        }
    }
}

/// The day of the submission; of a claim that was never submitted, of the
/// creation.
pub fn submitted_on(record: &ClaimRecord) -> NaiveDate {
    record.submitted_at.unwrap_or(record.created_at).date_naive()
}

/// The age of an acknowledgement in words, and whether it is too old.
pub fn age_text(
    acknowledged: NaiveDate,
    submitted: NaiveDate,
    edition: &Edition,
) -> (String, bool) {
    let age = age_at_submission(acknowledged, submitted, edition);
    let words = match age.months {
        0 => t(T::ReviewAgeUnderMonth),
        n => tn(n, T::ReviewAgeOne, T::ReviewAgeOther).replace("{n}", &n.to_string()),
    };
    let text = if age.is_too_old { T::ReviewAgeOld } else { T::ReviewAgeFresh };
    let values = [
        ("date", format_date(acknowledged)),
        ("age", words),
        ("max", edition.poe_max_age_months.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    (tf(text, &values), age.is_too_old)
}

/// The list and the file that is looked at.
#[component]
pub fn ProofView(
    /// The proof.
    shown: Memo<Option<Shown>>,
    /// Name of the list.
    label: Signal<String>,
    /// Whether the first file is opened at once.
    #[prop(optional)]
    opens_first: bool,
) -> impl IntoView {
    let files =
        Memo::new(move |_| shown.with(|shown| shown.clone().map_or(Vec::new(), |s| s.files)));
    let chosen = RwSignal::new(None::<String>);
    let current = Memo::new(move |_| {
        let chosen = chosen.get();
        files.with(|files| {
            let first = || files.first().filter(|_| opens_first);
            let found = files.iter().find(|file| chosen.as_ref() == Some(&file.sha256));
            found.or_else(first).cloned()
        })
    });
    let list = move || {
        let Some(proof) = shown.get() else { return ().into_any() };
        let entries =
            proof.files.iter().map(|file| entry(file, &proof, chosen, current).into_any());
        view! {
            <ul class="ca-review__files" aria-label=label>{entries.collect_view()}</ul>
        }
        .into_any()
    };
    view! {
        {changing(move || {
            if files.with(Vec::is_empty) {
                view! { <p class="ca-hint">{ts(T::ReviewProofNone)}</p> }.into_any()
            } else {
                list()
            }
        })}
        {changing(move || match current.get() {
            Some(file) => view! { <Viewer file /> }.into_any(),
            None => ().into_any(),
        })}
    }
    .into_any()
}

fn entry(
    file: &PoeFile,
    proof: &Shown,
    chosen: RwSignal<Option<String>>,
    current: Memo<Option<PoeFile>>,
) -> impl IntoView + use<> {
    let (sha256, name, comment) = (file.sha256.clone(), file.name.clone(), file.comment.clone());
    let acknowledged = parse_date(&file.acknowledged_on);
    let (submitted, edition) = (proof.submitted, proof.edition);
    let age = Memo::new(move |_| match acknowledged {
        Some(date) => age_text(date, submitted, edition),
        None => (t(T::ReviewAgeNone), false),
    });
    let is_current = {
        let sha256 = sha256.clone();
        Memo::new(move |_| {
            current.with(|file| file.as_ref().is_some_and(|file| file.sha256 == sha256))
        })
    };
    let label = {
        let name = name.clone();
        move || tf(T::ReviewProofShow, &[("name", &name)])
    };
    view! {
        <li data-current=move || is_current.get().then_some("true")>
            <button
                type="button"
                class="ca-review__file"
                aria-pressed=move || if is_current.get() { "true" } else { "false" }
                aria-label=label
                on:click=move |_| chosen.set(Some(sha256.clone()))
            >
                {name}
            </button>
            <span class="ca-hint">
                {move || is_current.get().then(|| t(T::ReviewProofShown))}
            </span>
            <p class="ca-review__age" data-old=move || age.with(|(_, is_old)| is_old.then_some("true"))>
                {move || age.with(|(text, _)| text.clone())}
            </p>
            {(!comment.trim().is_empty()).then(|| view! { <p class="ca-hint">{comment}</p> })}
        </li>
    }
}

#[component]
fn Viewer(file: PoeFile) -> impl IntoView {
    let app = use_app();
    let PoeFile { sha256, name, .. } = file;
    let opening = proof::open(app, sha256.clone());
    let named = {
        let name = name.clone();
        move |text: T| {
            let name = name.clone();
            Signal::derive(move || tf(text, &[("name", &name)]))
        }
    };
    let (loading, title) = (named(T::ReviewProofLoading), named(T::ReviewProofFrame));
    let (away, unseen, quarantined) =
        (named(T::ReviewProofFailed), named(T::FileUnseen), named(T::FileQuarantined));
    let retry = Callback::new(move |()| proof::load(app, sha256.clone(), opening));
    changing(move || match opening.get() {
        // As high as what comes, so that nothing jumps under the pointer.
        Opening::Loading => view! {
            <div class="ca-review__viewer">
                <Skeleton label=loading.get() rows=6 />
            </div>
        }
        .into_any(),
        Opening::Failed(gap) => {
            let failed = match gap {
                FileGap::Away => away,
                FileGap::Unseen => unseen,
                FileGap::Quarantined => quarantined,
            };
            view! {
                <Notice kind=NoticeKind::Warning>
                    <p>{failed}</p>
                    <Button kind=ButtonKind::Secondary on_click=retry>{ts(T::Retry)}</Button>
                </Notice>
            }
            .into_any()
        }
        Opening::Ready { look, url } => {
            let href = url.as_str().to_owned();
            let content = match look {
                // The list of pages takes a third of the width and tells nothing here.
                Look::Pdf => view! {
                    <iframe
                        class="ca-review__page"
                        title=title
                        src=format!("{href}#navpanes=0&view=FitH")
                    ></iframe>
                }
                .into_any(),
                Look::Picture => {
                    view! { <img class="ca-review__picture" alt=title src=href.clone() /> }
                        .into_any()
                }
                Look::Download => view! { <p>{ts(T::ReviewProofOther)}</p> }.into_any(),
            };
            let tab = (look != Look::Download).then(|| {
                view! {
                    <a class="ca-button" href=href.clone() target="_blank" rel="noopener">
                        {ts(T::ReviewProofNewTab)}
                    </a>
                }
            });
            view! {
                <div class="ca-review__viewer">
                    {content}
                    <div class="ca-actions">
                        {tab}
                        <a class="ca-button" href=href.clone() download=name.clone() rel="external">
                            {ts(T::ReviewProofDownload)}
                        </a>
                    </div>
                </div>
            }
            .into_any()
        }
    })
}
