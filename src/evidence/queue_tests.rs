//! What the queue promises.

use super::care::Care;
use super::cleaned::Cleaned;
use super::queue::{AT_ONCE, Entry, Outstanding, Queue, Reason, State};
use crate::api::ApiError;
use crate::draft::{DraftFile, SentUpload};
use balcao_contract::file::{FileError, FileLimits};

fn file(id: &str, name: &str, size: u64) -> DraftFile {
    DraftFile {
        id: id.to_owned(),
        name: name.to_owned(),
        content_type: String::new(),
        size,
        idempotency_key: format!("key-{id}"),
        upload: None,
        cleaned: None,
    }
}

fn upload(token: &str, expires_at: i64) -> SentUpload {
    SentUpload { token: token.to_owned(), expires_at }
}

fn queue(count: usize) -> Queue {
    let mut queue = Queue::default();
    for index in 0..count {
        queue.add(&FileLimits::default(), file(&index.to_string(), &format!("{index}.png"), 100), None).unwrap();
    }
    queue
}

fn state(queue: &Queue, id: &str) -> State {
    queue.get(id).unwrap().state.clone()
}

#[test]
fn files_beyond_the_limits_are_not_taken_and_say_why() {
    let limits = FileLimits { max_bytes: 10, max_files: 1, extensions: vec!["png".to_owned()] };
    let mut queue = Queue::default();
    let cases = [
        (file("a", "empty.png", 0), FileError::Empty),
        (file("b", "large.png", 11), FileError::TooLarge),
        (file("c", "setup.exe", 5), FileError::TypeNotTaken),
        (file("d", "noending", 5), FileError::TypeNotTaken),
    ];
    for (offered, fault) in cases {
        assert_eq!(queue.add(&limits, offered, Some(b"\x89PNG\r\n\x1a\n")).unwrap_err().fault, fault);
    }
    queue.add(&limits, file("e", "first.png", 10), None).unwrap();
    assert_eq!(queue.add(&limits, file("f", "second.png", 5), None).unwrap_err().fault, FileError::TooMany);
    assert_eq!(queue.entries().len(), 1);
    let other = Queue::default().add(&limits, file("g", "script.png", 5), Some(b"<svg/>"));
    assert_eq!(other.unwrap_err().fault, FileError::OtherContent);
}

#[test]
fn names_are_made_safe_and_told_apart() {
    let mut queue = Queue::default();
    for (id, name) in [("a", "../../shot.png"), ("b", "shot.png"), ("c", "shot.png"), ("d", "s\u{202e}hot.png")] {
        queue.add(&FileLimits::default(), file(id, name, 1), None).unwrap();
    }
    let names: Vec<_> = queue.entries().iter().map(|entry| entry.file.name.as_str()).collect();
    assert_eq!(names, ["shot.png", "shot (2).png", "shot (3).png", "shot (4).png"]);
}

#[test]
fn no_more_than_three_files_travel_at_once() {
    let mut queue = queue(5);
    assert_eq!(queue.start().len(), AT_ONCE);
    assert!(queue.start().is_empty());
    queue.finish("1", Ok(upload("t1", i64::MAX)));
    queue.finish("2", Err(Reason::Api(ApiError::Unexpected(500))));
    let begun: Vec<_> = queue.start().into_iter().map(|file| file.id).collect();
    assert_eq!(begun, ["3", "4"]);
}

#[test]
fn a_cancelled_file_stays_cancelled_when_its_transfer_ends_late() {
    let mut queue = queue(1);
    queue.start();
    queue.cancel("0");
    assert!(!queue.finish("0", Ok(upload("t", i64::MAX))));
    assert_eq!(state(&queue, "0"), State::Failed(Reason::Cancelled));
    queue.retry("0");
    assert_eq!(state(&queue, "0"), State::Waiting);
}

#[test]
fn a_removed_file_does_not_come_back() {
    let mut queue = queue(2);
    queue.start();
    assert_eq!(queue.remove("0").unwrap().file.id, "0");
    assert!(!queue.finish("0", Ok(upload("t", i64::MAX))));
    queue.progress("0", 5);
    assert_eq!(queue.entries().len(), 1);
    assert_eq!(queue.remove("0"), None);
}

