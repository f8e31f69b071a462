//! Every route for everybody, as `docs/authorisation.md` says.

pub mod scene;
pub mod table;

use crate::openapi::operations;
use crate::support::TestServer;
use scene::Scene;
use std::collections::BTreeSet;
use table::{Column, rows};

#[tokio::test]
async fn every_route_has_one_row() {
    let server = TestServer::start().await;
    let described: BTreeSet<_> = operations(&server)
        .await
        .into_iter()
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    let rows = rows();
    let documented: BTreeSet<_> = rows.iter().map(|row| row.route.clone()).collect();
    assert_eq!(documented, described);
    assert_eq!(documented.len(), rows.len());
}

#[tokio::test]
async fn everybody_is_answered_as_the_document_says() {
    let scene = Scene::new().await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for row in rows() {
        for (column, expected) in row.answers {
            let request = scene.asks(column, &row.route).await;
            let response = request.request.send().await.unwrap();
            let status = response.status().as_u16();
            asked += 1;
            if status != expected {
                wrong.push(format!("{} {column:?}: {status}, not {expected}", row.route));
            }
            // A refusal has a code, tells nothing of the claim, and changed nothing.
            let (true, Some(claim)) = (status >= 400, &request.claim) else { continue };
            let text = response.text().await.unwrap();
            let code = match status {
                401 => "sign-in-needed",
                403 => "not-allowed",
                _ => "not-found",
            };
            let is_silent = text.contains(code) && !text.contains(&claim.reference);
            if !is_silent || scene.now(claim).await.as_ref() != Some(claim) {
                wrong.push(format!("{} {column:?}: {text}", row.route));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    assert_eq!(asked, rows().len() * 7);
}

/// The first of those for whom a request goes well.
pub fn who_may(answers: &[(Column, u16)]) -> Column {
    answers.iter().find(|(_, status)| *status < 300).unwrap().0
}
