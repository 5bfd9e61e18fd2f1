//! What files are called inside an archive: by their own names, each only once.

use super::Whole;
use crate::evidence::path_segment;
use crate::store::files::StoredFile;
use crate::work::steps;
use balcao_contract::file::safe_name;
use balcao_contract::id::AttachmentId;
use std::collections::{HashMap, HashSet};

/// Every file with the name of its entry, in the order of the conversation.
pub(super) fn entries(whole: &Whole) -> Vec<(String, &StoredFile)> {
    let mut taken = Taken::default();
    let all = whole.comments.iter().filter_map(|comment| whole.files.get(&comment.id)).flatten();
    all.map(|file| (format!("files/{}", taken.unique(&safe_name(&file.file_name))), file)).collect()
}

/// Where the page in the same archive finds them.
pub(super) fn links(entries: &[(String, &StoredFile)]) -> HashMap<AttachmentId, String> {
    let link = |name: &str| name.split('/').map(path_segment).collect::<Vec<_>>().join("/");
    entries.iter().map(|(name, file)| (file.id, link(name))).collect()
}

/// The names that are given, in lower case: where two differ by case alone, many systems keep one file.
#[derive(Default)]
struct Taken {
    names: HashSet<String>,
    /// Where the search for a free number goes on: a thousand files may have the same name.
    numbers: HashMap<String, u32>,
}

impl Taken {
    /// The name, or the first numbered one that nobody has.
    fn unique(&mut self, name: &str) -> String {
        if self.names.insert(name.to_lowercase()) {
            return name.to_owned();
        }
        let (stem, ending) = match name.rfind('.').filter(|at| *at > 0) {
            Some(at) => name.split_at(at),
            None => (name, ""),
        };
        let number = self.numbers.entry(name.to_lowercase()).or_insert(2);
        loop {
            steps::take(1);
            let candidate = format!("{stem} ({number}){ending}");
            *number += 1;
            if self.names.insert(candidate.to_lowercase()) {
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut taken = Taken::default();
        let given = ["log.txt", "LOG.txt", "log (2).txt", "log.txt", "a.tar.gz", "a.tar.gz", "none", "none"];
        let named: Vec<String> = given.iter().map(|name| taken.unique(name)).collect();
        let expected = [
            "log.txt",
            "LOG (2).txt",
            "log (2) (2).txt",
            "log (3).txt",
            "a.tar.gz",
            "a.tar (2).gz",
            "none",
            "none (2)",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_thousand_files_of_one_name_are_numbered_one_after_the_other() {
        let (last, taken) = steps::of(|| {
            let mut taken = Taken::default();
            (0..1_000).map(|_| taken.unique("image.png")).last()
        });
        assert_eq!(last.as_deref(), Some("image (1000).png"));
        assert!(taken < 2_000, "{taken} steps");
    }
}
