//! The mail to the customer: when, to whom, what, and how often.

use crate::support::{
    ADMIN, Person, REVIEWER, Smtp, TestServer, fresh_draft_of, link_of, mails, new_id, pdf,
    poe_file,
};
use chrono::TimeDelta;
use cpor_protocol::{ClaimRecord, DemoMail};
use cpor_rules::{EditionId, MailLanguage, PartnerRole};
use cpor_server::{Config, Server};
use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::json;
use std::path::PathBuf;

type Edit = fn(&mut cpor_rules::Draft);

const SENT: &str = "consent-email-sent";

async fn told(person: &Person, claim: &ClaimRecord) -> usize {
    let history = person.get(&format!("/v1/claims/{}/history", claim.id)).await.json();
    history.as_array().unwrap().iter().filter(|line| line["event"] == json!(SENT)).count()
}

async fn about(person: &Person, claim: &ClaimRecord) -> Vec<DemoMail> {
    mails(person).await.into_iter().filter(|mail| mail.claim_id == claim.id).collect()
}

fn by_smtp(config: &mut Config, url: String) {
    config.smtp = Some(url);
    config.public_url = Some("https://claims.example".to_owned());
}

fn files(server: &TestServer) -> Vec<PathBuf> {
    let folder = server.folder.path().join("data/mails");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The claim taken to *Under review*.
async fn reviewed(reviewer: &Person, claim: &ClaimRecord) -> ClaimRecord {
    reviewer.review(claim, "start-review", "").await.claim()
}

#[tokio::test]
async fn each_edition_tells_the_customer_at_its_own_moment() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    for (edition, is_on_submit) in [
        (EditionId::Fy20, false),
        (EditionId::Fy21, false),
        (EditionId::Oct2023, true),
        (EditionId::Current, true),
    ] {
        let draft = fresh_draft_of(edition, PartnerRole::UseOrConsume);
        let claim = admin.submitted(draft).await;
        // Looking at the mails sends what waits; only then does the history tell.
        assert_eq!(about(&admin, &claim).await.len(), usize::from(is_on_submit), "{edition:?}");
        assert_eq!(told(&admin, &claim).await, usize::from(is_on_submit), "{edition:?}");
        let claim = reviewed(&reviewer, &claim).await;
        let claim = reviewer.review(&claim, "approve", "").await.claim();
        assert_eq!(about(&admin, &claim).await.len(), 1, "{edition:?}");
        assert_eq!(told(&admin, &claim).await, 1, "{edition:?}");
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_revenue_association() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    for edition in EditionId::ALL {
        let draft = fresh_draft_of(edition, PartnerRole::RevenueAssociation);
        let claim = admin.submitted(draft).await;
        let claim = reviewed(&reviewer, &claim).await;
        let claim = reviewer.review(&claim, "approve", "").await.claim();
        assert_eq!((about(&admin, &claim).await.len(), told(&admin, &claim).await), (0, 0));
    }
    assert!(files(&server).is_empty());
}

#[tokio::test]
async fn the_mail_says_it_all_in_both_parts_and_to_the_right_people() {
    let server = TestServer::start_with(|config| {
        config.public_url = Some("https://claims.example/".to_owned());
        config.mail_from = "no-reply@claims.example".to_owned();
    })
    .await;
    let admin = server.sign_in(ADMIN).await;
    let mut draft = fresh_draft_of(EditionId::Current, PartnerRole::UseOrConsume);
    draft.domain = "contoso.com".into();
    draft.customer_contact.name = "Ana Bowman".into();
    draft.customer_contact.email = "ana@contoso.com".into();
    draft.partner_contact.name = "Wei Chen".into();
    draft.partner_contact.email = "wei@fabrikam.example".into();
    let database = server.database().await;
    let tenant = format!("INSERT INTO tenant VALUES ('{}', 'portal@contoso.com')", draft.tenant_id);
    database.execute(&tenant).await.unwrap();
    let item = cpor_rules::catalog::display_name(&draft.workloads[0]).to_owned();
    let claim = admin.submitted(draft).await;
    let shown = about(&admin, &claim).await.remove(0);
    let raw = std::fs::read(files(&server).remove(0)).unwrap();
    assert!(raw.is_ascii());
    let mail = MessageParser::default().parse(&raw).unwrap();

    let addresses = |list: Option<&mail_parser::Address>| -> Vec<String> {
        list.into_iter()
            .flat_map(|list| list.iter())
            .filter_map(|one| one.address())
            .map(Into::into)
            .collect()
    };
    assert_eq!(addresses(mail.to()), ["ana@contoso.com"]);
    assert_eq!(mail.to().unwrap().first().unwrap().name(), Some("Ana Bowman"));
    assert_eq!(addresses(mail.cc()), ["portal@contoso.com"]);
    assert_eq!(addresses(mail.from()), ["no-reply@claims.example"]);
    assert!(mail.bcc().is_none() && mail.reply_to().is_none());
    assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert_eq!(mail.header_raw("Content-Language").unwrap().trim(), "en");
    assert_eq!(mail.message_id(), Some(format!("{}@claims.example", shown.id).as_str()));
    assert_eq!(mail.date().unwrap().to_timestamp(), server.clock.now().timestamp());
    assert_eq!(mail.subject(), Some("Fabrikam Partners asks to be named as your partner"));
    let kind = mail.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));

    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    assert_eq!(shown.text.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
    for part in [&text, &html] {
        for said in [
            "Fabrikam Partners",
            "Wei Chen",
            "wei@fabrikam.example",
            "contoso.com",
            &item,
            "You need not do anything",
        ] {
            assert!(part.contains(said), "{said} in {part}");
        }
        assert!(part.contains(&shown.link), "{part}");
    }
    let (base, token) = shown.link.split_once("/consent/").unwrap();
    assert_eq!(base, "https://claims.example");
    // 256 bits, and the language of the page.
    assert_eq!(token.len(), 43 + "?lang=en".len());
}

