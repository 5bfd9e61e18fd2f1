//! Copilot learns what its articles mean, beside everything else: on a thread of its own that runs when nothing else wants to.
//! Questions are answered by words until it is through, and for good where there is no model. The folder of articles is watched:
//! what changes in it is read, and learned, without a restart.

use balcao_config::Config;
use balcao_copilot::{Current, Effort, Encoder, Watched};
use balcao_encoder::Model;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The kindest there is: of a busy processor a thread of this kind gets a sixtieth.
#[cfg(target_os = "linux")]
const KINDEST: i32 = 19;
/// A question whose vector takes longer is answered by its words.
const PATIENCE: Duration = Duration::from_millis(150);
/// In the data folder; what is lost with it is made anew.
const VECTORS: &str = "copilot/vectors";

/// So often the folder of articles is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What there is to learn, and from what.
#[derive(Debug)]
pub struct Learning {
    copilot: Current,
    model: Option<PathBuf>,
    vectors: PathBuf,
    watched: Option<Watched>,
}

impl Learning {
    /// The articles of the configuration, by its model. `state` is what their folder looked like before they were read.
    #[must_use]
    pub fn new(copilot: Current, config: &Config, state: Option<u64>) -> Self {
        let folder = config.copilot.articles_dir.clone();
        Self {
            watched: folder.map(|folder| Watched::new(copilot.clone(), folder, state)),
            copilot,
            model: config.copilot.model_dir.clone(),
            vectors: config.data_dir.join(VECTORS),
        }
    }

    /// Learns what there is, and what there is anew, until `stop` is cancelled or nothing can change any more.
    fn run(mut self, stop: &CancellationToken, pause: impl Fn()) {
        let encoder = self.encoder();
        loop {
            if let Some(encoder) = &encoder {
                self.learn(encoder, stop);
            }
            let Some(watched) = &mut self.watched else { return };
            loop {
                pause();
                if stop.is_cancelled() {
                    return;
                }
                match watched.look() {
                    Ok(true) => break,
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "the articles that were read before go on answering"),
                }
            }
        }
    }

    fn encoder(&self) -> Option<Arc<dyn Encoder>> {
        let Some(folder) = &self.model else {
            tracing::info!("copilot.model_dir is not set: Copilot finds articles by their words alone");
            return None;
        };
        match Model::open(folder) {
            Ok(model) => Some(Arc::new(model)),
            Err(error) => {
                tracing::warn!(%error, "copilot.model_dir: Copilot finds articles by their words alone");
                None
            }
        }
    }

    fn learn(&self, encoder: &Arc<dyn Encoder>, stop: &CancellationToken) {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let effort = Effort {
            kept_in: Some(self.vectors.clone()),
            article_threads: 1,
            on_article_thread: be_kind,
            question_threads: processors.min(4),
            patience: PATIENCE,
        };
        if let Err(error) = self.copilot.get().learn(encoder, &effort, &|| stop.is_cancelled()) {
            tracing::warn!(%error, "Copilot finds articles by their words alone: no thread can be started");
        }
    }
}

/// Learns on a thread of its own. It is not waited for: what it keeps is whole at any moment.
///
/// # Errors
/// The system starts no more threads.
pub fn spawn_learning(learning: Learning, stop: CancellationToken) -> io::Result<()> {
    let work = move || learning.run(&stop, || std::thread::sleep(LOOK_EVERY));
    std::thread::Builder::new().name("learning".to_owned()).spawn(work).map(drop)
}

/// Gives way to everything else.
fn be_kind() {
    // On Linux each thread has a priority of its own; elsewhere there is one for all of them.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), KINDEST) {
        tracing::debug!(%error, "learning does not give way");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::locale::Locale;
    use balcao_contract::panel::NewQuestion;
    use balcao_copilot::{Articles, Copilot};

    fn learning(folder: &std::path::Path, model: Option<PathBuf>) -> (Current, Learning) {
        let state = balcao_copilot::state_of(folder);
        let current = Current::new(Copilot::open(Articles::Folder(folder)).unwrap());
        let watched = Some(Watched::new(current.clone(), folder.to_owned(), state));
        (current.clone(), Learning { copilot: current, model, vectors: folder.join(VECTORS), watched })
    }

    #[test]
    fn without_a_model_and_with_one_that_is_damaged_words_answer() {
        let folder = tempfile::tempdir().unwrap();
        let articles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("articles");
        let damaged = folder.path().join("damaged");
        std::fs::create_dir(&damaged).unwrap();
        std::fs::write(damaged.join(balcao_encoder::FILE), b"E5S1 and then nothing").unwrap();
        for model in [None, Some(folder.path().join("missing")), Some(damaged)] {
            let (current, learning) = learning(&articles, model);
            let stop = CancellationToken::new();
            learning.run(&stop, || stop.cancel());
            let question =
                NewQuestion { text: "How can I reopen a solved request?".to_owned(), ..NewQuestion::default() };
            assert!(!current.get().answer(Locale::En, &question).passages.is_empty());
        }
    }

    #[test]
    fn an_article_that_is_added_is_found_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (current, learning) = learning(folder.path(), None);
        assert!(current.get().is_empty());
        let text = "---\ntitle: Freight\nlocale: en\nstatus: PUBLISHED\n---\n\nHow freight is worked out.\n";
        let (stop, looks) = (CancellationToken::new(), std::cell::Cell::new(0));
        learning.run(&stop, || {
            looks.set(looks.get() + 1);
            match looks.get() {
                1 => std::fs::write(folder.path().join("freight.md"), text).unwrap(),
                2 | 3 => {}
                _ => stop.cancel(),
            }
        });
        assert_eq!(current.get().len(), 1);
    }
}
