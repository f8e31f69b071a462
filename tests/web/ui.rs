//! Components in a real document: what takes the focus, what is heard, what
//! goes out when something is pressed, typed or dropped.

use crate::mounted::{
    Mounted, Role, choose, fire, heard, is_focused, press, settled, type_into, until,
};
use cpor_claims::ui::button::Button;
use cpor_claims::ui::dialog::ConfirmDialog;
use cpor_claims::ui::error_summary::{ErrorLink, ErrorSummary};
use cpor_claims::ui::file_drop::FileDrop;
use cpor_claims::ui::item_picker::{ItemPicker, PickerItem, PickerTexts};
use cpor_claims::ui::live_region::use_announcer;
use cpor_claims::ui::radio_group::{RadioGroup, RadioOption};
use cpor_claims::ui::select::{Select, SelectOption};
use cpor_claims::ui::table::SortHeader;
use cpor_claims::ui::tabs::{Tab, Tabs};
use cpor_claims::ui::text_field::TextField;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{DataTransfer, Element, File, FileList, HtmlElement};

fn says(text: &'static str) -> Signal<String> {
    Signal::derive(move || text.to_owned())
}

// Buttons.

#[wasm_bindgen_test]
async fn a_busy_button_keeps_the_focus_and_ignores_presses() {
    let (busy, presses) = (RwSignal::new(false), RwSignal::new(0));
    let page = Mounted::new(move || {
        let on_click = Callback::new(move |()| {
            presses.update(|presses| *presses += 1);
            busy.set(true);
        });
        view! {
            <Button busy on_click>
                "Send"
            </Button>
        }
        .into_any()
    })
    .await;
    let button = page.find(Role::Button, "Send");
    assert_eq!(button.get_attribute("aria-disabled"), None);
    press(&button);
    until("the button is busy", || button.get_attribute("aria-busy").is_some()).await;
    button.click();
    assert_eq!(presses.get_untracked(), 1);
    assert!(is_focused(&button));
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(!button.has_attribute("disabled"), "that would throw the focus away");

    busy.set(false);
    until("the button is free", || button.get_attribute("aria-busy").is_none()).await;
    button.click();
    assert_eq!(presses.get_untracked(), 2);
}

#[wasm_bindgen_test]
async fn a_busy_button_sends_no_form() {
    let (busy, sent) = (RwSignal::new(true), RwSignal::new(0));
    let page = Mounted::new(move || {
        view! {
            <form on:submit=move |event| {
                event.prevent_default();
                sent.update(|sent| *sent += 1);
            }>
                <Button busy submits=true>
                    "Sign in"
                </Button>
            </form>
        }
        .into_any()
    })
    .await;
    let button = page.find(Role::Button, "Sign in");
    press(&button);
    assert_eq!(sent.get_untracked(), 0);
    busy.set(false);
    press(&button);
    assert_eq!(sent.get_untracked(), 1);
}

// Questions.

async fn question(open: RwSignal<bool>, answers: RwSignal<u32>) -> Mounted {
    Mounted::new(move || {
        view! {
            <button on:click=move |_| open.set(true)>"Remove"</button>
            <ConfirmDialog
                open
                title=says("Remove the file?")
                text=says("It cannot be brought back.")
                confirm=says("Remove it")
                cancel=says("Keep it")
                on_confirm=Callback::new(move |()| answers.update(|count| *count += 1))
            />
        }
        .into_any()
    })
    .await
}

async fn opened(page: &Mounted) -> HtmlElement {
    press(&page.find(Role::Button, "Remove"));
    until("the question is asked", || page.shows(Role::Dialog, "Remove the file?")).await;
    page.find(Role::Dialog, "Remove the file?")
}

async fn closed(page: &Mounted) {
    until("the question is gone", || page.all(Role::Dialog).is_empty()).await;
    let opener = page.find(Role::Button, "Remove");
    until("the focus is back", || is_focused(&opener)).await;
}

#[wasm_bindgen_test]
async fn a_question_begins_at_the_harmless_answer() {
    let (open, answers) = (RwSignal::new(false), RwSignal::new(0));
    let page = question(open, answers).await;
    assert!(page.all(Role::Dialog).is_empty());
    let dialog = opened(&page).await;
    assert!(is_focused(&page.find(Role::Button, "Keep it")));
    assert!(heard(&dialog).contains("It cannot be brought back."));
    press(&page.find(Role::Button, "Keep it"));
    closed(&page).await;
    assert_eq!((open.get_untracked(), answers.get_untracked()), (false, 0));
}

