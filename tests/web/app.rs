//! The wizard as it stands in the app: between the router, the state and local
//! storage, without a server.

use crate::mounted::{
    Mounted, Role, frame, heard, is_focused, press, settled, type_into, until, until_within,
};
use crate::storage::made_newer;
use cpor_claims::pages::wizard::WizardPage;
use cpor_claims::platform::{ids, local};
use cpor_claims::routes::{Route, Screen};
use cpor_claims::storage::drafts::{self, DraftPhase, Place, StoredDraft};
use cpor_claims::storage::owner::Whose;
use cpor_rules::{Draft, FLOW, PartnerRole, PoeFile, ProductEntry, SolutionArea, Step};
use leptos::prelude::*;
use leptos_router::WildcardSegment;
use leptos_router::components::{FlatRoutes, Route as RouterRoute, Router};
use leptos_router::hooks::use_location;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const GUID: &str = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
const MODERN_WORK: &str = "Modern Work and Security";
const BUSINESS: &str = "Business Applications";
const OPT_OUT: &str = "Opt out of incentive payments for this claim";
const SUMMARY: &str = "There is a problem";

/// The wizard with the draft of this test; the draft goes with it.
struct Wizard {
    page: Mounted,
    id: String,
}

impl Drop for Wizard {
    fn drop(&mut self) {
        drafts::remove(&self.id);
        go_to("/");
    }
}

impl Wizard {
    /// Opens the wizard with a draft that is on this device.
    async fn with(draft: Draft, screen: Screen) -> Self {
        let id = ids::random_uuid();
        let stored = StoredDraft {
            id: id.clone(),
            whose: Whose::default(),
            rev: 1,
            saved_at_ms: 1_800_000_000_000.0,
            phase: DraftPhase::Writing,
            base: None,
            base_revision: None,
            confirmed: None,
            draft,
            place: Place::default(),
        };
        drafts::save(&stored).unwrap();
        let page = shown(&id, screen).await;
        Self { page, id }
    }

    /// The draft as it is on the disk.
    fn stored(&self) -> Draft {
        drafts::load(&self.id).unwrap().unwrap().draft
    }
}

/// The page of the wizard at its own URL.
async fn shown(id: &str, screen: Screen) -> Mounted {
    go_to(&Route::Wizard { id: id.to_owned(), screen }.path());
    let page = Mounted::new(|| {
        view! {
            <Router>
                <FlatRoutes fallback=|| ()>
                    <RouterRoute path=WildcardSegment("path") view=Page />
                </FlatRoutes>
            </Router>
        }
        .into_any()
    })
    .await;
    until("the page has its heading", || !page.select("h1").is_empty()).await;
    page
}

/// As the app shows it: one wizard for all screens of a draft.
#[component]
fn Page() -> impl IntoView {
    let path = use_location().pathname;
    let place = move || match path.with(|path| Route::parse(path)) {
        Some(Route::Wizard { id, screen }) => Some((id, screen)),
        _ => None,
    };
    let id = Memo::new(move |_| place().map(|(id, _)| id));
    let screen = Signal::derive(move || place().map_or(Screen::SinglePage, |(_, screen)| screen));
    move || id.get().map(|id| view! { <WizardPage id screen /> })
}

fn go_to(path: &str) {
    window().history().unwrap().push_state_with_url(&JsValue::NULL, "", Some(path)).unwrap();
}

fn path() -> String {
    window().location().pathname().unwrap()
}

fn heading(page: &Mounted) -> String {
    page.select("h1").first().map(heard).unwrap_or_default()
}

/// A draft of this area, with everything up to the claim's details.
fn draft(area: SolutionArea) -> Draft {
    Draft {
        solution_area: Some(area),
        partner_role: area.roles().first().copied(),
        claim_name: "Contoso".to_owned(),
        partner_id: "4391507".to_owned(),
        tenant_id: GUID.to_owned(),
        ..Draft::default()
    }
}

fn nameless() -> Draft {
    Draft { claim_name: String::new(), ..draft(SolutionArea::ModernWorkAndSecurity) }
}

const DETAILS: Screen = Screen::Step(Step::Details);

