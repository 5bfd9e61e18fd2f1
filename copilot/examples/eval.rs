//! Measures how Copilot answers questions whose articles are known: `eval QUESTIONS.jsonl ARTICLES [--model DIR [--vectors FILE]]
//! [--out RUN] [--against RUN]`. With a model it finds by meaning, too; the vectors of the articles, which take minutes the first
//! time, are kept in the file.
//!
//! A question is a line of JSON: `id`, `locale`, `style`, `question`, and in `gold` the slugs of the articles that answer
//! it, as they are in its language; none where nothing does. A run is written with a line for each question, and two runs
//! are compared question by question.

use balcao_contract::locale::Locale;
use balcao_contract::panel::NewQuestion;
use balcao_copilot::{Articles, Copilot, Effort, Encoder};
use balcao_encoder::Model;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};
use std::time::{Duration, Instant};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// So far down a ranking is looked at.
const DEPTH: usize = 100;

#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    locale: Locale,
    style: String,
    question: String,
    gold: Vec<String>,
}

/// What came of a question. Runs of other versions have other signs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Row {
    id: String,
    locale: Locale,
    style: String,
    answerable: bool,
    /// Where the first right article stands, from 1.
    rank: Option<usize>,
    refused: bool,
    /// A right article is among the passages.
    quoted: bool,
    milliseconds: f64,
    /// Of these, how many the encoder took.
    encoding: f64,
    words: usize,
    coverage: f32,
    unknown: f32,
    elsewhere: f32,
    within: Option<f32>,
    ranked: Vec<String>,
}

fn main() -> Outcome {
    let mut files = Vec::new();
    let (mut out, mut against, mut model, mut vectors) = (None, None, None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out" => out = words.next(),
            "--against" => against = words.next(),
            "--model" => model = words.next(),
            "--vectors" => vectors = words.next(),
            _ => files.push(PathBuf::from(word)),
        }
    }
    let [questions, articles] = files.as_slice() else {
        return Err(
            "usage: eval QUESTIONS.jsonl ARTICLES [--model DIR [--vectors FILE]] [--out RUN] [--against RUN]".into()
        );
    };
    let began = Instant::now();
    let copilot = Copilot::open(Articles::Folder(articles))?;
    println!("{} articles, read and indexed in {:.1} s", copilot.len(), began.elapsed().as_secs_f32());
    println!("{}", memory());
    if let Some(folder) = model {
        let began = Instant::now();
        let encoder: Arc<dyn Encoder> = Arc::new(Timed(Model::open(Path::new(&folder))?));
        println!("the model, read in {:.1} s", began.elapsed().as_secs_f32());
        let began = Instant::now();
        copilot.learn(&encoder, &effort(vectors.map(PathBuf::from)), &|| false)?;
        println!("vectors of all articles, ready in {:.1} s", began.elapsed().as_secs_f32());
        println!("{}", memory());
    }
    let names = names(articles)?;
    let mut rows = Vec::new();
    for line in std::fs::read_to_string(questions)?.lines().filter(|line| !line.trim().is_empty()) {
        rows.push(ask(&copilot, &names, serde_json::from_str(line)?));
    }
    table(&rows);
    if let Some(path) = out {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        for row in &rows {
            serde_json::to_writer(&mut file, row)?;
            writeln!(file)?;
        }
        file.flush()?;
    }
    if let Some(path) = against {
        let text = std::fs::read_to_string(path)?;
        let before: Vec<Row> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        compare(&before, &rows);
    }
    Ok(())
}

/// As much as the machine has, and every question gets its vector, however long that takes.
fn effort(kept_in: Option<PathBuf>) -> Effort {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Effort {
        kept_in,
        article_threads: threads,
        on_article_thread: || (),
        question_threads: 1,
        patience: Duration::from_secs(60),
    }
}

/// A model that keeps what the last question took of it, in microseconds.
struct Timed(Model);

static ENCODING: AtomicU64 = AtomicU64::new(0);

impl Encoder for Timed {
    fn fingerprint(&self) -> &str {
        self.0.fingerprint()
    }

    fn dimensions(&self) -> usize {
        self.0.dimensions()
    }

    fn passage(&self, text: &str) -> Vec<f32> {
        self.0.passage(text)
    }

    fn question(&self, text: &str) -> Vec<f32> {
        let began = Instant::now();
        let vector = self.0.question(text);
        ENCODING.store(began.elapsed().as_micros().try_into().unwrap_or(u64::MAX), atomic::Ordering::Relaxed);
        vector
    }
}

/// What this process holds and what it held at most, in MB; 0 where the system does not tell.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| -> u64 {
        let held = status.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse().ok());
        held.unwrap_or(0) / 1024
    };
    format!("{} MB of memory, {} MB at most", of("VmRSS:"), of("VmHWM:"))
}

