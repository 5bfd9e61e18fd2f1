//! `cargo xtask serve`: everything built as it is for users, and started.

use crate::fault::{Fault, Outcome};
use crate::setup::{Need, Setup};
use crate::step::cannot_start;
use crate::{backend, panel};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::{CommandExt as _, parent_id};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The word by which this program calls itself.
pub const ANNOUNCE: &str = "announce-when-ready";
/// Where the backend finds Copilot's model.
const MODEL: &str = "BALCAO_COPILOT_MODEL_DIR";
const PATIENCE: Duration = Duration::from_secs(120);

pub fn run(arguments: &[String]) -> Outcome {
    let address = backend::address(crate::port(arguments)?)?;
    backend::free(address)?;
    let setup = Setup::ready(Need::Panel)?;
    let model = setup.model()?;
    let (binary, dist) = backend::build_with_panel(&setup, panel::Kind::Release)?;
    backend::free(address)?;
    start_announcer(address)?;
    // This process becomes the backend: whatever stops the one stops the other, and nothing is left behind.
    let mut command = backend::command(&binary, &dist, address);
    if let Some(model) = model
        && std::env::var_os(MODEL).is_none()
    {
        command.env(MODEL, model);
    }
    let error = command.exec();
    Err(cannot_start(&command, &error))
}

fn start_announcer(address: SocketAddr) -> Outcome {
    let program = std::env::current_exe().map_err(|error| Fault::new(format!("cannot find this program: {error}")))?;
    let mut command = Command::new(program);
    command.args([ANNOUNCE.to_owned(), address.to_string(), std::process::id().to_string()]).stdin(Stdio::null());
    command.spawn().map_err(|error| cannot_start(&command, &error))?;
    Ok(())
}

/// Prints the addresses once somebody listens there; ends with the process that started it.
pub fn announce(arguments: &[String]) -> Outcome {
    let [address, parent] = arguments else { return Err(Fault::usage("announce-when-ready ADDRESS PROCESS")) };
    let (Ok(address), Ok(parent)) = (address.parse::<SocketAddr>(), parent.parse::<u32>()) else {
        return Err(Fault::usage("announce-when-ready ADDRESS PROCESS"));
    };
    let began = Instant::now();
    while parent_id() == parent && began.elapsed() < PATIENCE {
        if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
            println!("{}", backend::addresses(address));
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