#[wasm_bindgen_test]
async fn escape_leaves_a_question_and_it_can_be_asked_again() {
    let (open, answers) = (RwSignal::new(false), RwSignal::new(0));
    let page = question(open, answers).await;
    for _ in 0..2 {
        let dialog = opened(&page).await;
        // What the browser does on Escape, which no script can press for it.
        let ask: Function =
            Reflect::get(&dialog, &"requestClose".into()).unwrap().dyn_into().unwrap();
        ask.call0(&dialog).unwrap();
        closed(&page).await;
        until("the signal follows", || !open.get_untracked()).await;
    }
    assert_eq!(answers.get_untracked(), 0);
}

#[wasm_bindgen_test]
async fn a_question_is_answered_once() {
    let (open, answers) = (RwSignal::new(false), RwSignal::new(0));
    let page = question(open, answers).await;
    for times in 1..=2 {
        opened(&page).await;
        press(&page.find(Role::Button, "Remove it"));
        closed(&page).await;
        assert_eq!((open.get_untracked(), answers.get_untracked()), (false, times));
    }
}

// Fields.

#[wasm_bindgen_test]
async fn a_text_field_is_described_by_error_hint_and_note() {
    let (error, note) = (RwSignal::new(None), RwSignal::new(None));
    let (value, times_left) = (RwSignal::new("start".to_owned()), RwSignal::new(0));
    let page = Mounted::new(move || {
        view! {
            <TextField
                id="domain"
                label=says("Domain")
                hint=Some(says("For example contoso.com"))
                value
                on_input=Callback::new(move |text: String| value.set(text))
                on_blur=Callback::new(move |()| times_left.update(|times| *times += 1))
                error
                note
                is_optional=true
            />
        }
        .into_any()
    })
    .await;
    let field = page.input(Role::TextBox, "Domain (optional)");
    assert_eq!(field.id(), "domain");
    assert_eq!(field.value(), "start");
    assert_eq!(page.descriptions(&field), ["For example contoso.com"]);
    assert_eq!(field.get_attribute("aria-invalid"), None);

    error.set(Some("Leave out the @".to_owned()));
    note.set(Some("Kept as contoso.com".to_owned()));
    until("the error is there", || field.get_attribute("aria-invalid").is_some()).await;
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    let all = ["Error: Leave out the @", "For example contoso.com", "Kept as contoso.com"];
    assert_eq!(page.descriptions(&field), all);

    error.set(None);
    until("the error is gone", || field.get_attribute("aria-invalid").is_none()).await;
    assert_eq!(page.descriptions(&field), all[1..]);
    assert!(!page.text().contains("Leave out"));

    type_into(&field, "contoso.com");
    assert_eq!(value.get_untracked(), "contoso.com");
    assert_eq!(times_left.get_untracked(), 0);
    field.blur().unwrap();
    assert_eq!(times_left.get_untracked(), 1);
    value.set("fabrikam.com".to_owned());
    until("the field follows", || field.value() == "fabrikam.com").await;
}

#[wasm_bindgen_test]
async fn a_field_that_must_be_filled_has_no_mark_and_no_descriptions() {
    let error = RwSignal::new(None);
    let page = Mounted::new(move || {
        view! {
            <TextField
                id="name"
                label=says("Claim name")
                value=says("")
                on_input=Callback::new(|_| ())
                error
            />
        }
        .into_any()
    })
    .await;
    let field = page.input(Role::TextBox, "Claim name");
    assert_eq!(field.get_attribute("aria-describedby"), None);
    // A region that comes with its first words is not heard.
    let region = page.select("[aria-live=polite]").remove(0);
    assert_eq!(heard(&region), "");
    error.set(Some("Enter a claim name".to_owned()));
    until("the error is there", || field.has_attribute("aria-describedby")).await;
    assert_eq!(page.descriptions(&field), ["Error: Enter a claim name"]);
    assert_eq!(heard(&region), "Error: Enter a claim name");
}

