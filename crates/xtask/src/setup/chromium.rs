//! Chromium and `ChromeDriver` of one version, Chromium without a window, and fonts for Latin and Chinese text.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::{Tools, apt};
use crate::{process, report::Outcome};

const BROWSERS: &[&str] =
    &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Where a browser is that does not put itself on the PATH.
const BROWSER_FILES: &[&str] = &["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
/// Chromium without a window: a page costs it half the work, since nothing is drawn and run
/// around it.
const WITHOUT_WINDOW: &str = "chromium-headless-shell";
const FONTS: &[&str] = &["fonts-liberation", "fonts-noto-cjk"];

pub(super) fn ensure(tools: &mut Tools) -> Result<Outcome> {
    let mut installed = Vec::new();
    if browser().is_none() || process::on_path("chromedriver").is_none() {
        let packages = ["chromium", "chromium-driver"];
        apt::install(&[&packages, FONTS].concat(), "Chromium with ChromeDriver")?;
        installed.extend(packages);
    }
    let (Some(browser), Some(driver)) = (browser(), process::on_path("chromedriver")) else {
        bail!("Chromium was installed but is not on the PATH: open a new shell and retry");
    };
    let browser_version = version(&browser);
    let driver_version = version(&driver);
    if major(&browser_version) != major(&driver_version) {
        bail!(
            "{} is version {browser_version} but ChromeDriver is {driver_version}: \
             install both from one source and retry",
            browser.display()
        );
    }
    if process::on_path(WITHOUT_WINDOW).is_none() && apt::offers(WITHOUT_WINDOW) {
        match apt::install(&[WITHOUT_WINDOW], "Chromium without a window") {
            Ok(()) => installed.push(WITHOUT_WINDOW),
            Err(error) => println!("setup  Chromium: {error:#}; the tests take longer without it"),
        }
    }
    tools.headless_shell = process::on_path(WITHOUT_WINDOW);
    tools.chromium = Some(browser);
    tools.chromedriver = Some(driver);
    if lacks_chinese_font() {
        // Tests pass without the font; only pictures show boxes.
        match apt::install(FONTS, "a font for Chinese text") {
            Ok(()) => installed.extend(FONTS),
            Err(error) => println!("setup  Chromium: {error:#}"),
        }
    }
    if installed.is_empty() {
        Ok(Outcome::AlreadyThere(browser_version))
    } else {
        Ok(Outcome::Done(format!("{} installed", installed.join(", "))))
    }
}

fn browser() -> Option<PathBuf> {
    BROWSERS
        .iter()
        .find_map(|name| process::on_path(name))
        .or_else(|| BROWSER_FILES.iter().map(PathBuf::from).find(|file| file.is_file()))
}

/// `156.0.8078.79` from `Chromium 156.0.8078.79 built on …`; empty when it will not say.
fn version(program: &std::path::Path) -> String {
    process::answer(program, &["--version"])
        .and_then(|said| {
            said.split_whitespace()
                .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
                .map(str::to_owned)
        })
        .unwrap_or_default()
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// Only where fontconfig can tell; elsewhere the system brings its fonts.
fn lacks_chinese_font() -> bool {
    process::answer("fc-list", &[":lang=zh-tw", "family"]).is_some_and(|fonts| fonts.is_empty())
}
