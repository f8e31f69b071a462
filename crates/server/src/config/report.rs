//! What `--check-config` says.

use super::Config;
use super::layers::{Given, Layers};
use super::options::{self, COMMAND_LINE_ALONE, is_switch, name};
use std::fmt;

/// What the server would run with, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each option in a line of the form of the file, with where it comes from.
    pub options: Vec<String>,
    /// Worth knowing, and no fault.
    pub notes: Vec<String>,
    /// Each in a sentence that says what to do.
    pub faults: Vec<String>,
}

impl Report {
    pub(super) fn of(layers: Layers, config: &Config) -> Self {
        let table = options::table();
        let mut lines: Vec<_> = table
            .get_arguments()
            .map(|option| line(option, layers.given.get(&name(option))))
            .collect();
        lines.push(format!("# the server listens on {}", config.listen));
        lines.push(match &config.app {
            Some(app) => format!("# the app comes from {app}"),
            None => "# no app is served".to_owned(),
        });
        Self { options: lines, notes: layers.notes, faults: layers.faults }
    }
}

/// An option as it would stand in the file; a comment where it cannot stand there.
fn line(option: &clap::Arg, given: Option<&Given>) -> String {
    let name = name(option);
    let default = || {
        let mut defaults = option.get_default_values().iter();
        defaults.next().map(|value| value.to_string_lossy().into_owned())
    };
    let (text, place) = match given {
        Some(given) => {
            (Some(given.value.to_string_lossy().into_owned()), format!("from {}", given.place))
        }
        None => (default(), "default".to_owned()),
    };
    let Some(text) = text else { return format!("# {name} is not given") };
    if option.is_hide_set() {
        return format!("# {name} is given and a secret: {place}");
    }
    if has_password(&text) {
        return format!("# {name} holds a password, which is not shown: {place}");
    }
    let is_plain = is_switch(option) || text.parse::<u64>().is_ok();
    let value = if is_plain { text } else { toml::Value::String(text).to_string() };
    let comment = if COMMAND_LINE_ALONE.contains(&name.as_str()) { "# " } else { "" };
    format!("{comment}{name} = {value}  # {place}")
}

/// Whether a text is a URL with a password, which is a fault and is not repeated.
fn has_password(text: &str) -> bool {
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.options {
            writeln!(formatter, "{line}")?;
        }
        for note in &self.notes {
            writeln!(formatter, "# note: {note}")?;
        }
        for fault in &self.faults {
            writeln!(formatter, "# fault: {fault}")?;
        }
        match self.faults.len() {
            0 => writeln!(formatter, "# no fault was found"),
            1 => writeln!(formatter, "# one fault was found"),
            many => writeln!(formatter, "# {many} faults were found"),
        }
    }
}
