#![allow(clippy::type_complexity, reason = "tables of cases")]

use super::*;
use std::fs;

fn read_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Command, Faults> {
    let variables = variables.iter().copied().collect();
    Command::read(arguments.iter().map(Into::into), &variables)
}

fn read(arguments: &[&str]) -> Result<Command, Faults> {
    read_with(arguments, &[])
}

fn served(arguments: &[&str]) -> Config {
    match read(arguments) {
        Ok(Command::Serve(config)) => config,
        other => panic!("{other:?}"),
    }
}

fn checked(arguments: &[&str], variables: &[(&str, &str)]) -> Report {
    match read_with(&[&["--check-config"], arguments].concat(), variables) {
        Ok(Command::CheckConfig(report)) => report,
        other => panic!("{other:?}"),
    }
}

/// A folder with a file of options in it.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.toml");
    fs::write(&path, text).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

#[test]
fn nothing_given_is_the_default() {
    assert_eq!(served(&[]), Config::default());
}

#[test]
fn options_are_read() {
    let expected = Config {
        listen: SocketAddr::from(([0, 0, 0, 0], 9000)),
        data: PathBuf::from("d"),
        is_demo: true,
        ..Config::default()
    };
    assert_eq!(served(&["--listen", "0.0.0.0:9000", "--data", "d", "--demo"]), expected);
    let chaos = served(&["--chaos-seed", "7", "--chaos", "0.05", "--demo"]).chaos;
    assert_eq!(chaos, Some(ChaosConfig { per_million: 50_000, seed: 7 }));
    assert_eq!(served(&["--proxies", "1", "--proxies", "2"]).proxies, 2);
    assert_eq!(served(&["--port", "0"]).listen, SocketAddr::from(([127, 0, 0, 1], 0)));
    let limits = SessionLimits { idle_seconds: 600, absolute_seconds: 900, warning_seconds: 120 };
    let args = ["--session-idle", "600", "--session-limit", "900", "--session-warning", "120"];
    assert_eq!(served(&args).session, limits);
}

/// What the command line, the variable and the file say of an option, and what counts.
#[test]
fn the_command_line_goes_before_variables_and_these_before_the_file() {
    let cases: &[(&str, [Option<&str>; 3], &str)] = &[
        ("proxies", [None, None, None], "0"),
        ("proxies", [None, None, Some("1")], "1"),
        ("proxies", [None, Some("2"), Some("1")], "2"),
        ("proxies", [Some("3"), Some("2"), Some("1")], "3"),
        ("proxies", [Some("3"), None, Some("1")], "3"),
        // An empty variable says nothing.
        ("proxies", [None, Some(""), Some("1")], "1"),
        ("demo", [None, None, Some("true")], "true"),
        ("demo", [None, Some("false"), Some("true")], "false"),
        ("demo", [Some("true"), Some("false"), None], "true"),
        ("demo", [Some("false"), Some("true"), Some("true")], "false"),
        ("mail-from", [None, None, Some("'file@x.example'")], "file@x.example"),
        ("mail-from", [None, Some("v@x.example"), Some("'f@x.example'")], "v@x.example"),
        ("listen", [None, Some("[::1]:1"), Some("'127.0.0.2:2'")], "[::1]:1"),
        ("session-idle", [None, None, Some("7200")], "7200"),
    ];
    for (name, [line, variable, in_file], expected) in cases {
        let (_folder, path) = file(&in_file.map_or(String::new(), |is| format!("{name} = {is}")));
        let line = line.map(|value| format!("--{name}={value}"));
        let own = options::variable(name);
        let variables: Vec<_> = variable.map(|value| (own.as_str(), value)).into_iter().collect();
        let by_option = line.iter().map(String::as_str).chain(["--config", &path]);
        let by_option: Vec<_> = by_option.collect();
        let by_variable: Vec<_> = line.iter().map(String::as_str).collect();
        let with_path = [&variables[..], &[("CPOR_CONFIG", path.as_str())]].concat();
        for (arguments, variables) in [(by_option, variables), (by_variable, with_path)] {
            let Ok(Command::Serve(config)) = read_with(&arguments, &variables) else {
                panic!("{arguments:?} {variables:?}")
            };
            let found = match *name {
                "proxies" => config.proxies.to_string(),
                "demo" => config.is_demo.to_string(),
                "mail-from" => config.mail_from,
                "listen" => config.listen.to_string(),
                _ => config.session.idle_seconds.to_string(),
            };
            assert_eq!(found, *expected, "{name} of {arguments:?} and {variables:?}");
        }
    }
}

