//! "Was this valid then?": one claim under the rules of several times.

use super::page::Page;
use crate::i18n::problem_text::problem_text;
use crate::i18n::{T, names, t, tf, tn, ts};
use crate::pages::wizard::why::grounds;
use crate::routes::Route;
use crate::state::claims::is_loading;
use crate::state::{AppState, actions, use_app};
use crate::ui::checkbox::Checkbox;
use crate::ui::disclosure::Disclosure;
use crate::ui::icon::{Icon, IconView};
use crate::ui::part::{changing, when};
use crate::ui::skeleton::Skeleton;
use crate::ui::text_field::TextField;
use chrono::NaiveDate;
use cpor_rules::calendar::parse_date;
use cpor_rules::compare::{Row, Says, compare};
use cpor_rules::{Draft, EditionId};
use leptos::prelude::*;

/// What is compared.
#[derive(Clone, Copy)]
struct Asked {
    /// Ticked editions.
    editions: RwSignal<Vec<EditionId>>,
    /// The day, as typed.
    day: RwSignal<String>,
    /// Whether rules that hold everywhere are shown as well.
    shows_all: RwSignal<bool>,
}

/// The page.
#[component]
pub fn ThenPage(
    /// Id of the claim.
    id: String,
) -> impl IntoView {
    let app = use_app();
    let id = StoredValue::new(id);
    let draft = Memo::new(move |_| {
        app.draft.saves.track();
        let local = id.with_value(|id| actions::local_draft(app, id)).map(|stored| stored.draft);
        local.or_else(|| {
            id.with_value(|id| app.sync.view.with(|view| view.claim(id).map(|r| r.draft.clone())))
        })
    });
    let title = Signal::derive(move || t(T::ThenTitle));
    let is_there = Memo::new(move |_| draft.with(Option::is_some));
    view! {
        <Page title heading=title>
            <p>
                <a class="ca-link" href=move || id.with_value(|id| Route::claim(id))>
                    {ts(T::ThenBack)}
                </a>
            </p>
            {changing(move || {
                if is_there.get() {
                    view! { <Comparison id draft /> }.into_any()
                } else if is_loading(app) {
                    view! { <Skeleton label=t(T::Loading) rows=6 /> }.into_any()
                } else {
                    view! { <p>{ts(T::ClaimNotFoundText)}</p> }.into_any()
                }
            })}
        </Page>
    }
    .into_any()
}

#[component]
fn Comparison(id: StoredValue<String>, draft: Memo<Option<Draft>>) -> impl IntoView {
    let app = use_app();
    let own =
        draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.edition).unwrap_or_default());
    // The claim's own time and another one, to have something to compare.
    let other = if own == EditionId::Current { EditionId::Fy20 } else { EditionId::Current };
    let mut both = vec![own, other];
    both.sort();
    let asked = Asked {
        editions: RwSignal::new(both),
        day: RwSignal::new(app.clock.today.get_untracked().to_string()),
        shows_all: RwSignal::new(false),
    };
    let day = move || asked.day.with(|day| parse_date(day));
    let rows = Memo::new(move |_| judged(app, &id.get_value(), draft, asked));
    view! {
        <p class="ca-lead">
            {ts(T::ThenIntro)}
            " "
            {move || tf(T::EditionKept, &[("edition", &t(names::edition(own)))])}
        </p>
        <div class="ca-then__asked">
            <fieldset class="ca-fieldset">
                <legend>{ts(T::ThenEditions)}</legend>
                {move || {
                    asked.editions.with(|editions| editions.len() < 2).then(|| {
                        view! { <p class="ca-field__error">{t(T::ThenNeedTwo)}</p> }
                    })
                }}
                {EditionId::ALL.map(|edition| view! { <EditionBox edition asked /> }).collect_view()}
            </fieldset>
            <TextField
                id="then-day"
                label=ts(T::ThenDate)
                hint=Some(ts(T::ThenDateHint))
                value=asked.day
                on_input=Callback::new(move |text| asked.day.set(text))
                error=Signal::derive(move || day().is_none().then(|| t(T::NotADate)))
                kind="date"
            />
        </div>
        {when(move || rows.with(Option::is_some), move || view! { <Results rows asked /> }.into_any())}
    }
    .into_any()
}

/// The rows of the comparison; `None` while something is missing for it.
fn judged(app: AppState, id: &str, draft: Memo<Option<Draft>>, asked: Asked) -> Option<Judged> {
    let editions = asked.editions.get();
    let on: NaiveDate = asked.day.with(|day| parse_date(day))?;
    if editions.len() < 2 {
        return None;
    }
    let rows = draft.with(|draft| {
        let draft = draft.as_ref()?;
        Some(app.facts.known.with(|facts| compare(draft, &editions, on, facts, Some(id))))
    })?;
    Some(Judged { editions, rows })
}

/// A comparison.
#[derive(Clone)]
struct Judged {
    editions: Vec<EditionId>,
    rows: Vec<Row>,
}

