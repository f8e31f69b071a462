//! What was given where: on the command line, in a variable, in the file.
//!
//! All of it is text at first. Each value is read by the same parser, that of the table of
//! options, wherever it stands; one that is wrong is told, also where another place
//! overrules it, and the others are read all the same.

use super::options::{self, COMMAND_LINE_ALONE, is_switch, name, variable};
use super::{CONFIG, Variables};
use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Where a value stands. A later one goes before an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    File,
    Variable,
    CommandLine,
}

/// A value that was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) origin: Origin,
    /// How a person finds it: `--listen`, `CPOR_LISTEN`, `listen in claims.toml`.
    pub(super) place: String,
    pub(super) value: OsString,
}

/// What counts of all that was given, by the name of the option, and what is wrong.
#[derive(Debug, Default)]
pub(super) struct Layers {
    pub(super) given: BTreeMap<String, Given>,
    /// Each in a sentence that says what to do.
    pub(super) faults: Vec<String>,
    /// Worth knowing, and no fault.
    pub(super) notes: Vec<String>,
}

impl Layers {
    /// Takes a value, unless a place that goes before has one.
    fn add(&mut self, option: &clap::Arg, given: Given) {
        if let Some(fault) = fault_of(option, &given) {
            self.faults.push(fault);
            return;
        }
        match self.given.get(&name(option)) {
            Some(known) if known.origin >= given.origin => {}
            _ => {
                self.given.insert(name(option), given);
            }
        }
    }

    /// What the command line says, of the command that it names.
    pub(super) fn add_command_line(&mut self, matches: &ArgMatches) {
        for option in options::table().get_arguments() {
            let id = option.get_id().as_str();
            let is_given = matches.try_contains_id(id).is_ok_and(|given| given)
                && matches.value_source(id) == Some(ValueSource::CommandLine);
            if !is_given {
                continue;
            }
            if option.is_hide_set() {
                self.faults.push(format!(
                    "--{} does not belong on the command line, where others read it: {}",
                    name(option),
                    belongs(option)
                ));
            } else if let Some(value) = matches.get_raw(id).and_then(|mut values| values.next()) {
                let place = format!("--{}", name(option));
                let origin = Origin::CommandLine;
                self.add(option, Given { origin, place, value: value.to_owned() });
            }
        }
    }

    /// What variables say. An empty one says nothing.
    pub(super) fn add_variables(&mut self, variables: &Variables) {
        let table = options::table();
        let mut known = vec![CONFIG.to_owned()];
        for option in table.get_arguments() {
            let variable = variable(&name(option));
            known.push(variable.clone());
            if COMMAND_LINE_ALONE.contains(&name(option).as_str()) {
                continue;
            }
            let value = variables.get(&variable).map(ToOwned::to_owned);
            let in_file = if option.is_hide_set() {
                let variable = format!("{variable}_FILE");
                known.push(variable.clone());
                variables.get(&variable).map(|path| (variable, path))
            } else {
                None
            };
            let origin = Origin::Variable;
            match (value, in_file) {
                (Some(_), Some((other, _))) => self
                    .faults
                    .push(format!("{variable} and {other} are both set: take one of them away")),
                (Some(value), None) => {
                    self.add(option, Given { origin, place: variable, value });
                }
                (None, Some((place, path))) => match std::fs::read_to_string(path) {
                    Ok(text) => {
                        let value = text.trim_end_matches(['\r', '\n']).into();
                        self.add(option, Given { origin, place, value });
                    }
                    Err(error) => self.faults.push(format!(
                        "{place} names the file {}, which cannot be read ({error}): correct the \
                         path, or let the account of the server read it",
                        Path::new(path).display()
                    )),
                },
                (None, None) => {}
            }
        }
        for unknown in variables.names().filter(|name| !known.iter().any(|known| known == name)) {
            match nearest(unknown, known.iter().map(String::as_str), CLOSE) {
                Some(near) => self.faults.push(format!(
                    "the variable {unknown} is not known: write {near}, or take it away"
                )),
                // Other programs may have variables that begin in the same way.
                None => self.notes.push(format!("the variable {unknown} is of no option")),
            }
        }
    }

    /// What the file says.
    pub(super) fn add_file(&mut self, path: &Path) {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.faults.push(format!(
                    "the file {shown} of --config cannot be read ({error}): correct the path, or \
                     let the account of the server read it"
                ));
                return;
            }
        };
        let entries = match text.parse::<toml::Table>() {
            Ok(entries) => entries,
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start));
                let line = before.map_or(0, |text| text.matches('\n').count()) + 1;
                // The message itself would quote the line, which may hold anything.
                self.faults.push(format!(
                    "line {line} of {shown} is not TOML ({}): write option = value there, and \
                     texts in quotes",
                    error.message()
                ));
                return;
            }
        };
        let table = options::table();
        for (key, value) in &entries {
            let place = format!("{key} in {shown}");
            let Some(option) = table.get_arguments().find(|option| name(option) == *key) else {
                let all: Vec<_> = table.get_arguments().map(name).collect();
                let near = nearest(key, all.iter().map(String::as_str), FAR);
                self.faults.push(match near {
                    Some(near) => format!("{place} is not known: write {near}"),
                    None => {
                        format!("{place} is not known: take it away; --help lists what there is")
                    }
                });
                continue;
            };
            if option.is_hide_set() {
                let belongs = belongs(option);
                self.faults.push(format!("{place} does not belong in this file: {belongs}"));
                continue;
            }
            if COMMAND_LINE_ALONE.contains(&key.as_str()) {
                self.faults.push(format!(
                    "{place} is for tests: take it away, and give --{key} on the command line"
                ));
                continue;
            }
            match text_of(value) {
                Some(text) => {
                    let given = Given { origin: Origin::File, place, value: text.into() };
                    self.add(option, given);
                }
                None => self.faults.push(format!(
                    "{place} holds several values: write one text, number, true or false"
                )),
            }
        }
    }

    /// The command line that would say all of it.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        self.given.iter().map(|(name, given)| argument(name, &given.value)).collect()
    }
}

