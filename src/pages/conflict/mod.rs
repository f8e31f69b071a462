//! A change that met another one: base, mine and theirs beside each other, a
//! choice for each field, and what the rules say of the result.

mod table;

use super::page::{Page, focus_title, use_go};
use super::part_text::{part_name, part_value};
use crate::i18n::format::format_instant;
use crate::i18n::problem_text::problem_text;
use crate::i18n::{T, names, t, tf, ts};
use crate::pages::outbox::kind_name;
use crate::routes::{Purpose, Route};
use crate::state::claims::{is_loading, millis};
use crate::state::conflict::{Chosen, Conflict, Merged, Part, Side, of_claim};
use crate::state::{use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::ConfirmDialog;
use crate::ui::live_region::use_announcer;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::{changing, when};
use crate::ui::skeleton::Skeleton;
use cpor_rules::life_cycle::Editable;
use cpor_rules::{Draft, Status, Step};
use leptos::prelude::*;
use table::{Table, radio_id};

/// The page.
#[component]
pub fn ConflictPage(
    /// Id of the claim.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let id = StoredValue::new(id);
    let conflict = Memo::new(move |_| id.with_value(|id| of_claim(app, id)));
    let was_sent = RwSignal::new(false);
    let name = Memo::new(move |_| {
        conflict.with(|conflict| {
            let conflict = conflict.as_ref()?;
            let draft = conflict.mine.as_ref().unwrap_or(&conflict.theirs.draft);
            Some(draft.claim_name.clone()).filter(|name| !name.trim().is_empty())
        })
    });
    let heading = Signal::derive(move || {
        name.get()
            .map_or_else(|| t(T::ConflictTitle), |name| tf(T::ConflictOf, &[("claim", &name)]))
    });
    let op = Memo::new(move |_| {
        conflict.with(|conflict| {
            conflict.as_ref().map(|conflict| (conflict.op_id.clone(), conflict.theirs.revision))
        })
    });
    view! {
        <Page title=ts(T::ConflictTitle) heading>
            <p>
                <a class="ca-link" href=move || id.with_value(|id| Route::claim(id))>
                    {ts(T::OutboxOpen)}
                </a>
                " · "
                <a class="ca-link" href=Route::Outbox.path()>
                    {ts(T::NavOutbox)}
                </a>
            </p>
            {changing(move || {
                // Drawn anew only for another operation or another version of theirs.
                op.with(|_| ());
                match conflict.get_untracked() {
                    Some(conflict) => view! { <Decision conflict was_sent /> }.into_any(),
                    None if is_loading(app) => {
                        view! { <Skeleton label=t(T::Loading) rows=6 /> }.into_any()
                    }
                    None if was_sent.get() => {
                        view! {
                            <Notice kind=NoticeKind::Success>
                                <p>{ts(T::ConflictSent)}</p>
                            </Notice>
                        }
                            .into_any()
                    }
                    None => view! { <p>{ts(T::ConflictNone)}</p> }.into_any(),
                }
            })}
        </Page>
    }
    .into_any()
}

#[component]
fn Decision(conflict: Conflict, was_sent: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let status = conflict.theirs.status;
    let is_locked = conflict.mine.is_some()
        && status.editable_in(conflict.theirs.draft.edition.get()) == Editable::Nothing;
    let asks = RwSignal::new(false);
    let conflict = StoredValue::new(conflict);
    let merged = conflict.with_value(Conflict::merged);
    let body = match merged {
        _ if is_locked => {
            let status = names::status(status);
            view! {
                <Notice kind=NoticeKind::Warning>
                    <p>{move || tf(T::ConflictMoved, &[("status", status)])}</p>
                </Notice>
                <Lost conflict />
            }
            .into_any()
        }
        Some(merged) => view! { <Choices conflict merged was_sent /> }.into_any(),
        None => view! { <OfState conflict was_sent /> }.into_any(),
    };
    view! {
        {body}
        <div class="ca-actions">
            <Button kind=ButtonKind::Danger on_click=Callback::new(move |()| asks.set(true))>
                {ts(T::ConflictDiscard)}
            </Button>
        </div>
        <ConfirmDialog
            open=asks
            title=ts(T::ConflictDiscard)
            text=ts(T::ConflictDiscardConfirm)
            confirm=ts(T::ConflictDiscard)
            cancel=ts(T::Cancel)
            on_confirm=Callback::new(move |()| {
                if conflict.with_value(|conflict| conflict.discard_mine(app)) {
                    focus_title();
                }
            })
        />
    }
    .into_any()
}

/// What was written and cannot be applied, to read and to copy.
#[component]
fn Lost(conflict: StoredValue<Conflict>) -> impl IntoView {
    changing(move || {
        conflict.with_value(|conflict| {
            let mine = conflict.mine.clone().unwrap_or_default();
            let rows = Part::ALL
                .iter()
                .filter(|part| !part.is_same(&mine, &conflict.theirs.draft))
                .map(|part| {
                    let (name, value) = (part_name(*part), part_value(*part, &mine));
                    view! {
                        <dt>{name}</dt>
                        <dd class="ca-merge__value">{value}</dd>
                    }
                })
                .collect_view();
            view! { <dl class="ca-merge__lost">{rows}</dl> }.into_any()
        })
    })
}

/// A change of state that was overtaken: what differs, and whether to go on.
#[component]
fn OfState(conflict: StoredValue<Conflict>, was_sent: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let intro = move || {
        conflict.with_value(|conflict| {
            let time = format_instant(millis(conflict.theirs.updated_at));
            tf(T::ConflictAct, &[("what", &t(kind_name(conflict.kind))), ("time", &time)])
        })
    };
    view! {
        <p class="ca-lead">{intro}</p>
        {changing(move || {
            conflict.with_value(|conflict| {
                let parts = conflict.differences();
                if parts.is_empty() {
                    return view! { <p>{t(T::ConflictActNothing)}</p> }.into_any();
                }
                let rows = parts
                    .into_iter()
                    .map(|part| {
                        let before = conflict
                            .base
                            .as_ref()
                            .map_or_else(String::new, |base| part_value(part, base));
                        let now = part_value(part, &conflict.theirs.draft);
                        view! {
                            <dt>{part_name(part)}</dt>
                            <dd class="ca-merge__value">{before} " → " {now}</dd>
                        }
                    })
                    .collect_view();
                view! { <dl class="ca-merge__lost">{rows}</dl> }.into_any()
            })
        })}
        <div class="ca-actions">
            <Button
                kind=ButtonKind::Primary
                on_click=Callback::new(move |()| {
                    was_sent.set(true);
                    conflict.with_value(|conflict| conflict.do_all_the_same(app));
                    focus_title();
                })
            >
                {ts(T::ConflictActAgain)}
            </Button>
        </div>
    }
    .into_any()
}

#[component]
fn Choices(
    conflict: StoredValue<Conflict>,
    merged: Merged,
    was_sent: RwSignal<bool>,
) -> impl IntoView {
    let app = use_app();
    let go = use_go();
    let announcer = use_announcer();
    let chosen = RwSignal::new(conflict.with_value(Conflict::load_choices));
    let missing = RwSignal::new(None::<Part>);
    let result = Memo::new(move |_| {
        chosen.with(|chosen| conflict.with_value(|conflict| conflict.result(chosen)))
    });
    let problems = Memo::new(move |_| {
        result.with(|result| {
            let result = result.as_ref()?;
            Some(conflict.with_value(|conflict| conflict.verdict(app, result)))
        })
    });
    let conflicts = StoredValue::new(merged.conflicts.clone());
    let has_conflicts = !merged.conflicts.is_empty();
    let taken = StoredValue::new(merged);
    let choose = Callback::new(move |(part, side)| {
        chosen.update(|chosen: &mut Chosen| {
            chosen.insert(part, side);
        });
        missing.set(None);
        conflict.with_value(|conflict| {
            chosen.with_untracked(|chosen| conflict.keep_choices(chosen));
        });
    });
    let send = move || {
        let Some(result) = result.get_untracked() else {
            let open = conflicts.with_value(|parts| {
                chosen.with_untracked(|chosen| {
                    parts.iter().find(|part| !chosen.contains_key(part)).copied()
                })
            });
            if let Some(part) = open {
                missing.set(Some(part));
                window::focus_on(radio_id(part));
            }
            return;
        };
        if problems.with_untracked(|found| found.as_ref().is_some_and(|v| !v.passes())) {
            announcer.say(t(T::ConflictVerdictBad));
            return;
        }
        was_sent.set(true);
        conflict.with_value(|conflict| conflict.decide(app, &result));
        announcer.say(t(T::ConflictSent));
        focus_title();
    };
    let to_form = move || {
        let version = result.get_untracked().or_else(|| {
            // What is still open starts from one's own version.
            let side = |part: &Part| {
                let known = chosen.with_untracked(|chosen| chosen.get(part).copied());
                known.or(Some(Side::Mine))
            };
            conflict.with_value(|conflict| {
                let mine = conflict.mine.clone()?;
                Some(taken.with_value(|merged| merged.choose(&mine, |part| side(&part))))
            })
        });
        let Some(version) = version else { return };
        let path = conflict.with_value(|conflict| {
            form_path(&conflict.theirs.id, conflict.theirs.status, &version)
        });
        if conflict.with_value(|conflict| conflict.write_on(app, &version)) {
            go.to(&path);
        }
    };
    let intro = move || {
        let time = conflict.with_value(|conflict| millis(conflict.theirs.updated_at));
        tf(T::ConflictIntro, &[("time", &format_instant(time))])
    };
    view! {
        <p class="ca-lead">{intro}</p>
        {has_conflicts.then(|| view! { <Table conflict conflicts chosen choose missing /> })}
        <Taken merged=taken />
        <Said problems />
        {then_text(conflict)}
        <div class="ca-actions">
            <Button kind=ButtonKind::Primary on_click=Callback::new(move |()| send())>
                {ts(T::ConflictSend)}
            </Button>
            <Button on_click=Callback::new(move |()| to_form())>{ts(T::ConflictForm)}</Button>
        </div>
    }
    .into_any()
}

/// Where the claim is written: its form depends on what it waits for.
pub fn form_path(id: &str, status: Status, version: &Draft) -> String {
    match status {
        Status::Draft => {
            let step = if version.solution_area.is_some() { Step::Review } else { Step::Role };
            Route::step(id, step)
        }
        Status::Approved => Route::change(id, Purpose::Proof),
        _ => Route::change(id, Purpose::Answer),
    }
}

/// What waits behind the change and follows it.
fn then_text(conflict: StoredValue<Conflict>) -> AnyView {
    changing(move || {
        let behind = conflict.with_value(|conflict| conflict.behind.clone());
        if behind.is_empty() {
            return ().into_any();
        }
        let steps: Vec<String> = behind.into_iter().map(|kind| t(kind_name(kind))).collect();
        view! { <p>{tf(T::ConflictThen, &[("steps", &steps.join(", "))])}</p> }.into_any()
    })
}

/// What was put together without a question.
#[component]
fn Taken(merged: StoredValue<Merged>) -> impl IntoView {
    let lines = move || {
        merged.with_value(|merged| {
            Part::ALL
                .iter()
                .filter_map(|part| {
                    let text = match (merged.mine.contains(part), merged.theirs.contains(part)) {
                        (true, true) => T::ConflictTakenBoth,
                        (true, false) => T::ConflictTakenMine,
                        (false, true) => T::ConflictTakenTheirs,
                        (false, false) => return None,
                    };
                    let value = part_value(*part, &merged.draft);
                    let text = tf(text, &[("part", &part_name(*part))]);
                    Some(view! {
                        <li>
                            {text} <span class="ca-merge__value ca-cell__sub">{value}</span>
                        </li>
                    })
                })
                .collect_view()
        })
    };
    let has_any = merged.with_value(|merged| !merged.mine.is_empty() || !merged.theirs.is_empty());
    has_any.then(|| {
        view! {
            <section aria-labelledby="taken">
                <h2 id="taken">{ts(T::ConflictTakenHeading)}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// What the rules say of the result.
#[component]
fn Said(problems: Memo<Option<cpor_rules::Verdict>>) -> impl IntoView {
    let is_open = move || problems.with(Option::is_none);
    let is_bad = move || problems.with(|found| found.as_ref().is_some_and(|v| !v.passes()));
    let is_good =
        move || problems.with(|found| found.as_ref().is_some_and(cpor_rules::Verdict::passes));
    view! {
        <div role="status">
            {when(is_open, || view! { <p class="ca-hint">{ts(T::ConflictVerdictOpen)}</p> }.into_any())}
            {when(is_good, || {
                view! {
                    <Notice kind=NoticeKind::Success>
                        <p>{ts(T::ConflictVerdictGood)}</p>
                    </Notice>
                }
                .into_any()
            })}
            {when(is_bad, move || {
                view! {
                    <Notice kind=NoticeKind::Warning>
                        <p>{ts(T::ConflictVerdictBad)}</p>
                        <ul>
                            {move || {
                                problems.with(|found| {
                                    found
                                        .iter()
                                        .flat_map(cpor_rules::Verdict::blocking)
                                        .map(|found| {
                                            let field = t(names::field(found.field));
                                            view! { <li>{field} ": " {problem_text(found)}</li> }
                                        })
                                        .collect_view()
                                })
                            }}
                        </ul>
                    </Notice>
                }
                .into_any()
            })}
        </div>
    }
    .into_any()
}