#[wasm_bindgen_test]
async fn radio_buttons_stand_in_a_named_group_with_their_hints() {
    let (value, error) = (RwSignal::new(String::new()), RwSignal::new(None));
    let page = Mounted::new(move || {
        let option = |value: &str, hint: &str, facts: &[&str]| RadioOption {
            value: value.to_owned(),
            label: value.to_uppercase(),
            hint: hint.to_owned(),
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
        };
        let options =
            vec![option("usage", "You drive usage", &[]), option("none", "", &["Pays nothing"])];
        view! {
            <RadioGroup
                id="role"
                legend=says("Partner role")
                hint=Some(says("What you did"))
                options=Signal::derive(move || options.clone())
                value
                on_change=Callback::new(move |chosen: String| value.set(chosen))
                error
                is_optional=true
            />
        }
        .into_any()
    })
    .await;
    let group = page.find(Role::Group, "Partner role (optional)");
    let usage = page.input(Role::Radio, "USAGE");
    let none = page.input(Role::Radio, "NONE");
    assert_eq!(usage.id(), "role", "where a link of the error summary leads");
    assert_eq!(page.descriptions(&group), ["What you did"]);
    assert_eq!(page.descriptions(&usage), ["You drive usage"]);
    assert_eq!(page.descriptions(&none), ["Pays nothing"]);
    assert!(!usage.checked() && !none.checked(), "nothing is chosen beforehand");

    error.set(Some("Choose a role".to_owned()));
    until("the error is there", || page.descriptions(&group).len() == 2).await;
    assert_eq!(page.descriptions(&group), ["Error: Choose a role", "What you did"]);

    press(&none);
    assert_eq!(value.get_untracked(), "none");
    value.set("usage".to_owned());
    until("the choice follows", || usage.checked() && !none.checked()).await;
}

#[wasm_bindgen_test]
async fn a_list_of_choices_has_groups_and_keeps_its_choice() {
    let (value, error) = (RwSignal::new("sales".to_owned()), RwSignal::new(None));
    let (other, left) = (RwSignal::new("Another"), RwSignal::new(0));
    let page = Mounted::new(move || {
        let options = Signal::derive(move || {
            [("", "Choose", ""), ("sales", "Sales", "Dynamics"), ("other", other.get(), "")]
                .map(|(value, label, group)| SelectOption {
                    value: value.to_owned(),
                    label: label.to_owned(),
                    group: group.to_owned(),
                })
                .to_vec()
        });
        view! {
            <Select
                id="product"
                label=says("Product")
                options
                value
                on_change=Callback::new(move |chosen: String| value.set(chosen))
                on_blur=Callback::new(move |()| left.update(|left| *left += 1))
                error
            />
        }
        .into_any()
    })
    .await;
    let list = page.find(Role::ComboBox, "Product");
    let chosen = || list.unchecked_ref::<web_sys::HtmlSelectElement>().value();
    assert_eq!(list.id(), "product");
    assert_eq!(chosen(), "sales");
    assert_eq!(list.get_attribute("aria-describedby"), None);
    assert_eq!(list.get_attribute("aria-invalid"), None);
    let groups = page.select("optgroup");
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].get_attribute("label").as_deref(), Some("Dynamics"));
    assert_eq!(heard(&groups[0]), "Sales");

    choose(&list, "Another");
    assert_eq!(value.get_untracked(), "other");
    assert_eq!(left.get_untracked(), 0);
    list.blur().unwrap();
    assert_eq!(left.get_untracked(), 1);
    error.set(Some("Choose a product".to_owned()));
    until("the error is there", || list.has_attribute("aria-invalid")).await;
    assert_eq!(page.descriptions(&list), ["Error: Choose a product"]);
    // As when the language changes.
    other.set("其他");
    until("the choices follow", || heard(&list).contains("其他")).await;
    assert_eq!(chosen(), "other");
}

// The error summary.

fn error(target: &str, text: &str) -> ErrorLink {
    ErrorLink { target_id: target.to_owned(), text: text.to_owned() }
}

async fn form_with_summary(errors: RwSignal<Vec<ErrorLink>>, asked: RwSignal<u32>) -> Mounted {
    Mounted::new(move || {
        view! {
            <ErrorSummary title=says("There is a problem") errors focus_when=asked />
            <label for="first">"First"</label>
            <input id="first" type="text" />
            <label for="second">"Second"</label>
            <input id="second" type="text" />
        }
        .into_any()
    })
    .await
}

