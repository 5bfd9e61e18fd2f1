//! What the house is built from: where crates come from, their licences, second versions, and what is known against them.
//! The rules are in `deny.toml`. Nothing is fetched: the database of advisories is a folder that the developer names.

use crate::fault::{Fault, Outcome};
use crate::setup::Setup;
use crate::{files, place, step};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the database of advisories: a clone of <https://github.com/RustSec/advisory-db>.
const ADVISORIES: &str = "BALCAO_ADVISORIES";
/// What cargo-deny calls the folder of that address's clone.
const DATABASE: &str = "advisory-db-3157b0e258782691";

pub fn check(setup: &Setup) -> Outcome {
    println!("Checking dependencies …");
    let database = std::env::var_os(ADVISORIES).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cargo_deny = || setup.toolchain.command(&setup.cargo_deny().to_string_lossy());
    step::run("cargo-deny (the rules are in deny.toml)", rules(&mut cargo_deny()))?;
    let Some(database) = database else {
        println!(
            "Advisories against dependencies are not looked up: clone https://github.com/RustSec/advisory-db and name the \
             folder in {ADVISORIES}."
        );
        return Ok(());
    };
    let databases = place::root().join("target/advisories");
    offer(&database, &databases)?;
    step::run("cargo-deny (what is left alone, and why, is in deny.toml)", advisories(&mut cargo_deny(), &databases))
}

/// Everything that needs no database.
fn rules(cargo_deny: &mut Command) -> &mut Command {
    arguments(cargo_deny).args(["bans", "licenses", "sources"])
}

fn advisories<'a>(cargo_deny: &'a mut Command, databases: &Path) -> &'a mut Command {
    arguments(cargo_deny).arg("advisories").env("BALCAO_ADVISORY_DATABASES", databases)
}

fn arguments(cargo_deny: &mut Command) -> &mut Command {
    cargo_deny.args(["--workspace", "--locked", "--offline", "check"])
}

