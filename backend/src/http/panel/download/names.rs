//! What files are called inside an archive: by their own names, each only once.

use balcao_contract::file::safe_name;
use balcao_contract::text::path_segment;
use balcao_steps as steps;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};

/// A name that was given: a part of its hash, so that what is kept does not grow with how long names are.
type Mark = [u8; 16];

/// The names that were given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<Mark>,
    /// Which number a name that is there already was given last.
    numbers: HashMap<Mark, u32>,
}

impl Names {
    /// The name of a file's entry, the first time it comes.
    pub fn entry(&mut self, file_name: &str) -> String {
        format!("files/{}", self.unique(&safe_name(file_name)))
    }

    /// Where the page in the same archive finds it.
    pub fn link(&mut self, file_name: &str) -> String {
        self.entry(file_name).split('/').map(path_segment).collect::<Vec<_>>().join("/")
    }

    /// The name, or the first numbered one that nobody has: where two differ by case alone, many systems keep one file.
    fn unique(&mut self, name: &str) -> String {
        if self.taken.insert(mark(name)) {
            return name.to_owned();
        }
        let (stem, ending) = match name.rfind('.').filter(|at| *at > 0) {
            Some(at) => name.split_at(at),
            None => (name, ""),
        };
        // What was given before is not tried again: thousands of files may have one name.
        let number = self.numbers.entry(mark_as_written(name)).or_insert(1);
        loop {
            steps::take(1);
            *number += 1;
            let candidate = format!("{stem} ({number}){ending}");
            if self.taken.insert(mark(&candidate)) {
                return candidate;
            }
        }
    }
}

fn mark(name: &str) -> Mark {
    mark_as_written(&name.to_lowercase())
}

fn mark_as_written(name: &str) -> Mark {
    let hash: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut names = Names::default();
        let given = ["log.txt", "LOG.txt", "log (2).txt", "log.txt", "a.tar.gz", "a.tar.gz", "none", "none"];
        let named: Vec<String> = given.iter().map(|name| names.unique(name)).collect();
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

    /// Each once began to count from 2 anew.
    #[test]
    fn thousands_of_files_of_one_name_are_numbered_without_trying_each_number_again() {
        let mut names = Names::default();
        for number in 1..=10_000 {
            let expected = if number == 1 { "log.txt".to_owned() } else { format!("log ({number}).txt") };
            assert_eq!(names.unique("log.txt"), expected);
        }
        assert_eq!(names.numbers[&mark("log.txt")], 10_000);
    }
}