#[wasm_bindgen_test]
async fn the_summary_takes_the_focus_and_leads_to_the_fields() {
    let (errors, asked) = (RwSignal::new(Vec::new()), RwSignal::new(0));
    let page = form_with_summary(errors, asked).await;
    assert!(page.all(Role::Group).is_empty());
    // Both at once, as when Continue is pressed.
    errors.set(vec![error("first", "Enter the first"), error("second", "Enter the second")]);
    asked.set(1);
    until("the summary is there", || page.shows(Role::Group, "There is a problem")).await;
    let summary = page.find(Role::Group, "There is a problem");
    until("it takes the focus", || is_focused(&summary)).await;
    assert_eq!(page.names(Role::Link), ["Enter the first", "Enter the second"]);

    press(&page.find(Role::Link, "Enter the second"));
    assert!(is_focused(&page.find(Role::TextBox, "Second")));
    press(&page.find(Role::Link, "Enter the first"));
    assert!(is_focused(&page.find(Role::TextBox, "First")));

    asked.set(2);
    until("asked again, it takes the focus again", || is_focused(&summary)).await;
    errors.set(Vec::new());
    until("without errors it is gone", || page.all(Role::Group).is_empty()).await;
}

#[wasm_bindgen_test]
async fn errors_that_come_while_one_types_do_not_take_the_focus() {
    let (errors, asked) = (RwSignal::new(vec![error("first", "One")]), RwSignal::new(3));
    let page = form_with_summary(errors, asked).await;
    let field = page.find(Role::TextBox, "First");
    field.focus().unwrap();
    errors.set(vec![error("first", "One"), error("second", "Two")]);
    until("the new error is there", || page.shows(Role::Link, "Two")).await;
    settled().await;
    assert!(is_focused(&field));
}

// What is said.

#[wasm_bindgen_test]
async fn the_same_sentence_twice_is_heard_twice() {
    let page = Mounted::new(|| {
        let announcer = use_announcer();
        view! {
            <button on:click=move |_| announcer.say("Saved".to_owned())>"Say"</button>
            <button on:click=move |_| announcer.alarm("Lost".to_owned())>"Alarm"</button>
        }
        .into_any()
    })
    .await;
    assert_eq!(page.said(), (String::new(), String::new()), "the regions stand there empty");
    let text = |region: &str| page.select(region)[0].text_content().unwrap_or_default();
    for (button, region, words) in
        [("Say", "#live-polite", "Saved"), ("Alarm", "#live-assertive", "Lost")]
    {
        let button = page.find(Role::Button, button);
        // A region that stays as it is is silent.
        for _ in 0..3 {
            let before = text(region);
            button.click();
            until("the region changes", || text(region) != before).await;
            assert_eq!(text(region).trim(), words);
        }
    }
}

#[wasm_bindgen_test]
async fn of_what_is_to_be_said_later_only_the_last_is_said() {
    let found = RwSignal::new("5 claims".to_owned());
    let page = Mounted::new(move || {
        let announcer = use_announcer();
        announcer.say_later(10, says("never"));
        announcer.say_later(30, found.into());
        ().into_any()
    })
    .await;
    found.set("2 claims".to_owned());
    until("something is said", || !page.said().0.is_empty()).await;
    assert_eq!(page.said().0, "2 claims", "as it is when it is said");
}

// Files.

fn file(name: &str, text: &str) -> File {
    let parts = Array::of1(&text.into());
    File::new_with_str_sequence(&parts, name).unwrap()
}

fn carrying(files: &[File]) -> DataTransfer {
    let carried = DataTransfer::new().unwrap();
    let items = Reflect::get(&carried, &"items".into()).unwrap();
    let add: Function = Reflect::get(&items, &"add".into()).unwrap().dyn_into().unwrap();
    for file in files {
        add.call1(&items, file).unwrap();
    }
    carried
}

async fn file_drop(error: RwSignal<Option<String>>, taken: RwSignal<Vec<String>>) -> Mounted {
    Mounted::new(move || {
        let on_files = Callback::new(move |files: Vec<File>| {
            taken
                .set(files.iter().map(|file| format!("{} {}", file.name(), file.size())).collect());
        });
        view! {
            <FileDrop
                id="proof"
                label=says("Choose files")
                drop_text=says("Drop files here")
                hint=says("PDF of at most 25 MB")
                accept=".pdf".to_owned()
                error
                on_files
            />
        }
        .into_any()
    })
    .await
}

