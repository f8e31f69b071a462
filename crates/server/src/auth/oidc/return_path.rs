//! Where a person goes after signing in: a page of the app, and nothing else.

/// Most characters of a path that is kept.
const MAX: usize = 500;

/// A path of the app on this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnPath(String);

impl ReturnPath {
    /// The path, where it leads to a page of the app; the list of claims otherwise. Whoever
    /// makes a link to the sign-in may write anything there.
    pub(crate) fn read(said: Option<&str>) -> Self {
        Self(said.filter(|path| is_own(path)).unwrap_or("/claims").to_owned())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

fn is_own(path: &str) -> bool {
    // Browsers read `//host`, and `/\host` as well, as another host, and drop tabs and ends
    // of lines before they look.
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_page = path.starts_with('/') && !path.starts_with("//");
    // What is not a page changes something, or leads here again.
    let is_api = path == "/v1" || path.starts_with("/v1/") || path.starts_with("/v1?");
    path.len() <= MAX && is_plain && is_page && !is_api
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_app_are_kept() {
        for path in ["/", "/claims", "/drafts/7/details?field=a#b", "/claims/%2F%2Fevil.example"] {
            assert_eq!(ReturnPath::read(Some(path)).text(), path);
        }
    }

    #[test]
    fn everything_else_leads_to_the_list() {
        let long = format!("/{}", "a".repeat(MAX));
        for path in [
            "",
            "claims",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\..\\b",
            "/\t/evil.example",
            "/claims\r\nSet-Cookie: a=b",
            "https://evil.example/",
            "javascript:alert(1)",
            "/v1",
            "/v1/session/oidc",
            "/v1?a",
            "/é",
            &long,
        ] {
            assert_eq!(ReturnPath::read(Some(path)).text(), "/claims", "{path}");
        }
        assert_eq!(ReturnPath::read(None).text(), "/claims");
    }
}
