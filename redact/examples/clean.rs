//! Cleans a file and says what was taken out: `cargo run --release -p balcao-redact --example clean -- FILE CLEANED`.

use balcao_redact::Cleaner;
use std::fs::File;
use std::io::{Error, Read, Write};
use std::time::Instant;

fn main() -> Result<(), Error> {
    let mut names = std::env::args().skip(1);
    let (Some(from), Some(to)) = (names.next(), names.next()) else {
        return Err(Error::other("which file, and where to write the cleaned one?"));
    };
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let (mut piece, mut out) = (vec![0; 1024 * 1024], Vec::new());
    let mut cleaner = Cleaner::default();
    let begun = Instant::now();
    let mut bytes = 0;
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            break;
        }
        bytes += read;
        cleaner.push(&piece[..read], &mut out);
        to.write_all(&out)?;
        out.clear();
    }
    let report = cleaner.finish(&mut out);
    to.write_all(&out)?;
    let megabytes = bytes as f64 / 1e6;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{megabytes:.1} MB in {seconds:.2} s, {:.0} MB/s, har: {}, broken: {}",
        megabytes / seconds,
        report.is_har(),
        report.is_broken()
    );
    for (kind, count) in report.kinds() {
        println!("{count} {kind:?}");
        for place in report.places(kind) {
            println!("  {place:?}");
        }
    }
    Ok(())
}