#[test]
fn only_what_a_connection_mends_is_tried_again_unasked() {
    let reasons = [
        (Reason::Api(ApiError::Network), true, true),
        (Reason::Api(ApiError::Timeout), true, true),
        (Reason::Api(ApiError::Unavailable { retry_after: None }), true, true),
        (Reason::Api(ApiError::SignedOut), true, true),
        (Reason::Cancelled, false, true),
        (Reason::Api(ApiError::StorageFull), false, true),
        (Reason::Api(ApiError::Unexpected(500)), false, true),
        (Reason::Api(ApiError::of_response(422, None, "{}")), false, false),
        (Reason::Api(ApiError::TooLarge), false, false),
        (Reason::Lost, false, false),
    ];
    for (reason, unasked, asked) in reasons {
        let mut one = queue(1);
        one.start();
        one.finish("0", Err(reason.clone()));
        assert_eq!(one.failed(), 1);
        let mut other = one.clone();
        assert_eq!(one.retry_offline(), unasked, "{reason:?}");
        assert_eq!(other.retry_all(), asked, "{reason:?}");
        other.retry("0");
        assert_eq!(state(&other, "0") == State::Waiting, asked, "{reason:?}");
    }
}

#[test]
fn what_is_outstanding_is_counted_in_bytes() {
    let mut queue = queue(3);
    assert_eq!(queue.outstanding(), Some(Outstanding { files: 3, percent: 0 }));
    queue.start();
    queue.progress("0", 100);
    queue.progress("1", 92);
    assert_eq!(queue.outstanding(), Some(Outstanding { files: 3, percent: 64 }));
    queue.finish("0", Ok(upload("t0", i64::MAX)));
    queue.finish("2", Err(Reason::Api(ApiError::Network)));
    assert_eq!(queue.outstanding(), Some(Outstanding { files: 1, percent: 92 }));
    queue.progress("1", 5_000);
    // Everything gone is not everything arrived: 100 % would be a promise.
    assert_eq!(queue.outstanding(), Some(Outstanding { files: 1, percent: 99 }));
    queue.finish("1", Ok(upload("t1", i64::MAX)));
    assert_eq!(queue.outstanding(), None);
    assert_eq!(queue.tokens(), ["t0", "t1"]);
}

#[test]
fn expired_tokens_are_sent_again_under_a_new_key() {
    let mut queue = queue(2);
    queue.start();
    queue.finish("0", Ok(upload("old", 100_000)));
    queue.finish("1", Ok(upload("good", 10_000_000)));
    let mut keys = 0;
    let mut fresh = || {
        keys += 1;
        format!("new-{keys}")
    };
    assert!(queue.forget_expired(50_000, &mut fresh));
    assert_eq!(state(&queue, "0"), State::Waiting);
    assert_eq!(queue.get("0").unwrap().file.idempotency_key, "new-1");
    assert_eq!(queue.tokens(), ["good"]);
    assert!(!queue.forget_expired(50_000, &mut fresh));
    assert!(queue.forget_all(&mut fresh));
    assert!(queue.tokens().is_empty());
}

#[test]
fn a_draft_goes_on_where_it_stopped() {
    let sent = DraftFile { upload: Some(upload("t", 1_000_000)), ..file("a", "a.png", 5) };
    let expired = DraftFile { upload: Some(upload("x", 1_000)), ..file("b", "b.png", 5) };
    let queue = Queue::of_draft(vec![sent.clone(), expired, file("c", "c.png", 5)], 10_000, &mut || "new".to_owned());
    assert_eq!(queue.entries()[0], Entry { state: State::Sent(upload("t", 1_000_000)), file: sent, care: Care::None });
    assert_eq!(state(&queue, "b"), State::Waiting);
    assert_eq!(queue.get("b").unwrap().file.idempotency_key, "new");
    assert_eq!(state(&queue, "c"), State::Waiting);
    assert_eq!(queue.files().len(), 3);
}

#[test]
fn a_file_whose_bytes_are_gone_is_said_to_be_lost() {
    let sent = DraftFile { upload: Some(upload("t", i64::MAX)), ..file("a", "a.png", 5) };
    let mut queue = Queue::of_draft(vec![sent, file("b", "b.png", 5)], 0, &mut String::new);
    queue.lose("a");
    queue.lose("b");
    assert_eq!(queue.tokens(), ["t"]);
    assert_eq!(state(&queue, "b"), State::Failed(Reason::Lost));
}

