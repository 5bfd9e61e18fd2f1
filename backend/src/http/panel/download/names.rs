//! What files are called inside an archive: by their own names, each only once.

use super::Whole;
use crate::evidence::path_segment;
use crate::store::files::StoredFile;
use balcao_contract::file::safe_name;
use balcao_contract::id::AttachmentId;
use std::collections::{HashMap, HashSet};

/// Every file with the name of its entry, in the order of the conversation.
pub(super) fn entries(whole: &Whole) -> Vec<(String, &StoredFile)> {
    let mut taken = HashSet::new();
    let all = whole.comments.iter().filter_map(|comment| whole.files.get(&comment.id)).flatten();
    all.map(|file| (format!("files/{}", unique(&safe_name(&file.file_name), &mut taken)), file)).collect()
}

/// Where the page in the same archive finds them.
pub(super) fn links(entries: &[(String, &StoredFile)]) -> HashMap<AttachmentId, String> {
    let link = |name: &str| name.split('/').map(path_segment).collect::<Vec<_>>().join("/");
    entries.iter().map(|(name, file)| (file.id, link(name))).collect()
}

/// The name, or the first numbered one that nobody has: where two differ by case alone, many systems keep one file.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, ending) = match name.rfind('.').filter(|at| *at > 0) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.to_lowercase()) {
        candidate = format!("{stem} ({number}){ending}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut taken = HashSet::new();
        let given = ["log.txt", "LOG.txt", "log (2).txt", "log.txt", "a.tar.gz", "a.tar.gz", "none", "none"];
        let named: Vec<String> = given.iter().map(|name| unique(name, &mut taken)).collect();
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
}
