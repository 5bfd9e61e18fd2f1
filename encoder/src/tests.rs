//! The true loading and reckoning on a tiny model that is made here: weights by chance, a few pieces of text.

use super::*;
use crate::file::Damage;
use std::fs;

const WIDTH: usize = 32;
const WIDE: usize = 64;
const PLACES: usize = 16;
const LAYERS: usize = 2;

const PIECES: &[(&str, f32)] = &[
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("\u{2581}", -4.0),
    ("\u{2581}query", -5.0),
    (":", -3.0),
    ("\u{2581}refund", -8.0),
    ("\u{2581}re", -5.0),
    ("fund", -7.0),
    ("ed", -4.0),
    ("é", -6.0),
    ("fi", -5.5),
    ("a", -3.5),
];

/// Numbers by chance, the same each time.
struct Chance(u64);

impl Chance {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 56) as u8
    }

    fn blocks(&mut self, count: usize) -> Vec<u8> {
        let block = |chance: &mut Self| {
            let mut block = vec![chance.byte(), 0x28];
            block.extend((0..16).map(|_| chance.byte()));
            block
        };
        (0..count / 32).flat_map(|_| block(self)).collect()
    }

    fn numbers(&mut self, count: usize) -> Vec<u8> {
        (0..count).flat_map(|_| ((f32::from(self.byte()) - 128.0) / 256.0).to_le_bytes()).collect()
    }
}

fn tensors() -> Vec<(String, Vec<u8>)> {
    let mut chance = Chance(7);
    let mut tensors = vec![
        ("emb.word".to_owned(), chance.blocks(PIECES.len() * WIDTH)),
        ("emb.pos".to_owned(), chance.numbers(PLACES * WIDTH)),
        ("emb.type".to_owned(), chance.numbers(2 * WIDTH)),
        ("emb.ln.w".to_owned(), chance.numbers(WIDTH)),
        ("emb.ln.b".to_owned(), chance.numbers(WIDTH)),
    ];
    for layer in 0..LAYERS {
        let matrices = [
            ("q", WIDTH, WIDTH),
            ("k", WIDTH, WIDTH),
            ("v", WIDTH, WIDTH),
            ("ao", WIDTH, WIDTH),
            ("fi", WIDTH, WIDE),
            ("fo", WIDE, WIDTH),
        ];
        for (name, width, height) in matrices {
            tensors.push((format!("l{layer}.{name}.w"), chance.blocks(width * height)));
            tensors.push((format!("l{layer}.{name}.b"), chance.numbers(height)));
        }
        for part in ["aln.w", "aln.b", "oln.w", "oln.b"] {
            tensors.push((format!("l{layer}.{part}"), chance.numbers(WIDTH)));
        }
    }
    tensors
}

/// A model's file with these tensors.
fn written(tensors: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut file = b"E5S1".to_vec();
    let number = |file: &mut Vec<u8>, number: usize| file.extend((number as u32).to_le_bytes());
    for shape in [1, WIDTH, LAYERS, 4, WIDE, PIECES.len(), PLACES, 2] {
        number(&mut file, shape);
    }
    file.extend(1e-12_f32.to_le_bytes());
    for value in [32, PIECES.len(), 0, 2, 1, 3] {
        number(&mut file, value);
    }
    let text: String = PIECES.iter().map(|(piece, _)| *piece).collect();
    file.extend((text.len() as u64).to_le_bytes());
    let mut begin = 0;
    for (piece, _) in PIECES {
        number(&mut file, begin);
        begin += piece.len();
    }
    number(&mut file, begin);
    PIECES.iter().for_each(|(_, score)| file.extend(score.to_le_bytes()));
    file.extend(text.as_bytes());
    // Two characters that are written otherwise: a ligature, and a line's end as a space.
    number(&mut file, 2);
    let mut characters = Vec::new();
    for (from, others) in [('ﬁ', "fi"), ('\n', " ")] {
        characters.extend(u32::from(from).to_le_bytes());
        characters.push(others.chars().count() as u8);
        others.chars().for_each(|other| characters.extend(u32::from(other).to_le_bytes()));
    }
    number(&mut file, characters.len());
    file.extend(characters);
    number(&mut file, tensors.len());
    let list: usize = tensors.iter().map(|(name, _)| 2 + name.len() + 5 + 16).sum();
    let mut start = file.len() + list;
    for (name, tensor) in tensors {
        file.extend((name.len() as u16).to_le_bytes());
        file.extend(name.as_bytes());
        file.extend([0; 5]);
        file.extend((start as u64).to_le_bytes());
        file.extend((tensor.len() as u64).to_le_bytes());
        start += tensor.len();
    }
    tensors.iter().for_each(|(_, tensor)| file.extend(tensor));
    file
}

