//! The conversation, oldest first, the newest at the bottom beside the reply.

use super::arrivals::{Arrivals, hold_reply, news};
use super::attachment::attachments;
use super::reply::{REPLY_FIELD, focus_on};
use super::state::Record;
use crate::requests::author::Author;
use crate::requests::trouble::trouble;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Moment, RichText, Skeleton};
use crate::view::{each, memo, view};
use balcao_contract::id::CommentId;
use balcao_contract::wire::Comment;
use leptos::prelude::*;

/// A comment and who wrote it.
pub type Written = (Comment, Author);

/// From how many comments on there is a link to the reply.
const LONG: usize = 4;
/// So many earlier comments are worth a fold; fewer stand there.
const FOLDED: usize = 3;

/// Where the part of a thread begins that is seen first: the newest comment, with those right before it from the same
/// side. What comes before is folded; 0 where that is little.
fn newest_part(authors: &[bool]) -> usize {
    let Some(newest) = authors.last() else { return 0 };
    let run = authors.iter().rev().take_while(|author| *author == newest).count();
    Some(authors.len() - run).filter(|earlier| *earlier >= FOLDED).unwrap_or_default()
}

/// The thread, or why it is not there.
pub fn thread(record: Record) -> AnyView {
    let language = Language::here();
    let call = record.thread_call;
    let has_failed = memo(move || call.failure().with(Option::is_some));
    let failure = move || {
        has_failed.get().then(|| {
            trouble(
                language.t(Text::RequestThreadFailed),
                call.failure(),
                move || call.is_busy(),
                move || record.reload(),
            )
        })
    };
    let is_long = memo(move || record.thread.with(|thread| thread.as_ref().is_some_and(|t| t.comments.len() >= LONG)));
    let is_closed = record.of(|request| request.status.after_requester_comment().is_none());
    let jump = move || {
        (is_long.get() && is_closed.get() == Some(false)).then(|| {
            view! { <p><a href=format!("#{REPLY_FIELD}") on:click=to_reply>{language.t(Text::RequestJump)}</a></p> }
                .into_any()
        })
    };
    view! {
        <section class="record-thread" aria-labelledby="thread-title">
            <div class="record-thread-head">
                <h2 id="thread-title">{language.t(Text::RequestThread)}</h2>
                {jump}
            </div>
            {comments(record)}
            {failure}
        </section>
    }
    .into_any()
}

/// The router would take the fragment for an address of its own and move the frame's history.
fn to_reply(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    focus_on(REPLY_FIELD);
}

fn comments(record: Record) -> AnyView {
    let session = Session::here();
    let written = memo(move || {
        let thread = record.thread.get()?;
        let reader = session.user_id().or_else(|| record.request.with(|r| r.as_ref().map(|r| r.requester_id)))?;
        let author = |comment: &Comment| Author::of(comment.author_id, reader, &thread.people);
        Some(thread.comments.iter().map(|comment| (comment.clone(), author(comment))).collect::<Vec<_>>())
    });
    let is_there = memo(move || written.with(Option::is_some));
    let arrivals = Arrivals::follow(record, written);
    let list = move || {
        if !is_there.get() {
            return view! { <Skeleton lines=6 /> }.into_any();
        }
        // Decided as the page opens: nothing that is being read folds by itself.
        let first = written.with_untracked(|written| {
            let written = written.as_deref().unwrap_or_default();
            let sides: Vec<bool> = written.iter().map(|(_, author)| author.is_requester()).collect();
            Some(newest_part(&sides)).filter(|at| *at > 0).and_then(|at| written.get(at)).map(|(comment, _)| comment.id)
        });
        let part = move |is_earlier: bool| {
            hold_reply();
            written.with(|written| {
                let all = written.as_deref().unwrap_or_default();
                let at = first.and_then(|first| all.iter().position(|(comment, _)| comment.id == first));
                let (earlier, newest) = all.split_at(at.unwrap_or_default());
                let shown = if is_earlier { earlier } else { newest };
                shown.iter().map(|(comment, _)| comment.id.to_string()).collect::<Vec<_>>()
            })
        };
        view! {
            {first.map(|_| earlier(listed(written, part, true, arrivals), part(true).len() as u64))}
            {listed(written, part, false, arrivals)}
        }
        .into_any()
    };
    view! {
        {list}
        {news(arrivals)}
    }
    .into_any()
}