#[tokio::test]
async fn a_mail_in_chinese_is_chinese_throughout() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let mut draft = fresh_draft_of(EditionId::Current, PartnerRole::PreSales);
    draft.mail_language = MailLanguage::TraditionalChinese;
    draft.customer_contact.name = "陳小姐".into();
    let claim = admin.submitted(draft).await;
    let shown = about(&admin, &claim).await.remove(0);
    let raw = std::fs::read(files(&server).remove(0)).unwrap();
    assert!(raw.is_ascii());
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.header_raw("Content-Language").unwrap().trim(), "zh-Hant-TW");
    assert_eq!(mail.subject(), Some("Fabrikam Partners 申請登記為貴公司的合作夥伴"));
    assert_eq!(mail.to().unwrap().first().unwrap().name(), Some("陳小姐"));
    assert!(mail.body_text(0).unwrap().contains("您不需要做任何事"));
    assert!(mail.body_html(0).unwrap().contains("lang=\"zh-Hant-TW\""));
    assert!(shown.link.ends_with("?lang=zh-Hant-TW"));
    assert_eq!(shown.cc, "");
}

#[tokio::test]
async fn a_second_submission_mails_again_only_if_contact_or_items_changed() {
    let server = TestServer::start().await;
    let (admin, reviewer) = (server.sign_in(ADMIN).await, server.sign_in(REVIEWER).await);
    let mut claim = admin.submitted_claim(PartnerRole::UseOrConsume).await;
    let first = link_of(&admin, &claim.id).await;
    let edits: [(Edit, usize); 3] = [
        (|draft| draft.comment = "Here it is.".into(), 1),
        (|draft| draft.customer_contact.email = "other@contoso.com".into(), 2),
        (|draft| draft.workloads = vec!["intune".into()], 3),
    ];
    for (edit, expected) in edits {
        claim = reviewed(&reviewer, &claim).await;
        claim = reviewer.review(&claim, "request-action", "More, please").await.claim();
        let mut draft = claim.draft.clone();
        edit(&mut draft);
        draft.poe_names_items.clone_from(&draft.workloads);
        claim = admin.edit(&claim, &draft).await.claim();
        claim = admin.submit(&claim).await.claim();
        assert_eq!(about(&admin, &claim).await.len(), expected);
        assert_eq!(told(&admin, &claim).await, expected);
    }
    // The contact of the first mail is not the contact any more.
    let nobody = server.anonymous();
    assert_eq!(nobody.get(&first).await.status, 404);
    assert_eq!(nobody.get(&link_of(&admin, &claim.id).await).await.status, 200);
}

#[tokio::test]
async fn two_servers_on_one_database_send_each_mail_once() {
    let smtp = Smtp::start().await;
    let url = smtp.url.clone();
    let server = TestServer::start_with(|config| by_smtp(config, url)).await;
    let other = server.beside().await;
    let (admin, there) = (server.sign_in(ADMIN).await, other.sign_in(ADMIN).await);
    let mut subjects = Vec::new();
    for number in 0..6 {
        let mut draft = fresh_draft_of(EditionId::Current, PartnerRole::PreSales);
        draft.customer_contact.email = format!("contact{number}@contoso.com");
        admin.submitted(draft).await;
        subjects.push(format!("contact{number}@contoso.com"));
        tokio::join!(mails(&admin), mails(&there));
    }
    let taken = smtp.taken();
    assert_eq!(taken.len(), 6);
    for address in subjects {
        let count = taken.iter().filter(|mail| mail.contains(&format!("<{address}>"))).count();
        assert_eq!(count, 1, "{address}");
    }
}

