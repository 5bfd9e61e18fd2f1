use super::Office;
use balcao_backend::mail::inbox::Outcome;
use std::time::{Duration, Instant};

/// One after the other, each durable before the next. Ignored: it is a figure of a machine; run it by name.
#[tokio::test]
#[ignore = "a figure"]
async fn a_thousand_mails_a_minute_are_taken_in() {
    const MAILS: u32 = 200;
    let office = Office::open().await;
    let began = Instant::now();
    for number in 0..MAILS {
        let mail = office.reply(&number.to_string(), &format!("Mail {number}\n\n> quoted\n> {}", "words ".repeat(200)));
        assert!(matches!(office.take_in(&mail).await, Outcome::Joined(_)));
    }
    let took = began.elapsed();
    println!("{:.0} mails a minute", f64::from(MAILS) * 60.0 / took.as_secs_f64());
    assert!(took < Duration::from_secs(60) * MAILS / 1000, "{took:?}");
}
