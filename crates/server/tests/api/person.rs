//! What is kept about a person is told, and erased.
//!
//! Each person has canaries: a name, an address and a phone number that stand nowhere else.
//! They are put wherever somebody can put them, and looked for as bytes afterwards.

use crate::support::{
    Folder, PASSWORD, Person as Browser, Process, REVIEWER, TestServer, assert_problem,
    database_of, fresh_draft, is_postgres, mails, new_id, pdf, poe_file, program,
};
use cpor_protocol::ClaimRecord;
use cpor_rules::{Draft, PartnerRole, Region, UserRole};
use cpor_server::{
    Erasure, NewAccount, NewContact, Person, PersonError, Place, add_account, audit_export,
    audit_verify, person_erase, person_export,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;

const CUSTOMER: [&str; 3] =
    ["Canary Customer", "canary.customer@contoso.example", "+886 2 5550 0177"];
pub const COLLEAGUE: [&str; 3] =
    ["Canary Colleague", "canary.colleague@fabrikam.example", "+886 2 5550 0188"];

pub fn data(server: &TestServer) -> PathBuf {
    server.folder.path().join("data")
}

pub fn person(data: &Path, canaries: [&str; 3]) -> Person {
    let place = Place { data: data.to_owned(), database: database_of(data) };
    Person { place, email: canaries[1].to_uppercase(), also: vec![canaries[2].into()] }
}

async fn erase(
    server: &TestServer,
    canaries: [&str; 3],
    new_contact: Option<&NewContact>,
) -> Result<Erasure, PersonError> {
    let person = person(&data(server), canaries);
    person_erase(&person, new_contact, true, &server.clock).await
}

/// Everything that is kept, as bytes: what the database tells, and all files beside it.
pub async fn kept(server: &TestServer) -> Vec<u8> {
    let mut all = server.stored().await;
    let mut folders = vec![data(server)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.extend(std::fs::read(path).unwrap());
            }
        }
    }
    all.to_ascii_lowercase()
}

pub fn holds(kept: &[u8], canary: &str) -> bool {
    let canary = canary.to_ascii_lowercase().into_bytes();
    kept.windows(canary.len()).any(|window| window == canary)
}

#[track_caller]
fn assert_gone(kept: &[u8], canaries: [&str; 3]) {
    for canary in canaries {
        assert!(!holds(kept, canary), "{canary} is still kept");
    }
}

/// Somebody of Fabrikam with an account.
pub async fn colleague(server: &TestServer) -> Browser {
    let account = NewAccount {
        data: data(server),
        database: database_of(&data(server)),
        organisation: "Fabrikam Partners".into(),
        time_zone: "Asia/Taipei".into(),
        region: Region::None,
        name: COLLEAGUE[0].into(),
        email: COLLEAGUE[1].into(),
        role: UserRole::IncentivesAdmin,
        locations: Vec::new(),
    };
    add_account(account, PASSWORD).await.unwrap();
    server.sign_in(COLLEAGUE[1]).await
}

/// A draft that names both wherever it can.
fn named_draft() -> Draft {
    let mut draft = fresh_draft(PartnerRole::PreSales);
    let [name, email, phone] = CUSTOMER;
    draft.claim_name = format!("For {name}");
    draft.customer_contact.name = name.into();
    draft.customer_contact.email = email.into();
    draft.customer_contact.title = format!("CFO, {phone}");
    draft.comment = format!("{name} <{email}> answers under {phone}.");
    draft.partner_contact.name = COLLEAGUE[0].into();
    draft.partner_contact.email = COLLEAGUE[1].into();
    draft
}

/// A claim of the colleague's that was edited, commented on, mailed about and approved.
async fn approved_claim(server: &TestServer, colleague: &Browser) -> ClaimRecord {
    let content = pdf(&new_id());
    let name = format!("statement for {}.pdf", CUSTOMER[0]);
    assert_eq!(colleague.upload(&name, &content).await.status, 204);
    let mut draft = named_draft();
    draft.poe_files = vec![poe_file(&name, &content)];
    let claim = colleague.create(&new_id(), &draft).await.claim();
    let typed = Draft { seller_name: COLLEAGUE[0].into(), ..draft.clone() };
    draft.seller_name = "Kai Lang".into();
    let merged = colleague
        .request(reqwest::Method::PUT, &format!("/v1/claims/{}", claim.id))
        .header("if-match", claim.etag())
        .json(&json!({"draft": draft, "set_aside": [typed]}));
    let claim = colleague.send(merged).await.claim();
    let claim = colleague.submit(&claim).await.claim();
    let words = format!("{} told {} so ({})", CUSTOMER[0], COLLEAGUE[0], CUSTOMER[2]);
    assert_eq!(colleague.comment(&claim.id, &words).await.status, 201);
    assert_eq!(colleague.comment(&claim.id, &format!("Call {}", COLLEAGUE[2])).await.status, 201);
    let reviewer = server.sign_in(REVIEWER).await;
    let approved = reviewer.review(&claim, "approve", &format!("as {} says", COLLEAGUE[0])).await;
    let claim = approved.claim();
    let sent = mails(colleague).await;
    assert!(sent.iter().any(|mail| mail.claim_id == claim.id));
    let database = server.database().await;
    let tenant = format!(
        "INSERT INTO tenant (tenant_id, portal_administrator) VALUES ('{}', '{}')",
        claim.draft.tenant_id, CUSTOMER[1]
    );
    assert_eq!(database.execute(&tenant).await.unwrap(), 1);
    claim
}

