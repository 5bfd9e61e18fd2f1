//! The help center as it is now: read anew when its folder changes, while questions go on being answered by what was read before.

use super::{Articles, Copilot, CopilotError, library};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// What answers at this moment. Cheap to clone; all clones see a new one at once.
#[derive(Debug, Clone)]
pub struct Current(Arc<RwLock<Arc<Copilot>>>);

impl Current {
    /// What answers for the time being.
    #[must_use]
    pub fn new(copilot: Copilot) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(copilot))))
    }

    /// What answers now. Whoever holds it goes on with it, also when it is replaced.
    #[must_use]
    pub fn get(&self) -> Arc<Copilot> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, copilot: Copilot) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(copilot);
    }
}

/// A folder of articles that is looked at again and again.
#[derive(Debug)]
pub struct Watched {
    current: Current,
    folder: PathBuf,
    /// What the folder looked like when it was read.
    read: Option<u64>,
    /// What it looked like the last time.
    seen: Option<u64>,
}

impl Watched {
    /// A folder as it was before `current` was read from it; `state` is what [`state_of`] said then.
    #[must_use]
    pub const fn new(current: Current, folder: PathBuf, state: Option<u64>) -> Self {
        Self { current, folder, read: state, seen: state }
    }

    /// Looks whether something changed, and reads everything anew once nothing has changed since the look before: files that
    /// are just being copied are waited for. Whether there is something new. Takes seconds for thousands of articles.
    ///
    /// # Errors
    /// The folder cannot be read any more; what was read before goes on answering.
    pub fn look(&mut self) -> Result<bool, CopilotError> {
        let state = state_of(&self.folder);
        let is_quiet = state == self.seen;
        self.seen = state;
        if state == self.read || !is_quiet {
            return Ok(false);
        }
        // Not tried again until the folder looks different: what failed would fail again.
        self.read = state;
        self.current.replace(Copilot::open(Articles::Folder(&self.folder))?);
        Ok(true)
    }
}

/// What tells one state of a folder from another: the names, sizes and times of its articles. `None` where it cannot be read.
#[must_use]
pub fn state_of(folder: &Path) -> Option<u64> {
    library::state_of(folder).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::locale::Locale;

    fn write(folder: &Path, name: &str, title: &str) {
        let text = format!("---\ntitle: {title}\nlocale: en\nstatus: PUBLISHED\n---\n\nAbout {title}.\n");
        std::fs::write(folder.join(name), text).unwrap();
    }

    #[test]
    fn what_changes_in_the_folder_is_read_once_it_is_quiet() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "one.md", "Freight");
        let state = state_of(folder.path());
        let current = Current::new(Copilot::open(Articles::Folder(folder.path())).unwrap());
        let mut watched = Watched::new(current.clone(), folder.path().to_owned(), state);
        assert!(!watched.look().unwrap(), "nothing has changed");
        let before = current.get();
        write(folder.path(), "two.md", "Invoices");
        assert!(!watched.look().unwrap(), "it may still be written");
        write(folder.path(), "three.md", "Refunds and more");
        assert!(!watched.look().unwrap(), "it is still written");
        assert_eq!(current.get().len(), 1);
        assert!(watched.look().unwrap());
        assert_eq!((current.get().len(), before.len()), (3, 1), "whoever holds the old one goes on with it");
        assert!(current.get().article("two", Locale::En).is_some());
        assert!(!watched.look().unwrap(), "once is enough");
        std::fs::remove_file(folder.path().join("one.md")).unwrap();
        assert!(!watched.look().unwrap() && watched.look().unwrap());
        assert!(current.get().article("one", Locale::En).is_none());
    }

    #[test]
    fn a_folder_that_goes_away_takes_nothing_along() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("articles");
        std::fs::create_dir(&folder).unwrap();
        write(&folder, "one.md", "Freight");
        let state = state_of(&folder);
        let current = Current::new(Copilot::open(Articles::Folder(&folder)).unwrap());
        let mut watched = Watched::new(current.clone(), folder.clone(), state);
        std::fs::rename(&folder, outer.path().join("away")).unwrap();
        assert!(!watched.look().unwrap());
        assert!(watched.look().is_err());
        assert!(!watched.look().unwrap(), "said once");
        assert_eq!(current.get().len(), 1);
        std::fs::rename(outer.path().join("away"), &folder).unwrap();
        write(&folder, "two.md", "Invoices");
        assert!(!watched.look().unwrap() && watched.look().unwrap());
        assert_eq!(current.get().len(), 2);
    }
}
