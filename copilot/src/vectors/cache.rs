//! Vectors on disk: each is kept by the hash of the model and the text it was made from, so that a start makes only those of
//! texts that are new. A file that is damaged is as good as none.

use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

const MAGIC: &[u8; 8] = b"balcao-1";
const HEADER: usize = MAGIC.len() + 4 + 8;
const DIGEST: usize = 32;

/// The first half of a SHA-256.
pub(crate) type Key = [u8; 16];

/// A vector in sixteen bits a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    scale: f32,
    values: Box<[i16]>,
}

impl Stored {
    pub(crate) fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let scale = largest / f32::from(i16::MAX);
        Self { scale, values: vector.iter().map(|value| (value / scale).round() as i16).collect() }
    }

    pub(crate) fn numbers(&self) -> Vec<f32> {
        self.values.iter().map(|value| f32::from(*value) * self.scale).collect()
    }
}

/// What a text is kept by.
pub(crate) fn key(model: &str, kind: &str, text: &str) -> Key {
    let digest = Sha256::new().chain_update(model).chain_update([0]).chain_update(kind).chain_update(text).finalize();
    std::array::from_fn(|at| digest[at])
}

/// Why vectors on disk are not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CacheError {
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error("the file is damaged or cut short")]
    Damaged,
}

/// All vectors that are known.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    vectors: HashMap<Key, Stored>,
    dimensions: usize,
}

impl Cache {
    pub(crate) fn new(dimensions: usize) -> Self {
        Self { vectors: HashMap::new(), dimensions }
    }

    /// The vectors of a file; none where there is none yet.
    pub(crate) fn read(path: &Path, dimensions: usize) -> Result<Self, CacheError> {
        match fs::read(path) {
            Ok(bytes) => Self::parse(&bytes, dimensions).ok_or(CacheError::Damaged),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::new(dimensions)),
            Err(error) => Err(error.into()),
        }
    }

    fn parse(bytes: &[u8], dimensions: usize) -> Option<Self> {
        let (bytes, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        if bytes.len() < HEADER || Sha256::digest(bytes).as_slice() != digest {
            return None;
        }
        let (magic, rest) = bytes.split_first_chunk::<8>()?;
        let (of_file, rest) = rest.split_first_chunk::<4>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let of_file = usize::try_from(u32::from_le_bytes(*of_file)).ok()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        if magic != MAGIC {
            return None;
        }
        // Another model's: nothing of it is of use.
        if of_file != dimensions {
            return Some(Self::new(dimensions));
        }
        let size = size_of::<Key>() + 4 + dimensions * 2;
        if Some(rest.len()) != count.checked_mul(size) {
            return None;
        }
        let mut cache = Self::new(dimensions);
        for entry in rest.chunks_exact(size) {
            let (key, entry) = entry.split_first_chunk()?;
            let (scale, values) = entry.split_first_chunk()?;
            let values = values.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect();
            cache.vectors.insert(*key, Stored { scale: f32::from_le_bytes(*scale), values });
        }
        Some(cache)
    }

    /// Writes the vectors of `kept` beside the file, and moves them to its place whole.
    pub(crate) fn write(&self, path: &Path, kept: &HashSet<Key>) -> std::io::Result<()> {
        let vectors: Vec<(&Key, &Stored)> = self.vectors.iter().filter(|(key, _)| kept.contains(*key)).collect();
        let mut bytes = Vec::with_capacity(HEADER + DIGEST + vectors.len() * (20 + self.dimensions * 2));
        bytes.extend(MAGIC);
        bytes.extend(u32::try_from(self.dimensions).unwrap_or_default().to_le_bytes());
        bytes.extend((vectors.len() as u64).to_le_bytes());
        for (key, stored) in vectors {
            bytes.extend(key);
            bytes.extend(stored.scale.to_le_bytes());
            bytes.extend(stored.values.iter().flat_map(|value| value.to_le_bytes()));
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Two processes on one folder must not write into one file.
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        let written = File::create(&draft).and_then(|mut file| {
            file.write_all(&bytes)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&draft, path)).inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Stored> {
        self.vectors.get(key)
    }

    pub(crate) fn insert(&mut self, key: Key, stored: Stored) {
        self.vectors.insert(key, stored);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> (Cache, HashSet<Key>) {
        let mut cache = Cache::new(3);
        let keys: HashSet<Key> = ["a", "b", "c"].map(|text| key("model", "passage", text)).into();
        for (at, key) in keys.iter().enumerate() {
            cache.insert(*key, Stored::of(&[0.5, -0.25, at as f32]));
        }
        (cache, keys)
    }

    #[test]
    fn what_is_written_is_read_and_what_is_no_longer_needed_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/vectors");
        let (cache, mut keys) = filled();
        cache.write(&path, &keys).unwrap();
        let again = Cache::read(&path, 3).unwrap();
        assert_eq!(again.vectors, cache.vectors);
        let gone = *keys.iter().next().unwrap();
        keys.remove(&gone);
        again.write(&path, &keys).unwrap();
        let fewer = Cache::read(&path, 3).unwrap();
        assert!(fewer.get(&gone).is_none() && fewer.vectors.len() == 2);
        assert!(Cache::read(&path, 4).unwrap().vectors.is_empty(), "another model's");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_file_that_is_cut_or_has_one_other_bit_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vectors");
        let (cache, keys) = filled();
        cache.write(&path, &keys).unwrap();
        let sound = fs::read(&path).unwrap();
        for length in 0..sound.len() {
            assert!(Cache::parse(&sound[..length], 3).is_none(), "{length}");
        }
        for at in 0..sound.len() {
            let mut other = sound.clone();
            other[at] ^= 0x10;
            assert!(Cache::parse(&other, 3).is_none(), "{at}");
        }
        assert!(Cache::read(&folder.path().join("none"), 3).unwrap().vectors.is_empty());
    }

    #[test]
    fn a_key_is_of_model_kind_and_text() {
        let keys = [key("m", "k", "t"), key("n", "k", "t"), key("m", "l", "t"), key("m", "k", "u")];
        assert_eq!(HashSet::from(keys).len(), 4);
    }

    #[test]
    fn sixteen_bits_lose_next_to_nothing() {
        let vector = [0.3, -0.01, 0.000_1, 0.0];
        for (before, after) in vector.iter().zip(Stored::of(&vector).numbers()) {
            assert!((before - after).abs() < 1e-5);
        }
    }
}
