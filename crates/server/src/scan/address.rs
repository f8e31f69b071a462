//! Where a virus scanner is.

use std::path::PathBuf;

/// Where a virus scanner is, and what is spoken with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerAddress {
    /// clamd of ClamAV, at a host and port.
    Clamd(String),
    /// clamd of ClamAV, at a socket of this machine.
    ClamdSocket(PathBuf),
    /// A service of an ICAP server.
    Icap {
        /// Host and port.
        host: String,
        /// Path of the service, without a slash before it.
        service: String,
    },
}

impl ScannerAddress {
    /// Reads `clamd://host:port`, `clamd:///path/of/a/socket` or `icap://host:port/service`.
    ///
    /// # Errors
    /// It is none of them. The message says what they are.
    pub fn read(url: &str) -> Result<Self, &'static str> {
        const FORM: &str = "a scanner is clamd://host:port, clamd:///path/of/a/socket or \
            icap://host:port/service";
        if let Some(rest) = url.strip_prefix("clamd://") {
            return if rest.starts_with('/') {
                Ok(Self::ClamdSocket(rest.into()))
            } else {
                with_port(rest, 3310).map(Self::Clamd).ok_or(FORM)
            };
        }
        let rest = url.strip_prefix("icap://").ok_or(FORM)?;
        let (host, service) = rest.split_once('/').ok_or(FORM)?;
        let is_plain = !service.is_empty()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._/?=&".contains(&byte));
        let host = with_port(host, 1344).filter(|_| is_plain).ok_or(FORM)?;
        Ok(Self::Icap { host, service: service.to_owned() })
    }
}

/// A host with its port, or with the usual one.
fn with_port(host: &str, usual: u16) -> Option<String> {
    let is_plain = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.[]:".contains(&byte))
    };
    if host.is_empty() || host.starts_with(':') || !is_plain(host) {
        return None;
    }
    match host.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => {
            port.parse::<u16>().ok().map(|_| host.to_owned())
        }
        _ => Some(format!("{host}:{usual}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_named_by_a_url() {
        let read = ScannerAddress::read;
        assert_eq!(read("clamd://scan:3310"), Ok(ScannerAddress::Clamd("scan:3310".into())));
        assert_eq!(read("clamd://scan"), Ok(ScannerAddress::Clamd("scan:3310".into())));
        assert_eq!(read("clamd://[::1]"), Ok(ScannerAddress::Clamd("[::1]:3310".into())));
        assert_eq!(
            read("clamd:///run/clamav/clamd.ctl"),
            Ok(ScannerAddress::ClamdSocket("/run/clamav/clamd.ctl".into()))
        );
        let icap = |host: &str, service: &str| {
            Ok(ScannerAddress::Icap { host: host.into(), service: service.into() })
        };
        assert_eq!(read("icap://scan:1344/avscan"), icap("scan:1344", "avscan"));
        assert_eq!(read("icap://scan/av/resp"), icap("scan:1344", "av/resp"));
        for wrong in [
            "",
            "scan",
            "http://scan/a",
            "clamd://",
            "clamd://:3310",
            "clamd://scan:many",
            "icap://scan",
            "icap://scan/",
            "icap:///service",
            "icap://scan/a b",
            "clamd://a\r\nb",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