#[test]
fn every_option_can_stand_in_each_place() {
    let values = [
        ("database", "postgres://a@host/claims"),
        ("bucket", "s3://claims/a"),
        ("bucket-endpoint", "https://s3.example.com"),
        ("scanner", "clamd://127.0.0.1:3310"),
        ("listen", "127.0.0.1:1"),
        ("port", "2"),
        ("metrics", "127.0.0.1:3"),
        ("smtp", "smtp://127.0.0.1:25"),
        ("public-url", "https://claims.example"),
        ("mail-from", "a@b.example"),
        ("oidc-issuer", "https://id.example.com"),
    ];
    for option in options::table().get_arguments() {
        let name = options::name(option);
        let is_alone = options::COMMAND_LINE_ALONE.contains(&name.as_str());
        if option.is_hide_set() || is_alone {
            continue;
        }
        let known = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let default = option.get_default_values().first().map(|value| value.to_str().unwrap());
        let value = known.or(default).unwrap_or("text");
        let (_folder, path) = file(&match value.parse::<u64>() {
            Ok(_) => format!("{name} = {value}"),
            Err(_) => format!("{name} = '{value}'"),
        });
        let report = checked(&["--config", &path], &[]);
        let place = format!("{name} in {path}");
        assert!(report.options.iter().any(|line| line.contains(&place)), "{name}: {report}");
        let report = checked(&[], &[(&options::variable(&name), value)]);
        let place = format!("# from {}", options::variable(&name));
        assert!(report.options.iter().any(|line| line.contains(&place)), "{name}: {report}");
    }
}

#[test]
fn a_port_goes_with_the_address_of_its_place_and_those_behind_it() {
    let (_folder, path) = file("listen = '0.0.0.0:1'\nport = 2");
    let listens = |arguments: &[&str], variables: &[(&str, &str)]| match read_with(
        &[&["--config", &path], arguments].concat(),
        variables,
    ) {
        Ok(Command::Serve(config)) => config.listen.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(listens(&[], &[]), "0.0.0.0:2");
    assert_eq!(listens(&["--port", "3"], &[]), "0.0.0.0:3");
    assert_eq!(listens(&["--listen", "[::]:4"], &[("CPOR_PORT", "3")]), "[::]:4");
}

/// What is given, and what the one sentence about it says.
#[test]
fn what_is_not_known_is_told_with_what_was_probably_meant() {
    let unknown = |arguments: &[&str], variables: &[(&str, &str)], text: &str| {
        let (_folder, path) = file(text);
        let Faults(found) =
            read_with(&[&["--config", &path], arguments].concat(), variables).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].replace(&path, "FILE")
    };
    let cases: &[(&[&str], &[(&str, &str)], &str, &str)] = &[
        (&["--prot", "1"], &[], "", "--prot is not known here: write --port"),
        (&["--prot=1"], &[], "", "--prot is not known here: write --port"),
        (&["--session_idle", "1"], &[], "", "write --session-idle"),
        (&["--colour"], &[], "", "--colour is not known here: --help lists"),
        (&[], &[("CPOR_LISTN", "x")], "", "CPOR_LISTN is not known: write CPOR_LISTEN"),
        (&[], &[("CPOR_SMTP_PASWORD", "x")], "", "write CPOR_SMTP_PASSWORD"),
        (&[], &[], "session_idle = 3600", "session_idle in FILE is not known: write session-idle"),
        (&[], &[], "proxy = 1", "proxy in FILE is not known: write proxies"),
        (&[], &[], "colour = 'red'", "colour in FILE is not known: take it away"),
        (&[], &[], "[mail]\nfrom = 'x'", "mail in FILE is not known"),
        (&[], &[], "listen = ['x']", "listen in FILE holds several values"),
        (&[], &[], "demo = true\nlisten = \n", "line 2 of FILE is not TOML"),
        (&[], &[], "chaos = 0.5", "chaos in FILE is for tests"),
    ];
    for (arguments, variables, text, expected) in cases {
        let found = unknown(arguments, variables, text);
        assert!(found.contains(expected), "{found} instead of {expected}");
    }
    // A variable of another program is no fault, and one of a test does nothing.
    let variables = [("CPOR_XTASK", "x"), ("CPOR_CHAOS", "0.5")];
    assert!(
        matches!(read_with(&[], &variables), Ok(Command::Serve(config)) if config.chaos.is_none())
    );
    assert_eq!(checked(&[], &variables).notes.len(), 1);
    assert!(
        matches!(read(&["--config", "/nowhere/x.toml"]), Err(Faults(found)) if found.len() == 1)
    );
}