#[wasm_bindgen_test]
async fn chosen_files_are_handed_over_and_can_be_chosen_again() {
    let (error, taken) = (RwSignal::new(None), RwSignal::new(Vec::new()));
    let page = file_drop(error, taken).await;
    let input = page.input(Role::FileInput, "Choose files");
    assert_eq!(page.descriptions(&input), ["PDF of at most 25 MB"]);
    assert_eq!(input.get_attribute("aria-invalid"), None);
    for _ in 0..2 {
        taken.set(Vec::new());
        let carried = carrying(&[file("sow.pdf", "12345"), file("證明.pdf", "1")]);
        input.set_files(carried.files().as_ref());
        assert_eq!(input.files().as_ref().map(FileList::length), Some(2));
        fire(&input, "Event", "change", &[]);
        assert_eq!(taken.get_untracked(), ["sow.pdf 5", "證明.pdf 1"]);
        // Otherwise choosing the same file again would be no change.
        assert_eq!(input.files().map(|files| files.length()), Some(0));
    }
    error.set(Some("This file is empty".to_owned()));
    until("the error is there", || input.has_attribute("aria-invalid")).await;
    assert_eq!(page.descriptions(&input), ["Error: This file is empty", "PDF of at most 25 MB"]);
}

#[wasm_bindgen_test]
async fn dropped_files_are_handed_over() {
    let (error, taken) = (RwSignal::new(None), RwSignal::new(Vec::new()));
    let page = file_drop(error, taken).await;
    let place = page.select(".ca-drop").remove(0);
    let is_lit = |place: &Element| place.get_attribute("data-over").is_some();
    let carried: JsValue = carrying(&[file("sow.pdf", "12345"), file("more.pdf", "1")]).into();
    fire(&place, "DragEvent", "dragover", &[("dataTransfer", carried.clone())]);
    until("the place shows that it takes them", || is_lit(&place)).await;
    fire(&place, "DragEvent", "dragleave", &[]);
    until("they went elsewhere", || !is_lit(&place)).await;
    assert!(taken.with_untracked(Vec::is_empty));

    fire(&place, "DragEvent", "dragover", &[("dataTransfer", carried.clone())]);
    until("they are back", || is_lit(&place)).await;
    fire(&place, "DragEvent", "drop", &[("dataTransfer", carried)]);
    assert_eq!(taken.get_untracked(), ["sow.pdf 5", "more.pdf 1"]);
    until("the place is as before", || !is_lit(&place)).await;
}

// Tabs and tables.

#[wasm_bindgen_test]
async fn the_tab_where_one_is_says_so() {
    let here = RwSignal::new("/claims");
    let page = Mounted::new(move || {
        let tabs = Signal::derive(move || {
            [("Claims", "/claims"), ("Drafts", "/drafts")]
                .map(|(label, href)| Tab {
                    label: label.to_owned(),
                    href: href.to_owned(),
                    is_current: href == here.get(),
                })
                .to_vec()
        });
        view! { <Tabs label=says("Lists") tabs /> }.into_any()
    })
    .await;
    assert!(page.shows(Role::Navigation, "Lists"));
    let current = || {
        let marked = page.select("a[aria-current=page]");
        marked.iter().map(heard).collect::<Vec<_>>()
    };
    assert_eq!(current(), ["Claims"]);
    let drafts = page.find(Role::Link, "Drafts");
    assert_eq!(drafts.get_attribute("href").as_deref(), Some("/drafts"));
    here.set("/drafts");
    until("the mark moves", || current() == ["Drafts"]).await;
}

#[wasm_bindgen_test]
async fn a_column_says_how_it_is_sorted() {
    let direction = RwSignal::new(None);
    let page = Mounted::new(move || {
        let on_sort = Callback::new(move |()| {
            direction.update(|direction| *direction = Some(*direction == Some(false)));
        });
        view! {
            <table>
                <thead>
                    <tr>
                        <SortHeader label=says("Due") direction on_sort />
                    </tr>
                </thead>
            </table>
        }
        .into_any()
    })
    .await;
    let header = page.find(Role::ColumnHeader, "Due");
    let button = page.find(Role::Button, "Due");
    let sorted = || header.get_attribute("aria-sort").unwrap_or_default();
    assert_eq!(sorted(), "none");
    press(&button);
    until("it goes up", || sorted() == "ascending").await;
    press(&button);
    until("it goes down", || sorted() == "descending").await;
    assert!(is_focused(&button));
    assert_eq!(heard(&header), "Due", "the arrow is not read");
}

