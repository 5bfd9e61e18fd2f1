//! The laws of a store: what the rest of the program relies on, whichever engine keeps the rows. A law is a function of an
//! open, empty store; `laws!` makes a test of it for each engine. An engine more is a function in `engine.rs` and a line in
//! `laws!`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, its helpers too")]

mod created;
mod engine;
mod listed;
mod once;
mod people;
mod searched;
mod shared_commit;

macro_rules! laws {
    ($($engine:ident: $open:path),* ; $($law:ident in $room:ident),* $(,)?) => {
        laws!(@each [$($engine: $open),*] [$($law in $room),*]);
    };
    (@each [] [$($law:ident in $room:ident),*]) => {};
    (@each [$engine:ident: $open:path $(, $rest:ident: $rest_open:path)*] [$($law:ident in $room:ident),*]) => {
        mod $engine {
            $(
                #[tokio::test]
                async fn $law() {
                    let opened = $open().await;
                    crate::$room::$law(&opened.store).await;
                    opened.store.close().await;
                }
            )*
        }
        laws!(@each [$($rest: $rest_open),*] [$($law in $room),*]);
    };
}

laws!(
    sqlite: crate::engine::open_sqlite;
    what_is_created_is_read_back in created,
    what_was_changed_meanwhile_is_not_written_over in created,
    nobody_else_sees_it in created,
    every_order_lists_each_row_once in listed,
    rows_that_come_in_between_move_no_other in listed,
    counts_are_those_of_the_lists in listed,
    words_are_found_with_and_without_accents in searched,
    the_beginning_of_a_word_finds_it in searched,
    what_is_excluded_is_not_found in searched,
    notes_are_found_by_agents_alone in searched,
    of_two_writers_with_one_key_one_wins in once,
    a_key_is_kept_with_its_write_or_not_at_all in once,
    what_fails_takes_nothing_of_the_others in shared_commit,
    what_is_dropped_did_not_happen in shared_commit,
    what_is_not_committed_is_seen_by_nobody_else in shared_commit,
);
