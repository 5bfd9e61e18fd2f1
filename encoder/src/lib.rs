//! Turns texts into vectors with multilingual-e5-small, in the process: texts that mean the same in whichever language lie close
//! together. It knows no articles: whoever calls it does.

mod bert;
mod file;
mod matrix;
#[cfg(test)]
mod tests;
mod tokens;

use bert::Network;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokens::Pieces;

/// The name of the file in a model's folder.
pub const FILE: &str = "e5-small-q4.bin";

/// Larger files are no models of this kind.
const MOST_BYTES: u64 = 1 << 30;
/// A piece seldom has more letters: more of a text than this for each piece is not looked at.
const LETTERS_IN_PIECE: usize = 8;

/// Of a question so many pieces count, about a hundred words: more cost time and say nothing new.
const QUESTION: usize = 160;

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file is missing or cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it has to be.
    #[error("{path}: {what}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// A model, ready to be asked. Asking takes milliseconds of one processor: call it off the event loop.
pub struct Model {
    pieces: Pieces,
    network: Network,
    fingerprint: String,
}

impl Model {
    /// Reads the model in a folder.
    ///
    /// # Errors
    /// The file is missing, cut short or damaged.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join(FILE);
        let file = |source| ModelError::File { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(file)?.len();
        if size > MOST_BYTES {
            return Err(ModelError::Damaged { path, what: format!("it has {size} bytes") });
        }
        let bytes = std::fs::read(&path).map_err(file)?;
        let mut fingerprint = String::new();
        for byte in Sha256::digest(&bytes) {
            let _ = write!(fingerprint, "{byte:02x}");
        }
        let (pieces, network) =
            file::read(bytes).map_err(|damage| ModelError::Damaged { path, what: damage.to_string() })?;
        Ok(Self { pieces, network, fingerprint })
    }

    /// How many numbers a vector has.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.network.shape.width
    }

    /// What tells this model from others: the SHA-256 of its file in hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The vector of a question, of length 1.
    #[must_use]
    pub fn question(&self, text: &str) -> Vec<f32> {
        self.vector(&format!("query: {text}"), QUESTION)
    }

    /// The vector of a text that may answer, of length 1.
    #[must_use]
    pub fn passage(&self, text: &str) -> Vec<f32> {
        self.vector(&format!("passage: {text}"), usize::MAX)
    }

    /// The vector of a text that says by its beginning what it is (`query: ` or `passage: `), of length 1. Of a long text the first `most` pieces count, about four letters each, and never more
    /// than the model knows.
    #[must_use]
    pub fn vector(&self, text: &str, most: usize) -> Vec<f32> {
        let mut vector = self.network.mean(&self.tokens(text, most));
        let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
        if length.is_finite() && length > 0.0 {
            vector.iter_mut().for_each(|number| *number /= length);
        } else {
            vector.fill(0.0);
        }
        vector
    }

    /// How many pieces of a text count.
    #[must_use]
    pub fn count(&self, text: &str, most: usize) -> usize {
        self.tokens(text, most).len()
    }

    fn tokens(&self, text: &str, most: usize) -> Vec<u32> {
        let most = most.clamp(3, self.network.most().max(3));
        let end = text.char_indices().nth(most * LETTERS_IN_PIECE).map_or(text.len(), |(at, _)| at);
        self.pieces.of(&text[..end], most)
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Model").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}