fn opened(file: &[u8]) -> Result<Model, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), file).unwrap();
    Model::open(folder.path())
}

fn model() -> Model {
    opened(&written(&tensors())).unwrap()
}

#[test]
fn a_text_becomes_a_vector_of_length_one_and_the_same_each_time() {
    let model = model();
    let vector = model.question("refunded");
    assert_eq!(vector.len(), model.dimensions());
    assert!((vector.iter().map(|number| number * number).sum::<f32>() - 1.0).abs() < 1e-5);
    assert_eq!(vector, model.question("refunded"));
    assert_ne!(vector, model.question("a"));
    assert_ne!(vector, model.passage("refunded"));
    // So that a change of the reckoning is seen; processors round differently in the last places.
    for (number, seen) in vector.iter().zip([0.242, 0.146]) {
        assert!((number - seen).abs() < 0.005, "{number} {seen}");
    }
}

#[test]
fn a_text_is_taken_in_its_likeliest_pieces() {
    let model = model();
    for (text, pieces) in [
        ("refund", &[0, 7, 2][..]),
        ("  refunded \n a", &[0, 7, 10, 4, 13, 2]),
        ("query: é", &[0, 5, 6, 4, 11, 2]),
        ("ﬁx", &[0, 4, 12, 3, 2]),
        // A text cannot end itself.
        ("</s>", &[0, 4, 3, 3, 3, 3, 2]),
        ("", &[0, 4, 2]),
    ] {
        assert_eq!(model.tokens(text, 100), pieces, "{text:?}");
    }
}

#[test]
fn of_a_long_text_the_beginning_counts() {
    let model = model();
    let long = "refund ".repeat(100_000);
    assert_eq!(model.tokens(&long, usize::MAX).len(), PLACES);
    assert_eq!(model.tokens(&long, 5).len(), 5);
    assert_eq!(model.vector(&long, 5), model.vector("refund refund refund", 5));
    assert_eq!(model.tokens(&"\u{1f600}".repeat(10_000), 0).len(), 3);
}

#[test]
fn a_model_that_is_missing_or_something_else_is_said_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Model::open(folder.path()).unwrap_err().to_string();
    assert!(missing.contains(FILE), "{missing}");
    let other = opened(b"PK\x03\x04 something else").unwrap_err().to_string();
    assert!(other.contains("no model of this kind"), "{other}");
    assert!(opened(b"").is_err());
}

#[test]
fn a_file_cut_short_anywhere_is_no_model() {
    let file = written(&tensors());
    for length in (0..file.len()).step_by(7).chain(file.len() - 40..file.len()) {
        assert!(file::read(file[..length].to_vec()).is_err(), "{length}");
    }
}

#[test]
fn a_file_with_other_bytes_is_no_model_or_one_that_still_answers() {
    let file = written(&tensors());
    let shape_and_list = file.len() - tensors().iter().map(|(_, tensor)| tensor.len()).sum::<usize>();
    for at in (0..shape_and_list).chain((shape_and_list..file.len()).step_by(101)) {
        for value in [0x00, 0x7f, 0xff] {
            let mut damaged = file.clone();
            damaged[at] = value;
            if let Ok((pieces, network)) = file::read(damaged) {
                let model = Model { pieces, network, fingerprint: String::new() };
                let vector = model.question("refunded \u{e9}");
                assert!(vector.iter().all(|number| number.is_finite()), "{at} {value}");
            }
        }
    }
}

#[test]
fn a_tensor_that_is_missing_or_too_small_is_named() {
    for (at, (name, _)) in tensors().iter().enumerate() {
        let mut fewer = tensors();
        fewer.remove(at);
        assert_eq!(file::read(written(&fewer)).unwrap_err(), Damage::Tensor(name.clone()));
        let mut smaller = tensors();
        smaller[at].1.truncate(4);
        assert_eq!(file::read(written(&smaller)).unwrap_err(), Damage::Tensor(name.clone()));
    }
}

#[test]
fn the_fingerprint_is_of_the_whole_file() {
    let file = written(&tensors());
    let mut other = file.clone();
    let last = other.len() - 3;
    other[last] ^= 1;
    assert_ne!(opened(&file).unwrap().fingerprint(), opened(&other).unwrap().fingerprint());
}
