//! How an association is used: seats and active users by month, drawn and as a table.

use crate::i18n::format::format_month;
use crate::i18n::{T, t, tf, ts};
use crate::state::usage::{Loaded, UsageState};
use crate::state::use_app;
use crate::ui::button::Button;
use crate::ui::disclosure::Disclosure;
use crate::ui::field::id_part;
use crate::ui::line_chart::{ChartPoint, LineChart};
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::changing;
use crate::ui::skeleton::Skeleton;
use cpor_protocol::UsageMonth;
use cpor_rules::EditionId;
use cpor_rules::edition::Edition;
use leptos::prelude::*;

/// The usage of a claim.
#[component]
pub fn Usage(
    /// Id of the claim.
    id: StoredValue<String>,
    /// The rules it was made by; they name the items.
    edition: Memo<EditionId>,
) -> impl IntoView {
    let app = use_app();
    let usage = UsageState::load(app, id);
    view! {
        <section class="ca-panel ca-usage" aria-labelledby="usage">
            <h2 id="usage">{ts(T::UsageHeading)}</h2>
            {changing(move || match usage.loaded.get() {
                Loaded::Loading => view! { <Skeleton label=t(T::Loading) rows=4 /> }.into_any(),
                Loaded::Failed => {
                    view! {
                        <Notice kind=NoticeKind::Warning>
                            <p>{ts(T::UsageUnavailable)}</p>
                            <Button on_click=Callback::new(move |()| usage.ask(app))>
                                {ts(T::Retry)}
                            </Button>
                        </Notice>
                    }
                        .into_any()
                }
                Loaded::Months(months) if months.is_empty() => {
                    view! {
                        <p>
                            <strong>{ts(T::UsagePending)}</strong>
                        </p>
                        <p class="ca-hint">{ts(T::UsagePendingHint)}</p>
                    }
                        .into_any()
                }
                Loaded::Months(months) => {
                    view! {
                        <p class="ca-hint">{ts(T::UsageHint)}</p>
                        {by_item(months)
                            .into_iter()
                            .map(|(code, months)| item(edition.get().get(), &code, months))
                            .collect_view()}
                    }
                        .into_any()
                }
            })}
        </section>
    }
    .into_any()
}

/// The months of each item, items in the order in which they come.
fn by_item(months: Vec<UsageMonth>) -> Vec<(String, Vec<UsageMonth>)> {
    let mut items: Vec<(String, Vec<UsageMonth>)> = Vec::new();
    for month in months {
        match items.iter_mut().find(|(item, _)| *item == month.item) {
            Some((_, known)) => known.push(month),
            None => items.push((month.item.clone(), vec![month])),
        }
    }
    items
}

fn item(edition: &Edition, code: &str, months: Vec<UsageMonth>) -> AnyView {
    let name = edition.item_name(code).to_owned();
    let id = format!("usage-{}", id_part(code));
    let points = Signal::derive({
        let months = months.clone();
        move || {
            months
                .iter()
                .map(|month| ChartPoint {
                    label: format_month(&month.month),
                    values: [month.seats, month.active_users],
                })
                .collect::<Vec<_>>()
        }
    });
    let described = {
        let name = name.clone();
        Signal::derive(move || points.with(|points| described(&name, points)))
    };
    let title = named(T::UsageChart, &name);
    let caption = named(T::UsageTable, &name);
    let (chart_id, labelled_by) = (id.clone(), id.clone());
    view! {
        <section class="ca-usage__item" aria-labelledby=labelled_by>
            <h3 id=id>{name}</h3>
            <p>{described}</p>
            {changing(move || {
                view! {
                    <LineChart
                        id=chart_id.clone()
                        title
                        description=described
                        names=[ts(T::UsageSeats), ts(T::UsageActive)]
                        points=points.get()
                    />
                }
                    .into_any()
            })}
            <Disclosure summary=ts(T::UsageShowTable)>
                <table class="ca-numbers">
                    <caption class="ca-visually-hidden">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts(T::UsageMonth)}</th>
                            <th scope="col">{ts(T::UsageSeats)}</th>
                            <th scope="col">{ts(T::UsageActive)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || points.get().into_iter().rev().map(row).collect_view()}</tbody>
                </table>
            </Disclosure>
        </section>
    }
    .into_any()
}

fn named(text: T, name: &str) -> Signal<String> {
    let name = name.to_owned();
    Signal::derive(move || tf(text, &[("item", &name)]))
}

/// The first and the last month in a sentence.
fn described(name: &str, points: &[ChartPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let [seats, active] = last.values.map(|value| value.to_string());
    tf(
        T::UsageDescribed,
        &[
            ("item", name),
            ("month", &last.label),
            ("active", &active),
            ("seats", &seats),
            ("first", &first.values[1].to_string()),
            ("since", &first.label),
        ],
    )
}

fn row(point: ChartPoint) -> impl IntoView {
    let [seats, active] = point.values.map(|value| value.to_string());
    view! {
        <tr>
            <th scope="row">{point.label}</th>
            <td>{seats}</td>
            <td>{active}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_stand_with_their_item_in_order() {
        let month = |item: &str, month: &str| UsageMonth {
            month: month.to_owned(),
            item: item.to_owned(),
            seats: 1,
            active_users: 1,
        };
        let months = vec![month("b", "2026-01"), month("a", "2026-01"), month("b", "2026-02")];
        let items = by_item(months);
        let shape: Vec<_> =
            items.iter().map(|(item, months)| (item.as_str(), months.len())).collect();
        assert_eq!(shape, [("b", 2), ("a", 1)]);
    }
}
