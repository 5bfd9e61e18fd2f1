//! Compares vectors with those of another encoder: `verify MODEL_DIR REFERENCE.jsonl`, each line with `text`, prefix and all, its
//! `vector` and how many `tokens` it has. Prints each cosine and how long the text took.

use balcao_encoder::Model;
use serde::Deserialize;
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Deserialize)]
struct Line {
    text: String,
    tokens: usize,
    vector: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, reference] = &arguments[..] else { return Err("usage: verify MODEL_DIR REFERENCE.jsonl".into()) };
    let began = Instant::now();
    let model = Model::open(folder)?;
    println!("opened in {:?}", began.elapsed());
    let mut least = 1.0_f32;
    for line in std::fs::read_to_string(reference)?.lines() {
        let line: Line = serde_json::from_str(line)?;
        let began = Instant::now();
        let vector = model.vector(&line.text, 512);
        let taken = began.elapsed();
        let cosine: f32 = vector.iter().zip(&line.vector).map(|(one, other)| one * other).sum();
        least = least.min(cosine);
        let tokens = model.count(&line.text, 512);
        let text: String = line.text.chars().take(50).collect();
        println!("{cosine:.6}  {tokens:>3} tokens ({:>3})  {taken:>10.2?}  {text:?}", line.tokens);
    }
    println!("least {least:.6}");
    Ok(())
}
