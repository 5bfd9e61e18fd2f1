//! The model's file, as its package ships it: numbers of the shape, the pieces of texts, a list of tensors, the tensors.
//! Every length is checked against the file before it is believed.

use crate::bert::{Layer, Network, Norm, Shape};
use crate::matrix::{BLOCK, BLOCK_BYTES, Matrix};
use crate::tokens::{Pieces, Special};
use std::collections::HashMap;
use std::ops::Range;

const MAGIC: &[u8] = b"E5S1";
const MOST_LAYERS: usize = 100;
const WIDEST: usize = 8192;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("it is no model of this kind")]
    Kind,
    #[error("it ends too early: in {0}")]
    Short(&'static str),
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    #[error("it is damaged: `{0}` is missing or has another size")]
    Tensor(String),
}

type Read<T> = Result<T, Damage>;

/// Bytes that are read from the beginning to the end.
struct Bytes<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Damage::Short(self.what))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Damage::Short(self.what))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Read<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn size(&mut self) -> Read<usize> {
        usize::try_from(self.u32()?).map_err(|_| Damage::Damaged(self.what))
    }

    fn long_size(&mut self) -> Read<usize> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| Damage::Damaged(self.what))
    }

    fn many<T>(&mut self, count: usize, of: impl Fn([u8; 4]) -> T) -> Read<Vec<T>> {
        let bytes = self.take(count.checked_mul(4).ok_or(Damage::Damaged(self.what))?)?;
        Ok(bytes.as_chunks().0.iter().map(|four| of(*four)).collect())
    }
}

/// Where in the file tensors are, by their names.
struct Tensors<'a> {
    file: &'a [u8],
    places: HashMap<String, Range<usize>>,
}

impl<'a> Tensors<'a> {
    fn place(&self, name: &str) -> Read<Range<usize>> {
        self.places.get(name).cloned().ok_or_else(|| Damage::Tensor(name.to_owned()))
    }

    fn bytes(&self, name: &str) -> Read<&'a [u8]> {
        self.file.get(self.place(name)?).ok_or(Damage::Short("its tensors"))
    }

    fn numbers(&self, name: &str, count: usize) -> Read<Vec<f32>> {
        let numbers: Vec<f32> = self.bytes(name)?.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        let sound = numbers.len() == count && numbers.iter().all(|number| number.is_finite());
        if sound { Ok(numbers) } else { Err(Damage::Tensor(name.to_owned())) }
    }

    fn matrix(&self, name: &str, width: usize, height: usize) -> Read<Matrix> {
        let bias = self.numbers(&format!("{name}.b"), height)?;
        let name = format!("{name}.w");
        Matrix::new(self.bytes(&name)?, width, bias).ok_or(Damage::Tensor(name))
    }

    fn norm(&self, name: &str, width: usize) -> Read<Norm> {
        let of = |part: &str| self.numbers(&format!("{name}.{part}"), width);
        Ok(Norm { weights: of("w")?, bias: of("b")? })
    }
}

/// The pieces and the network of a file.
pub(crate) fn read(mut file: Vec<u8>) -> Read<(Pieces, Network)> {
    let (pieces, mut network, of_pieces) = parsed(&file)?;
    // Most of the file, and kept as it is: it stays where it was read, so that memory never holds it twice.
    file.truncate(of_pieces.end);
    file.drain(..of_pieces.start);
    file.shrink_to_fit();
    network.pieces = file;
    Ok((pieces, network))
}

