//! The comment that a message makes: its text, its files, and a word about what could not be kept.

use super::answers::{self, LeftOut};
use super::letter::{File, Letter};
use super::outcome::InboxError;
use super::take_in::Inbox;
use balcao_contract::file::{FileError, safe_name};
use balcao_contract::form::FieldKind;
use balcao_contract::text;
use balcao_desk::NewComment;
use balcao_evidence::{Incoming, TakeInError};
use balcao_store::files::Owner;
use balcao_store::mail_in::Correspondent;
use std::convert::Infallible;

/// The longest comment, in characters.
const MAX_COMMENT: usize = FieldKind::Description.default_max_length() as usize;
/// The file that holds a text too long for a comment.
const WHOLE_TEXT: &str = "message.txt";

impl Inbox {
    /// The comment that a message makes: its files are stored, its text says which were not.
    pub(super) async fn comment(&self, letter: &Letter, whom: &Correspondent) -> Result<NewComment, InboxError> {
        let mut files = letter.files.clone();
        let mut body = letter.text.clone();
        let mut notes = Vec::new();
        if text::length(&body) > MAX_COMMENT {
            files.insert(0, File { name: WHOLE_TEXT.to_owned(), bytes: body.clone().into() });
            // Leaves room for the notes.
            body = body.chars().take(MAX_COMMENT * 3 / 4).collect();
            notes.push(answers::shortened_to(WHOLE_TEXT, whom.locale)?);
        }
        let owner = Owner { user: whom.user, account: whom.account };
        let (token, left_out) = self.keep_files(files, owner).await?;
        notes.extend(answers::left_out(&left_out, self.0.evidence.limits(), whom.locale)?);
        for note in notes {
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&note);
        }
        Ok(NewComment { body: body.chars().take(MAX_COMMENT).collect(), uploads: token.into_iter().collect() })
    }

    /// Stores files under one token, as an upload from the panel does: what is not attached in the end is swept away.
    async fn keep_files(
        &self,
        files: Vec<File>,
        owner: Owner,
    ) -> Result<(Option<String>, Vec<(String, LeftOut)>), InboxError> {
        let rooms = &self.0;
        let (mut token, mut kept, mut left_out) = (None, 0, Vec::new());
        for file in files {
            let name = safe_name(&file.name);
            let size = file.bytes.len() as u64;
            if let Err(fault) = rooms.evidence.limits().check(&name, Some(size), kept) {
                left_out.push((name, LeftOut::Fault(fault)));
                continue;
            }
            let incoming = Incoming {
                owner,
                file_name: Some(name.clone()),
                announced: Some(size),
                token: token.clone(),
                idempotency_key: None,
                waits_for_continue: true,
            };
            let bytes = futures::stream::iter([Ok::<_, Infallible>(file.bytes)]);
            match rooms.evidence.take_in(&rooms.store, &*rooms.clock, &incoming, bytes).await {
                Ok(taken) => {
                    token = Some(taken.token);
                    kept += 1;
                }
                Err(TakeInError::Fault(fault)) => left_out.push((name, LeftOut::Fault(fault))),
                Err(TakeInError::NoName) => left_out.push((name, LeftOut::Fault(FileError::TypeNotTaken))),
                Err(TakeInError::QuotaUsedUp(_)) => left_out.push((name, LeftOut::Quota)),
                // What somebody wrote never waits for room for their files: nobody knows when there is some.
                Err(TakeInError::UserFull(_) | TakeInError::AccountFull(_) | TakeInError::NoRoom) => {
                    left_out.push((name, LeftOut::NoRoom));
                }
                Err(TakeInError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(InboxError::File(error)),
            }
        }
        Ok((token, left_out))
    }
}