#[test]
fn a_wrong_value_is_told_with_what_is_right() {
    let cases: &[(&[&str], &[(&str, &str)], &str)] = &[
        (
            &["--port", "many"],
            &[],
            "--port cannot be \"many\": invalid digit found in string; give PORT: The port alone",
        ),
        (&["--chaos", "1.5"], &[], "a share is a number from 0 to 0.9"),
        (&["--chaos", "often"], &[], "a share is a number from 0 to 0.9"),
        (&["--demo=perhaps"], &[], "it is true or false"),
        (&[], &[("CPOR_PROXIES", "300")], "CPOR_PROXIES cannot be \"300\""),
        (&[], &[("CPOR_SECURE_COOKIES", "on")], "it is true or false"),
        (&["--log-format", "xml"], &[], "a log is text or json"),
        (&["--log", "a=b=c"], &[], "--log cannot be"),
        (&["--session-idle", "soon"], &[], "--session-idle cannot be \"soon\""),
        (&[], &[("CPOR_DATABASE_URL", "mysql://a")], "begins with postgres://"),
    ];
    for (arguments, variables, expected) in cases {
        let Faults(found) = read_with(arguments, variables).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(expected), "{found:?} instead of {expected}");
    }
    assert!(read(&["--chaos"]).is_err());
}

