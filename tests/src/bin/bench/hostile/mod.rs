//! A hostile minute: one person does all they can to stop the desk, while others list, create and probe at a steady pace.
//! Each attack has a backend of its own; what others wait is measured before it and during it.

mod attacks;
mod others;

use crate::{HOST_KEY, memory, verdict};
use anyhow::{Result, ensure};
use attacks::Attack;
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use others::{Others, Waited};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// By how much others may wait longer, and what the backend may take, in MB.
const SLOWER: f64 = 3.0;
const MEMORY: f64 = 256.0;
/// Few, as they are where nobody has thought of it.
const FILES: u32 = 512;
/// Where the attacker is, and where everybody else is.
const ATTACKER: Ipv4Addr = Ipv4Addr::LOCALHOST;
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Sessions of the attacker, who is one person.
const SESSIONS: usize = 4;

/// Prints what others wait, quiet and under each attack.
pub async fn measure(seconds: u64) -> Result<()> {
    let lasts = Duration::from_secs(seconds);
    println!("\none attacker for {seconds} s each, {FILES} open files; others list, create and ask /healthz");
    println!(
        "{:<34} {:<8} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7}",
        "", "", "p50 ms", "p99 ms", "p50 ms", "p99 ms", "", ""
    );
    println!("{:<34} {:<8} {:>19} {:>19} {:>7} {:>7}", "attack", "call", "quiet", "attacked", "ratio", "failed");
    let (mut slowest, mut largest) = (0.0_f64, 0.0_f64);
    for attack in Attack::ALL {
        let (slower, memory) = under(attack, lasts).await?;
        slowest = slowest.max(slower);
        largest = largest.max(memory);
    }
    println!("\nothers wait at most {slowest:.1} times as long: {}", verdict(slowest, SLOWER));
    println!("memory {largest:.1} MB at its highest: {}", verdict(largest, MEMORY));
    Ok(())
}

/// The highest ratio of the calls, and the memory.
async fn under(attack: Attack, lasts: Duration) -> Result<(f64, f64)> {
    // A small quota, so that it is passed within the time; everything else is as it comes.
    let settings = [("HOST_TOKEN_KEY", HOST_KEY), ("EVIDENCE_QUOTA_BYTES", "5242880")];
    let mut backend = Backend::start_limited(&settings, Some(FILES)).await?;
    let mut sessions: Vec<Arc<ApiUser>> = Vec::with_capacity(SESSIONS);
    for _ in 0..SESSIONS {
        let session = backend.sign_in_as("mallory@acmestore.example", "acmestore", HOST_KEY, ATTACKER).await?;
        sessions.push(Arc::new(session));
    }
    let prepared = attack.prepare(&backend, &sessions, lasts * 4).await?;
    let others = Others::arrive(&backend, HOST_KEY, ELSEWHERE).await?;
    // Connections and statements are warm before anything counts.
    others.work_until(Instant::now() + Duration::from_secs(2)).await;
    let quiet = others.work_until(Instant::now() + (lasts / 2).max(Duration::from_secs(5))).await;
    // Against a quiet that is none, every attack would look harmless.
    let failed: usize = quiet.iter().map(|waited| waited.failed).sum();
    ensure!(failed == 0, "{failed} calls failed before any attack: this machine is too busy to measure on");
    let end = Instant::now() + lasts;
    let attacking = tokio::spawn(prepared.run(end));
    let attacked = others.work_until(end).await;
    attacking.abort();
    let _ = attacking.await;
    let slower = quiet.iter().zip(&attacked).map(|(quiet, attacked)| row(attack, quiet, attacked)).fold(0.0, f64::max);
    let highest = memory(&backend, "VmHWM")?;
    println!("{:<34} memory {highest:.1} MB at its highest", "");
    backend.kill().await?;
    Ok((slower, highest))
}

fn row(attack: Attack, quiet: &Waited, attacked: &Waited) -> f64 {
    let ratio = attacked.at(0.99) / quiet.at(0.99);
    println!(
        "{:<34} {:<8} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>7.1} {:>7}",
        attack.name(),
        quiet.call,
        quiet.at(0.5),
        quiet.at(0.99),
        attacked.at(0.5),
        attacked.at(0.99),
        ratio,
        attacked.failed
    );
    ratio
}
