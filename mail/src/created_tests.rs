use super::*;

fn reader(locale: Locale) -> Reader<'static> {
    Reader { email: "ana@example.com", name: "Ana Souza", locale }
}

fn confirmation(locale: Locale, title: &str, value: &str) -> NewMessage {
    created(&opened(locale, title, vec![line("Label", value, false)])).unwrap()
}

fn line(label: &str, value: &str, sensitive: bool) -> AnswerLine {
    AnswerLine { label: label.into(), value: value.into(), sensitive }
}

fn opened(locale: Locale, title: &str, answers: Vec<AnswerLine>) -> Created<'_> {
    Created {
        reader: reader(locale),
        number: RequestId::try_from(1234).unwrap(),
        title,
        answers,
        first_response: Some(FirstResponse { min: 8, max: 8, unit: ResponseUnit::WorkingHours }),
        first_response_by: Some("2026-11-23T19:00:00Z".parse().unwrap()),
        zone: chrono_tz::America::Sao_Paulo,
        link: "https://store.example/admin/support/requests/1234",
        reply_to: None,
    }
}

#[test]
fn what_is_promised_is_a_moment() {
    for (locale, moment, time) in [
        (Locale::En, "by Monday, November 23, 2026 at 4:00 PM (Brasília time)", "8 working hours"),
        (Locale::Pt, "até segunda, 23 de novembro de 2026, 16:00 (horário de Brasília)", "8 horas úteis"),
        (Locale::Es, "el lunes 23 de noviembre de 2026, 16:00 (hora de Brasilia)", "8 horas"),
    ] {
        let mail = confirmation(locale, "x", "y");
        for part in [mail.text, mail.html] {
            assert!(part.contains(moment) && part.contains(time), "{part}");
        }
        // A calendar that hardly ever works gives no moment.
        let unknown = Created { first_response_by: None, ..opened(locale, "x", Vec::new()) };
        let mail = created(&unknown).unwrap();
        assert!(mail.text.contains(time) && !mail.text.contains("2026"), "{}", mail.text);
    }
}

#[test]
fn what_is_sensitive_is_hidden_also_where_another_answer_repeats_it() {
    let answers =
        vec![line("RG", "12.345.678-9", true), line("Description", "RG: 12.345.678-9\nCard: 4111111111111111", false)];
    let mail = created(&opened(Locale::En, "Card 4111111111111111", answers)).unwrap();
    for part in [&mail.text, &mail.html, &mail.subject] {
        assert!(!part.contains("345.6") && !part.contains("4111111111111111"), "{part}");
    }
    assert!(mail.text.contains("partly hidden") && mail.html.contains("partly hidden"), "{}", mail.text);
    assert!(!confirmation(Locale::En, "a", "b").text.contains("partly hidden"));
}

#[test]
fn a_confirmation_tells_number_answers_promise_and_link() {
    for (locale, promise) in
        [(Locale::En, "8 working hours"), (Locale::Pt, "8 horas úteis"), (Locale::Es, "8 horas hábiles")]
    {
        let mail = confirmation(locale, "Checkout is down", "first line\nsecond line");
        for part in [&mail.text, &mail.html] {
            for expected in ["#1234", promise, "Label", "first line\nsecond line", "Ana Souza"] {
                assert!(part.contains(expected), "{locale} {expected}: {part}");
            }
        }
        assert!(mail.text.contains("https://store.example/admin/support/requests/1234"));
        assert!(mail.subject.contains("#1234") && mail.subject.contains("Checkout is down"));
        assert_eq!(mail.dedupe_key, "created:1234");
    }
}

#[test]
fn what_a_person_typed_stays_text() {
    let mail =
        confirmation(Locale::En, "a\r\nBcc: victim@example.com", "<img src=x onerror=alert(1)> {{ 7*7 }} {number}");
    assert_eq!(mail.subject, "Request #1234 received: a Bcc: victim@example.com");
    assert!(!mail.html.contains("<img") && mail.html.contains("&lt;img"));
    assert!(mail.text.contains("{{ 7*7 }} {number}"));
    assert!(mail.html.contains("{{ 7*7 }} {number}"));
}

#[test]
fn a_long_title_is_cut_in_the_subject_only() {
    let mail = confirmation(Locale::En, &"é".repeat(10_000), "x");
    assert!(text::length(&mail.subject) < 150 && mail.subject.ends_with('…'));
}

#[test]
fn times_are_worded_by_their_number() {
    let texts = MailTexts::of(Locale::Pt).unwrap();
    for (min, max, unit, expected) in [
        (1, 1, ResponseUnit::WorkingHours, "1 hora útil"),
        (2, 4, ResponseUnit::WorkingHours, "2 a 4 horas úteis"),
        (20, 20, ResponseUnit::Minutes, "20 minutos"),
        (1, 1, ResponseUnit::Hours, "1 hora"),
    ] {
        assert_eq!(time(texts, FirstResponse { min, max, unit }).unwrap(), expected);
    }
}

#[test]
fn no_mail_loads_anything_from_elsewhere() {
    let mail = confirmation(Locale::En, "a", "b");
    for remote in ["<img", "<link", "<script", "url(", "@import", "src="] {
        assert!(!mail.html.contains(remote), "{remote}");
    }
}