fn listed(
    written: Memo<Option<Vec<Written>>>,
    part: impl Fn(bool) -> Vec<String> + Send + Sync + 'static,
    is_earlier: bool,
    arrivals: Arrivals,
) -> AnyView {
    let comment = move |id: String| {
        let found = written.with_untracked(|written| {
            written.iter().flatten().find(|(comment, _)| comment.id.to_string() == id).cloned()
        });
        found.map(|(comment, author)| one(comment, author, arrivals)).into_any()
    };
    view! {
        <ol class="thread" role="list">
            {each(move || part(is_earlier), comment)}
        </ol>
    }
    .into_any()
}

/// What was said before, folded away above the newest. Searching in the page opens it.
fn earlier(list: AnyView, count: u64) -> AnyView {
    let language = Language::here();
    let label = move || language.plural(Text::RequestEarlierOne, Text::RequestEarlierOther, count);
    view! {
        <details class="thread-earlier">
            <summary>{label}</summary>
            {list}
        </details>
    }
    .into_any()
}

/// The id of a comment's heading.
pub fn comment_id(id: CommentId) -> String {
    format!("comment-{id}")
}

/// Brings a comment into view, from its heading on.
pub fn focus_on_comment(id: CommentId) {
    focus_on(&comment_id(id));
}

fn one(comment: Comment, author: Author, arrivals: Arrivals) -> AnyView {
    let language = Language::here();
    let (number, id) = (comment.id, comment_id(comment.id));
    let class = if author.is_requester() { "comment comment-requester" } else { "comment comment-support" };
    let (name, team) = match author {
        Author::You => (None, false),
        Author::Colleague(name) => (Some(name), false),
        Author::Support(name) => (name, true),
    };
    let unnamed = if team { Text::RequestSupport } else { Text::RequestYou };
    // A named agent carries the team's tag; an unnamed one is called by the team's name.
    let tag = (team && name.is_some())
        .then(|| view! { <span class="comment-team">{language.t(Text::RequestSupport)}</span> }.into_any());
    let fresh = move || {
        let tag = || view! { <span class="comment-fresh">{language.t(Text::LiveNew)}</span> }.into_any();
        arrivals.is_fresh(number).then(tag)
    };
    let by_mail = || view! { <span class="comment-team">{language.t(Text::RequestByMail)}</span> }.into_any();
    let by_mail = comment.via.is_some().then(by_mail);
    let name = move || name.clone().unwrap_or_else(|| language.text(unnamed));
    view! {
        <li>
            <article class=class aria-labelledby=id.clone()>
                <header class="comment-head">
                    <h3 id=id.clone() tabindex="-1">{name}</h3>
                    {tag}
                    {by_mail}
                    {fresh}
                    <Moment moment=comment.created_at />
                </header>
                <div class="comment-text" dir="auto">{text(&comment)}</div>
                {attachments(comment.attachments)}
            </article>
        </li>
    }
    .into_any()
}

/// As the backend read it; where it gave no tree, as it was written.
fn text(comment: &Comment) -> AnyView {
    if comment.rich_text.is_empty() {
        view! { <p class="comment-plain">{comment.plain_body.clone()}</p> }.into_any()
    } else {
        view! { <RichText blocks=comment.rich_text.clone() /> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::newest_part;

    #[test]
    fn the_newest_word_is_seen_first_and_what_led_to_it_is_folded() {
        let cases: [(&[bool], usize); 8] = [
            (&[], 0),
            (&[true], 0),
            (&[true, false, true], 0),
            (&[true, false, true, false], 3),
            // Three answers in a row: none of them is hidden.
            (&[true, false, true, false, false, false], 3),
            (&[true, true, true, true], 0),
            (&[true, false, false, false], 0),
            (&[true, false, true, false, true], 4),
        ];
        for (authors, first) in cases {
            assert_eq!(newest_part(authors), first, "{authors:?}");
        }
    }
}
