//! Products of Business Applications, each with its subscription.

use crate::i18n::{T, names, t, tf, ts};
use crate::pages::wizard::field_id;
use crate::pages::wizard::fields::{DraftChoice, DraftText, error_text};
use crate::pages::wizard::why::Why;
use crate::routes::Route;
use crate::state::facts::SubscriptionCheck;
use crate::state::{AppState, use_app, window};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::disclosure::Disclosure;
use crate::ui::field::FieldError;
use crate::ui::part::{either, when};
use crate::ui::radio_group::RadioOption;
use crate::ui::select::{Select, SelectOption};
use crate::ui::text_field::TextField;
use cpor_rules::catalog;
use cpor_rules::edition::SubscriptionNeed;
use cpor_rules::facts::Holder;
use cpor_rules::ids::Guid;
use cpor_rules::{Field, ProductEntry, PurchaseChannel};
use leptos::prelude::*;

/// Value of the choice that asks for a name.
const OTHER: &str = "other:";

/// The step.
#[component]
pub fn ProductsStep() -> impl IntoView {
    let app = use_app();
    app.facts.look_up_tenant(app.draft);
    // An empty list is no place to type: there is always one entry to fill, and
    // the draft gets it with the first word.
    let count = Memo::new(move |_| app.draft.with(|draft| draft.products.len().max(1)));
    let channel = Signal::derive(move || {
        app.draft.with(|draft| draft.purchase_channel.map_or(String::new(), channel_code))
    });
    let channels = Signal::derive(move || {
        CHANNELS
            .into_iter()
            .map(|channel| RadioOption {
                value: channel_code(channel),
                label: t(names::purchase_channel(channel)),
                hint: String::new(),
                facts: Vec::new(),
            })
            .collect::<Vec<_>>()
    });
    let choose_channel = Callback::new(move |code: String| {
        app.draft.edit(|draft| {
            draft.purchase_channel =
                CHANNELS.into_iter().find(|channel| channel_code(*channel) == code);
        });
    });
    let add = move || {
        app.draft.edit(|draft| {
            let shown = draft.products.len().max(1);
            draft.products.resize(shown + 1, ProductEntry::default());
        });
    };
    view! {
        <p class="ca-lead">{ts(T::ProductsHint)}</p>
        <div id=field_id(Field::Products) tabindex="-1">
            <FieldError
                id=format!("{}-error", field_id(Field::Products))
                error=Signal::derive(move || error_text(Field::Products))
            />
            // Entries have no identity but their place, and their controls read
            // by place, so a list of numbers keeps focus while one types.
            <For each=move || 0..count.get() key=|index| *index let(index)>
                <Entry index=u16::try_from(index).unwrap_or(u16::MAX) count />
            </For>
        </div>
        <Button kind=ButtonKind::Secondary on_click=Callback::new(move |()| add())>
            {ts(T::AddProduct)}
        </Button>
        <Disclosure summary=ts(T::SubscriptionHelpTitle)>
            <p>{ts(T::SubscriptionHelp)}</p>
        </Disclosure>
        <DraftChoice
            field=Field::PurchaseChannel
            label=T::PurchaseChannelLabel
            options=channels
            value=channel
            on_change=choose_channel
            is_optional=true
        />
    }
    .into_any()
}

const CHANNELS: [PurchaseChannel; 4] = [
    PurchaseChannel::VolumeLicensing,
    PurchaseChannel::WebDirect,
    PurchaseChannel::CloudSolutionProvider,
    PurchaseChannel::Unknown,
];

fn channel_code(channel: PurchaseChannel) -> String {
    match channel {
        PurchaseChannel::VolumeLicensing => "volume-licensing",
        PurchaseChannel::WebDirect => "web-direct",
        PurchaseChannel::CloudSolutionProvider => "csp",
        PurchaseChannel::Unknown => "unknown",
    }
    .to_owned()
}

