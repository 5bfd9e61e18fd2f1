//! The backend's binary, built and given what it needs to run on the developer's machine.

use crate::fault::{Fault, Outcome};
use crate::setup::Setup;
use crate::step::Step;
use crate::{panel, place};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "balcao-backend";

/// Builds it; an unchanged one is ready in a second.
pub fn build(setup: &Setup, release: bool) -> Outcome<PathBuf> {
    let usually = if release { "takes 7 minutes the first time" } else { "takes 4 minutes the first time" };
    let step = Step::begin("Building the backend", usually)?;
    let mut cargo = setup.toolchain.cargo();
    cargo.args(["build", "--color", "never", "--package", PACKAGE]);
    if release {
        cargo.arg("--release");
    }
    step.run(&mut cargo)?;
    step.end();
    Ok(binary(release))
}

/// Builds backend and panel at the same time: each ends with one long step on one core, linking.
pub fn build_with_panel(setup: &Setup, kind: panel::Kind) -> Outcome<(PathBuf, PathBuf)> {
    fetch(setup)?;
    std::thread::scope(|scope| {
        let dist = scope.spawn(|| panel::build(setup, kind));
        let binary = build(setup, kind == panel::Kind::Release);
        let dist = dist.join().unwrap_or_else(|_| Err(Fault::new("Building the panel broke down.")));
        Ok((binary?, dist?))
    })
}

/// Where Cargo puts it.
pub fn binary(release: bool) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| place::root().join("target"), PathBuf::from);
    // A relative one is meant from where Cargo is called: the root of the checkout.
    place::root().join(target).join(if release { "release" } else { "debug" }).join(PACKAGE)
}

/// Downloads the crates that are missing: trunk builds without a network.
pub fn fetch(setup: &Setup) -> Outcome {
    let step = Step::begin("Fetching crates", "takes 1 minute the first time")?;
    step.run(setup.toolchain.cargo().arg("fetch"))?;
    step.end();
    Ok(())
}

/// The backend in development mode. What the developer's environment says wins.
pub fn command(binary: &Path, panel: &Path, listen: SocketAddr) -> Command {
    let root = place::root();
    let mut command = Command::new(binary);
    command.current_dir(&root).env("BALCAO_LISTEN", listen.to_string());
    // A word for this program; the backend refuses settings that it does not know.
    command.env_remove("BALCAO_TOOLCHAIN");
    let settings = [
        ("BALCAO_MODE", PathBuf::from("development")),
        ("BALCAO_DATA_DIR", root.join("data")),
        ("BALCAO_PANEL_DIR", panel.to_owned()),
    ];
    for (name, value) in settings {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command
}

/// Where to listen: the option, else the environment, else 127.0.0.1:8080.
pub fn address(port: Option<u16>) -> Outcome<SocketAddr> {
    match (port, std::env::var("BALCAO_LISTEN")) {
        (Some(port), _) => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        (None, Ok(listen)) => listen
            .parse()
            .map_err(|_| Fault::usage(format!("BALCAO_LISTEN is `{listen}`: an address looks like 127.0.0.1:8080."))),
        (None, Err(_)) => Ok(SocketAddr::from(([127, 0, 0, 1], 8080))),
    }
}

/// Whether the address is ours to listen on; asked before minutes of building, and after.
pub fn free(address: SocketAddr) -> Outcome {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Fault::new(format!(
            "Port {} is taken by another program: stop it, or choose another with --port {}.",
            address.port(),
            if address.port() == u16::MAX { 8080 } else { address.port() + 1 }
        ))),
        Err(error) => Err(Fault::new(format!("cannot listen on {address}: {error}"))),
    }
}

/// The pages worth opening.
pub fn addresses(address: SocketAddr) -> String {
    format!(
        "\nOpen   http://{address}/admin         a store's admin, with the Copilot button\n       \
         http://{address}/support       the support site, outside the admin\n       \
         http://{address}/dev/mailbox   the mail that was sent\n\nCtrl-C stops it.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_said_with_a_way_out() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let message = free(address).unwrap_err().to_string();
        assert!(message.contains(&format!("Port {} is taken", address.port())), "{message}");
        assert!(message.contains("--port"), "{message}");
        drop(listener);
        assert_eq!(free(address), Ok(()));
    }
}