#[wasm_bindgen_test]
async fn an_error_waits_until_the_field_was_left() {
    let wizard = Wizard::with(nameless(), DETAILS).await;
    let page = &wizard.page;
    let field = page.input(Role::TextBox, "Claim name");
    let hint = page.descriptions(&field);
    assert_eq!(hint.len(), 1);
    for (typed, title) in [("Contoso", "Contoso"), ("", "Claim without a name")] {
        type_into(&field, typed);
        let title = format!("Claim details – {title} – CPOR Claims");
        until("the title follows", || document().title() == title).await;
        settled().await;
        assert_eq!(field.get_attribute("aria-invalid"), None);
        assert_eq!(page.descriptions(&field), hint);
    }
    field.blur().unwrap();
    until("the error is there", || field.has_attribute("aria-invalid")).await;
    let described = page.descriptions(&field);
    assert_eq!(described, ["Error: Enter a claim name", hint[0].as_str()]);
    assert!(!page.shows(Role::Group, SUMMARY), "nobody pressed Continue");

    type_into(&field, "C");
    until("repaired, it is gone", || !field.has_attribute("aria-invalid")).await;
    assert_eq!(page.descriptions(&field), hint);
}

#[wasm_bindgen_test]
async fn what_is_typed_is_on_the_disk_within_a_second() {
    let wizard = Wizard::with(nameless(), DETAILS).await;
    let page = &wizard.page;
    let field = page.input(Role::TextBox, "Claim name");
    let name = "客戶 “Contoso” 🏢";
    let mut typed = String::new();
    for letter in name.chars() {
        typed.push(letter);
        type_into(&field, &typed);
        frame().await;
    }
    until_within(1_000.0, "it is stored", || wizard.stored().claim_name == name).await;
    until("it is said", || page.text().contains("Saved on this device")).await;
    assert!(is_focused(&field), "nobody was disturbed");
    assert_eq!(page.said(), (String::new(), String::new()), "a save that worked is no news");
}

#[wasm_bindgen_test]
async fn a_draft_opens_again_as_it_was_left() {
    let wizard = Wizard::with(nameless(), DETAILS).await;
    type_into(&wizard.page.input(Role::TextBox, "Customer domain name (optional)"), "contoso.com");
    until("it is stored", || wizard.stored().domain == "contoso.com").await;
    let again = shown(&wizard.id, DETAILS).await;
    let field = again.input(Role::TextBox, "Customer domain name (optional)");
    assert_eq!(field.value(), "contoso.com");
    assert_eq!(again.input(Role::TextBox, "Customer tenant ID").value(), GUID);
}

#[wasm_bindgen_test]
async fn a_save_that_fails_is_told_at_once_and_the_text_stays() {
    let wizard = Wizard::with(nameless(), DETAILS).await;
    let page = &wizard.page;
    // A newer version of the app wrote the draft meanwhile.
    let key = format!("cpor.draft.{}", wizard.id);
    let newer = made_newer(&key);
    let field = page.input(Role::TextBox, "Claim name");
    type_into(&field, "Contoso");
    until("it is told", || page.said().1.starts_with("Not saved: ")).await;
    assert!(page.shows(Role::Button, "Download this draft"));
    assert_eq!(field.value(), "Contoso");
    assert_eq!(local::get(&key), Some(newer), "the newer draft is not overwritten");
}

#[wasm_bindgen_test]
async fn the_opt_out_goes_with_modern_work() {
    let draft = draft(SolutionArea::ModernWorkAndSecurity);
    let wizard = Wizard::with(draft, Screen::SinglePage).await;
    let page = &wizard.page;
    until("the fields are there", || page.shows(Role::CheckBox, OPT_OUT)).await;
    let box_of_it = page.input(Role::CheckBox, OPT_OUT);
    assert!(!box_of_it.checked(), "nobody ticked it");
    assert!(page.descriptions(&box_of_it).concat().contains("still counts for recognition"));
    press(&box_of_it);
    until("it is stored", || wizard.stored().opt_out).await;
    assert!(page.shows(Role::Group, "Workloads"));

    press(&page.find(Role::Radio, BUSINESS));
    until("the box is gone", || !page.shows(Role::CheckBox, OPT_OUT)).await;
    assert!(is_focused(&page.find(Role::Radio, BUSINESS)));
    assert!(!page.shows(Role::Group, "Workloads"));
    let news = "Workloads is not needed for this role. \
                Products and subscriptions is needed for this role.";
    until("it is said", || page.said().0 == news).await;
    until("it is stored", || {
        let stored = wizard.stored();
        !stored.opt_out && stored.solution_area == Some(SolutionArea::BusinessApplications)
    })
    .await;
    assert_eq!(wizard.stored().partner_role, None, "the role was of the other area");

    press(&page.find(Role::Radio, MODERN_WORK));
    until("the box is back", || page.shows(Role::CheckBox, OPT_OUT)).await;
    assert!(!page.input(Role::CheckBox, OPT_OUT).checked(), "and begins anew");
    until("its one role is taken", || {
        wizard.stored().partner_role == Some(PartnerRole::UseOrConsume)
    })
    .await;
}

