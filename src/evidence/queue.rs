//! What happens to the files of a comment on their way to the backend: a state machine without a browser.

use super::care::Care;
use super::cleaned::Cleaned;
use crate::api::ApiError;
use crate::draft::{DraftFile, SentUpload};
use balcao_contract::content::check_content;
use balcao_contract::file::{FileError, FileLimits, safe_name};

/// How many files are sent at the same time; more only makes each of them slower.
pub const AT_ONCE: usize = 3;

/// A token that ends sooner than this, in milliseconds, is not counted on any more.
const TOKEN_MARGIN: i64 = 60_000;

/// Why a file did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The user stopped it.
    Cancelled,
    /// The bytes are no longer there: they could not be kept on this device, and the page was reloaded.
    Lost,
    /// It could not be cleaned: what cleans it could not be fetched, or the file could not be read.
    NotCleaned,
    /// It cannot be cleaned, and may hold secrets.
    Unreadable,
    /// The backend, or the way to it; put into words when shown.
    Api(ApiError),
}

impl Reason {
    /// Worth trying again without being asked, once there is a connection.
    #[must_use]
    pub const fn mends_itself(&self) -> bool {
        matches!(
            self,
            Self::NotCleaned
                | Self::Api(ApiError::Network | ApiError::Timeout | ApiError::Unavailable { .. } | ApiError::SignedOut)
        )
    }

    /// Trying again can help at all.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        match self {
            Self::Cancelled | Self::NotCleaned => true,
            Self::Lost | Self::Unreadable => false,
            Self::Api(error) => error.may_pass(),
        }
    }
}

/// Where a file is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Secrets are taken out of it.
    Cleaning {
        /// Bytes looked at so far; `None` where nobody has begun.
        done: Option<u64>,
    },
    /// Its turn comes.
    Waiting,
    /// On its way.
    Sending {
        /// Bytes gone so far.
        sent: u64,
    },
    /// Arrived.
    Sent(SentUpload),
    /// Not arrived.
    Failed(Reason),
}

/// A file and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file, as a draft keeps it.
    pub file: DraftFile,
    /// Where it is.
    pub state: State,
    /// What is done before it goes.
    pub care: Care,
}

impl Entry {
    /// Where it begins, at first or once more.
    fn begin(&mut self) {
        let is_clean = self.file.cleaned.is_some() || !self.care.cleans();
        self.state = if is_clean { State::Waiting } else { State::Cleaning { done: None } };
    }
}

/// A file that was offered and not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its name.
    pub name: String,
    /// Why.
    pub fault: FileError,
}

/// What is not at the backend yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outstanding {
    /// Files that wait or are on their way.
    pub files: usize,
    /// How much of their bytes is there, 0 to 99.
    pub percent: u8,
}

/// The files of one comment, in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    entries: Vec<Entry>,
}

impl Queue {
    /// The queue of a draft: what arrived before and still counts need not be sent again.
    #[must_use]
    pub fn of_draft(files: Vec<DraftFile>, now: i64, fresh_key: &mut dyn FnMut() -> String) -> Self {
        let entries = files
            .into_iter()
            .map(|file| {
                let usable = file.upload.clone().filter(|upload| counts(upload, now));
                Entry { state: usable.map_or(State::Waiting, State::Sent), file, care: Care::None }
            })
            .collect();
        let mut queue = Self { entries };
        queue.forget_expired(now, fresh_key);
        queue
    }

