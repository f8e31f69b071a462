//! Fields of the draft: a component of `ui` bound to a path of `cpor_rules`.

use super::why::Why;
use crate::i18n::problem_text::problem_text;
use crate::i18n::{T, t, tf};
use crate::lazy;
use crate::state::use_app;
use crate::ui::checkbox::Checkbox;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use crate::ui::radio_group::{RadioGroup, RadioOption};
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use cpor_rules::{Field, Severity, Step, ids};
use leptos::prelude::*;

/// Fields of the open draft: closed, with a word on why, while this tab only
/// shows it.
pub fn writable(fields: impl IntoView + 'static) -> AnyView {
    let app = use_app();
    let is_reading = app.draft.is_reading;
    view! {
        {when(move || is_reading.get(), || lazy::shown(lazy::reading))}
        <fieldset
            disabled=is_reading
            aria-label=move || is_reading.get().then(|| t(T::ReadingFields))
        >
            {fields.into_any()}
        </fieldset>
    }
    .into_any()
}

/// Id of a field's control in the page.
pub fn field_id(field: Field) -> String {
    format!("f-{}", field.to_string().replace(['.', '_'], "-"))
}

/// The error to show at a field, tracked.
pub fn error_text(field: Field) -> Option<String> {
    use_app().draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
}

/// The warning to show at a field, tracked.
pub fn warning_notice(field: Field) -> Option<impl IntoView> {
    use_app().draft.shown(field, Severity::Warns).map(|violation| {
        view! {
            <Notice kind=NoticeKind::Warning>
                <p>{problem_text(&violation)}</p>
            </Notice>
        }
    })
}

/// All warnings of a step in one notice, for lists of items.
pub fn item_warnings(step: Step) -> Option<impl IntoView> {
    let app = use_app();
    let warnings: Vec<String> = app
        .draft
        .warnings(step)
        .iter()
        .filter(|violation| app.draft.shown(violation.field, Severity::Warns).is_some())
        .map(problem_text)
        .collect();
    (!warnings.is_empty()).then(|| {
        view! {
            <Notice kind=NoticeKind::Warning>
                <ul>{warnings.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
            </Notice>
        }
    })
}

/// A text field of the draft.
#[component]
pub fn DraftText(
    /// Which field.
    field: Field,
    /// Its label.
    label: T,
    /// Its label where the edition of the claim has a name of its own for it.
    #[prop(into, optional)]
    label_text: Option<Signal<String>>,
    /// What helps to fill it.
    #[prop(optional)]
    hint: Option<T>,
    /// Kind of the control.
    #[prop(default = "text")]
    kind: &'static str,
    /// For the keyboard of a phone.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The field may stay empty.
    #[prop(optional)]
    is_optional: bool,
    /// Shows the form in which the text is kept, where it differs.
    #[prop(optional)]
    shows_normal: bool,
) -> impl IntoView {
    let app = use_app();
    let note = Signal::derive(move || {
        if !shows_normal {
            return None;
        }
        let typed = app.draft.text(field);
        let normal = normal_form(field, &typed);
        (normal != typed && !typed.trim().is_empty())
            .then(|| tf(T::StoredAs, &[("value", &normal)]))
    });
    view! {
        <TextField
            id=field_id(field)
            label=label_text.unwrap_or_else(|| Signal::derive(move || t(label)))
            hint=hint.map(|hint| Signal::derive(move || t(hint)))
            value=Signal::derive(move || app.draft.text(field))
            on_input=Callback::new(move |text| app.draft.set_text(field, text))
            on_blur=Callback::new(move |()| app.draft.leave(field))
            error=Signal::derive(move || {
                app.draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
            })
            note
            kind
            inputmode
            autocomplete
            is_optional
        />
        {move || warning_notice(field)}
        <Why field />
    }
    .into_any()
}

/// The text as the rules read it.
fn normal_form(field: Field, typed: &str) -> String {
    match field {
        Field::PartnerId => ids::normal_partner_id(typed),
        Field::TenantId | Field::SubscriptionId(_) => ids::normal_guid(typed),
        Field::Domain => ids::normal_domain(typed),
        _ => typed.trim().to_owned(),
    }
}

/// A text of several lines.
#[component]
pub fn DraftArea(
    /// Which field.
    field: Field,
    /// Its label.
    #[prop(optional)]
    label: Option<T>,
    /// Its label, where it names something.
    #[prop(into, optional)]
    label_text: Option<Signal<String>>,
    /// The field may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let app = use_app();
    let label =
        label_text.unwrap_or_else(|| Signal::derive(move || label.map(t).unwrap_or_default()));
    view! {
        <TextArea
            id=field_id(field)
            label
            value=Signal::derive(move || app.draft.text(field))
            on_input=Callback::new(move |text| app.draft.set_text(field, text))
            on_blur=Callback::new(move |()| app.draft.leave(field))
            error=Signal::derive(move || {
                app.draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
            })
            is_optional
        />
    }
    .into_any()
}

/// A date.
#[component]
pub fn DraftDate(
    /// Which field.
    field: Field,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to fill it.
    hint: T,
) -> impl IntoView {
    let app = use_app();
    view! {
        <TextField
            id=field_id(field)
            label
            hint=Some(Signal::derive(move || t(hint)))
            value=Signal::derive(move || app.draft.text(field))
            on_input=Callback::new(move |text| app.draft.set_text(field, text))
            on_blur=Callback::new(move |()| app.draft.leave(field))
            error=Signal::derive(move || {
                app.draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
            })
            kind="date"
            is_optional=true
        />
        {move || warning_notice(field)}
    }
    .into_any()
}

/// A box to tick.
#[component]
pub fn DraftTick(
    /// Which field.
    field: Field,
    /// Its label.
    label: T,
    /// What follows from ticking it.
    #[prop(optional)]
    hint: Option<T>,
) -> impl IntoView {
    let app = use_app();
    let tick = move |is_on: bool| {
        app.draft.edit(|draft| {
            if let Some(place) = draft.tick_mut(field) {
                *place = is_on;
            }
        });
        app.draft.leave(field);
    };
    view! {
        <Checkbox
            id=field_id(field)
            label=Signal::derive(move || t(label))
            hint=hint.map(|hint| Signal::derive(move || t(hint)))
            checked=Signal::derive(move || app.draft.with(|draft| draft.is_ticked(field)))
            on_change=Callback::new(tick)
            error=Signal::derive(move || {
                app.draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
            })
        />
    }
    .into_any()
}

/// A choice of one from few.
#[component]
pub fn DraftChoice(
    /// Which field.
    field: Field,
    /// The question.
    label: T,
    /// What helps to answer it.
    #[prop(optional)]
    hint: Option<T>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<RadioOption>>,
    /// The chosen one.
    #[prop(into)]
    value: Signal<String>,
    /// Each choice made.
    on_change: Callback<String>,
    /// It need not be answered.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let app = use_app();
    view! {
        <RadioGroup
            id=field_id(field)
            legend=Signal::derive(move || t(label))
            hint=hint.map(|hint| Signal::derive(move || t(hint)))
            options
            value
            on_change
            error=Signal::derive(move || {
                app.draft.shown(field, Severity::Blocks).map(|violation| problem_text(&violation))
            })
            is_optional
        />
        {move || warning_notice(field)}
        <Why field />
    }
    .into_any()
}