fn ask(copilot: &Copilot, names: &HashMap<(Locale, String), String>, asked: Question) -> Row {
    let right: HashSet<&str> = asked
        .gold
        .iter()
        .flat_map(|slug| [Some(slug), names.get(&(asked.locale, slug.clone()))])
        .flatten()
        .map(String::as_str)
        .collect();
    let (ranked, signs) = copilot.ranking(asked.locale, &asked.question, DEPTH);
    let began = Instant::now();
    let question = NewQuestion { text: asked.question.clone(), ..NewQuestion::default() };
    let passages = copilot.answer(asked.locale, &question).passages;
    let milliseconds = began.elapsed().as_secs_f64() * 1_000.0;
    let encoding = ENCODING.swap(0, atomic::Ordering::Relaxed) as f64 / 1_000.0;
    Row {
        rank: ranked.iter().position(|article| right.contains(article.slug.as_str())).map(|at| at + 1),
        refused: passages.is_empty(),
        quoted: passages.iter().any(|passage| right.contains(passage.slug.as_str())),
        answerable: !asked.gold.is_empty(),
        milliseconds,
        encoding,
        words: signs.words,
        coverage: signs.coverage,
        unknown: signs.unknown,
        elsewhere: signs.elsewhere,
        within: signs.within,
        ranked: ranked.into_iter().take(10).map(|article| article.slug).collect(),
        id: asked.id,
        locale: asked.locale,
        style: asked.style,
    }
}

/// The name that Copilot gives an article, by the name it has within its language.
fn names(folder: &Path) -> Outcome<HashMap<(Locale, String), String>> {
    let mut names = HashMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder)? {
            let path = item?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                let text = std::fs::read_to_string(&path)?;
                let value = |key: &str| {
                    let lines = text.lines().skip(1).take_while(|line| *line != "---");
                    let mut values = lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
                    values.next().map(|value| value.trim().trim_matches(['\'', '"']).to_owned())
                };
                let Some(locale) = value("locale").as_deref().and_then(Locale::from_tag) else { continue };
                let Some(shared) = value("slugEN").filter(|slug| !slug.is_empty()) else { continue };
                let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                for name in [value("slug"), stem].into_iter().flatten() {
                    names.insert((locale, name), shared.to_ascii_lowercase());
                }
            }
        }
    }
    Ok(names)
}

fn table(rows: &[Row]) {
    println!(
        "\n{:<16}{:>5}{:>8}{:>8}{:>8}{:>8}{:>9}{:>10}{:>10}",
        "", "n", "hit@1", "hit@3", "hit@7", "MRR@10", "quoted", "refused", "no answer"
    );
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        for group in [" all".to_owned(), row.locale.to_string(), row.style.clone()] {
            groups.entry(group).or_default().push(row);
        }
    }
    for (name, group) in groups {
        let (known, none): (Vec<&Row>, Vec<&Row>) = group.into_iter().partition(|row| row.answerable);
        let within = |most: usize| share(known.iter().map(|row| row.rank.is_some_and(|rank| rank <= most)));
        let reciprocal = |row: &&Row| row.rank.filter(|rank| *rank <= 10).map_or(0.0, |rank| 1.0 / rank as f64);
        let mrr = known.iter().map(reciprocal).sum::<f64>() / known.len().max(1) as f64;
        println!(
            "{name:<16}{:>5}{:>8.3}{:>8.3}{:>8.3}{mrr:>8.3}{:>9.3}{:>10.3}{:>10.3}",
            known.len(),
            within(1),
            within(3),
            within(7),
            share(known.iter().map(|row| row.quoted)),
            share(known.iter().map(|row| row.refused)),
            share(none.iter().map(|row| row.refused)),
        );
    }
    for (what, of) in [
        ("an answer took", (|row| row.milliseconds) as fn(&Row) -> f64),
        ("the encoder of it", |row| row.encoding),
        ("everything else", |row| row.milliseconds - row.encoding),
    ] {
        let mut times: Vec<f64> = rows.iter().map(of).collect();
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times.get(((times.len() as f64 - 1.0) * part) as usize).copied().unwrap_or_default();
        println!("{what} {:.1} ms at the median, {:.1} ms at p95", at(0.5), at(0.95));
    }
    println!(
        "quoted: a right article is among the passages; refused: of those with an answer; no answer: refused of the others"
    );
}

fn share(of: impl ExactSizeIterator<Item = bool>) -> f64 {
    let all = of.len().max(1);
    of.filter(|is| *is).count() as f64 / all as f64
}

/// What came of a question as something to compare: a refusal where nothing answers, else a quoted article, else its rank.
fn worth(row: &Row) -> (bool, Reverse<usize>) {
    if row.answerable { (row.quoted, Reverse(row.rank.unwrap_or(usize::MAX))) } else { (row.refused, Reverse(0)) }
}

fn compare(before: &[Row], now: &[Row]) {
    let before: HashMap<&str, &Row> = before.iter().map(|row| (row.id.as_str(), row)).collect();
    let shown = |row: &Row| {
        let rank = row.rank.map_or("-".to_owned(), |rank| rank.to_string());
        let came = if row.refused { " refused" } else { [" ", " quoted"][usize::from(row.quoted)] };
        format!("{rank}{came}")
    };
    let (mut won, mut lost) = (0, 0);
    for row in now {
        let Some(old) = before.get(row.id.as_str()) else { continue };
        let word = match worth(row).cmp(&worth(old)) {
            Ordering::Equal => continue,
            Ordering::Greater => {
                won += 1;
                "won "
            }
            Ordering::Less => {
                lost += 1;
                "lost"
            }
        };
        println!("{word} {}: {} -> {}", row.id, shown(old).trim(), shown(row).trim());
    }
    println!("{won} won, {lost} lost");
}