#[test]
fn secrets_come_from_variables_and_are_never_said() {
    let (folder, path) = file("canary-in-a-file\n");
    let secret_url = "postgres://claims:canary@db.example/claims";
    let smtp = ["--smtp", "smtps://a@mail.example", "--public-url", "https://claims.example"];
    let config = |variables: &[(&str, &str)]| match read_with(&smtp, variables) {
        Ok(Command::Serve(config)) => config,
        other => panic!("{other:?}"),
    };
    let given = config(&[("CPOR_SMTP_PASSWORD", "canary"), ("CPOR_DATABASE_URL", secret_url)]);
    assert_eq!(given.smtp_password, Some(Secret::from("canary")));
    assert_eq!(given.database, Some(DatabaseUrl::read(secret_url, false).unwrap()));
    let in_file = config(&[("CPOR_SMTP_PASSWORD_FILE", &path)]);
    assert_eq!(in_file.smtp_password, Some(Secret::from("canary-in-a-file")));

    let (_other, with_secret) = file("smtp-password = 'canary'\ndatabase-url = 'canary'");
    let (_more, with_password) = file(&format!("database = '{secret_url}'"));
    let nowhere = folder.path().join("nowhere").to_str().unwrap().to_owned();
    // What is given, and how many faults that is.
    let cases: &[(&[&str], &[(&str, &str)], usize)] = &[
        (&[], &[("CPOR_SMTP_PASSWORD", "canary"), ("CPOR_DATABASE_URL", secret_url)], 0),
        (&[], &[("CPOR_SMTP_PASSWORD_FILE", &path)], 0),
        (&["--smtp-password", "canary"], &[], 2),
        (&["--database-url", secret_url], &[("CPOR_SMTP_PASSWORD", "canary")], 1),
        (&["--database", secret_url], &[("CPOR_SMTP_PASSWORD", "canary")], 1),
        (&[], &[("CPOR_DATABASE", secret_url), ("CPOR_SMTP_PASSWORD", "canary")], 1),
        (&["--config", &with_password], &[("CPOR_SMTP_PASSWORD", "canary")], 1),
        // And the password is missing.
        (&["--config", &with_secret], &[], 3),
        (&[], &[("CPOR_SMTP_PASSWORD", "canary"), ("CPOR_SMTP_PASSWORD_FILE", &path)], 2),
        (&[], &[("CPOR_SMTP_PASSWORD_FILE", &nowhere)], 2),
        (&[], &[("CPOR_DATABASE_URL", "mysql://canary"), ("CPOR_SMTP_PASSWORD", "canary")], 1),
    ];
    for (arguments, variables, faults) in cases {
        let report = checked(&[&smtp, *arguments].concat(), variables);
        assert_eq!(report.faults.len(), *faults, "{report}");
        assert!(!report.to_string().contains("canary"), "{report}");
    }
    assert!(!format!("{given:?}").contains("canary"));
    // A URL that is wrong because of its password is not repeated either.
    for name in ["--smtp", "--public-url"] {
        let report = checked(&[name, "https://a:canary@mail.example"], &[]);
        assert!(!report.to_string().contains("canary"), "{report}");
        let said = format!("{} holds a password", name.trim_start_matches('-'));
        assert!(report.to_string().contains(&said), "{report}");
    }
    let report = checked(&smtp, &[("CPOR_SMTP_PASSWORD", "canary")]).to_string();
    assert!(report.contains("# smtp-password is given and a secret: from CPOR_SMTP_PASSWORD"));
}

