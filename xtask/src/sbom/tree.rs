//! What `cargo tree` prints: the packages of a part for its target and features, and who needs whom.

use super::Part;
use crate::fault::{Fault, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// A package's name and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    pub name: String,
    pub version: String,
}

/// Each package with those that it needs.
pub struct Tree {
    pub needs: BTreeMap<Package, BTreeSet<Package>>,
}

/// Asks for the packages along some kinds of edges. A subtree is printed whole where it first occurs.
pub fn command<'a>(cargo: &'a mut Command, part: &Part, edges: &str) -> &'a mut Command {
    cargo.args(["tree", "--offline", "--locked", "--package", part.package, "--edges", edges]);
    cargo.args(["--prefix", "depth", "--charset", "ascii", "--format", "{p}", "--features", part.features]);
    cargo.args(part.target.map(|target| format!("--target={target}")))
}

impl Tree {
    /// Reads lines such as `2serde v1.0.229 (*)`: how deep, name, version.
    pub fn read(lines: &str) -> Outcome<Self> {
        let mut needs: BTreeMap<Package, BTreeSet<Package>> = BTreeMap::new();
        let mut above: Vec<Package> = Vec::new();
        for line in lines.lines().filter(|line| !line.is_empty()) {
            let (depth, package) =
                read(line).ok_or_else(|| Fault::new(format!("`cargo tree` printed an unknown line: {line}")))?;
            above.truncate(depth);
            if let Some(parent) = above.last() {
                needs.entry(parent.clone()).or_default().insert(package.clone());
            }
            needs.entry(package.clone()).or_default();
            above.push(package);
        }
        Ok(Self { needs })
    }

    pub fn has(&self, package: &Package) -> bool {
        self.needs.contains_key(package)
    }
}

fn read(line: &str) -> Option<(usize, Package)> {
    let name_at = line.find(|sign: char| !sign.is_ascii_digit())?;
    let mut words = line[name_at..].split(' ');
    let (name, version) = (words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned());
    Some((line[..name_at].parse().ok()?, Package { name, version }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_says_who_needs_whom() {
        let tree =
            Tree::read("0house v0.1.0 (/somewhere)\n1a v1.0.0\n2b v2.0.0 (proc-macro)\n1c v3.0.0\n2a v1.0.0 (*)\n");
        let needs: Vec<String> = tree
            .unwrap()
            .needs
            .into_iter()
            .map(|(package, on)| {
                let on: Vec<String> = on.into_iter().map(|on| on.name).collect();
                format!("{} {}: {}", package.name, package.version, on.join(" "))
            })
            .collect();
        assert_eq!(needs, ["a 1.0.0: b", "b 2.0.0: ", "c 3.0.0: a", "house 0.1.0: a c"]);
        assert!(Tree::read("nothing that it prints").is_err());
    }
}