// A choice of several.

/// A picker of three items and whatever is added, one of them not to be had.
async fn picker(chosen: RwSignal<Vec<String>>) -> Mounted {
    picker_with(chosen, None).await
}

/// The same, with a way to what holds the item that is not to be had.
async fn picker_with(
    chosen: RwSignal<Vec<String>>,
    link: Option<(&'static str, &'static str)>,
) -> Mounted {
    Mounted::new(move || {
        let own = RwSignal::new(Vec::<String>::new());
        let items = Signal::derive(move || {
            let item = |value: &str, group: &str, search: &str| PickerItem {
                value: value.to_owned(),
                label: value.to_owned(),
                group: group.to_owned(),
                search: search.to_owned(),
                note: None,
                disabled_because: None,
                link: None,
            };
            let mut items = vec![
                item("Exchange Online", "Productivity", "EXO"),
                item("Teams Rooms", "Teams", ""),
                item("Teams Phone", "Teams", "calling"),
            ];
            items[2].disabled_because = Some("Claimed already".to_owned());
            items[2].link = link.map(|(href, name)| (href.to_owned(), name.to_owned()));
            items.extend(own.get().iter().map(|name| item(name, "Your own", "")));
            items
        });
        let texts = Signal::derive(move || PickerTexts {
            legend: "Workloads".into(),
            hint: "Choose those you work on".into(),
            search: "Search workloads".into(),
            select_all: "Select all shown".into(),
            count: format!("{} of {} selected", chosen.get().len(), items.get().len()),
            no_match: "Nothing matches".into(),
            other: "Another workload".into(),
            add: "Add".into(),
        });
        view! {
            <ItemPicker
                id="workloads"
                texts
                items
                selected=chosen
                on_change=Callback::new(move |all: Vec<String>| chosen.set(all))
                on_other=Callback::new(move |name: String| {
                    own.update(|own| own.push(name.clone()));
                    chosen.update(|chosen| chosen.push(name));
                })
            />
        }
        .into_any()
    })
    .await
}

fn count(page: &Mounted) -> String {
    heard(&page.select("[role=status]")[0])
}

#[wasm_bindgen_test]
async fn what_is_held_already_leads_to_where_it_is_held() {
    let chosen = RwSignal::new(Vec::new());
    let page = picker_with(chosen, Some(("/claims/a1", "Contoso Teams"))).await;
    let held = page.input(Role::CheckBox, "Teams Phone");
    assert!(held.disabled());
    assert_eq!(page.descriptions(&held), ["Claimed already Contoso Teams"]);
    let link = page.find(Role::Link, "Contoso Teams");
    assert_eq!(link.get_attribute("href").as_deref(), Some("/claims/a1"));
    assert_eq!(page.all(Role::Link).len(), 1);
}