#[test]
fn a_bucket_is_put_together_and_its_key_is_never_said() {
    let keys = [("CPOR_BUCKET_KEY_ID", "id"), ("CPOR_BUCKET_SECRET_KEY", "canary")];
    let arguments = ["--bucket", "s3://claims/a", "--bucket-endpoint", "https://s3.example.com"];
    let Ok(Command::Serve(config)) = read_with(&arguments, &keys) else { panic!() };
    let bucket = config.bucket.as_ref().unwrap();
    assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("claims", "a"));
    assert_eq!(bucket.endpoint.as_deref(), Some("https://s3.example.com"));
    assert_eq!((bucket.region.as_str(), bucket.is_plain_http), ("us-east-1", false));
    assert_eq!((bucket.keys.id.as_str(), bucket.keys.secret.as_str()), ("id", "canary"));
    assert!(!format!("{config:?}").contains("canary"));
    assert!(!checked(&arguments, &keys).to_string().contains("canary"));
    let cases: &[(&[&str], &[(&str, &str)])] = &[
        (&["--bucket", "s3://claims"], &[]),
        (&["--bucket", "claims"], &keys),
        (&["--bucket", "s3://claims", "--bucket-endpoint", "http://s3.example.com"], &keys),
        (&["--bucket-endpoint", "https://s3.example.com"], &[]),
        (&["--bucket-http"], &[]),
    ];
    for (arguments, variables) in cases {
        let Faults(found) = read_with(arguments, variables).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn the_command_line_names_a_database_before_the_environment_does() {
    let (here, there) = ("postgres://here/claims", "postgres://a:secret@there/claims");
    let url = |text| Some(DatabaseUrl::read(text, false).unwrap());
    let database = |args: &[&str], variable| match read_with(
        args,
        &[("CPOR_DATABASE_URL", variable)],
    )
    .unwrap()
    {
        Command::Serve(config) => config.database,
        Command::Restored(place) | Command::AuditExport(place) => place.database,
        other => panic!("{other:?}"),
    };
    assert_eq!(database(&[], ""), None);
    assert_eq!(database(&[], there), url(there));
    assert_eq!(database(&["restored"], there), url(there));
    assert_eq!(database(&["audit", "export"], there), url(there));
    assert_eq!(database(&["--database", here], there), url(here));
    assert_eq!(database(&["restored", "--database", here], ""), url(here));
    let (_folder, path) = file(&format!("database = '{here}'\ndata = 'd'"));
    assert_eq!(database(&["--config", &path], ""), url(here));
    assert_eq!(database(&["--config", &path], there), url(there));
    assert_eq!(database(&["restored", "--config", &path], ""), url(here));
    assert!(read(&["--database", there]).is_err());
}

/// What is given, and what the one sentence about it says.
#[test]
fn what_contradicts_itself_is_told() {
    let smtp = ["--smtp", "smtp://127.0.0.1:25"];
    let url = ["--public-url", "https://claims.example"];
    let both = [smtp, url].concat();
    let cases: &[(&[&str], &[(&str, &str)], &str)] = &[
        (&["--chaos", "0.5"], &[], "--chaos is for the demonstration alone"),
        (&["--session-warning", "119"], &[], "--session-warning is at least 120"),
        (&["--session-idle", "300"], &[], "a session is longer than --session-warning"),
        (&["--session-limit", "299"], &[], "a session is longer than --session-warning"),
        (&["--metrics", "127.0.0.1:8080"], &[], "--metrics and --listen are the same"),
        (&smtp, &[], "--smtp needs --public-url"),
        (&["--public-url", "claims.example"], &[], "--public-url begins with"),
        (&["--public-url", "http://a", "--secure-cookies"], &[], "--secure-cookies needs TLS"),
        (&["--mail-from", "nobody"], &[], "--mail-from is no mail address"),
        (&[&url[..], &["--smtp", "mail"]].concat(), &[], "--smtp needs a URL"),
        (&[&url[..], &["--smtp", "smtps://a@b.example"]].concat(), &[], "needs CPOR_SMTP_PASSWORD"),
        (&[&url[..], &["--smtp", "smtps://a:b@b.example"]].concat(), &[], "belongs into CPOR_SMTP"),
        (&[], &[("CPOR_SMTP_PASSWORD", "x")], "no --smtp"),
        (
            &[],
            &[("CPOR_DATABASE", "postgres://a/b"), ("CPOR_DATABASE_URL", "postgres://a/b")],
            "CPOR_DATABASE and CPOR_DATABASE_URL both name a database",
        ),
    ];
    for (arguments, variables, expected) in cases {
        let Faults(found) = read_with(arguments, variables).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(expected), "{found:?} instead of {expected}");
    }
    assert!(read(&both).is_ok());
}

#[test]
fn a_check_tells_everything_at_once() {
    let (folder, path) = file("prot = 1\nproxies = 'many'\ndemo = true");
    let folder = folder.path().to_str().unwrap();
    let variables = [("CPOR_SESSION_IDLE", "300"), ("CPOR_CONFIG", &path)];
    // A file is no folder.
    let report = checked(&["--data", &path, "--static", folder, "--mail-form", "x"], &variables);
    let found = report.to_string();
    for fault in [
        "prot in",
        "proxies in",
        "--mail-form is not known here: write --mail-from",
        "a session is longer",
        "the folder of data",
        "holds no index.html",
        "6 faults were found",
        "session-idle = 300  # from CPOR_SESSION_IDLE",
        "demo = true  # from demo in",
        "mail-from = \"no-reply@localhost\"  # default",
    ] {
        assert!(found.contains(fault), "{fault} is missing in {found}");
    }
    assert_eq!(report.faults.len(), 6);
    // What it says can be used as the file.
    let (_other, said) = file(&checked(&["--proxies", "2"], &[]).to_string());
    assert_eq!(served(&["--config", &said]), Config { proxies: 2, ..Config::default() });
}

