//! The workloads of a claim in Modern Work and Security.

use crate::i18n::{T, t, tf};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::{error_text, item_warnings};
use crate::pages::wizard::why::Why;
use crate::routes::Route;
use crate::state::use_app;
use crate::ui::item_picker::{ItemPicker, PickerItem, PickerTexts};
use cpor_rules::catalog;
use cpor_rules::facts::Holder;
use cpor_rules::ids::Guid;
use cpor_rules::{Field, PartnerRole};
use leptos::prelude::*;

/// The step.
#[component]
pub fn WorkloadsStep() -> impl IntoView {
    let app = use_app();
    app.facts.look_up_tenant(app.draft);

    let edition = move || app.draft.with(|draft| draft.edition.get());
    // A name of one's own stays for as long as the step is open: unticked, it
    // would take the focus away with it, and could not be ticked again.
    let own_names = Memo::new(move |before: Option<&Vec<String>>| {
        let mut names = before.cloned().unwrap_or_default();
        app.draft.with(|draft| {
            let list = draft.edition.get().workloads;
            for code in draft.workloads.iter().filter(|code| list.get(code).is_none()) {
                if !names.contains(code) {
                    names.push(code.clone());
                }
            }
        });
        names
    });
    let items = Signal::derive(move || {
        let tenant = app.draft.with(|draft| Guid::parse(&draft.tenant_id).ok());
        let own = app.draft.id().unwrap_or_default();
        let own_names = own_names.get();
        app.facts.known.with(|facts| {
            let item = |code: &str, name: &str, group: &str, search: String| {
                let holder = tenant
                    .as_ref()
                    .and_then(|tenant| facts.holder(tenant, code, None, PartnerRole::UseOrConsume));
                let (disabled_because, note, link) = match holder {
                    Some(Holder::Ours { claim_id, claim_name }) if *claim_id != own => (
                        Some(t(T::HeldByOurs)),
                        None,
                        Some((Route::Claim { id: claim_id.clone() }.path(), claim_name.clone())),
                    ),
                    Some(Holder::OtherPartner) => (None, Some(t(T::HeldByOther)), None),
                    Some(Holder::Ours { .. }) | None => (None, None, None),
                };
                PickerItem {
                    value: code.to_owned(),
                    label: name.to_owned(),
                    group: group.to_owned(),
                    search,
                    note,
                    disabled_because,
                    link,
                }
            };
            let mut items: Vec<PickerItem> = edition()
                .workloads
                .entries
                .iter()
                .map(|entry| item(entry.code, entry.name, entry.group, entry.aliases.join(" ")))
                .collect();
            for code in &own_names {
                items.push(item(
                    code,
                    catalog::display_name(code),
                    &t(T::OtherWorkload),
                    String::new(),
                ));
            }
            items
        })
    });
    let selected = Signal::derive(move || app.draft.with(|draft| draft.workloads.clone()));
    let on_change = Callback::new(move |chosen: Vec<String>| {
        app.draft.edit(|draft| draft.workloads = chosen);
    });
    let on_other = Callback::new(move |name: String| {
        let code = untrack(edition)
            .workloads
            .code_for(&name)
            .map_or_else(|| catalog::other_code(&name), str::to_owned);
        app.draft.edit(|draft| {
            if !draft.workloads.contains(&code) {
                draft.workloads.push(code);
            }
        });
    });
    let texts = Signal::derive(move || {
        let chosen = selected.with(Vec::len);
        let total = items.with(Vec::len);
        PickerTexts {
            legend: t(T::WorkloadsTitle),
            hint: t(T::WorkloadsHint),
            search: t(T::SearchWorkloads),
            select_all: t(T::SelectAllShown),
            count: tf(
                T::SelectedCount,
                &[("n", &chosen.to_string()), ("total", &total.to_string())],
            ),
            no_match: t(T::PickerNoMatch),
            other: t(T::OtherWorkload),
            add: t(T::OtherAdd),
        }
    });
    view! {
        <ItemPicker
            id=field_id(Field::Workloads)
            texts
            items
            selected
            on_change
            on_other
            error=Signal::derive(move || error_text(Field::Workloads).or_else(first_item_error))
        />
        {move || item_warnings(cpor_rules::Step::Workloads)}
        <Why field=Field::Workloads />
    }
    .into_any()
}

/// An error at one of the chosen workloads; the picker shows it as its own.
fn first_item_error() -> Option<String> {
    let count = use_app().draft.with(|draft| draft.workloads.len());
    (0..count)
        .filter_map(|index| u16::try_from(index).ok())
        .find_map(|index| error_text(Field::Workload(index)))
}
