//! Turns a name into tokens, and into questions with their answers.

use std::error::Error;

use microgpt::data;
use microgpt::tokenizer::Tokenizer;

fn main() -> Result<(), Box<dyn Error>> {
    let documents = data::documents(data::NAMES);
    let tokenizer = Tokenizer::new(&documents);
    println!("vocab size: {}", tokenizer.vocab_size());

    let tokens = tokenizer.encode("emma")?;
    println!("emma -> {tokens:?} -> {}", tokenizer.decode(&tokens));
    for pair in tokens.windows(2) {
        println!("after {:2} comes {:2}", pair[0], pair[1]);
    }
    if let Err(error) = tokenizer.encode("Emma") {
        println!("Emma -> {error}");
    }
    Ok(())
}
