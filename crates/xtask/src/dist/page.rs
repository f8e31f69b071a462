//! Points the pages at the renamed files and proves that they need nothing inline.

use std::path::Path;

use anyhow::{Result, bail};

use super::{files_below, names::Assets, read_text, service_worker, write};
use crate::{project::APP_BINARY, split};

/// Rewrites every page of the built app.
pub(super) fn rewrite_all(staging: &Path, assets: &Assets) -> Result<()> {
    for file in files_below(staging)? {
        if Path::new(&file).extension().is_some_and(|extension| extension == "html") {
            let path = staging.join(&file);
            let page = rewrite(&read_text(&path)?, assets);
            if let Some(found) = inline_code(&page) {
                bail!("{file} holds {found}, which its content security policy forbids");
            }
            write(&path, page)?;
        }
    }
    Ok(())
}

/// Puts new names, hashes and preloads into a page.
fn rewrite(page: &str, assets: &Assets) -> String {
    let mut page = without_comments(page);
    for (before, asset) in assets.iter() {
        for attribute in ["href", "src"] {
            // Browsers ignore, and complain about, a hash on a preload for fetch;
            // the boot script gives it with the fetch itself.
            let integrity = if Path::new(&asset.path).extension().is_some_and(|kind| kind == "wasm")
            {
                String::new()
            } else {
                format!(" integrity=\"{}\"", asset.integrity)
            };
            page = page.replace(
                &format!("{attribute}=\"/{before}\""),
                &format!("{attribute}=\"/{}\"{integrity}", asset.path),
            );
        }
        page = page.replace(
            &format!("data-js=\"/{before}\""),
            // Only a release build has a service worker: in development it would
            // show yesterday's files.
            &format!(
                "data-js=\"/{}\" data-service-worker=\"/{}\"",
                asset.path,
                service_worker::SCRIPT
            ),
        );
        page = page.replace(
            &format!("data-wasm=\"/{before}\""),
            &format!("data-wasm=\"/{}\" data-wasm-integrity=\"{}\"", asset.path, asset.integrity),
        );
    }
    preload_loader(&page, assets)
}

/// The loader of the split parts is imported by the main script: fetched beside
/// it, it does not cost a round trip of its own.
fn preload_loader(page: &str, assets: &Assets) -> String {
    let (Some(main), Some(loader)) =
        (assets.get(&format!("{APP_BINARY}.js")), assets.get(split::LOADER))
    else {
        return page.to_owned();
    };
    let preload = format!("<link rel=\"modulepreload\" href=\"/{}\"", main.path);
    page.replacen(
        &preload,
        &format!(
            "<link rel=\"modulepreload\" href=\"/{}\" integrity=\"{}\">{preload}",
            loader.path, loader.integrity
        ),
        1,
    )
}

fn without_comments(page: &str) -> String {
    let mut kept = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let mut lines = String::with_capacity(kept.len());
    for line in kept.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines.push_str(line);
        lines.push('\n');
    }
    lines
}

/// What a page must not hold under a policy without `'unsafe-inline'`.
fn inline_code(page: &str) -> Option<&'static str> {
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or(tag);
        let mut words = tag.split_whitespace();
        match words.next() {
            Some("script") if !tag.contains(" src=\"") => return Some("an inline script"),
            Some("style") => return Some("an inline style sheet"),
            _ => {}
        }
        for word in words {
            if word.starts_with("style=") {
                return Some("a style attribute");
            }
            if word.starts_with("on") && word.contains("=\"") {
                return Some("an inline event handler");
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{inline_code, without_comments};

    #[test]
    fn inline_scripts_styles_and_handlers_are_found() {
        assert_eq!(inline_code("<script type=\"module\">x</script>"), Some("an inline script"));
        assert_eq!(inline_code("<style>a{}</style>"), Some("an inline style sheet"));
        assert_eq!(inline_code("<p style=\"color:red\">"), Some("a style attribute"));
        assert_eq!(inline_code("<p onclick=\"x()\">"), Some("an inline event handler"));
    }

    #[test]
    fn a_page_of_references_passes() {
        let page = "<script src=\"/boot.js\" type=\"module\"></script><p class=\"on\">On = off</p>";
        assert_eq!(inline_code(page), None);
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(without_comments("<a>\n  <!-- why\n not -->\n  <b>\n"), "<a>\n<b>\n");
    }
}
