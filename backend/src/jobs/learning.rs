//! Copilot learns what its articles mean, beside everything else: on a thread of its own that runs when nothing else wants to.
//! Questions are answered by words until it is through, and for good where there is no model.

use balcao_config::Config;
use balcao_copilot::{Copilot, Effort, Encoder};
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

/// What there is to learn, and from what.
#[derive(Debug)]
pub struct Learning {
    copilot: Arc<Copilot>,
    model: Option<PathBuf>,
    vectors: PathBuf,
}

impl Learning {
    /// The articles of the configuration, by its model.
    #[must_use]
    pub fn new(copilot: Arc<Copilot>, config: &Config) -> Self {
        Self { copilot, model: config.copilot.model_dir.clone(), vectors: config.data_dir.join(VECTORS) }
    }

    /// Learns until it is through or `stop` is cancelled. Whether Copilot finds by meaning from now on.
    #[must_use]
    pub fn run(&self, stop: &CancellationToken) -> bool {
        let Some(folder) = &self.model else {
            tracing::info!("copilot.model_dir is not set: Copilot finds articles by their words alone");
            return false;
        };
        let encoder: Arc<dyn Encoder> = match Model::open(folder) {
            Ok(model) => Arc::new(model),
            Err(error) => {
                tracing::warn!(%error, "copilot.model_dir: Copilot finds articles by their words alone");
                return false;
            }
        };
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let effort = Effort {
            kept_in: Some(self.vectors.clone()),
            article_threads: 1,
            on_article_thread: be_kind,
            question_threads: processors.min(4),
            patience: PATIENCE,
        };
        self.copilot.learn(&encoder, &effort, &|| stop.is_cancelled()).unwrap_or_else(|error| {
            tracing::warn!(%error, "Copilot finds articles by their words alone: no thread can be started");
            false
        })
    }
}

/// Learns on a thread of its own. It is not waited for: what it keeps is whole at any moment.
///
/// # Errors
/// The system starts no more threads.
pub fn spawn_learning(learning: Learning, stop: CancellationToken) -> io::Result<()> {
    let work = move || {
        let _ = learning.run(&stop);
    };
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
    use balcao_copilot::Articles;

    #[test]
    fn without_a_model_and_with_one_that_is_damaged_words_answer() {
        let folder = tempfile::tempdir().unwrap();
        let articles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("articles");
        let copilot = Arc::new(Copilot::open(Articles::Folder(&articles)).unwrap());
        let damaged = folder.path().join("damaged");
        std::fs::create_dir(&damaged).unwrap();
        std::fs::write(damaged.join(balcao_encoder::FILE), b"E5S1 and then nothing").unwrap();
        for model in [None, Some(folder.path().join("missing")), Some(damaged)] {
            let learning = Learning { copilot: copilot.clone(), model, vectors: folder.path().join(VECTORS) };
            assert!(!learning.run(&CancellationToken::new()));
            let question =
                NewQuestion { text: "How can I reopen a solved request?".to_owned(), ..NewQuestion::default() };
            assert!(!copilot.answer(Locale::En, &question).passages.is_empty());
        }
    }
}
