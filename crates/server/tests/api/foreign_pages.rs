//! A page of somebody else changes nothing, by whatever route and in whatever way.

use crate::authorisation::scene::Scene;
use crate::authorisation::table::rows;
use crate::authorisation::who_may;
use crate::support::TestServer;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};

/// What a foreign page, or a browser on its behalf, makes of a request.
const FOREIGN: [(&str, &str, u16); 12] = [
    // A form can send no header of its own choice.
    ("x-cpor", "", 403),
    ("x-cpor", "2", 403),
    ("sec-fetch-site", "cross-site", 403),
    ("sec-fetch-site", "same-site", 403),
    ("sec-fetch-site", "nonsense", 403),
    ("origin", "https://evil.example", 403),
    // The same host at another port is another origin.
    ("origin", "http://127.0.0.1:1", 403),
    ("origin", "null", 403),
    // All that a form can send.
    ("content-type", "application/x-www-form-urlencoded", 415),
    ("content-type", "multipart/form-data; boundary=a", 415),
    ("content-type", "text/plain", 415),
    ("content-type", "Text/Plain;charset=utf-8", 415),
];

fn changed(request: &Request, name: &'static str, value: &'static str) -> Request {
    let mut request = request.try_clone().unwrap();
    let name = HeaderName::from_static(name);
    if value.is_empty() {
        request.headers_mut().remove(name);
    } else {
        request.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    request
}

#[tokio::test]
async fn no_route_takes_a_change_from_a_foreign_page() {
    let scene = Scene::new().await;
    let client = Client::new();
    let mut wrong = Vec::new();
    let mut routes = 0;
    for row in rows() {
        let (method, _) = row.route.split_once(' ').unwrap();
        if ["GET", "HEAD", "OPTIONS"].contains(&method) {
            continue;
        }
        routes += 1;
        let asked = scene.asks(who_may(&row.answers), &row.route).await;
        let own = asked.request.build().unwrap();
        for (name, value, expected) in FOREIGN {
            let answer = client.execute(changed(&own, name, value)).await.unwrap();
            if answer.status() != expected {
                wrong.push(format!("{} {name}: {value}: {}", row.route, answer.status()));
            }
        }
        // The app's own request is still what it was: nothing has happened before it.
        let answer = client.execute(own).await.unwrap();
        if !answer.status().is_success() {
            wrong.push(format!("{}: {}", row.route, answer.status()));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    assert!(routes >= 15, "{routes}");
}

#[tokio::test]
async fn the_apps_own_pages_are_known_by_host_or_by_the_public_url() {
    let server = TestServer::start_with(|config| {
        config.public_url = Some("https://claims.example.com/app".into());
    })
    .await;
    let own = server.url("");
    let public = "https://claims.example.com".to_owned();
    for (origin, expected) in
        [(own, 204), (public, 204), ("https://claims.example.com.evil.example".into(), 403)]
    {
        let nobody = server.anonymous();
        let request = nobody.request(Method::DELETE, "/v1/session").header("origin", &origin);
        assert_eq!(nobody.send(request).await.status, expected, "{origin}");
    }
}