#[wasm_bindgen_test]
async fn continue_with_errors_leads_to_them() {
    let wizard = Wizard::with(nameless(), DETAILS).await;
    let page = &wizard.page;
    let here = path();
    type_into(&page.input(Role::TextBox, "Customer tenant ID"), "contoso.com");
    for _ in 0..2 {
        press(&page.find(Role::Button, "Continue"));
        until("the summary is there", || page.shows(Role::Group, SUMMARY)).await;
        let summary = page.find(Role::Group, SUMMARY);
        until("it takes the focus", || is_focused(&summary)).await;
    }
    assert_eq!(path(), here);
    until("the title says so first", || document().title().starts_with("Error: Claim details – "))
        .await;
    let targets = page.select("[role=group] a[href^='#']");
    let links: Vec<String> = targets.iter().map(heard).collect();
    assert_eq!(links[0], "Enter a claim name");
    assert_eq!(links.len(), 2);
    for (link, field) in links.iter().zip(["Claim name", "Customer tenant ID"]) {
        let field = page.find(Role::TextBox, field);
        press(&page.find(Role::Link, link));
        assert!(is_focused(&field), "{link}");
        assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
        assert_eq!(page.descriptions(&field)[0], format!("Error: {link}"));
    }
    type_into(&page.input(Role::TextBox, "Claim name"), "Contoso");
    until("one is repaired", || !page.shows(Role::Link, &links[0])).await;
    assert!(page.shows(Role::Link, &links[1]));
    type_into(&page.input(Role::TextBox, "Customer tenant ID"), GUID);
    until("all are repaired", || !page.shows(Role::Group, SUMMARY)).await;
    until("the title follows", || document().title().starts_with("Claim details – Contoso")).await;
}

#[wasm_bindgen_test]
async fn each_step_takes_the_focus_to_its_heading_and_back_keeps_the_values() {
    let wizard = Wizard::with(draft(SolutionArea::ModernWorkAndSecurity), DETAILS).await;
    let page = &wizard.page;
    let is_at = |title: &str, step: Step| {
        heading(page) == title
            && is_focused(&page.select("h1")[0])
            && path() == Route::step(&wizard.id, step)
    };
    type_into(&page.input(Role::TextBox, "Claim name"), "Contoso, typed");
    press(&page.find(Role::Button, "Continue"));
    until("the next step is there", || is_at("Workloads", Step::Workloads)).await;
    assert!(page.shows(Role::Group, "Workloads"));
    window().history().unwrap().back().unwrap();
    until("it is back", || is_at("Claim details", Step::Details)).await;
    assert_eq!(page.input(Role::TextBox, "Claim name").value(), "Contoso, typed");
    press(&page.find(Role::Link, "Back"));
    until("the first step is there", || is_at("What do you claim?", Step::Role)).await;
    assert!(page.input(Role::Radio, MODERN_WORK).checked());
}