#[wasm_bindgen_test]
async fn the_search_of_a_picker_narrows_what_is_shown() {
    let chosen = RwSignal::new(Vec::new());
    let page = picker(chosen).await;
    assert!(page.shows(Role::Group, "Workloads"));
    let all = ["Exchange Online", "Teams Rooms", "Teams Phone"];
    assert_eq!(page.names(Role::CheckBox), all);
    assert!(page.shows(Role::Group, "Productivity") && page.shows(Role::Group, "Teams"));
    let search = page.input(Role::SearchBox, "Search workloads");
    // By name, by another word for it, by its group, by parts in any order.
    let searches: [(&str, &[&str]); 5] = [
        ("exchange", &["Exchange Online"]),
        ("exo", &["Exchange Online"]),
        (" TEAMS ", &["Teams Rooms", "Teams Phone"]),
        ("calling teams", &["Teams Phone"]),
        ("sharepoint", &[]),
    ];
    for (words, left) in searches {
        type_into(&search, words);
        until(words, || page.names(Role::CheckBox) == left).await;
        assert_eq!(page.text().contains("Nothing matches"), left.is_empty());
        assert!(is_focused(&search));
    }
    type_into(&search, "");
    until("everything is back", || page.names(Role::CheckBox) == all).await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_had_any_more_can_still_be_given_up() {
    let chosen = RwSignal::new(vec!["Teams Phone".to_owned()]);
    let page = picker(chosen).await;
    let phone = page.input(Role::CheckBox, "Teams Phone");
    assert!(phone.checked() && !phone.disabled());
    assert_eq!(page.descriptions(&phone), ["Claimed already"]);
    press(&phone);
    until("it is given up", || chosen.with_untracked(Vec::is_empty)).await;
    until("it cannot be had again", || phone.disabled()).await;
}

#[wasm_bindgen_test]
async fn select_all_takes_what_is_shown_and_keeps_what_was_taken() {
    let chosen = RwSignal::new(Vec::new());
    let page = picker(chosen).await;
    assert_eq!(count(&page), "0 of 3 selected");
    press(&page.find(Role::CheckBox, "Exchange Online"));
    until("one is counted", || count(&page) == "1 of 3 selected").await;
    type_into(&page.input(Role::SearchBox, "Search workloads"), "teams");
    until("the search narrows", || page.names(Role::CheckBox).len() == 2).await;
    let phone = page.input(Role::CheckBox, "Teams Phone");
    assert!(phone.disabled());
    assert_eq!(page.descriptions(&phone), ["Claimed already"]);

    let select_all = page.find(Role::Button, "Select all shown");
    for _ in 0..2 {
        press(&select_all);
        until("two are counted", || count(&page) == "2 of 3 selected").await;
        assert_eq!(chosen.get_untracked(), ["Exchange Online", "Teams Rooms"]);
    }
    assert!(page.input(Role::CheckBox, "Teams Rooms").checked());
    assert!(!phone.checked(), "what cannot be had is not taken along");

    press(&page.find(Role::CheckBox, "Teams Rooms"));
    until("one is left", || count(&page) == "1 of 3 selected").await;
    assert_eq!(chosen.get_untracked(), ["Exchange Online"]);
}

#[wasm_bindgen_test]
async fn names_of_ones_own_are_ticked_one_by_one_in_any_script() {
    let chosen = RwSignal::new(Vec::new());
    let page = picker(chosen).await;
    let other = page.input(Role::TextBox, "Another workload");
    press(&page.find(Role::Button, "Add"));
    type_into(&other, "  合作夥伴 ");
    press(&page.find(Role::Button, "Add"));
    until("the first is there", || page.shows(Role::CheckBox, "合作夥伴")).await;
    assert_eq!(other.value(), "", "ready for the next");
    type_into(&other, "商務應用");
    fire(&other, "KeyboardEvent", "keydown", &[("key", "Enter".into())]);
    until("the second is there", || page.shows(Role::CheckBox, "商務應用")).await;
    assert_eq!(
        chosen.get_untracked(),
        ["合作夥伴", "商務應用"],
        "nothing comes from an empty name"
    );

    let first = page.input(Role::CheckBox, "合作夥伴");
    let second = page.input(Role::CheckBox, "商務應用");
    assert_ne!(first.id(), second.id());
    assert!(first.checked() && second.checked());
    // Through the label: it must belong to its own box alone.
    let label = page.select(&format!("label[for=\"{}\"]", first.id()));
    assert_eq!(label.len(), 1);
    label[0].unchecked_ref::<HtmlElement>().click();
    until("one is counted", || count(&page) == "1 of 5 selected").await;
    assert!(!first.checked());
    assert_eq!(chosen.get_untracked(), ["商務應用"]);
    assert!(second.checked());
}

// The end.

#[wasm_bindgen_test]
fn an_app_that_has_stopped_says_so_and_offers_a_reload() {
    cpor_claims::state::window::show_stopped("The app has stopped.", "Reload the page");
    let body = leptos::prelude::document().body().expect("a page has a body");
    let notice = body.first_element_child().expect("the notice stands first");
    assert_eq!(notice.get_attribute("role").as_deref(), Some("alert"));
    assert!(notice.text_content().is_some_and(|text| text.starts_with("The app has stopped.")));
    let link = notice.query_selector("a").unwrap().expect("a way to go on");
    assert_eq!(link.get_attribute("href").as_deref(), Some(""));
    notice.remove();
}
