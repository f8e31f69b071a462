//! `cargo xtask package`: one static program that holds the app, tried, and packed with all
//! that it takes to run it.
//!
//! [`elf`] looks whether the program is static, [`trial`] starts it, [`licences`] gathers
//! what others ask to be told, [`archive`] puts it together.

mod archive;
mod elf;
mod licences;
mod trial;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use self::archive::Entry;
use crate::{
    Arguments, app_build, process,
    project::{MUSL_TARGET, Project},
    sbom::{self, APP, PACKED_SERVER, Product},
    server_build::{self, PROGRAM},
    setup, unknown_option,
};

/// What goes into the archive as it stands in the project, and under which name.
const FILES: &[(&str, &str)] = &[
    ("packaging/README.md", "README.md"),
    ("packaging/cpor-claims.toml", SETTINGS),
    ("packaging/cpor-claims.service", "cpor-claims.service"),
    ("packaging/Containerfile", "Containerfile"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];
/// The example of a file of settings.
const SETTINGS: &str = "cpor-claims.toml";
/// Becomes the volume of a container, which the account in it has to own.
const DATA: &str = "data";
const SUMS: &str = "SHA256SUMS";

struct Options {
    target: String,
    out: PathBuf,
}

impl Options {
    fn read(project: &Project, mut arguments: Arguments) -> Result<Self> {
        let mut options =
            Self { target: MUSL_TARGET.to_owned(), out: project.target.join("package") };
        while let Some(option) = arguments.next_word() {
            match option.as_str() {
                "--target" => options.target = arguments.value("--target")?,
                "--out" => options.out = PathBuf::from(arguments.value("--out")?),
                other => return Err(unknown_option(other)),
            }
        }
        if options.target != MUSL_TARGET {
            bail!(
                "the target {} is not offered: a package is tried before it is packed, and \
                 {MUSL_TARGET} is what runs here",
                options.target
            );
        }
        Ok(options)
    }
}

/// Builds, tries and packs.
pub fn run(project: &Project, arguments: Arguments) -> Result<()> {
    let options = Options::read(project, arguments)?;
    let tools = setup::ensure(project, setup::FOR_PACKAGE)?;
    app_build::release(project, &tools)?;
    let moment = moment(project)?;
    let program = server_build::build_static(project, &options.target, moment)?;
    let bytes = read(&program)?;
    elf::ensure_static(&bytes).with_context(|| program.display().to_string())?;
    println!("pack   {}: static, {}", program.display(), megabytes(bytes.len()));
    trial::run(project, &program, &project.root.join("packaging").join(SETTINGS))?;

    let name = format!("cpor-claims-{}-{}", env!("CARGO_PKG_VERSION"), options.target);
    let packed = archive::pack(&name, &contents(project, bytes)?, moment)?;
    fs::create_dir_all(&options.out)
        .with_context(|| format!("could not make {}", options.out.display()))?;
    let file = format!("{name}.tar.gz");
    let path = options.out.join(&file);
    write(&path, &packed)?;
    write(&options.out.join(SUMS), archive::sums([(&*file, &*packed)]).as_bytes())?;
    println!("pack   {}: {}, beside {SUMS}", path.display(), megabytes(packed.len()));
    Ok(())
}

/// Everything in the archive.
fn contents(project: &Project, program: Vec<u8>) -> Result<Vec<Entry>> {
    let mut entries = vec![Entry::program(PROGRAM, program), Entry::folder(DATA)];
    for (from, to) in FILES {
        entries.push(Entry::file(*to, read(&project.root.join(from))?));
    }
    let products: [Product; 2] = [PACKED_SERVER, APP];
    for product in products {
        let bill = serde_json::to_vec_pretty(&sbom::bill(project, product)?)?;
        entries.push(Entry::file(format!("sbom/{}", product.file()), bill));
    }
    let texts = licences::of(project, &products)?;
    entries.push(Entry::file("LICENSES-OF-OTHERS.txt", texts.into_bytes()));
    let sums = archive::sums(entries.iter().filter_map(Entry::named));
    entries.push(Entry::file(SUMS, sums.into_bytes()));
    Ok(entries)
}

/// When the sources were written, in seconds since 1970: what is built from the same ones
/// is to be the same. `SOURCE_DATE_EPOCH` goes before what git knows.
fn moment(project: &Project) -> Result<u64> {
    if let Ok(told) = std::env::var("SOURCE_DATE_EPOCH") {
        return told
            .parse()
            .with_context(|| format!("SOURCE_DATE_EPOCH is no number of seconds: {told}"));
    }
    let root = project.root.to_string_lossy();
    process::answer("git", &["-C", &root, "log", "-1", "--format=%ct"])
        .and_then(|seconds| seconds.parse().ok())
        .context(
            "git does not tell when the sources were written: give the time in seconds since \
             1970 in SOURCE_DATE_EPOCH",
        )
}

fn megabytes(bytes: usize) -> String {
    // To a tenth of a megabyte.
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("could not read {}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    fs::write(path, content).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{DATA, FILES, SETTINGS, megabytes};
    use crate::project::Project;

    #[test]
    fn what_is_packed_is_there_and_the_texts_name_it_rightly() {
        let project = Project::find().unwrap();
        for (from, _) in FILES {
            assert!(project.root.join(from).is_file(), "{from}");
        }
        let text = |name: &str| std::fs::read_to_string(project.root.join(name)).unwrap();
        let readme = text("packaging/README.md");
        for (_, name) in FILES.iter().filter(|(_, name)| *name != "README.md") {
            assert!(readme.contains(name), "packaging/README.md does not name {name}");
        }
        let unit = text("packaging/cpor-claims.service");
        assert!(unit.contains("/cpor-server --config /etc/cpor/claims.toml\n"));
        assert!(readme.contains(&format!("{SETTINGS} /etc/cpor/claims.toml")));
        assert!(text("packaging/Containerfile").contains(&format!(" {DATA} /data\n")));
    }

    #[test]
    fn sizes_are_rounded() {
        assert_eq!(megabytes(23_449_999), "23.4 MB");
        assert_eq!(megabytes(23_450_000), "23.5 MB");
    }
}