#[wasm_bindgen_test]
async fn workloads_in_chinese_are_counted_and_let_go_one_by_one() {
    let draft = draft(SolutionArea::ModernWorkAndSecurity);
    let wizard = Wizard::with(draft, Screen::Step(Step::Workloads)).await;
    let page = &wizard.page;
    until("the picker is there", || page.shows(Role::Group, "Workloads")).await;
    let total = page.all(Role::CheckBox).len();
    let counted = |n: usize, of: usize| {
        let status = page.select("[role=status]");
        status.iter().any(|status| heard(status) == format!("{n} of {of} selected"))
    };
    assert!(counted(0, total));
    let other = page.input(Role::TextBox, "Another workload");
    for (index, name) in ["合作夥伴", "商務應用", "  Teams "].into_iter().enumerate() {
        type_into(&other, name);
        press(&page.find(Role::Button, "Add"));
        // A name that is in the catalogue is the one in the catalogue.
        let of = total + (index + 1).min(2);
        until("it is counted", || counted(index + 1, of)).await;
    }
    until("all are stored", || wizard.stored().workloads.len() == 3).await;
    let own = page.input(Role::CheckBox, "合作夥伴");
    press(&own);
    until("one is let go", || counted(2, total + 2)).await;
    until("it is stored", || wizard.stored().workloads == ["other:商務應用", "teams"]).await;
    assert!(is_focused(&own), "it stays, so that the focus does, and can be ticked again");
    assert!(page.input(Role::CheckBox, "商務應用").checked());
    assert!(page.input(Role::CheckBox, "Microsoft Teams").checked());
}

#[wasm_bindgen_test]
async fn a_removed_product_leaves_the_focus_at_its_neighbour() {
    let product = |code: &str| ProductEntry { product: code.into(), ..ProductEntry::default() };
    let draft = Draft {
        products: ["sales", "field-service", ""].map(product).to_vec(),
        ..draft(SolutionArea::BusinessApplications)
    };
    let wizard = Wizard::with(draft, Screen::Step(Step::Products)).await;
    let page = &wizard.page;
    until("all three are there", || page.names(Role::ComboBox).len() == 3).await;
    // The last one, the first of two: its neighbour takes the focus each time.
    for (gone, left, place) in [(3, 2, 1), (1, 1, 0)] {
        press(&page.find(Role::Button, &format!("Remove product {gone}")));
        until("it is gone", || page.all(Role::ComboBox).len() == left).await;
        until("its neighbour is next", || is_focused(&page.all(Role::ComboBox)[place])).await;
    }
    let codes = |draft: Draft| draft.products.into_iter().map(|entry| entry.product);
    until("it is stored", || codes(wizard.stored()).eq(["field-service"])).await;
    assert!(!page.names(Role::Button).iter().any(|name| name.starts_with("Remove")));
}

#[wasm_bindgen_test]
async fn a_product_says_the_reason_of_each_rule_once() {
    let draft = draft(SolutionArea::BusinessApplications);
    let wizard = Wizard::with(draft, Screen::Step(Step::Products)).await;
    let questions = wizard.page.select(".ca-entry details summary");
    assert_eq!(questions.len(), 2, "one for the product, one for its subscription");
    assert!(wizard.page.select(".ca-why").is_empty(), "nobody asked yet");
    for question in &questions {
        press(question.unchecked_ref());
    }
    until("both are answered", || wizard.page.select(".ca-why").len() == 2).await;
    let reasons: Vec<String> = wizard.page.select(".ca-why").iter().map(heard).collect();
    assert_ne!(reasons[0], reasons[1]);
}

#[wasm_bindgen_test]
async fn a_removed_file_leaves_the_focus_at_its_neighbour() {
    let file =
        |name: &str| PoeFile { name: name.into(), sha256: name.into(), ..PoeFile::default() };
    let draft = Draft {
        poe_files: ["one.pdf", "two.pdf"].map(file).to_vec(),
        ..draft(SolutionArea::ModernWorkAndSecurity)
    };
    let wizard = Wizard::with(draft, Screen::Step(Step::Proof)).await;
    let page = &wizard.page;
    until("both are there", || page.shows(Role::Button, "Remove two.pdf")).await;
    press(&page.find(Role::Button, "Remove one.pdf"));
    until("one is gone", || !page.shows(Role::Button, "Remove one.pdf")).await;
    until("the other is next", || is_focused(&page.select("li.ca-file")[0])).await;
    press(&page.find(Role::Button, "Remove two.pdf"));
    until("none is left", || page.select("li.ca-file").is_empty()).await;
    let input = page.find(Role::FileInput, "Choose files");
    until("the way to choose others is next", || is_focused(&input)).await;
    until("it is stored", || wizard.stored().poe_files.is_empty()).await;
}

