//! Everything once more, before the claim is created.

use crate::i18n::{T, names, t, tf, ts};
use crate::pages::wizard::{WizardContext, step_name};
use crate::routes::{Route, Screen};
use crate::state::use_app;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::part::when;
use crate::ui::summary_list::{SummaryList, SummaryRow};
use cpor_rules::edition::Ask;
use cpor_rules::{Draft, EditionId, Field, Stage, Step, flow};
use leptos::prelude::*;

/// The step.
#[component]
pub fn ReviewStep() -> impl IntoView {
    let app = use_app();
    let wizard = expect_context::<WizardContext>();
    let id = wizard.id.get_value();
    let steps = Memo::new(move |_| {
        app.draft.with(|draft| {
            flow::steps(draft, Stage::AddCustomer)
                .filter(|step| *step != Step::Review)
                .collect::<Vec<_>>()
        })
    });
    let warnings = Memo::new(move |_| {
        steps.get().into_iter().flat_map(|step| app.draft.warnings(step)).collect::<Vec<_>>()
    });
    view! {
        <p class="ca-lead">{ts(T::ReviewIntro)}</p>
        {when(move || !warnings.with(Vec::is_empty), move || view! { <Notice kind=NoticeKind::Warning title=ts(T::ReviewWarnings)>
                <ul>
                    {move || {
                        warnings
                            .get()
                            .iter()
                            .map(|warning| {
                                view! { <li>{crate::i18n::problem_text::problem_text(warning)}</li> }
                            })
                            .collect_view()
                    }}
                </ul>
            </Notice> }.into_any())}
        <For each=move || steps.get() key=|step| *step let(step)>
            {
                let id = id.clone();
                let rows = Signal::derive(move || {
                    app.draft.with(|draft| rows_of(draft, step, Some(&id)))
                });
                view! { <SummaryList heading=Signal::derive(move || step_name(step)) rows /> }
            }
        </For>
        <p class="ca-hint">{ts(T::AddCustomerHint)}</p>
    }
    .into_any()
}

/// The rows of one step. With an id, each row links to where it is changed
/// and back to the review.
pub fn rows_of(draft: &Draft, step: Step, id: Option<&str>) -> Vec<SummaryRow> {
    let row = |field: Field, label: String, value: String| SummaryRow {
        label: label.clone(),
        value: if value.trim().is_empty() { t(T::NotGiven) } else { value },
        change: id.map(|id| {
            let path = Route::Wizard { id: id.to_owned(), screen: Screen::Step(step) }.path();
            format!("{path}?return=review&field={field}")
        }),
        change_label: t(T::Change),
        change_what: label,
    };
    let text = |field: Field| row(field, t(names::field(field)), draft.text(field).to_owned());
    let whose = |heading: T, field: Field| {
        row(
            field,
            format!("{}: {}", t(heading), t(names::field(field))),
            draft.text(field).to_owned(),
        )
    };
    let edition = draft.edition.get();
    let draft_names = &edition.names;
    // The name of a time is not translated; today's is, where it is a common word.
    let role_label = if edition.names.usage_and_pre_sales.is_some() {
        edition.names.role_question.to_owned()
    } else {
        t(T::PartnerRoleLabel)
    };
    match step {
        Step::Role => {
            let area = row(
                Field::SolutionArea,
                t(T::SolutionAreaLabel),
                draft
                    .solution_area
                    .map_or_else(String::new, |area| draft_names.area(area).to_owned()),
            );
            let role = row(
                Field::PartnerRole,
                role_label,
                draft
                    .partner_role
                    .map_or_else(String::new, |role| edition.role_name(role, draft.also_pre_sales)),
            );
            // Today's rules are nothing to mention.
            let of_then = (draft.edition != EditionId::Current).then(|| {
                row(Field::SolutionArea, t(T::EditionRow), t(names::edition(draft.edition)))
            });
            of_then.into_iter().chain([area, role]).collect()
        }
        Step::Details => {
            let mut rows = vec![
                text(Field::ClaimName),
                row(Field::PartnerId, draft_names.partner_id.to_owned(), draft.partner_id.clone()),
                text(Field::TenantId),
                text(Field::Domain),
            ];
            if draft.solution_area == Some(cpor_rules::SolutionArea::ModernWorkAndSecurity)
                && edition.form.opt_out != Ask::No
            {
                let answer = t(if draft.opt_out { T::Yes } else { T::No });
                rows.push(row(Field::OptOut, t(T::OptOutShort), answer));
            }
            rows
        }
        Step::Workloads => {
            let names: Vec<&str> =
                draft.workloads.iter().map(|code| edition.item_name(code)).collect();
            vec![row(Field::Workloads, t(T::StepWorkloads), names.join(", "))]
        }
        Step::Products => {
            let mut rows: Vec<SummaryRow> = draft
                .products
                .iter()
                .zip(0u16..)
                .map(|(entry, index)| {
                    row(
                        Field::Product(index),
                        tf(T::ProductNumber, &[("n", &(index + 1).to_string())]),
                        format!("{}\n{}", edition.item_name(&entry.product), entry.subscription_id),
                    )
                })
                .collect();
            rows.push(row(
                Field::PurchaseChannel,
                t(T::PurchaseChannelLabel),
                draft
                    .purchase_channel
                    .map_or_else(String::new, |channel| t(names::purchase_channel(channel))),
            ));
            rows
        }
        Step::Revenue => {
            vec![text(Field::SellerName), text(Field::CustomerName), text(Field::IsvSolution)]
        }
        Step::Contacts => {
            let mut rows = vec![
                whose(T::CustomerContactHeading, Field::CustomerContactName),
                whose(T::CustomerContactHeading, Field::CustomerContactTitle),
                whose(T::CustomerContactHeading, Field::CustomerContactEmail),
            ];
            if draft.partner_role.is_some_and(cpor_rules::PartnerRole::sends_consent_email) {
                let language = names::mail_language(draft.mail_language).to_owned();
                rows.push(row(Field::MailLanguage, t(T::MailLanguageLabel), language));
            }
            if edition.form.asks_technical_contact(draft.partner_role) {
                rows.extend(
                    [
                        Field::TechnicalContactName,
                        Field::TechnicalContactTitle,
                        Field::TechnicalContactEmail,
                    ]
                    .map(|field| whose(T::TechnicalContactHeading, field)),
                );
            }
            rows.push(whose(T::PartnerContactHeading, Field::PartnerContactName));
            rows.push(whose(T::PartnerContactHeading, Field::PartnerContactEmail));
            rows
        }
        Step::Proof => draft
            .poe_files
            .iter()
            .zip(0u16..)
            .map(|(file, index)| {
                let mut value = file.name.clone();
                for more in [&file.acknowledged_on, &file.comment] {
                    if !more.trim().is_empty() {
                        value = format!("{value}\n{more}");
                    }
                }
                row(
                    Field::PoeFile(index),
                    tf(T::ItemsRow, &[("n", &(index + 1).to_string())]),
                    value,
                )
            })
            .collect(),
        Step::Submit => vec![text(Field::Comment)],
        Step::Review => Vec::new(),
    }
}