pub async fn assert_log_in_order(server: &TestServer, subjects: &[&str]) {
    let place = Place { data: data(server), database: database_of(&data(server)) };
    let mut out = Vec::new();
    let head = audit_export(&place, &mut out).await.unwrap();
    let verdict = audit_verify(&out[..], Some(&head)).unwrap();
    assert_eq!(verdict.findings, [""; 0]);
    let text = String::from_utf8(out).unwrap();
    for subject in subjects {
        let is_told = text
            .lines()
            .any(|line| line.contains(subject) && line.contains(r#""what":"person-erased""#));
        assert!(is_told, "{subject}");
    }
}

async fn changes_since(person: &Browser, cursor: &str) -> Value {
    person.get(&format!("/v1/changes?since={cursor}")).await.json()
}

async fn cursor_of(person: &Browser) -> String {
    let mut page = person.get("/v1/changes").await.json();
    while page["more"] == true {
        page = changes_since(person, page["next"].as_str().unwrap()).await;
    }
    page["next"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_export_tells_everything_of_one_person_and_no_secret() {
    let server = TestServer::start().await;
    let browser = colleague(&server).await;
    let claim = approved_claim(&server, &browser).await;

    let told = person_export(&person(&data(&server), COLLEAGUE)).await.unwrap();
    let text = told.to_string();
    for canary in COLLEAGUE {
        assert!(text.contains(canary), "{canary} is not told");
    }
    let [account] = &told["accounts"].as_array().unwrap()[..] else { panic!("{told:#}") };
    assert_eq!(account["identity"], Value::Null);
    assert_eq!(account["sessions"].as_array().unwrap().len(), 1);
    assert!(account["audit"].as_array().unwrap().len() >= 5, "{account:#}");
    assert_eq!(told["claims"][0]["reference"], claim.reference);
    assert_eq!(told["claims"][0]["is_made_by_person"], true);
    assert!(told["files"].as_array().unwrap().len() == 1, "{told:#}");
    assert!(told["history"].as_array().unwrap().len() >= 4, "{told:#}");
    assert!(!told["mails"].as_array().unwrap().is_empty());
    let token = browser.cookie.split_once('=').unwrap().1.to_owned();
    for secret in ["argon2", &token, "/consent/", CUSTOMER[1]] {
        assert!(!text.contains(secret), "the export holds {secret}");
    }

    let told = person_export(&person(&data(&server), CUSTOMER)).await.unwrap();
    let text = told.to_string();
    for canary in CUSTOMER {
        assert!(text.contains(canary), "{canary} is not told");
    }
    assert_eq!(told["accounts"], json!([]));
    assert_eq!(told["claims"][0]["is_made_by_person"], false);
    assert_eq!(told["portal_administrator_of_tenants"][0], claim.draft.tenant_id);
    assert_eq!(told["claims"][0]["says"]["customer_contact"]["email"], CUSTOMER[1]);
    assert!(!text.contains(COLLEAGUE[1]));
}

#[tokio::test]
async fn of_an_erased_customer_nothing_is_left_but_the_claim() {
    let server = TestServer::start().await;
    let browser = colleague(&server).await;
    let claim = approved_claim(&server, &browser).await;
    let reviewer = server.sign_in(REVIEWER).await;
    let cursors = [cursor_of(&browser).await, cursor_of(&reviewer).await];
    let before = kept(&server).await;
    for canary in CUSTOMER {
        assert!(holds(&before, canary), "{canary} was never kept");
    }

    // Said first, and nothing is done.
    let asked = person(&data(&server), CUSTOMER);
    let planned = person_erase(&asked, None, false, &server.clock).await.unwrap();
    assert!(!planned.is_done);
    assert_eq!(browser.get(&format!("/v1/claims/{}", claim.id)).await.claim(), claim);
    let done = erase(&server, CUSTOMER, None).await.unwrap();
    let same = Erasure { is_done: true, pseudonym: done.pseudonym.clone(), ..planned };
    assert_eq!(done, same);
    assert_eq!(done.claims, std::slice::from_ref(&claim.reference));
    assert!(done.accounts.is_empty() && done.lines >= 2 && done.names_of_files == 2, "{done:?}");
    assert!(done.mails >= 1 && done.mail_files >= 1 && done.answers >= 1, "{done:?}");
    assert_gone(&kept(&server).await, CUSTOMER);

    // The record stays, and everybody who has a copy hears of it.
    for (reader, cursor) in [&browser, &reviewer].into_iter().zip(cursors) {
        let changes = changes_since(reader, &cursor).await.to_string();
        assert!(changes.contains(&claim.id) && changes.contains(&done.pseudonym), "{changes}");
        assert!(!changes.contains(CUSTOMER[0]));
    }
    let now = browser.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert!(now.revision > claim.revision && now.status == claim.status);
    assert_eq!(now.draft.customer_contact.name, done.pseudonym);
    assert_eq!(now.draft.customer_contact.title, "");
    assert_eq!(now.draft.partner_contact, claim.draft.partner_contact);
    assert_eq!(now.draft.comment, "[erased] <[erased]> answers under [erased].");
    let history = browser.get(&format!("/v1/claims/{}/history", claim.id)).await;
    assert!(history.json().to_string().contains("[erased] told Canary Colleague so ([erased])"));
    assert_log_in_order(&server, &[&claim.id]).await;

    // Doing it again finds nobody.
    let again = erase(&server, CUSTOMER, None).await;
    assert!(matches!(again, Err(PersonError::Unknown)), "{again:?}");
    let told = person_export(&person(&data(&server), CUSTOMER)).await;
    assert!(matches!(told, Err(PersonError::Unknown)));
}

#[tokio::test]
async fn an_erased_account_is_closed_and_its_work_stays() {
    let server = TestServer::start().await;
    let browser = colleague(&server).await;
    let claim = approved_claim(&server, &browser).await;
    let id = browser.get("/v1/session").await.json()["account"]["id"].clone();
    let id = id.as_str().unwrap();

    let done = erase(&server, COLLEAGUE, None).await.unwrap();
    assert_eq!(done.accounts, ["Fabrikam Partners (with a password here)"]);
    assert_eq!(done.sessions, 1);
    assert_gone(&kept(&server).await, COLLEAGUE);
    assert_eq!(browser.get("/v1/session").await.status, 204);
    assert_problem(&browser.get("/v1/changes").await, 401, "sign-in-needed");
    for password in [PASSWORD, ""] {
        for email in [COLLEAGUE[1], &format!("{}@erased.invalid", done.pseudonym)] {
            let body = json!({"email": email, "password": password});
            let answer = browser.send(browser.post("/v1/session").json(&body)).await;
            assert_problem(&answer, 401, "wrong-credentials");
        }
    }

    let admin = server.sign_in(crate::support::ADMIN).await;
    let now = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(now.created_by, done.pseudonym);
    assert_eq!(now.draft.partner_contact.name, done.pseudonym);
    assert_eq!(now.draft.customer_contact, claim.draft.customer_contact);
    let history = admin.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
    assert_eq!(history[0]["by"], done.pseudonym);
    assert_eq!(
        history.as_array().unwrap().iter().filter(|line| line["by"] == done.pseudonym).count(),
        5
    );
    assert_log_in_order(&server, &[&claim.id, id]).await;
    // The address is free again.
    colleague(&server).await;
}

#[tokio::test]
async fn claims_under_way_need_somebody_to_write_to() {
    let server = TestServer::start().await;
    let browser = colleague(&server).await;
    let claim = browser.submitted(named_draft()).await;
    let draft = browser.create(&new_id(), &named_draft()).await.claim();
    for canaries in [CUSTOMER, COLLEAGUE] {
        match erase(&server, canaries, None).await {
            Err(PersonError::UnderWay(claims)) => {
                assert_eq!(claims, [claim.reference.clone(), draft.reference.clone()]);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(browser.get(&format!("/v1/claims/{}", claim.id)).await.claim(), claim);

    let new_contact = NewContact::read("Kim Novak <kim@contoso.example>").unwrap();
    let done = erase(&server, CUSTOMER, Some(&new_contact)).await.unwrap();
    assert_eq!(done.handed_over, [claim.reference.clone(), draft.reference.clone()]);
    assert_gone(&kept(&server).await, CUSTOMER);
    let now = browser.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    let contact = &now.draft.customer_contact;
    assert_eq!((&*contact.name, &*contact.email), ("Kim Novak", "kim@contoso.example"));
    assert_eq!(contact.title, "CFO, [erased]");
    // It can still be decided, and whoever is told is the new contact.
    let reviewer = server.sign_in(REVIEWER).await;
    assert_eq!(reviewer.review(&now, "approve", "").await.status, 200);
    let sent = mails(&browser).await;
    let about: Vec<_> = sent.iter().filter(|mail| mail.claim_id == claim.id).collect();
    assert!(about.iter().any(|mail| mail.to.contains("kim@contoso.example")), "{about:?}");
    assert_log_in_order(&server, &[&claim.id, &draft.id]).await;
}

#[tokio::test]
async fn somebody_else_of_the_same_name_stays() {
    let server = TestServer::start().await;
    let browser = colleague(&server).await;
    let mut draft = named_draft();
    draft.partner_contact.name = CUSTOMER[0].into();
    let claim = browser.create(&new_id(), &draft).await.claim();
    let new_contact = NewContact::read("Kim Novak <kim@contoso.example>").unwrap();
    let done = erase(&server, CUSTOMER, Some(&new_contact)).await.unwrap();
    assert_eq!(done.left_alone, [CUSTOMER[0]]);
    let now = browser.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(now.draft.partner_contact, claim.draft.partner_contact);
    assert_eq!(now.draft.claim_name, claim.draft.claim_name);
    assert_eq!(now.draft.customer_contact.name, "Kim Novak");
    let kept = kept(&server).await;
    assert!(!holds(&kept, CUSTOMER[1]) && !holds(&kept, CUSTOMER[2]));
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_refused() {
    let server = TestServer::start().await;
    for (email, also) in [("", ""), ("canary", ""), ("@", ""), ("a@b", ""), ("a@b.example", "abc")]
    {
        let also = (!also.is_empty()).then(|| also.to_owned()).into_iter().collect();
        let asked = Person { email: email.into(), also, ..person(&data(&server), CUSTOMER) };
        let answer = person_export(&asked).await;
        assert!(matches!(answer, Err(PersonError::TooShort)), "{email}: {answer:?}");
    }
    for text in ["Kim", "Kim <kim>", "<kim@contoso.example>", "kim@contoso.example"] {
        assert!(NewContact::read(text).is_err(), "{text}");
    }
}

fn on(data: &Path, arguments: &[&str]) -> Output {
    program(data, &[arguments, &["--data", data.to_str().unwrap()]].concat())
}

#[tokio::test]
async fn the_commands_tell_and_erase_beside_a_running_server() {
    let folder = Folder::new();
    let server = Process::start(folder.path());
    let admin = server.anonymous().signed_in("admin@northwind.example").await;
    let claim = admin.create(&new_id(), &named_draft()).await.claim();
    let run = |arguments: &[&str]| on(folder.path(), arguments);
    let address = ["--email", CUSTOMER[1], "--also", CUSTOMER[2]];

    let told = run(&[&["person", "export"], &address[..]].concat());
    assert!(told.status.success(), "{told:?}");
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["names"], json!([CUSTOMER[0]]));

    let refused = run(&[&["person", "erase"], &address[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains(&claim.reference) && said.contains("--new-contact"), "{said}");

    let hand_over = ["--new-contact", "Kim Novak <kim@contoso.example>"];
    let erase = [&["person", "erase"], &address[..], &hand_over[..]].concat();
    let planned = run(&erase);
    assert!(String::from_utf8(planned.stdout).unwrap().contains("--yes"));
    let before = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(before, claim);
    let done = run(&[&erase[..], &["--yes"]].concat());
    assert!(done.status.success(), "{done:?}");
    let now = admin.get(&format!("/v1/claims/{}", claim.id)).await.claim();
    assert_eq!(now.draft.customer_contact.name, "Kim Novak");

    let again = run(&[&erase[..], &["--yes"]].concat());
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr).unwrap().contains("nothing is kept"));
    assert_eq!(run(&["person", "export"]).status.code(), Some(2));
    assert_eq!(run(&["person", "export", "--yes"]).status.code(), Some(2));
    assert_eq!(run(&["person"]).status.code(), Some(2));
    let log = server.stop();
    for canary in CUSTOMER {
        assert!(!log.contains(canary));
    }
    if !is_postgres() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(
            on(empty.path(), &[&["person", "export"], &address[..]].concat()).status.code(),
            Some(1)
        );
    }
}

/// Whoever adds a table says whether it holds anything of people.
#[tokio::test]
async fn every_table_is_spoken_of_where_it_is_said_what_is_kept() {
    let document = include_str!("../../../../docs/privacy.md");
    let server = TestServer::start().await;
    for table in server.database().await.tables().await {
        assert!(document.contains(&format!("`{table}`")), "docs/privacy.md is silent on {table}");
    }
}