/// The lines of the proof's checklist: how each stands, and what it says.
fn checklist(page: &Mounted) -> Vec<(String, String)> {
    page.select(".ca-checklist li")
        .iter()
        .map(|line| (line.get_attribute("data-state").unwrap_or_default(), heard(line)))
        .collect()
}

#[wasm_bindgen_test]
async fn the_checklist_of_the_proof_follows_the_draft() {
    let draft = Draft {
        workloads: vec!["exchange-online".into(), "intune".into()],
        poe_names_items: vec!["intune".into()],
        ..draft(SolutionArea::ModernWorkAndSecurity)
    };
    let wizard = Wizard::with(draft, Screen::Step(Step::Proof)).await;
    let page = &wizard.page;
    let states =
        || -> Vec<String> { checklist(page).into_iter().map(|(state, _)| state).collect() };
    let (missing, done, look) = ("missing", "done", "look");
    until("the list is there", || checklist(page).len() == 7).await;
    assert_eq!(states(), [missing, look, missing, look, missing, look, missing]);
    assert!(checklist(page)[4].1.contains("Exchange Online"));
    assert!(!checklist(page)[4].1.contains("Microsoft Intune"), "it is ticked");

    press(&page.find(Role::CheckBox, "Exchange Online"));
    let no = page.all(Role::Radio).remove(0);
    press(&no);
    until("both are seen", || states()[4] == done && states()[6] == done).await;
    press(&page.find(Role::CheckBox, "Microsoft Intune"));
    until("one is missed again", || states()[4] == missing).await;
    assert!(checklist(page)[4].1.contains("Intune"));
}

#[wasm_bindgen_test]
async fn the_checklist_counts_the_age_of_the_proof() {
    let file = |acknowledged_on: &str| PoeFile {
        name: "sow.pdf".into(),
        sha256: acknowledged_on.into(),
        acknowledged_on: acknowledged_on.into(),
        ..PoeFile::default()
    };
    let dated = |dates: &[&str]| Draft {
        poe_files: dates.iter().copied().map(file).collect(),
        ..draft(SolutionArea::ModernWorkAndSecurity)
    };
    // The newest counts; a date still to come is none.
    for (dates, state) in [
        (&["2001-05-01"][..], "missing"),
        (&["2001-05-01", ""], "missing"),
        (&["9999-01-01"], "missing"),
        (&["", ""], "missing"),
    ] {
        let wizard = Wizard::with(dated(dates), Screen::Step(Step::Proof)).await;
        until("the list is there", || checklist(&wizard.page).len() == 7).await;
        assert_eq!(checklist(&wizard.page)[0].0, "done");
        let (found, text) = checklist(&wizard.page).remove(2);
        assert_eq!(found, state, "{dates:?}");
        assert_eq!(text.contains("months old"), dates[0].starts_with("2001"), "{text}");
    }
}

#[wasm_bindgen_test]
async fn every_step_opens_for_every_area() {
    for area in SolutionArea::ALL {
        for row in FLOW {
            let draft = draft(area);
            if !(row.shown_if)(&draft) {
                continue;
            }
            let wizard = Wizard::with(draft, Screen::Step(row.step)).await;
            let page = &wizard.page;
            assert_eq!(page.select("h1").len(), 1, "{:?}", row.step);
            assert_eq!(page.select("nav [aria-current=step]").len(), 1, "{:?}", row.step);
            assert!(!page.shows(Role::Group, SUMMARY), "{:?}", row.step);
            let own = format!("{} – Contoso – CPOR Claims", heading(page));
            until("the title names step and claim", || document().title() == own).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_draft_that_is_not_on_this_device_has_a_way_out() {
    let page = shown(&ids::random_uuid(), DETAILS).await;
    assert_eq!(heading(&page), "This draft is not here");
    let way = page.find(Role::Link, "Go to customer claims");
    assert_eq!(way.get_attribute("href"), Some(Route::Claims.path()));
    assert!(page.all(Role::TextBox).is_empty());
    drop(page);
    go_to("/");
}
