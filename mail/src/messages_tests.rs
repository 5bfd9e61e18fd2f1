use super::*;
use chrono::TimeDelta;

fn reader(locale: Locale) -> Reader<'static> {
    Reader { email: "ana@example.com", name: "Ana Souza", locale }
}

fn moment() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

#[test]
fn a_code_is_in_the_text_and_not_in_the_subject() {
    for (locale, subject, lives) in [
        (Locale::En, "Your verification code", "10 minutes"),
        (Locale::Pt, "Seu código de verificação", "10 minutos"),
        (Locale::Es, "Tu código de verificación", "10 minutos"),
    ] {
        let now = moment();
        let expires_at = now + TimeDelta::minutes(10);
        let mail =
            code(&Code { reader: reader(locale), code: "042137", now, expires_at, dedupe_key: "code:1:1" }).unwrap();
        assert_eq!(mail.subject, subject);
        assert_eq!((mail.text.matches("042137").count(), mail.html.matches("042137").count()), (1, 1));
        assert!(mail.text.contains(lives) && mail.html.contains(lives), "{}", mail.text);
        assert!(mail.text.contains("Ana Souza"));
        assert_eq!(mail.useful_until, Some(expires_at));
        // Nothing else may be taken for the code.
        let digits = mail.text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6).count();
        assert_eq!(digits, 1, "{}", mail.text);
    }
}

#[test]
fn a_code_sent_again_says_how_long_it_still_lives() {
    let now = moment();
    for (seconds, expected) in [(599, "9 minutes"), (90, "one minute"), (5, "one minute")] {
        let expires_at = now + TimeDelta::seconds(seconds);
        let mail = code(&Code { reader: reader(Locale::En), code: "1", now, expires_at, dedupe_key: "k" }).unwrap();
        assert!(mail.text.contains(expected), "{seconds}: {}", mail.text);
    }
}

#[test]
fn a_moment_names_the_zone_whose_clocks_show_it() {
    let at = "2026-11-25T21:00:00Z".parse().unwrap();
    let rows = [
        (Locale::En, Tz::America__Sao_Paulo, "Wednesday, November 25, 2026 at 6:00 PM (Brasília time)"),
        (Locale::Pt, Tz::America__Sao_Paulo, "quarta, 25 de novembro de 2026, 18:00 (horário de Brasília)"),
        (Locale::Es, Tz::America__Sao_Paulo, "miércoles 25 de noviembre de 2026, 18:00 (hora de Brasilia)"),
        (Locale::En, Tz::America__New_York, "Wednesday, November 25, 2026 at 4:00 PM (GMT-5)"),
        (Locale::En, Tz::Asia__Kolkata, "Thursday, November 26, 2026 at 2:30 AM (GMT+5:30)"),
        (Locale::En, Tz::Europe__London, "Wednesday, November 25, 2026 at 9:00 PM (GMT)"),
    ];
    for (locale, zone, expected) in rows {
        assert_eq!(moment_in(locale, at, zone), expected);
    }
}