#[tokio::test]
async fn a_mail_that_is_refused_for_now_is_sent_later() {
    let smtp = Smtp::start().await;
    smtp.refuse(2);
    let url = smtp.url.clone();
    let mut server = TestServer::start_with(|config| by_smtp(config, url)).await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    assert_eq!(about(&admin, &claim).await, []);
    assert_eq!(told(&admin, &claim).await, 0);
    // Not at once again.
    assert_eq!(about(&admin, &claim).await, []);
    server.clock.advance(TimeDelta::seconds(61));
    assert_eq!(about(&admin, &claim).await, []);
    server.clock.advance(TimeDelta::seconds(121));
    // What waits survives a restart.
    server.restart().await;
    let admin = server.sign_in(ADMIN).await;
    let link = link_of(&admin, &claim.id).await;
    assert_eq!(smtp.taken().len(), 1);
    assert_eq!(server.anonymous().get(&link).await.status, 200);
    assert_eq!(told(&admin, &claim).await, 1);
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_told_nowhere_and_tried_at_the_next_submission() {
    let smtp = Smtp::start().await;
    smtp.refuse(2);
    let url = smtp.url.clone();
    let server = TestServer::start_with(|config| by_smtp(config, url)).await;
    let admin = server.sign_in(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    assert_eq!(about(&admin, &claim).await, []);
    // Eighteen attempts later, the last one is refused as well.
    let database = server.database().await;
    database.execute("UPDATE mail SET attempts = 19, due_at = 0").await.unwrap();
    assert_eq!(about(&admin, &claim).await, []);
    server.clock.advance(TimeDelta::hours(7));
    assert_eq!(about(&admin, &claim).await, []);
    assert_eq!((told(&admin, &claim).await, smtp.taken().len()), (0, 0));
    let reviewer = server.sign_in(REVIEWER).await;
    let claim = reviewed(&reviewer, &claim).await;
    let claim = reviewer.review(&claim, "request-action", "More, please").await.claim();
    let claim = admin.submit(&claim).await.claim();
    assert_eq!(about(&admin, &claim).await.len(), 1);
    assert_eq!((told(&admin, &claim).await, smtp.taken().len()), (1, 1));
}

#[tokio::test]
async fn names_that_look_like_headers_stay_names() {
    let server = TestServer::start().await;
    let admin = server.sign_in(ADMIN).await;
    let content = pdf(&new_id());
    admin.upload("proof.pdf", &content).await;
    let mut draft = fresh_draft_of(EditionId::Current, PartnerRole::UseOrConsume);
    draft.customer_contact.name = "Ana\r\nBcc: victim@example.com\r\n\r\nBody".into();
    draft.partner_contact.name = "<b>Wei</b>\nX-Evil: 1".into();
    draft.poe_files = vec![poe_file("proof.pdf", &content)];
    let created = admin.create(&new_id(), &draft).await;
    assert_eq!(created.status, 201);
    let claim = admin.submit(&created.claim()).await.claim();
    about(&admin, &claim).await;
    let raw = std::fs::read(files(&server).remove(0)).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert!(mail.bcc().is_none() && mail.header("X-Evil").is_none());
    assert_eq!(mail.to().unwrap().iter().count(), 1);
    assert!(mail.body_text(0).unwrap().starts_with("Hello Ana Bcc: victim@example.com Body,"));
    assert!(!mail.body_html(0).unwrap().contains("<b>"));
}

#[tokio::test]
async fn the_database_holds_no_link() {
    let server = TestServer::start_with(|config| config.is_demo = false).await;
    let admin = server.added(ADMIN).await;
    let claim = admin.submitted_claim(PartnerRole::PreSales).await;
    let raw = loop {
        // The job sends it beside the requests.
        let sent =
            files(&server).into_iter().find(|path| path.extension().is_some_and(|e| e == "eml"));
        if let Some(path) = sent {
            break std::fs::read(path).unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    #[cfg(unix)]
    for path in files(&server) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mail = MessageParser::default().parse(&raw).unwrap();
    let text = mail.body_text(0).unwrap().into_owned();
    let token = text.split("/consent/").nth(1).unwrap().split('?').next().unwrap();
    let answer = server.anonymous().get(&format!("/v1/consent/{token}")).await;
    assert_eq!(answer.json()["state"], "open");
    let database = server.database().await;
    // Noted after the file was written, so maybe not yet.
    loop {
        let kept = database.texts("SELECT letter FROM mail WHERE sent_at IS NOT NULL").await;
        if !kept.is_empty() {
            assert_eq!(kept, [""]);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let bytes = server.stored().await;
    assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    assert_eq!(admin.get(&format!("/v1/claims/{}", claim.id)).await.status, 200);
}

#[tokio::test]
async fn mails_to_others_need_to_know_where_their_links_lead() {
    let folder = tempfile::tempdir().unwrap();
    let config = |public_url: Option<&str>| Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: folder.path().join("data"),
        smtp: Some("smtp://127.0.0.1:1025".to_owned()),
        public_url: public_url.map(str::to_owned),
        ..Config::default()
    };
    let clock = cpor_server::Clock::system();
    let refused = Server::bind(config(None), clock.clone()).await.err().unwrap().to_string();
    assert!(refused.contains("--public-url"), "{refused}");
    assert!(Server::bind(config(Some("https://claims.example")), clock).await.is_ok());
}
