//! How much is kept in files, by whom, and how much room there is.

use super::Office;
use super::arguments::Shape;
use super::error::DirectoryError;
use super::table::table;
use crate::output;
use balcao_evidence::Room;
use balcao_store::file_totals::{self, Amount, Keeper};
use clap::Subcommand;
use serde::Serialize;
use std::io;

/// `files …`
#[derive(Debug, Clone, Subcommand)]
pub enum FilesCommand {
    /// Shows how much is kept, by which people and accounts most, and how much room the disk has.
    Usage {
        /// At most so many people, and so many accounts.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
}

#[derive(Serialize)]
struct Usage {
    all: Total,
    /// `null` where the folder is not there yet.
    disk: Option<Disk>,
    people: Vec<Line>,
    accounts: Vec<Line>,
}

#[derive(Serialize)]
struct Total {
    files: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct Disk {
    free_bytes: u64,
    total_bytes: u64,
    /// What files leave free.
    kept_free_percent: u8,
}

#[derive(Serialize)]
struct Line {
    name: String,
    files: u64,
    bytes: u64,
    /// 0 for no limit.
    limit_bytes: u64,
}

pub(super) async fn run(office: &mut Office<'_>, command: FilesCommand) -> Result<(), DirectoryError> {
    let FilesCommand::Usage { limit, shape } = command;
    let evidence = &office.config.evidence;
    let mut read = office.store.read().await?;
    let Amount { files, bytes } = file_totals::all(&mut read).await?;
    let people = file_totals::largest_people(&mut read, limit).await?;
    let accounts = file_totals::largest_accounts(&mut read, limit).await?;
    drop(read);
    let disk = Room::of(&evidence.dir).ok().map(|room| Disk {
        free_bytes: room.free,
        total_bytes: room.total,
        kept_free_percent: evidence.min_free_percent,
    });
    let usage = Usage {
        all: Total { files, bytes },
        disk,
        people: lines(people, evidence.user_bytes),
        accounts: lines(accounts, evidence.account_bytes),
    };
    if shape.json {
        output::json(office.out, &usage)?;
    } else {
        print(office, shape, &usage)?;
    }
    Ok(())
}

fn lines(keepers: Vec<Keeper>, limit_bytes: u64) -> Vec<Line> {
    let line = |Keeper { name, amount: Amount { files, bytes } }| Line { name, files, bytes, limit_bytes };
    keepers.into_iter().map(line).collect()
}

fn print(office: &mut Office<'_>, shape: Shape, usage: &Usage) -> io::Result<()> {
    writeln!(office.out, "{} files, {}", usage.all.files, size(usage.all.bytes))?;
    if let Some(disk) = &usage.disk {
        let percent = percent(disk.free_bytes, disk.total_bytes);
        writeln!(
            office.out,
            "disk: {} of {} free ({percent} %); below {} % no file is taken",
            size(disk.free_bytes),
            size(disk.total_bytes),
            disk.kept_free_percent
        )?;
    }
    for (head, all) in [("ADDRESS", &usage.people), ("ACCOUNT", &usage.accounts)] {
        writeln!(office.out)?;
        table(office, shape, &[head, "FILES", "SIZE", "OF ITS LIMIT"], all, |line| {
            let share = match line.limit_bytes {
                0 => "no limit".to_owned(),
                limit => format!("{} %", percent(line.bytes, limit)),
            };
            vec![line.name.clone(), line.files.to_string(), size(line.bytes), share]
        })?;
    }
    Ok(())
}

fn percent(part: u64, whole: u64) -> u128 {
    u128::from(part) * 100 / u128::from(whole.max(1))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)),
    }
}