impl PartialEq for Judged {
    fn eq(&self, other: &Self) -> bool {
        let key = |judged: &Self| {
            judged.rows.iter().map(|row| (row.rule.id, row.says.clone())).collect::<Vec<_>>()
        };
        self.editions == other.editions && key(self) == key(other)
    }
}

#[component]
fn EditionBox(edition: EditionId, asked: Asked) -> impl IntoView {
    let toggle = move |is_on: bool| {
        asked.editions.update(|editions| {
            editions.retain(|other| *other != edition);
            if is_on {
                editions.push(edition);
                editions.sort();
            }
        });
    };
    view! {
        <Checkbox
            id=format!("then-{}", edition.code())
            label=ts(names::edition(edition))
            checked=Signal::derive(move || {
                asked.editions.with(|editions| editions.contains(&edition))
            })
            on_change=Callback::new(toggle)
        />
    }
}

#[component]
fn Results(rows: Memo<Option<Judged>>, asked: Asked) -> impl IntoView {
    let difference = move || {
        let count = rows.with(|judged| {
            judged
                .as_ref()
                .map_or(0, |judged| judged.rows.iter().filter(|row| row.differs()).count())
        });
        let number = u32::try_from(count).unwrap_or(u32::MAX);
        match number {
            0 => t(T::ThenSame),
            _ => tn(number, T::ThenDifferOne, T::ThenDiffer).replace("{n}", &number.to_string()),
        }
    };
    view! {
        <p role="status">{difference}</p>
        <Checkbox
            id="then-all"
            label=ts(T::ThenShowAll)
            checked=asked.shows_all
            on_change=Callback::new(move |is_on| asked.shows_all.set(is_on))
        />
        <div class="ca-table-wrap">
            {move || {
                rows.with(|judged| {
                    judged.as_ref().map(|judged| table(judged, asked.shows_all.get()))
                })
            }}
        </div>
    }
    .into_any()
}

fn table(judged: &Judged, shows_all: bool) -> impl IntoView + use<> {
    let heads = judged
        .editions
        .iter()
        .map(|edition| {
            let text = t(names::edition(*edition));
            view! { <th scope="col">{text}</th> }
        })
        .collect_view();
    let verdicts = judged
        .editions
        .iter()
        .enumerate()
        .map(|(column, edition)| {
            let blocks = judged
                .rows
                .iter()
                .filter(|row| matches!(row.says.get(column), Some(Says::Blocks(_))))
                .count();
            let (kind, icon, text) = if blocks == 0 {
                ("holds", Icon::Tick, t(T::ThenVerdictPasses))
            } else {
                let count = blocks.to_string();
                ("blocks", Icon::Cross, tf(T::ThenVerdictFails, &[("n", &count)]))
            };
            view! {
                <td data-label=t(names::edition(*edition))>
                    <span class="ca-then__says" data-says=kind>
                        <IconView icon />
                        <strong>{text}</strong>
                    </span>
                </td>
            }
        })
        .collect_view();
    let rows = judged
        .rows
        .iter()
        .filter(|row| shows_all || row.speaks())
        .map(|row| line(row, &judged.editions))
        .collect_view();
    view! {
        <table class="ca-table ca-table--cards ca-then">
            <caption class="ca-visually-hidden">{t(T::ThenTable)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(T::ThenRule)}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{t(T::ThenVerdict)}</th>
                    {verdicts}
                </tr>
                {rows}
            </tbody>
        </table>
    }
}

fn line(row: &Row, editions: &[EditionId]) -> impl IntoView + use<> {
    let rule = row.rule;
    let cells = row
        .says
        .iter()
        .zip(editions)
        .map(|(says, edition)| {
            let (kind, icon, word) = match says {
                Says::DoesNotApply => ("none", Icon::Dot, T::ThenNotApply),
                Says::Holds => ("holds", Icon::Tick, T::ThenHolds),
                Says::Warns(_) => ("warns", Icon::Warning, T::ThenWarns),
                Says::Blocks(_) => ("blocks", Icon::Cross, T::ThenBlocks),
            };
            let found = match says {
                Says::Warns(found) | Says::Blocks(found) => found.as_slice(),
                Says::DoesNotApply | Says::Holds => &[],
            };
            let texts = found
                .iter()
                .map(|violation| {
                    view! {
                        <span class="ca-cell__sub">
                            {format!("{}: {}", t(names::field(violation.field)), problem_text(violation))}
                        </span>
                    }
                })
                .collect_view();
            view! {
                <td data-label=t(names::edition(*edition))>
                    <span class="ca-then__says" data-says=kind>
                        <IconView icon />
                        <strong>{t(word)}</strong>
                    </span>
                    {texts}
                </td>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <span lang="en">{rule.grounds().says}</span>
                <Disclosure summary=ts(T::Why)>{grounds(rule)}</Disclosure>
            </th>
            {cells}
        </tr>
    }
}