/// Everything but the blocks of the pieces, and where these are.
fn parsed(file: &[u8]) -> Read<(Pieces, Network, Range<usize>)> {
    let mut bytes = Bytes { rest: file, what: "its shape" };
    if bytes.take(MAGIC.len()).ok() != Some(MAGIC) {
        return Err(Damage::Kind);
    }
    let _version = bytes.u32()?;
    let width = bytes.size()?;
    let layers = bytes.size()?;
    let heads = bytes.size()?;
    let wide = bytes.size()?;
    let vocabulary = bytes.size()?;
    let places = bytes.size()?;
    let kinds = bytes.size()?;
    let epsilon = f32::from_le_bytes(bytes.array()?);
    let block = bytes.size()?;
    let whole = |size: usize| size > 0 && size <= WIDEST && size.is_multiple_of(BLOCK);
    let sound = whole(width) && whole(wide) && heads > 0 && width.is_multiple_of(heads) && layers <= MOST_LAYERS;
    // Begin, end, and something between.
    if !sound || block != BLOCK || kinds == 0 || !(3..=WIDEST).contains(&places) || !(0.0..1.0).contains(&epsilon) {
        return Err(Damage::Damaged("its shape"));
    }
    let pieces = pieces(&mut bytes)?;
    if pieces.count() > vocabulary {
        return Err(Damage::Damaged("more pieces than the network knows"));
    }
    let tensors = tensors(&mut bytes, file)?;
    let of_pieces = tensors.place("emb.word")?;
    if Some(of_pieces.len()) != vocabulary.checked_mul(width / BLOCK * BLOCK_BYTES) {
        return Err(Damage::Tensor("emb.word".to_owned()));
    }
    let network = Network {
        shape: Shape { width, heads, epsilon },
        pieces: Vec::new(),
        places: tensors.numbers("emb.pos", places * width)?,
        kind: tensors.numbers("emb.type", kinds.saturating_mul(width))?[..width].to_vec(),
        norm: tensors.norm("emb.ln", width)?,
        layers: (0..layers).map(|number| layer(&tensors, number, width, wide)).collect::<Read<_>>()?,
    };
    Ok((pieces, network, of_pieces))
}

fn layer(tensors: &Tensors<'_>, number: usize, width: usize, wide: usize) -> Read<Layer> {
    let name = |part: &str| format!("l{number}.{part}");
    Ok(Layer {
        query: tensors.matrix(&name("q"), width, width)?,
        key: tensors.matrix(&name("k"), width, width)?,
        value: tensors.matrix(&name("v"), width, width)?,
        output: tensors.matrix(&name("ao"), width, width)?,
        after_attention: tensors.norm(&name("aln"), width)?,
        wide: tensors.matrix(&name("fi"), width, wide)?,
        narrow: tensors.matrix(&name("fo"), wide, width)?,
        after: tensors.norm(&name("oln"), width)?,
    })
}

fn pieces(bytes: &mut Bytes<'_>) -> Read<Pieces> {
    bytes.what = "its pieces of text";
    let count = bytes.size()?;
    let special = Special { begin: bytes.u32()?, end: bytes.u32()?, padding: bytes.u32()?, unknown: bytes.u32()? };
    let length = bytes.long_size()?;
    let begins = bytes.many(count.saturating_add(1), u32::from_le_bytes)?;
    let scores = bytes.many(count, f32::from_le_bytes)?;
    let text = bytes.take(length)?.to_vec();
    bytes.what = "its characters";
    let count = bytes.size()?;
    let length = bytes.size()?;
    let mut characters = Bytes { rest: bytes.take(length)?, what: "its characters" };
    let mut rewritten = Vec::new();
    for _ in 0..count {
        let from = characters.u32()?;
        let [length] = characters.array()?;
        let others = characters.many(usize::from(length), u32::from_le_bytes)?;
        let character = |number: u32| char::from_u32(number).ok_or(Damage::Damaged("its characters"));
        // Half a pair of surrogates stands in no text.
        if let Some(from) = char::from_u32(from) {
            rewritten.push((from, others.into_iter().map(character).collect::<Read<String>>()?.into()));
        }
    }
    Pieces::new(text, begins, scores, rewritten, special).ok_or(Damage::Damaged("its pieces of text"))
}

fn tensors<'a>(bytes: &mut Bytes<'a>, file: &'a [u8]) -> Read<Tensors<'a>> {
    bytes.what = "its list of tensors";
    let count = bytes.size()?;
    let mut places = HashMap::new();
    for _ in 0..count {
        let length = u16::from_le_bytes(bytes.array()?);
        let name = String::from_utf8_lossy(bytes.take(usize::from(length))?).into_owned();
        let _kind_and_count: [u8; 5] = bytes.array()?;
        let (start, length) = (bytes.long_size()?, bytes.long_size()?);
        let end = start.checked_add(length).ok_or(Damage::Damaged("its list of tensors"))?;
        if end > file.len() {
            return Err(Damage::Short("its tensors"));
        }
        places.insert(name, start..end);
    }
    Ok(Tensors { file, places })
}