#[component]
fn Entry(index: u16, count: Memo<usize>) -> impl IntoView {
    let app = use_app();
    let number = (usize::from(index) + 1).to_string();
    let product = Memo::new(move |_| app.draft.text(Field::Product(index)));
    let is_other = Memo::new(move |_| product.with(|code| catalog::other_name(code).is_some()));
    let options = Signal::derive(move || {
        let mut options = vec![SelectOption {
            value: String::new(),
            label: t(T::ProductChoose),
            group: String::new(),
        }];
        let list = app.draft.with(|draft| draft.edition.get().products);
        options.extend(list.entries.iter().map(|entry| SelectOption {
            value: entry.code.to_owned(),
            label: entry.name.to_owned(),
            group: entry.group.to_owned(),
        }));
        options.push(SelectOption {
            value: OTHER.to_owned(),
            label: t(T::ProductOtherChoice),
            group: String::new(),
        });
        options
    });
    let needs_id = move || {
        app.draft.with(|draft| draft.edition.get().form.subscription == SubscriptionNeed::Always)
    };
    let choice =
        Signal::derive(move || if is_other.get() { OTHER.to_owned() } else { product.get() });
    let legend_number = number.clone();
    view! {
        <fieldset class="ca-entry">
            <legend>
                {move || tf(T::ProductNumber, &[("n", &legend_number)])}
            </legend>
            <Select
                id=field_id(Field::Product(index))
                label=ts(T::ProductLabel)
                options
                value=choice
                on_change=Callback::new(move |code| {
                    app.draft.set_text(Field::Product(index), code);
                })
                on_blur=Callback::new(move |()| app.draft.leave(Field::Product(index)))
                error=Signal::derive(move || error_text(Field::Product(index)))
            />
            {when(move || is_other.get(), move || view! { <TextField
                    id=format!("{}-other", field_id(Field::Product(index)))
                    label=ts(T::ProductOtherLabel)
                    value=Signal::derive(move || {
                        product.with(|code| catalog::other_name(code).unwrap_or("").to_owned())
                    })
                    on_input=Callback::new(move |name: String| {
                        // Blanks stay while one types; the rules trim them.
                        app.draft.set_text(Field::Product(index), format!("{OTHER}{name}"));
                    })
                /> }.into_any())}
            <Why field=Field::Product(index) />
            {either(needs_id, move || view! { <DraftText
                    field=Field::SubscriptionId(index)
                    label=T::SubscriptionIdLabel
                    hint=T::SubscriptionIdHint
                    shows_normal=true
                /> }.into_any(), move || view! { <DraftText
                    field=Field::SubscriptionId(index)
                    label=T::SubscriptionIdLabel
                    hint=T::SubscriptionIdHintMaybe
                    is_optional=true
                    shows_normal=true
                /> }.into_any())}
            <CheckResult index />
            <div class="ca-entry__foot">
                {when(move || { count.get() > 1 }, move || { let part = {
                        let number = number.clone();
                        view! {
                            <Button
                                kind=ButtonKind::Subtle
                                on_click=Callback::new(move |()| remove(app, index))
                            >
                                {move || tf(T::RemoveProduct, &[("n", &number)])}
                            </Button>
                        }
                    }; part.into_any() })}
            </div>
        </fieldset>
    }
    .into_any()
}

/// Removes an entry. The focus goes to the next one, or to the last: the pressed
/// button may be gone with its entry.
fn remove(app: AppState, index: u16) {
    app.draft.edit(|draft| {
        if usize::from(index) < draft.products.len() {
            draft.products.remove(usize::from(index));
        }
        let last = u16::try_from(draft.products.len().saturating_sub(1)).unwrap_or(u16::MAX);
        window::focus_on(field_id(Field::Product(index.min(last))));
    });
}

/// What the server said of the subscription; asked when product and
/// subscription are both there, and again when the person wants to know.
#[component]
fn CheckResult(index: u16) -> impl IntoView {
    let app = use_app();
    let check = app.facts.check_subscription(app.draft, index);
    let number = (usize::from(index) + 1).to_string();
    Effect::new(move |_| {
        // The rules say why, at the field; nobody has to leave it first.
        if check.get() == SubscriptionCheck::Refused {
            app.draft.leave(Field::SubscriptionId(index));
        }
    });
    let can_repeat = move || {
        matches!(
            check.get(),
            SubscriptionCheck::Usable | SubscriptionCheck::Refused | SubscriptionCheck::Unreachable
        )
    };
    view! {
        <p class="ca-field__note" aria-live="polite">
            {move || match check.get() {
                SubscriptionCheck::NotAsked => String::new(),
                SubscriptionCheck::Refused => t(T::SubscriptionChecked),
                SubscriptionCheck::Asking => t(T::SubscriptionChecking),
                SubscriptionCheck::Usable => t(T::SubscriptionUsable),
                SubscriptionCheck::Unreachable => t(T::SubscriptionUnchecked),
            }}
        </p>
        // It stays while the server is asked, so that it keeps the focus.
        {when(
            move || check.get() != SubscriptionCheck::NotAsked,
            move || {
                let number = number.clone();
                view! {
                    <Button
                        kind=ButtonKind::Subtle
                        busy=Signal::derive(move || !can_repeat())
                        on_click=Callback::new(move |()| app.facts.check_again(app, index))
                    >
                        {move || tf(T::SubscriptionCheckAgain, &[("n", &number)])}
                    </Button>
                }
                    .into_any()
            },
        )}
        {move || own_claim(app, index).map(|id| view! {
            <p>
                <a class="ca-link" href=Route::Claim { id }.path()>
                    {ts(T::OpenHoldingClaim)}
                </a>
            </p>
        })}
    }
    .into_any()
}

/// The other claim of one's own organisation that holds the entry; tracked.
fn own_claim(app: AppState, index: u16) -> Option<String> {
    let (tenant, product, subscription, role) = app.draft.with(|draft| {
        let tenant = Guid::parse(&draft.tenant_id).ok()?;
        let subscription = Guid::parse(draft.text(Field::SubscriptionId(index))).ok();
        let product = draft.text(Field::Product(index)).to_owned();
        Some((tenant, product, subscription, draft.partner_role?))
    })?;
    let own = app.draft.id();
    app.facts.known.with(|facts| {
        match facts.holder(&tenant, &product, subscription.as_ref(), role)? {
            Holder::Ours { claim_id, .. } if Some(claim_id) != own.as_ref() => {
                Some(claim_id.clone())
            }
            Holder::Ours { .. } | Holder::OtherPartner => None,
        }
    })
}
