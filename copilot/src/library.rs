//! All articles: the starter set in the binary, or a folder of the operator's own.

use super::CopilotError;
use super::article::{Entry, EntryError, MAX_BYTES, Source};
use super::parallel;
use balcao_contract::id::ArticleId;
use balcao_contract::locale::Locale;
use include_dir::Dir;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// Folders within folders; deeper is a circle or a mistake.
const MAX_DEPTH: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct Library {
    entries: Vec<Entry>,
    by_name: HashMap<(String, Locale), usize>,
    by_id: HashMap<ArticleId, usize>,
}

impl Library {
    /// Articles that the binary carries.
    pub(crate) fn embedded(folder: &'static Dir<'static>) -> Self {
        let mut library = Self::default();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files().filter(|file| is_markdown(file.path())) {
                if let Some(text) = file.contents_utf8() {
                    library.add(file.path(), Entry::parse(file.path(), text, Source::Embedded(text)));
                }
            }
        }
        library
    }

    /// The articles of a folder and the folders in it.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self, CopilotError> {
        let mut files = Vec::new();
        collect(folder, MAX_DEPTH, &mut files)
            .map_err(|source| CopilotError::Folder { path: folder.to_owned(), source })?;
        files.sort();
        let mut library = Self::default();
        let entries = parallel::each(files.len(), |number| {
            let path = files.get(number)?;
            Some(read(path).map(|text| Entry::parse(path, &text, Source::File(path.clone()))))
        });
        for (path, entry) in files.iter().zip(entries.into_iter().flatten()) {
            match entry {
                Ok(entry) => library.add(path, entry),
                Err(error) => tracing::warn!(file = %path.display(), %error, "article left out"),
            }
        }
        Ok(library)
    }

    /// Takes a file in, or says in a warning why not.
    fn add(&mut self, path: &Path, entry: Result<Entry, EntryError>) {
        match entry {
            Ok(entry) => {
                // Two articles were translated from one, or stand in two folders: the second goes by another name.
                let is_free = |entry: &Entry| {
                    !self.by_name.contains_key(&(entry.slug.clone(), entry.locale))
                        && !self.by_id.contains_key(&entry.id)
                };
                let others = entry.other_names.iter().map(|name| entry.clone().named(name));
                let Some(entry) = std::iter::once(entry.clone()).chain(others).find(is_free) else {
                    tracing::warn!(file = %path.display(), slug = entry.slug, "article left out: another has its slug");
                    return;
                };
                let name = (entry.slug.clone(), entry.locale);
                let number = self.entries.len();
                self.by_name.insert(name, number);
                self.by_id.insert(entry.id, number);
                self.entries.push(entry);
            }
            Err(EntryError::NotPublished) => tracing::debug!(file = %path.display(), "article left out: not published"),
            Err(error) => tracing::warn!(file = %path.display(), %error, "article left out"),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Entry> {
        self.entries.get(number)
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The place among the articles of the English one that this one was translated from.
    pub(crate) fn original_number(&self, entry: &Entry) -> Option<usize> {
        if entry.locale == Locale::En {
            return None;
        }
        self.by_name.get(&(entry.original.clone(), Locale::En)).copied()
    }

    pub(crate) fn find_by_id(&self, id: ArticleId) -> Option<&Entry> {
        self.entries.get(*self.by_id.get(&id)?)
    }

    /// The article in that language, or in the first of the others.
    pub(crate) fn find(&self, slug: &str, locale: Locale) -> Option<&Entry> {
        std::iter::once(locale)
            .chain(Locale::ALL)
            .find_map(|locale| self.by_name.get(&(slug.to_owned(), locale)))
            .and_then(|number| self.entries.get(*number))
    }
}

/// What tells one state of a folder from another: names, sizes and times.
pub(crate) fn state_of(folder: &Path) -> std::io::Result<u64> {
    let mut files = Vec::new();
    collect(folder, MAX_DEPTH, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        // A file that has just gone is seen the next time.
        let Ok(metadata) = std::fs::metadata(&file) else { continue };
        (file, metadata.len(), metadata.modified().ok()).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"))
}

/// Markdown files below a folder. Hidden folders are passed over, folders behind symbolic links too: they may lead in
/// a circle. Links to files are followed; mounted configuration is made of them.
fn collect(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        if item.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = item.path();
        if item.file_type()?.is_dir() {
            if depth > 0
                && let Err(error) = collect(&path, depth - 1, into)
            {
                tracing::warn!(folder = %path.display(), %error, "folder of articles left out");
            }
        } else if is_markdown(&path) && path.is_file() {
            into.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > MAX_BYTES {
        return Err(std::io::Error::other(format!("more than {MAX_BYTES} bytes")));
    }
    std::fs::read_to_string(path)
}