/// Puts the database where cargo-deny looks for it, below a folder of ours.
fn offer(database: &Path, databases: &Path) -> Outcome {
    let database = std::path::absolute(database).map_err(|error| Fault::file(&error, "find", database))?;
    // Without Git's folder nothing says how old it is.
    for part in ["crates", ".git"] {
        if !database.join(part).is_dir() {
            return Err(Fault::usage(format!(
                "{ADVISORIES} is {}, which has no folder `{part}`: name a clone of https://github.com/RustSec/advisory-db.",
                database.display()
            )));
        }
    }
    files::create_folder(databases)?;
    let link = databases.join(DATABASE);
    match fs::remove_file(&link) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault::file(&error, "remove", &link)),
        _ => symlink(&database, &link).map_err(|error| Fault::file(&error, "create", &link)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Output;

    /// An advisory in the database's format; `kind` is empty for a vulnerability.
    fn advisory(database: &Path, id: &str, package: &str, kind: &str, patched: &str) {
        let kind = if kind.is_empty() { String::new() } else { format!("informational = \"{kind}\"\n") };
        let text = format!(
            "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2026-01-01\"\n{kind}\n[versions]\n\
             patched = [{patched}]\n```\n\n# Made up for a test\n\nNothing is wrong with it.\n"
        );
        files::write(&database.join(format!("crates/{package}/{id}.md")), text.as_bytes()).unwrap();
    }

    /// A database that has what `deny.toml` leaves alone.
    fn database(folder: &Path) -> PathBuf {
        let database = folder.join("advisory-db");
        files::write(&database.join(".git/FETCH_HEAD"), b"").unwrap();
        advisory(&database, "RUSTSEC-2023-0071", "rsa", "", "");
        advisory(&database, "RUSTSEC-2024-0436", "paste", "unmaintained", "");
        database
    }

    /// Starts the cargo-deny that `cargo xtask test` and `check` install, with what `arguments` adds.
    fn cargo_deny(arguments: impl FnOnce(&mut Command) -> &mut Command) -> Output {
        let program = crate::setup::cargo_deny_of_this_machine().unwrap();
        assert!(program.is_file(), "{} is missing: `cargo xtask check` installs it", program.display());
        let mut command = Command::new(program);
        arguments(command.current_dir(place::root())).output().unwrap()
    }

    fn said(output: &Output) -> String {
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    #[test]
    fn an_advisory_against_a_crate_of_the_lock_file_ends_the_check() {
        let folder = tempfile::tempdir().unwrap();
        let (database, databases) = (database(folder.path()), folder.path().join("databases"));
        offer(&database, &databases).unwrap();
        let clean = cargo_deny(|command| advisories(command, &databases));
        assert!(clean.status.success(), "{}", said(&clean));
        // Mended before the version that is used here, then in none.
        advisory(&database, "RUSTSEC-2026-9001", "subtle", "", "\">=1.0.0\"");
        assert!(cargo_deny(|command| advisories(command, &databases)).status.success());
        advisory(&database, "RUSTSEC-2026-9002", "subtle", "", "");
        let refused = cargo_deny(|command| advisories(command, &databases));
        assert!(!refused.status.success() && said(&refused).contains("RUSTSEC-2026-9002"), "{}", said(&refused));
    }

    #[test]
    fn a_crate_that_nobody_maintains_ends_the_check_too() {
        let folder = tempfile::tempdir().unwrap();
        let (database, databases) = (database(folder.path()), folder.path().join("databases"));
        advisory(&database, "RUSTSEC-2026-9003", "serde_json", "unmaintained", "");
        offer(&database, &databases).unwrap();
        let refused = cargo_deny(|command| advisories(command, &databases));
        assert!(!refused.status.success() && said(&refused).contains("RUSTSEC-2026-9003"), "{}", said(&refused));
    }

    #[test]
    fn an_old_database_finds_nothing_new_and_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (database, databases) = (database(folder.path()), folder.path().join("databases"));
        let fetched = fs::File::options().write(true).open(database.join(".git/FETCH_HEAD")).unwrap();
        fetched.set_modified(std::time::UNIX_EPOCH).unwrap();
        offer(&database, &databases).unwrap();
        let refused = cargo_deny(|command| advisories(command, &databases));
        assert!(!refused.status.success() && said(&refused).contains("stale"), "{}", said(&refused));
    }

    #[test]
    fn a_folder_that_is_no_database_is_refused_with_a_way_on() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["nothing", "."] {
            let fault = offer(&folder.path().join(name), &folder.path().join("databases")).unwrap_err();
            assert_eq!(fault.code(), 2);
            assert!(fault.to_string().contains("clone of https://github.com/RustSec/advisory-db"), "{fault}");
        }
    }

    #[test]
    fn crates_of_this_house_keep_the_rules() {
        let output = cargo_deny(rules);
        assert!(output.status.success(), "{}", said(&output));
    }

    #[test]
    fn a_crate_from_elsewhere_or_under_another_licence_breaks_them() {
        let folder = tempfile::tempdir().unwrap();
        let text = files::read_text(&place::root().join("deny.toml")).unwrap();
        let registry = "allow-registry = [\"https://github.com/rust-lang/crates.io-index\"]";
        for (rule, without, expected) in [
            (registry, "allow-registry = []", "source-not-allowed"),
            ("    \"Unicode-3.0\",\n", "", "rejected"),
            ("    \"CDLA-Permissive-2.0\",\n", "", "rejected"),
            ("\"async-channel@1\", ", "", "duplicate"),
        ] {
            assert!(text.contains(rule), "{rule}");
            let changed = folder.path().join("deny.toml");
            files::write(&changed, text.replace(rule, without).as_bytes()).unwrap();
            let output = cargo_deny(|command| rules(command.arg("--config").arg(&changed)));
            assert!(!output.status.success() && said(&output).contains(expected), "{rule}: {}", said(&output));
        }
    }
}
