//! The papers hold together: what they link to is there, what is there is listed, pictures stay small.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

/// Pictures are cloned by everybody who builds the house.
const LARGEST_PICTURE: u64 = 100 * 1024;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files_of(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

fn papers() -> Vec<PathBuf> {
    let docs = root().join("docs");
    [root(), docs.clone(), docs.join("decisions")].iter().flat_map(|folder| files_of(folder, "md")).collect()
}

/// What a paper links to; examples in fences and code are no links.
fn links(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut links = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        if !fenced {
            links
                .extend(prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(to, _)| to.to_owned()));
        }
    }
    links
}

/// The anchors of a paper's headings, as code forges make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut lost = Vec::new();
    let mut followed = 0;
    for paper in papers() {
        let text = fs::read_to_string(&paper).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            followed += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { paper.clone() } else { paper.parent().unwrap().join(file) };
            let known = target.exists()
                && (anchor.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).iter().any(|it| it == anchor));
            if !known {
                lost.push(format!("{}: {link}", paper.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(followed > 20, "only {followed} links were found");
}

#[test]
fn every_decision_is_listed() {
    let index = fs::read_to_string(root().join("docs/README.md")).unwrap();
    for page in files_of(&root().join("docs/decisions"), "md") {
        let name = format!("decisions/{}", page.file_name().unwrap().to_str().unwrap());
        assert!(index.contains(&format!("({name})")), "{name} is not in docs/README.md");
    }
}

#[test]
fn every_picture_is_shown_and_small() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let pictures = files_of(&root().join("docs/pictures"), "png");
    assert!(!pictures.is_empty());
    for picture in pictures {
        let name = picture.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(readme.contains(&format!("(docs/pictures/{name})")), "{name} is not in the README");
        assert!(fs::metadata(&picture).unwrap().len() <= LARGEST_PICTURE, "{name} is too large");
    }
}

/// The papers name a task by its name: one that is gone, or never was, misleads.
#[test]
fn every_task_that_is_named_exists() {
    let tasks = fs::read_to_string(root().join("xtask/src/main.rs")).unwrap();
    for paper in papers() {
        let text = fs::read_to_string(&paper).unwrap();
        for rest in text.split("cargo xtask ").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            assert!(tasks.contains(&format!("name: \"{name}\"")), "{}: cargo xtask {name}", paper.display());
        }
    }
}