/// Where a secret is put.
fn belongs(option: &clap::Arg) -> String {
    let variable = variable(&name(option));
    format!("give it in the variable {variable}, or the path of a file with it in {variable}_FILE")
}

fn argument(name: &str, value: &OsStr) -> OsString {
    let mut argument = OsString::from(format!("--{name}="));
    argument.push(value);
    argument
}

fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(is_so) => Some(is_so.to_string()),
        toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}

/// What is wrong with a value by itself.
fn fault_of(option: &clap::Arg, given: &Given) -> Option<String> {
    let alone = [argument(&name(option), &given.value)];
    let error = options::table().try_get_matches_from(alone).err()?;
    let why = match (error.source(), error.kind()) {
        (Some(source), _) => source.to_string(),
        (None, _) if given.value.is_empty() => "it is empty".to_owned(),
        (None, _) if is_switch(option) => "it is true or false".to_owned(),
        (None, _) => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(values)) => format!("it is one of {}", values.join(", ")),
            _ => "it cannot be read".to_owned(),
        },
    };
    // A value that may hold a password is not shown.
    let shown = if option.is_hide_set() || option.get_id() == "database" {
        String::new()
    } else {
        format!(" \"{}\"", given.value.display())
    };
    let wanted = option.get_value_names().map(|names| names.join(" ")).unwrap_or_default();
    let help = option.get_help().map(ToString::to_string).unwrap_or_default();
    let place = &given.place;
    Some(format!("{place} cannot be{shown}: {why}; give {wanted}: {help}"))
}

/// Reads the command line as far as what stands where, and takes out what is not known.
///
/// # Errors
/// It asks for help, or cannot be read at all.
pub(super) fn split(
    mut arguments: Vec<OsString>,
    faults: &mut Vec<String>,
) -> Result<ArgMatches, clap::Error> {
    arguments.insert(0, "cpor-server".into());
    loop {
        let error = match as_text(options::command_line()).try_get_matches_from(&arguments) {
            Ok(matches) => return Ok(matches),
            Err(error) => error,
        };
        let unknown = match (error.kind(), error.get(ContextKind::InvalidArg)) {
            (ErrorKind::UnknownArgument, Some(ContextValue::String(unknown))) => unknown.clone(),
            _ => return Err(error),
        };
        let is_it = |argument: &OsString| {
            let argument = argument.to_string_lossy();
            argument.split('=').next() == unknown.split('=').next()
        };
        let Some(place) = arguments.iter().position(is_it).filter(|_| unknown.starts_with("--"))
        else {
            return Err(error);
        };
        let stripped = unknown.trim_start_matches('-');
        let all: Vec<_> = options::table()
            .get_arguments()
            .filter(|option| !option.is_hide_set())
            .map(name)
            .chain(["config".to_owned(), "check-config".to_owned()])
            .filter(|name| *name != stripped)
            .collect();
        faults.push(match nearest(stripped, all.iter().map(String::as_str), FAR) {
            Some(near) => format!("{unknown} is not known here: write --{near}"),
            None => format!("{unknown} is not known here: --help lists what there is"),
        });
        let has_value = !arguments[place].to_string_lossy().contains('=')
            && arguments
                .get(place + 1)
                .is_some_and(|next| !next.to_string_lossy().starts_with('-'));
        arguments.drain(place..=place + usize::from(has_value));
    }
}

/// The same command, in which options of the server may have any value.
fn as_text(command: clap::Command) -> clap::Command {
    let table = options::table();
    let is_option = |argument: &clap::Arg| {
        table.get_arguments().any(|option| option.get_id() == argument.get_id())
    };
    let names: Vec<String> =
        command.get_subcommands().map(|deed| deed.get_name().to_owned()).collect();
    let command = command.mut_args(|argument| {
        if is_option(&argument) {
            argument.value_parser(clap::builder::ValueParser::os_string())
        } else {
            argument
        }
    });
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, as_text))
}

/// Letters that may differ where a slip of a finger is sure, and where a guess is welcome.
const CLOSE: usize = 2;
const FAR: usize = 4;

/// The name that was probably meant.
fn nearest<'a>(said: &str, known: impl Iterator<Item = &'a str>, most: usize) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let said = plain(said);
    known
        .map(|name| (strsim::damerau_levenshtein(&said, &plain(name)), name))
        .filter(|(distance, name)| *distance <= most.min(name.len() / 2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