    /// Every file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.file.id == id)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.file.id == id)
    }

    /// Takes a file that the limits allow and whose first bytes, `head`, are what its ending says, as far as they can be
    /// read. The same name twice gets a number.
    ///
    /// # Errors
    /// It is not taken, and why.
    pub fn add(&mut self, limits: &FileLimits, file: DraftFile, head: Option<&[u8]>) -> Result<(), Rejected> {
        let name = safe_name(&file.name);
        let already = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let fits = limits
            .check(&name, Some(file.size), already)
            .and_then(|()| head.map_or(Ok(()), |head| check_content(&name, head)));
        if let Err(fault) = fits {
            return Err(Rejected { name, fault });
        }
        let care = Care::of(&name, head.unwrap_or_default());
        let name = self.unused(&name);
        let mut entry = Entry { file: DraftFile { name, ..file }, state: State::Waiting, care };
        entry.begin();
        self.entries.push(entry);
        Ok(())
    }

    fn unused(&self, name: &str) -> String {
        let taken = |name: &str| self.entries.iter().any(|entry| entry.file.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        let (stem, ending) = match name.rfind('.') {
            Some(dot) if dot > 0 => name.split_at(dot),
            _ => (name, ""),
        };
        (2..).map(|number| format!("{stem} ({number}){ending}")).find(|name| !taken(name)).unwrap_or_default()
    }

    /// The files that begin now; they count as on their way from here on.
    pub fn start(&mut self) -> Vec<DraftFile> {
        let busy = self.entries.iter().filter(|entry| matches!(entry.state, State::Sending { .. })).count();
        let mut begun = Vec::new();
        let waiting = self.entries.iter_mut().filter(|entry| entry.state == State::Waiting);
        for entry in waiting.take(AT_ONCE.saturating_sub(busy)) {
            entry.state = State::Sending { sent: 0 };
            begun.push(entry.file.clone());
        }
        begun
    }

    /// The files to be cleaned that nobody has begun with; somebody has from here on.
    pub fn start_cleaning(&mut self) -> Vec<DraftFile> {
        let waiting = self.entries.iter_mut().filter(|entry| entry.state == State::Cleaning { done: None });
        let begun = waiting.map(|entry| {
            entry.state = State::Cleaning { done: Some(0) };
            entry.file.clone()
        });
        begun.collect()
    }

    /// Cleaning has come from one byte to another. Whether it goes on: it may have been stopped, and begun anew.
    pub fn advance(&mut self, id: &str, from: u64, to: u64) -> bool {
        match self.get_mut(id) {
            Some(entry) if entry.state == (State::Cleaning { done: Some(from) }) => {
                entry.state = State::Cleaning { done: Some(to) };
                true
            }
            _ => false,
        }
    }

    /// Cleaning has ended, at that byte. Whether anybody still waits for it; the file, where it can be sent.
    pub fn finish_cleaning(&mut self, id: &str, at: u64, outcome: Result<(u64, Cleaned), Reason>) -> Option<DraftFile> {
        let entry = self.get_mut(id).filter(|entry| entry.state == State::Cleaning { done: Some(at) })?;
        match outcome {
            Ok((size, mut cleaned)) => {
                // A HAR file in which nothing of one was found was cleaned as text.
                let is_har = entry.care == Care::Har;
                cleaned.is_broken = is_har && (cleaned.is_broken || !cleaned.is_har);
                cleaned.is_har = is_har;
                entry.file.size = size;
                entry.file.cleaned = Some(cleaned.written());
                entry.state = State::Waiting;
                Some(entry.file.clone())
            }
            Err(reason) => {
                entry.state = State::Failed(reason);
                None
            }
        }
    }

    /// Whether secrets are taken out of a text; it begins anew, `size` bytes long. Gives back what was sent of it.
    pub fn set_hidden(&mut self, id: &str, is_hidden: bool, size: u64, fresh_key: String) -> Option<SentUpload> {
        let entry = self.get_mut(id)?;
        entry.care = Care::Text { is_hidden };
        entry.file.size = size;
        entry.file.cleaned = None;
        entry.file.idempotency_key = fresh_key;
        entry.begin();
        entry.file.upload.take()
    }

    /// So many bytes are gone.
    pub fn progress(&mut self, id: &str, bytes: u64) {
        if let Some(Entry { state: State::Sending { sent }, file, .. }) = self.get_mut(id) {
            *sent = bytes.min(file.size);
        }
    }

    /// A transfer has ended. What was cancelled or removed meanwhile stays so. Tells whether anything changed.
    pub fn finish(&mut self, id: &str, outcome: Result<SentUpload, Reason>) -> bool {
        let Some(entry) = self.get_mut(id) else { return false };
        if !matches!(entry.state, State::Sending { .. }) {
            return false;
        }
        match outcome {
            Ok(upload) => {
                entry.file.upload = Some(upload.clone());
                entry.state = State::Sent(upload);
            }
            Err(reason) => entry.state = State::Failed(reason),
        }
        true
    }

    /// Stops a file that is not there yet.
    pub fn cancel(&mut self, id: &str) {
        if let Some(entry) = self.get_mut(id)
            && matches!(entry.state, State::Cleaning { .. } | State::Waiting | State::Sending { .. })
        {
            entry.state = State::Failed(Reason::Cancelled);
        }
    }

    /// Sends a file again.
    pub fn retry(&mut self, id: &str) {
        if let Some(entry) = self.get_mut(id)
            && matches!(&entry.state, State::Failed(reason) if reason.can_retry())
        {
            entry.begin();
        }
    }

    /// Sends everything again that failed for want of a connection. Tells whether there was any.
    pub fn retry_offline(&mut self) -> bool {
        self.retry_where(Reason::mends_itself)
    }

    /// Sends everything again that can be.
    pub fn retry_all(&mut self) -> bool {
        self.retry_where(Reason::can_retry)
    }

    fn retry_where(&mut self, worth_it: impl Fn(&Reason) -> bool) -> bool {
        let mut any = false;
        for entry in &mut self.entries {
            if matches!(&entry.state, State::Failed(reason) if worth_it(reason)) {
                entry.begin();
                any = true;
            }
        }
        any
    }

    /// Puts the files of a draft before what was added while they were being read.
    pub fn put_before(&mut self, mut earlier: Self) {
        earlier.entries.append(&mut self.entries);
        *self = earlier;
    }

    /// The bytes of a file are gone.
    pub fn lose(&mut self, id: &str) {
        if let Some(entry) = self.get_mut(id)
            && entry.state == State::Waiting
        {
            entry.state = State::Failed(Reason::Lost);
        }
    }

    /// Takes a file out; gives it back so that its bytes and its upload can be taken away too.
    pub fn remove(&mut self, id: &str) -> Option<Entry> {
        let index = self.entries.iter().position(|entry| entry.file.id == id)?;
        Some(self.entries.remove(index))
    }

    /// Tokens that are about to end are no longer counted on: their files are sent again, under new keys, since the
    /// old key would only bring the old token back. Tells whether there was any.
    pub fn forget_expired(&mut self, now: i64, fresh_key: &mut dyn FnMut() -> String) -> bool {
        self.resend_where(|upload| !counts(upload, now), fresh_key)
    }

    /// The backend knows none of the tokens any more.
    pub fn forget_all(&mut self, fresh_key: &mut dyn FnMut() -> String) -> bool {
        self.resend_where(|_| true, fresh_key)
    }

    fn resend_where(&mut self, stale: impl Fn(&SentUpload) -> bool, fresh_key: &mut dyn FnMut() -> String) -> bool {
        let mut any = false;
        for entry in &mut self.entries {
            if entry.file.upload.as_ref().is_some_and(&stale) {
                entry.file.upload = None;
                entry.file.idempotency_key = fresh_key();
                if matches!(entry.state, State::Sent(_)) {
                    entry.state = State::Waiting;
                }
                any = true;
            }
        }
        any
    }

    /// What is not there yet; `None` where nothing waits. Failed files do not count: they wait for the user.
    #[must_use]
    pub fn outstanding(&self) -> Option<Outstanding> {
        let (mut files, mut sent, mut all) = (0, 0_u64, 0_u64);
        for entry in &self.entries {
            let gone = match entry.state {
                State::Cleaning { .. } | State::Waiting => 0,
                State::Sending { sent } => sent,
                State::Sent(_) | State::Failed(_) => continue,
            };
            files += 1;
            sent += gone;
            all += entry.file.size;
        }
        let percent = u8::try_from(sent * 100 / all.max(1)).unwrap_or(99).min(99);
        (files > 0).then_some(Outstanding { files, percent })
    }

    /// How many files failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.state, State::Failed(_))).count()
    }

    /// The tokens of everything that arrived, in order.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.state {
                State::Sent(upload) => Some(upload.token.clone()),
                _ => None,
            })
            .collect()
    }

    /// The files as a draft keeps them.
    #[must_use]
    pub fn files(&self) -> Vec<DraftFile> {
        self.entries.iter().map(|entry| entry.file.clone()).collect()
    }
}

fn counts(upload: &SentUpload, now: i64) -> bool {
    upload.expires_at > now.saturating_add(TOKEN_MARGIN)
}