/// A queue with a HAR file and a log.
fn to_clean() -> Queue {
    let mut queue = Queue::default();
    queue.add(&FileLimits::default(), file("har", "shop.har", 1_000), Some(b"{}")).unwrap();
    queue.add(&FileLimits::default(), file("log", "app.log", 1_000), Some(b"x")).unwrap();
    queue
}

fn cleaned() -> Cleaned {
    Cleaned { is_har: true, ..Cleaned::default() }
}

#[test]
fn nothing_is_sent_before_it_is_clean() {
    let mut queue = to_clean();
    assert_eq!(queue.start(), []);
    assert_eq!(queue.start_cleaning().len(), 2);
    assert_eq!(queue.start_cleaning(), [], "it is begun once");
    assert_eq!(queue.outstanding(), Some(Outstanding { files: 2, percent: 0 }), "sending waits for it");
    assert!(queue.advance("har", 0, 600) && queue.advance("har", 600, 1_000));
    let sent = queue.finish_cleaning("har", 1_000, Ok((900, cleaned()))).unwrap();
    assert_eq!((sent.size, sent.cleaned), (900, Some(cleaned().written())));
    assert_eq!(queue.start().iter().map(|file| file.id.as_str()).collect::<Vec<_>>(), ["har"]);
    assert_eq!(queue.files()[0].size, 900, "the draft has the cleaned one");
}

#[test]
fn what_was_stopped_while_it_was_cleaned_is_cleaned_again_and_not_by_two() {
    let mut queue = to_clean();
    queue.start_cleaning();
    queue.advance("har", 0, 600);
    queue.cancel("har");
    assert_eq!(state(&queue, "har"), State::Failed(Reason::Cancelled));
    assert!(!queue.advance("har", 600, 1_000), "who was stopped stops");
    queue.retry("har");
    assert_eq!(queue.start(), [], "not as it is");
    assert_eq!(queue.start_cleaning().len(), 1);
    assert!(!queue.advance("har", 600, 1_000));
    assert_eq!(queue.finish_cleaning("har", 600, Ok((1, cleaned()))), None);
    assert!(queue.advance("har", 0, 1_000));
}

#[test]
fn what_could_not_be_cleaned_is_not_sent() {
    let mut queue = to_clean();
    queue.start_cleaning();
    assert_eq!(queue.finish_cleaning("har", 0, Err(Reason::NotCleaned)), None);
    assert_eq!(queue.finish_cleaning("log", 0, Err(Reason::Unreadable)), None);
    assert!(queue.retry_offline(), "the code may come now");
    assert_eq!(state(&queue, "har"), State::Cleaning { done: None });
    assert_eq!(state(&queue, "log"), State::Failed(Reason::Unreadable));
    assert!(!Reason::Unreadable.can_retry());
}

#[test]
fn a_text_goes_as_it_is_only_where_somebody_wants_that() {
    let mut queue = to_clean();
    queue.start_cleaning();
    queue.finish_cleaning("log", 0, Ok((900, Cleaned::default()))).unwrap();
    queue.start();
    queue.finish("log", Ok(upload("t", i64::MAX)));
    let taken_back = queue.set_hidden("log", false, 1_000, "fresh".to_owned());
    assert_eq!(taken_back, Some(upload("t", i64::MAX)), "what was sent is forgotten");
    let entry = queue.get("log").unwrap();
    assert_eq!((entry.state.clone(), entry.file.size, entry.file.cleaned.clone()), (State::Waiting, 1_000, None));
    assert_eq!(entry.file.idempotency_key, "fresh");
    assert_eq!(queue.set_hidden("log", true, 1_000, "other".to_owned()), None);
    assert_eq!(state(&queue, "log"), State::Cleaning { done: None });
}

#[test]
fn a_cleaned_file_of_a_draft_is_not_cleaned_again() {
    let kept = DraftFile { cleaned: Some(cleaned().written()), ..file("har", "shop.har", 900) };
    let mut queue = Queue::of_draft(vec![kept], 0, &mut || "fresh".to_owned());
    assert_eq!(queue.start_cleaning(), []);
    assert_eq!(queue.start().len(), 1);
    assert_eq!(queue.get("har").unwrap().file.cleaned, Some(cleaned().written()));
}
