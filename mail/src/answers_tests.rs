use super::*;
use balcao_contract::locale::Locale;

fn message(locale: Locale, occasion: Occasion, said: Option<Words<'_>>, reply_to: Option<&str>) -> NewMessage {
    message_to(false, locale, occasion, said, reply_to)
}

fn message_to(
    in_copy: bool,
    locale: Locale,
    occasion: Occasion,
    said: Option<Words<'_>>,
    reply_to: Option<&str>,
) -> NewMessage {
    answer(&Answer {
        occasion,
        in_copy,
        reader: Reader { email: "ana@example.com", name: "Ana Souza", locale },
        number: RequestId::try_from(1234).unwrap(),
        title: "Checkout <b>down</b>",
        said,
        reopen_until: Some("2026-11-26T15:00:00Z".parse().unwrap()),
        zone: chrono_tz::America::Sao_Paulo,
        link: "https://store.example/admin/support/requests/1234",
        survey_link: "https://store.example/admin/support/survey/1234",
        reply_to,
        dedupe_key: "reply:1234:1",
    })
    .unwrap()
}

const OCCASIONS: [Occasion; 4] =
    [Occasion::Reply, Occasion::AwaitingReply, Occasion::AwaitingReplyReminder, Occasion::Solved];

#[test]
fn every_occasion_says_its_own_in_every_language() {
    let files = ["log.txt".to_owned(), "screen.png".to_owned()];
    let said = Words { author: "Rui", body: "Try **this** & tell us:\n\n- one\n- two", files: &files };
    for locale in Locale::ALL {
        let mut subjects = std::collections::BTreeSet::new();
        for occasion in OCCASIONS {
            let mail = message(locale, occasion, Some(said), Some("reply+abc@desk.example"));
            assert_eq!(mail.kind, occasion.name());
            assert!(
                mail.subject.contains("#1234") && mail.subject.contains("Checkout <b>down</b>"),
                "{}",
                mail.subject
            );
            for part in [mail.text.clone(), mail.html.replace("&#x2f;", "/")] {
                assert!(part.contains("Ana Souza") && part.contains("Rui") && part.contains("log.txt, screen.png"));
                assert!(part.contains("/requests/1234"), "{part}");
                assert_eq!(part.contains("/survey/1234"), occasion == Occasion::Solved, "{part}");
                let zone = part.contains("(Brasília time)")
                    || part.contains("(horário de Brasília)")
                    || part.contains("(hora de Brasilia)");
                assert_eq!(zone, occasion == Occasion::Solved, "{part}");
            }
            assert!(mail.text.contains("Try this & tell us:\n\n- one\n- two"), "{}", mail.text);
            assert!(mail.html.contains("<strong>this</strong> &amp; tell us"), "{}", mail.html);
            assert!(!mail.html.contains("<b>down"), "a title is text");
            assert!(!mail.text.contains("\n\n\n"), "{}", mail.text);
            subjects.insert(mail.subject);
        }
        assert_eq!(subjects.len(), OCCASIONS.len());
    }
}

#[test]
fn whoever_is_in_copy_is_told_so_and_not_asked_how_it_was() {
    let says_so =
        ["You are in copy of this request", "Você está em cópia nesta solicitação", "Estás en copia en esta solicitud"];
    for locale in Locale::ALL {
        for occasion in [Occasion::Reply, Occasion::AwaitingReply, Occasion::Solved] {
            let mail = message_to(true, locale, occasion, None, Some("reply+abc@desk.example"));
            assert_eq!(mail.kind, occasion.name());
            assert!(mail.subject.contains("#1234"), "{}", mail.subject);
            let own = message(locale, occasion, None, Some("reply+abc@desk.example"));
            let footer = |mail: &NewMessage| mail.text.trim_end().lines().last().unwrap_or_default().to_owned();
            assert_ne!(footer(&mail), footer(&own));
            for part in [&mail.text, &mail.html] {
                assert!(part.contains(says_so[locale as usize]), "{part}");
                assert!(!part.contains("survey"), "{part}");
                assert!(!part.contains(['{', '}']) || part.contains("<style"), "{part}");
            }
        }
    }
}

#[test]
fn how_to_answer_depends_on_whether_mail_is_read() {
    let with = message(Locale::En, Occasion::Reply, None, Some("reply+abc@desk.example"));
    assert_eq!(with.headers, [("Reply-To".to_owned(), "reply+abc@desk.example".to_owned())]);
    assert!(with.text.contains("reply to this message"), "{}", with.text);
    let without = message(Locale::En, Occasion::Reply, None, None);
    assert!(without.headers.is_empty() && !without.text.contains("reply to this message"), "{}", without.text);
}

#[test]
fn only_words_of_a_person_come_from_a_person() {
    let said = Words { author: "Rui", body: "Hello", files: &[] };
    assert!(message(Locale::En, Occasion::Reply, Some(said), None).by_person);
    assert!(!message(Locale::En, Occasion::Solved, None, None).by_person);
    assert!(!message(Locale::En, Occasion::AwaitingReplyReminder, Some(said), None).by_person);
}

#[test]
fn what_an_agent_wrote_brings_no_html_of_its_own() {
    let body = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))";
    let mail = message(Locale::En, Occasion::Reply, Some(Words { author: "<i>Rui</i>", body, files: &[] }), None);
    for forbidden in ["<script", "<img", "<i>", "href=\"javascript"] {
        assert!(!mail.html.contains(forbidden), "{}", mail.html);
    }
}

#[test]
fn a_card_number_that_an_agent_repeats_is_hidden() {
    let said = Words { author: "Rui", body: "The card 4111 1111 1111 1111 was refused", files: &[] };
    let mail = message(Locale::En, Occasion::Reply, Some(said), None);
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("•••• •••• •••• 1111") && part.contains("partly hidden"), "{part}");
    }
}
