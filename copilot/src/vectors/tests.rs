use super::*;
use crate::{Articles, Copilot};
use balcao_contract::panel::NewQuestion;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::{fs, thread};

const DIMENSIONS: usize = 128;

/// Words that mean the same have the same place, whatever the language: a real encoder, if a simple one.
#[derive(Default)]
struct Words {
    made: AtomicUsize,
    /// While it is shut, questions wait.
    gate: Mutex<bool>,
    opened: Condvar,
}

impl Words {
    fn vector(&self, text: &str) -> Vec<f32> {
        self.made.fetch_add(1, Ordering::Relaxed);
        let mut vector = vec![0.0; DIMENSIONS];
        // All texts have something in common, as those of real models do.
        vector[0] = 2.0;
        for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
            let meaning = match word {
                "money" | "dinheiro" | "refunds" | "back" => "money",
                other => other,
            };
            let place = meaning.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            vector[1 + place % (DIMENSIONS - 1)] += 1.0;
        }
        without(&vector, &[0.0; DIMENSIONS])
    }

    fn shut(&self, shut: bool) {
        *self.gate.lock().unwrap() = shut;
        self.opened.notify_all();
    }

    fn made(&self) -> usize {
        self.made.swap(0, Ordering::Relaxed)
    }
}

impl Encoder for Words {
    fn fingerprint(&self) -> &str {
        "words-1"
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn passage(&self, text: &str) -> Vec<f32> {
        self.vector(text)
    }

    fn question(&self, text: &str) -> Vec<f32> {
        let shut = self.gate.lock().unwrap();
        drop(self.opened.wait_while(shut, |shut| *shut).unwrap());
        self.vector(text)
    }
}

fn effort(kept_in: Option<PathBuf>) -> Effort {
    Effort {
        kept_in,
        article_threads: 2,
        on_article_thread: || (),
        question_threads: 1,
        patience: Duration::from_secs(600),
    }
}

fn article(folder: &Path, slug: &str, locale: &str, title: &str, text: &str) {
    let front =
        format!("---\ntitle: {title}\nslug: {slug}\nslugEN: {slug}\nlocale: {locale}\nstatus: PUBLISHED\n---\n");
    fs::write(folder.join(format!("{slug}-{locale}.md")), format!("{front}\n{text}\n")).unwrap();
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    article(at, "refunds", "en", "Refunds of returned orders", "The amount is paid within thirty days.");
    article(at, "refunds", "pt", "Devoluções de pedidos", "O valor volta em trinta dias.");
    article(at, "sellers", "en", "Sellers of a marketplace", "Every seller has a catalog and warehouses of its own.");
    article(at, "coupons", "en", "Coupons at checkout", "A coupon is typed before the payment begins.");
    folder
}

fn open(folder: &Path) -> Copilot {
    Copilot::open(Articles::Folder(folder)).unwrap()
}

fn first(copilot: &Copilot, locale: Locale, question: &str) -> Option<String> {
    copilot.ranking(locale, question, 1).0.into_iter().next().map(|ranked| ranked.slug)
}

fn encoder() -> (Arc<Words>, Arc<dyn Encoder>) {
    let words = Arc::new(Words::default());
    (words.clone(), words)
}

#[test]
fn what_means_the_same_is_found_without_a_word_in_common_once_the_articles_are_learned() {
    let folder = folder();
    let copilot = open(folder.path());
    assert_eq!(first(&copilot, Locale::En, "money back"), None);
    let (_, encoder) = encoder();
    assert!(copilot.learn(&encoder, &effort(None), &|| false).unwrap());
    assert_eq!(first(&copilot, Locale::En, "money back").as_deref(), Some("refunds"));
    assert_eq!(first(&copilot, Locale::Pt, "dinheiro").as_deref(), Some("refunds"), "by its English original, too");
    assert!(copilot.ranking(Locale::En, "coupon", 1).1.within.is_some());
}

#[test]
fn a_restart_makes_no_vector_and_a_changed_article_only_its_own() {
    let folder = folder();
    let file = folder.path().join("kept/vectors");
    let (words, encoder) = encoder();
    assert!(open(folder.path()).learn(&encoder, &effort(Some(file.clone())), &|| false).unwrap());
    assert!(words.made() > 4);
    assert!(open(folder.path()).learn(&encoder, &effort(Some(file.clone())), &|| false).unwrap());
    assert_eq!(words.made(), 0);
    article(folder.path(), "coupons", "en", "Coupons at checkout", "A coupon is typed into the box above the payment.");
    let copilot = open(folder.path());
    assert!(copilot.learn(&encoder, &effort(Some(file)), &|| false).unwrap());
    assert_eq!(words.made(), 1);
    assert_eq!(first(&copilot, Locale::En, "money back").as_deref(), Some("refunds"));
}

#[test]
fn vectors_that_are_damaged_or_cannot_be_kept_are_made_anew() {
    let folder = folder();
    let file = folder.path().join("vectors");
    let (words, encoder) = encoder();
    let learn = |file: PathBuf| open(folder.path()).learn(&encoder, &effort(Some(file)), &|| false).unwrap();
    assert!(learn(file.clone()));
    let all = words.made();
    let sound = fs::read(&file).unwrap();
    for damaged in [&sound[..sound.len() / 2], b"", b"something else"] {
        fs::write(&file, damaged).unwrap();
        assert!(learn(file.clone()));
        assert_eq!(words.made(), all);
        assert_eq!(fs::read(&file).unwrap().len(), sound.len(), "it is whole again");
    }
    // A folder stands where the file should.
    assert!(learn(folder.path().to_owned()));
    assert_eq!(words.made(), all);
}

#[test]
fn what_was_made_before_a_stop_is_kept_and_words_answer_meanwhile() {
    let folder = folder();
    let file = folder.path().join("vectors");
    let (words, encoder) = encoder();
    let copilot = open(folder.path());
    let stop = || words.made.load(Ordering::Relaxed) >= 3;
    assert!(!copilot.learn(&encoder, &effort(Some(file.clone())), &stop).unwrap());
    let before = words.made();
    assert_eq!(first(&copilot, Locale::En, "coupon").as_deref(), Some("coupons"));
    assert!(copilot.learn(&encoder, &effort(Some(file)), &|| false).unwrap());
    let after = words.made();
    assert!(open(folder.path()).learn(&encoder, &effort(None), &|| false).unwrap());
    assert_eq!(words.made(), before + after, "nothing was made twice");
}

#[test]
fn who_waits_too_long_or_in_too_long_a_line_is_answered_by_words() {
    let folder = folder();
    let copilot = open(folder.path());
    let (words, encoder) = encoder();
    let hurried = Effort { patience: Duration::ZERO, ..effort(None) };
    assert!(copilot.learn(&encoder, &hurried, &|| false).unwrap());
    words.shut(true);
    let question = NewQuestion { text: "coupon at checkout".to_owned(), ..NewQuestion::default() };
    thread::scope(|scope| {
        let asked: Vec<_> = (0..200).map(|_| scope.spawn(|| copilot.answer(Locale::En, &question))).collect();
        for asked in asked {
            assert_eq!(asked.join().unwrap().passages[0].slug, "coupons");
        }
    });
    words.shut(false);
}

#[test]
fn an_encoder_that_gives_nonsense_does_no_harm() {
    struct Nonsense;
    impl Encoder for Nonsense {
        fn fingerprint(&self) -> &str {
            "nonsense"
        }
        fn dimensions(&self) -> usize {
            4
        }
        fn passage(&self, _: &str) -> Vec<f32> {
            vec![f32::NAN, f32::INFINITY]
        }
        fn question(&self, text: &str) -> Vec<f32> {
            if text.contains("coupon") { vec![f32::NAN; 4] } else { Vec::new() }
        }
    }
    let folder = folder();
    let copilot = open(folder.path());
    let encoder: Arc<dyn Encoder> = Arc::new(Nonsense);
    assert!(copilot.learn(&encoder, &effort(None), &|| false).unwrap());
    assert_eq!(first(&copilot, Locale::En, "coupon").as_deref(), Some("coupons"));
    assert_eq!(first(&copilot, Locale::En, "sellers").as_deref(), Some("sellers"));
}

#[test]
fn nothing_to_learn_is_learned() {
    let folder = tempfile::tempdir().unwrap();
    let copilot = open(folder.path());
    let (_, encoder) = encoder();
    assert!(copilot.learn(&encoder, &effort(None), &|| false).unwrap());
    assert_eq!(copilot.answer(Locale::Es, &NewQuestion::default()).passages, []);
}
