//! The app without any backend: files over HTTP, as any static host gives them.
//!
//! For trying "this device only" and for its tests. It answers GET and HEAD,
//! gives `index.html` for every address of the app, prefers compressed copies,
//! and sends the headers that `docs/security.md` asks of a host.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob:; frame-src blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    worker-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'";
const OTHER_HEADERS: &str = "X-Content-Type-Options: nosniff\r\n\
    Referrer-Policy: no-referrer\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n";
/// More than any browser sends to a host without cookies.
const HEAD_LIMIT_BYTES: u64 = 16 * 1024;
const READ_PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the process is ended.
pub fn serve(dist: &Path, address: SocketAddr) -> Result<()> {
    if !dist.join("index.html").is_file() {
        bail!("{} holds no built app: run \"cargo xtask serve\" once", dist.display());
    }
    let listener =
        TcpListener::bind(address).with_context(|| format!("could not listen on {address}"))?;
    let address = listener.local_addr().context("could not learn the address")?;
    println!("serve  http://{address}/ (no backend: this device only; Ctrl-C ends it)");
    let dist: Arc<Path> = dist.into();
    for stream in listener.incoming() {
        let dist = Arc::clone(&dist);
        thread::spawn(move || {
            // A browser that goes away in the middle is nobody's concern.
            if let Ok(stream) = stream {
                drop(answer(&stream, &dist));
            }
        });
    }
    Ok(())
}

fn answer(mut stream: &TcpStream, dist: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(READ_PATIENCE))?;
    let mut head = BufReader::new(stream.take(HEAD_LIMIT_BYTES));
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut accepted = String::new();
    loop {
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("accept-encoding")
        {
            value.trim().clone_into(&mut accepted);
        }
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or("/"));
    let reply = if matches!(method, "GET" | "HEAD") {
        Reply::to(dist, target, &accepted)
    } else {
        Reply::plain("405 Method Not Allowed")
    };
    let mut headers = format!(
        "HTTP/1.1 {}\r\nContent-Length: {}\r\nContent-Type: {}\r\nCache-Control: {}\r\n\
         Vary: Accept-Encoding\r\nConnection: close\r\nContent-Security-Policy: {POLICY}\r\n{OTHER_HEADERS}",
        reply.status,
        reply.body.len(),
        reply.content_type,
        reply.caching,
    );
    if let Some(encoding) = reply.encoding {
        // Writing into a String cannot fail.
        let _infallible = write!(headers, "Content-Encoding: {encoding}\r\n");
    }
    headers.push_str("\r\n");
    stream.write_all(headers.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&reply.body)?;
    }
    stream.flush()
}

struct Reply {
    status: &'static str,
    content_type: &'static str,
    caching: &'static str,
    encoding: Option<&'static str>,
    body: Vec<u8>,
}

impl Reply {
    fn plain(status: &'static str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            caching: "no-store",
            encoding: None,
            body: status.as_bytes().to_vec(),
        }
    }

    fn to(dist: &Path, target: &str, accepted: &str) -> Self {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        if path == "/config.json" {
            // What a host without a backend puts there. Without it the app would
            // ask for one, and the browser would note that nobody answered.
            return Self {
                status: "200 OK",
                content_type: "application/json",
                body: br#"{"backend": null}"#.to_vec(),
                ..Self::plain("")
            };
        }
        let Some(file) = file_for(dist, path) else {
            return Self::plain("404 Not Found");
        };
        let packed = [("br", ".br"), ("gzip", ".gz")].into_iter().find_map(|(encoding, ending)| {
            let copy = PathBuf::from(format!("{}{ending}", file.display()));
            accepted
                .contains(encoding)
                .then(|| fs::read(copy).ok())
                .flatten()
                .map(|body| (encoding, body))
        });
        let (encoding, body) = match packed {
            Some((encoding, body)) => (Some(encoding), body),
            None => match fs::read(&file) {
                Ok(body) => (None, body),
                Err(_) => return Self::plain("404 Not Found"),
            },
        };
        Self {
            status: "200 OK",
            content_type: content_type(&file),
            caching: if path.starts_with("/assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
            encoding,
            body,
        }
    }
}

/// The file behind an address: itself, or the app for addresses that are pages.
fn file_for(dist: &Path, path: &str) -> Option<PathBuf> {
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    let is_plain = names
        .iter()
        .all(|name| *name != ".." && !name.contains(['\\', ':', '\0']) && !name.starts_with('.'));
    if !is_plain || names.first() == Some(&"v1") {
        return None;
    }
    let file = names.iter().fold(dist.to_path_buf(), |folder, name| folder.join(name));
    if file.is_file() {
        return Some(file);
    }
    let is_page = names.last().is_none_or(|name| !name.contains('.'));
    is_page.then(|| dist.join("index.html"))
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::file_for;

    #[test]
    fn addresses_of_pages_lead_to_the_app() {
        let dist = Path::new("/none");
        assert_eq!(file_for(dist, "/claims/1"), Some(PathBuf::from("/none/index.html")));
        assert_eq!(file_for(dist, "/"), Some(PathBuf::from("/none/index.html")));
    }

    #[test]
    fn missing_files_the_api_and_ways_out_of_the_folder_lead_nowhere() {
        let dist = Path::new("/none");
        assert_eq!(file_for(dist, "/missing.js"), None);
        assert_eq!(file_for(dist, "/v1/backend"), None);
        assert_eq!(file_for(dist, "/../etc/passwd"), None);
    }
}
