//! `cargo xtask eval QUESTIONS.jsonl DIR`: how Copilot answers questions whose articles are known, measured by the example of
//! its crate. Not part of the tests: it asks for articles that the checkout does not have.

use crate::fault::{Fault, Outcome};
use crate::setup::{Need, Setup};
use crate::step::Step;
use crate::{backend, place, step};
use std::path::{Path, PathBuf};

const USAGE: &str = "`cargo xtask eval QUESTIONS.jsonl DIR [--model DIR | --words] [--against RUN] [--out RUN]`";
/// Below the folder of what is built: vectors of articles, made once.
const VECTORS: &str = "target/eval/vectors";

#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    questions: PathBuf,
    articles: PathBuf,
    /// The folder of a model, instead of the one in the tool folder.
    model: Option<PathBuf>,
    /// Without a model.
    words: bool,
    against: Option<PathBuf>,
    out: Option<PathBuf>,
}

pub fn run(arguments: &[String]) -> Outcome {
    let asked = read(arguments)?;
    asked.is_there()?;
    let setup = Setup::ready(Need::Cargo)?;
    backend::fetch(&setup)?;
    let example = |verb: &str| {
        let mut cargo = setup.toolchain.cargo();
        cargo.args([verb, "--release", "--package", "balcao-copilot", "--example", "eval"]);
        cargo
    };
    let step = Step::begin("Building Copilot", "takes 2 minutes the first time")?;
    step.run(example("build").arg("--color=never"))?;
    step.end();
    // Cargo may be called from the root of the checkout: what was named is meant from here.
    let mut cargo = example("run");
    cargo.arg("--quiet").arg("--").args(asked.words()?);
    let model = match &asked.model {
        _ if asked.words => None,
        Some(folder) => Some(absolute(folder)?),
        None => setup.model()?,
    };
    if let Some(model) = model {
        cargo.arg("--model").arg(model).arg("--vectors").arg(place::root().join(VECTORS));
    }
    step::run("The evaluation", &mut cargo)
}

impl Asked {
    /// Said before minutes of building.
    fn is_there(&self) -> Outcome {
        if !self.articles.is_dir() {
            return Err(Fault::usage(format!("{} is no folder: {USAGE}", self.articles.display())));
        }
        if let Some(model) = self.model.as_ref().filter(|model| !model.is_dir()) {
            return Err(Fault::usage(format!("{} is no folder: {USAGE}", model.display())));
        }
        match std::iter::once(&self.questions).chain(&self.against).find(|file| !file.is_file()) {
            Some(file) => Err(Fault::usage(format!("{} is no file: {USAGE}", file.display()))),
            None => Ok(()),
        }
    }

    fn words(&self) -> Outcome<Vec<PathBuf>> {
        let mut words = vec![absolute(&self.questions)?, absolute(&self.articles)?];
        for (option, path) in [("--against", &self.against), ("--out", &self.out)] {
            if let Some(path) = path {
                words.extend([PathBuf::from(option), absolute(path)?]);
            }
        }
        Ok(words)
    }
}

fn absolute(path: &Path) -> Outcome<PathBuf> {
    std::path::absolute(path).map_err(|error| Fault::file(&error, "find", path))
}

fn read(arguments: &[String]) -> Outcome<Asked> {
    let mut asked = Asked::default();
    let mut files = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let option = match word.as_str() {
            "--against" => &mut asked.against,
            "--out" => &mut asked.out,
            "--model" => &mut asked.model,
            "--words" => {
                asked.words = true;
                continue;
            }
            word if word.starts_with('-') => return Err(Fault::usage(format!("`{word}` is no option of {USAGE}."))),
            _ => {
                files.push(PathBuf::from(word));
                continue;
            }
        };
        let path = words.next().ok_or_else(|| Fault::usage(format!("{word} takes a path: {USAGE}")))?;
        *option = Some(PathBuf::from(path));
    }
    let [questions, articles] = <[PathBuf; 2]>::try_from(files)
        .map_err(|files| Fault::usage(format!("{} paths, where there are two: {USAGE}", files.len())))?;
    Ok(Asked { questions, articles, ..asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn questions_articles_and_runs_are_read_in_any_order() {
        let plain = Asked { questions: "q.jsonl".into(), articles: "docs".into(), ..Asked::default() };
        assert_eq!(read(&words_of("q.jsonl docs")), Ok(plain));
        let both = Asked {
            questions: "q.jsonl".into(),
            articles: "docs".into(),
            against: Some("a".into()),
            out: Some("b".into()),
            ..Asked::default()
        };
        assert_eq!(read(&words_of("--out b q.jsonl --against a docs")), Ok(both));
        let words = Asked { questions: "q.jsonl".into(), articles: "docs".into(), words: true, ..Asked::default() };
        assert_eq!(read(&words_of("--words q.jsonl docs")), Ok(words));
        let model = Asked { model: Some("m".into()), ..read(&words_of("q.jsonl docs")).unwrap() };
        assert_eq!(read(&words_of("q.jsonl --model m docs")), Ok(model));
        for line in
            ["", "q.jsonl", "q.jsonl docs more", "q.jsonl docs --out", "q.jsonl docs --against", "q.jsonl docs --all"]
        {
            assert_eq!(read(&words_of(line)).unwrap_err().code(), 2, "{line}");
        }
    }

    #[test]
    fn what_is_missing_is_said_before_anything_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let questions = folder.path().join("q.jsonl");
        let asked = |against: Option<PathBuf>| Asked {
            questions: questions.clone(),
            articles: folder.path().to_owned(),
            against,
            ..Asked::default()
        };
        assert!(asked(None).is_there().unwrap_err().to_string().contains("q.jsonl is no file"));
        std::fs::write(&questions, "").unwrap();
        assert_eq!(asked(None).is_there(), Ok(()));
        assert!(asked(Some(folder.path().join("run"))).is_there().unwrap_err().to_string().contains("run is no file"));
        let no_folder = Asked { articles: questions.clone(), ..asked(None) };
        assert!(no_folder.is_there().unwrap_err().to_string().contains("is no folder"));
    }

    #[test]
    fn paths_are_meant_from_where_the_command_is_called() {
        let asked = read(&words_of("q.jsonl docs --out run")).unwrap();
        assert!(
            asked.words().unwrap().iter().filter(|word| *word != Path::new("--out")).all(|word| word.is_absolute())
        );
    }
}