/// The file that is packed beside the program.
const EXAMPLE: &str = include_str!("../../../../packaging/cpor-claims.toml");

#[test]
fn the_example_of_a_file_is_without_fault_and_so_is_all_that_it_offers() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path().to_str().unwrap();
    let (_folder, path) = file(EXAMPLE);
    let report = checked(&["--config", &path, "--data", data], &[]);
    assert_eq!(report.faults, [""; 0]);

    // Each option that is offered, and the app in a folder that is there.
    let offered = |line: &str| {
        line.strip_prefix('#').is_some_and(|option| option.starts_with(char::is_alphabetic))
    };
    let all: Vec<_> = EXAMPLE
        .lines()
        .map(|line| if offered(line) { &line[1..] } else { line })
        .filter(|line| !line.starts_with("static ="))
        .collect();
    assert!(EXAMPLE.lines().filter(|line| offered(line)).count() > 10);
    let (_other, path) = file(&all.join("\n"));
    let secrets = [
        ("CPOR_SMTP_PASSWORD", "canary"),
        ("CPOR_BUCKET_KEY_ID", "canary"),
        ("CPOR_BUCKET_SECRET_KEY", "canary"),
        ("CPOR_OIDC_CLIENT_SECRET", "canary"),
    ];
    let report = checked(&["--config", &path, "--data", data], &secrets);
    assert_eq!(report.faults, [""; 0]);
}

/// The unit that is packed beside the program gives each secret, and gives it rightly.
#[test]
fn the_unit_knows_every_secret() {
    let unit = include_str!("../../../../packaging/cpor-claims.service");
    let secrets: Vec<_> = options::table()
        .get_arguments()
        .filter(|option| option.is_hide_set())
        .map(options::name)
        .collect();
    for name in &secrets {
        let variable = options::variable(name);
        for line in [
            format!("#LoadCredential={name}:/etc/cpor/secrets/{name}"),
            format!("#Environment={variable}_FILE=%d/{name}"),
        ] {
            assert!(unit.lines().any(|known| known == line), "{line} is missing");
        }
    }
    assert_eq!(unit.matches("#LoadCredential=").count(), secrets.len());
}

#[test]
fn where_the_app_comes_from_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "").unwrap();
    let folder = folder.path().to_str().unwrap();
    let said = |arguments: &[&str]| checked(arguments, &[]).to_string();
    let named = said(&["--static", folder]);
    assert!(named.contains(&format!("# the app comes from the folder {folder}\n")), "{named}");
    let expected = if cfg!(feature = "embedded-app") {
        "# the app comes from this program\n"
    } else {
        "# no app is served\n"
    };
    assert!(said(&[]).contains(expected));
}

