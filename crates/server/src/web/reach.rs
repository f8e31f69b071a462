//! How requests reach the server: which pages are its own, and whom an address belongs to.

use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Where proxies say for whom they ask, each at the end of what it was told.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// What stands between people and the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Origin of the app, for where a proxy asks under another host.
    public_origin: Option<String>,
    /// How many proxies stand in front. What they say of an address is believed.
    proxies: usize,
}

impl Reach {
    pub(crate) fn new(public_url: Option<&str>, proxies: u8) -> Self {
        Self { public_origin: public_url.and_then(origin_of), proxies: proxies.into() }
    }

    /// Whether a request with these headers may come from a page of ours. One that does
    /// not say where it is from may: programs do not, and browsers do.
    pub(crate) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        let Some(said) = headers.get(header::ORIGIN) else { return true };
        let Some(origin) = said.to_str().ok().and_then(origin_of) else { return false };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let of_host = origin.split_once("://").map(|(_, host)| host);
        of_host == host.map(str::to_lowercase).as_deref()
            || self.public_origin.as_ref() == Some(&origin)
    }

    /// Whose request it is, among those who share no address.
    fn address(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let mut told: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        // What stands before was said by the client itself, who may say anything.
        let place =
            self.proxies.checked_sub(1).and_then(|behind| told.len().checked_sub(behind + 1));
        let told = place.map(|place| told.swap_remove(place).trim());
        one_of(told.and_then(|told| told.parse().ok()).unwrap_or(peer))
    }

    /// As [`ClientAddress`], before there is a handler.
    pub(crate) fn address_of(
        &self,
        headers: &HeaderMap,
        extensions: &axum::http::Extensions,
    ) -> Option<IpAddr> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
        Some(self.address(headers, peer))
    }
}

/// A whole network of IPv6 is one customer's.
fn one_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Scheme, host and port of a URL in lower case; `None` where it has none of its own.
fn origin_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    Some(format!("{}://{}", url.scheme_str()?, url.authority()?).to_lowercase())
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        state
            .reach
            .address_of(&parts.headers, &parts.extensions)
            .map(Self)
            .ok_or_else(|| ApiError::fault(&"a request from nowhere"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_page_is_known_by_its_whole_origin() {
        let reach = Reach::new(Some("https://Claims.example.com/app/"), 0);
        let is_own =
            |origin| reach.is_own_page(&headers(&[("host", "inside:8080"), ("origin", origin)]));
        assert!(is_own("https://claims.example.com") && is_own("http://inside:8080"));
        for origin in [
            "http://claims.example.com",
            "https://claims.example.com:8443",
            "https://claims.example.com.evil.example",
            "http://inside",
            "inside:8080",
            "null",
            "",
        ] {
            assert!(!is_own(origin), "{origin}");
        }
        assert!(reach.is_own_page(&headers(&[("host", "inside:8080")])));
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        let peer: IpAddr = "192.0.2.9".parse().unwrap();
        let told = headers(&[("x-forwarded-for", "203.0.113.5, 198.51.100.7,192.0.2.1")]);
        let address = |proxies| Reach::new(None, proxies).address(&told, peer).to_string();
        assert_eq!(address(0), "192.0.2.9");
        assert_eq!(address(1), "192.0.2.1");
        assert_eq!(address(2), "198.51.100.7");
        // Fewer have said something than there should be: somebody went around them.
        assert_eq!(address(4), "192.0.2.9");
        let nonsense = headers(&[("x-forwarded-for", "unknown")]);
        assert_eq!(Reach::new(None, 1).address(&nonsense, peer), peer);
    }

    #[test]
    fn a_network_of_ipv6_is_one() {
        let one = |text: &str| one_of(text.parse().unwrap()).to_string();
        assert_eq!(one("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(one("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