#[test]
fn a_folder_that_is_not_there_yet_is_no_fault_and_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    let report = checked(&["--data", data.to_str().unwrap()], &[]);
    assert_eq!(report.faults, [""; 0]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_account_is_read_whole_or_not_at_all() {
    let args = [
        "add-account",
        "--organisation",
        "Contoso Partners",
        "--name",
        "Ana Bowman",
        "--email",
        "ana@contoso.com",
        "--role",
        "incentives-admin",
    ];
    let account = |more: &[&str]| match read(&[&args[..], more].concat()) {
        Ok(Command::AddAccount(account)) => account,
        other => panic!("{other:?}"),
    };
    let plain = account(&[]);
    assert_eq!((plain.name.as_str(), plain.time_zone.as_str()), ("Ana Bowman", "UTC"));
    assert_eq!((plain.region, plain.data), (Region::None, PathBuf::from("data")));
    assert_eq!(account(&["--region", "taiwan"]).region, Region::Taiwan);
    assert_eq!(account(&["--data", "d"]).data, PathBuf::from("d"));
    assert_eq!(account(&["--location", "1", "--location", "2"]).locations, ["1", "2"]);
    assert!(read(&[&args[..], &["--region", "atlantis"]].concat()).is_err());
    assert!(read(&[&args[..], &["--location", "x"]].concat()).is_err());
    assert!(read(&args[..7]).is_err());
    assert!(read(&["add-account", "--role", "king"]).is_err());
}

#[test]
fn how_the_server_is_is_asked_where_it_answers_on_this_machine() {
    let health = |address: &str| Ok(Command::Health(address.parse().unwrap()));
    assert_eq!(read(&["health"]), health("127.0.0.1:8080"));
    assert_eq!(read(&["health", "--port", "81"]), health("127.0.0.1:81"));
    assert_eq!(read(&["health", "--listen", "0.0.0.0:82"]), health("127.0.0.1:82"));
    assert_eq!(read(&["health", "--listen", "[::]:82"]), health("[::1]:82"));
    // Where it answers until the process ends.
    assert_eq!(read(&["health", "--metrics", "10.0.0.1:9090"]), health("10.0.0.1:9090"));
    let Faults(faults) = read(&["health", "--port", "0"]).unwrap_err();
    assert!(faults[0].contains("--port"), "{faults:?}");
    assert!(read(&["health", "--data", "d"]).is_err());
}

#[test]
fn other_commands_are_read() {
    let place = |data: &str| Place { data: data.into(), database: None };
    assert_eq!(read(&["restored"]), Ok(Command::Restored(place("data"))));
    assert_eq!(read(&["restored", "--data", "d"]), Ok(Command::Restored(place("d"))));
    assert!(read(&["restored", "--port", "1"]).is_err());
    assert_eq!(read(&["audit", "export", "--data", "d"]), Ok(Command::AuditExport(place("d"))));
    let head = Some("5f".to_owned());
    let verify = Command::AuditVerify { file: "f".into(), head };
    assert_eq!(read(&["audit", "verify", "f", "--head", "5f"]), Ok(verify));
    let person =
        Person { place: place("d"), email: "a@b.example".into(), also: vec!["+1 5".into()] };
    let about = ["--email", "a@b.example", "--also", "+1 5", "--data", "d"];
    let export = [&["person", "export"], &about[..]].concat();
    assert_eq!(read(&export), Ok(Command::PersonExport(person.clone())));
    let erase = [&["person", "erase", "--yes", "--new-contact", "K N <k@b.example>"], &about[..]];
    let new_contact = Some(NewContact { name: "K N".into(), email: "k@b.example".into() });
    let is_meant = true;
    assert_eq!(read(&erase.concat()), Ok(Command::PersonErase { person, new_contact, is_meant }));
    assert!(read(&[&export[..], &["--yes"]].concat()).is_err() && read(&["person"]).is_err());
    assert!(read(&["audit"]).is_err() && read(&["audit", "verify"]).is_err());
    for arguments in [&["--help"][..], &["restored", "-h"], &["--version"]] {
        assert!(matches!(read(arguments), Ok(Command::Say(text)) if text.contains("cpor-server")));
    }
}

#[test]
fn a_provider_is_read_whole_and_its_secret_from_its_variable() {
    let args = [
        "--oidc-issuer",
        "https://id.example.com",
        "--oidc-client-id",
        "cpor",
        "--oidc-scopes",
        "profile  groups",
        "--oidc-role-claim",
        "roles",
        "--oidc-organisation-claim",
        "tid",
        "--oidc-location-claim",
        "sites",
        "--oidc-label",
        "Contoso ID",
        "--no-local-accounts",
    ];
    let secret = [("CPOR_OIDC_CLIENT_SECRET", "secret")];
    let Ok(Command::Serve(config)) = read_with(&args, &secret) else { panic!() };
    assert!(!config.has_local_accounts);
    let expected = OidcSettings {
        client_secret: Some(Secret::from("secret")),
        scopes: vec!["profile".into(), "groups".into()],
        role_claim: "roles".into(),
        organisation_claim: "tid".into(),
        location_claim: Some("sites".into()),
        label: "Contoso ID".into(),
        ..OidcSettings::of("https://id.example.com", "cpor")
    };
    assert_eq!(config.oidc, Some(expected));
    // What is not said is what is usual.
    let usual = OidcSettings::of("https://id.example.com", "cpor");
    assert_eq!(served(&args[..4]).oidc, Some(usual));
    for (wrong, expected) in [
        (&["--no-local-accounts"][..], "needs --oidc-issuer"),
        (&args[..2], "needs --oidc-client-id"),
        (&args[2..4], "need --oidc-issuer"),
        (&["--oidc-label", "Contoso ID"], "need --oidc-issuer"),
        (&["--oidc-issuer", "http://id.example.com", "--oidc-client-id", "cpor"], "https://"),
        (&["--oidc-client-secret", "secret"], "does not belong on the command line"),
        (&[&args[..4], &["--listen", "0.0.0.0:1"]].concat(), "needs --public-url"),
        (&[&args[..4], &["--public-url", "https://a.example/app/"]].concat(), "no path"),
    ] {
        let faults = read(wrong).unwrap_err().to_string();
        assert!(faults.contains(expected), "{wrong:?}: {faults}");
    }
    let public = ["--public-url", "https://a.example/", "--listen", "0.0.0.0:1"];
    assert!(read(&[&args[..4], &public].concat()).is_ok());
}

#[test]
fn an_organisation_is_read() {
    let args = ["add-organisation", "--name", "Contoso", "--claim", "7", "--region", "taiwan"];
    let Ok(Command::AddOrganisation(new)) = read(&args) else { panic!() };
    assert_eq!((new.name.as_str(), new.claim.as_deref()), ("Contoso", Some("7")));
    assert_eq!((new.region, new.time_zone.as_str()), (Region::Taiwan, "UTC"));
    assert!(read(&["add-organisation"]).is_err());
}

/// The table that stands in the docs.
fn table() -> String {
    let mut text = String::new();
    let mut heading = String::new();
    for option in options::table().get_arguments() {
        let group = option.get_help_heading().unwrap_or_default();
        if group != heading {
            group.clone_into(&mut heading);
            text.extend(["\n| ", group, " | Default | Meaning |\n|---|---|---|\n"]);
        }
        let name = options::name(option);
        let value = option.get_value_names().map(|names| names.join(" ")).unwrap_or_default();
        let shown = if option.is_hide_set() {
            let variable = options::variable(&name);
            format!("`{variable}`, `{variable}_FILE`")
        } else if options::is_switch(option) {
            format!("`--{name}`")
        } else {
            format!("`--{name} {value}`")
        };
        let default = option.get_default_values().first().filter(|_| !options::is_switch(option));
        let default = default.map_or(String::new(), |is| format!("`{}`", is.to_str().unwrap()));
        let help = option.get_help().unwrap().to_string();
        text.extend(["| ", &shown, " | ", &default, " | ", &help, " |\n"]);
    }
    text
}

#[test]
fn the_docs_have_the_table_of_options() {
    let docs = include_str!("../../../../docs/server.md");
    let (begin, end) = ("<!-- options -->\n", "\n<!-- /options -->");
    let found = docs.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).unwrap().0;
    let expected = table();
    assert_eq!(found, expected, "docs/server.md needs this table:\n{expected}");
}
