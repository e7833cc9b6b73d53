// ANCHOR: prepare
//! What a model says that has learned nothing.

use std::error::Error;

use microgpt::chance::Chance;
use microgpt::data;
use microgpt::forward::Context;
use microgpt::layers::softmax;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;

/// The tokenizer and the first weights of the book's run.
fn prepare() -> Result<(Tokenizer, Gpt), Box<dyn Error>> {
    let mut documents = data::documents(data::NAMES)?;
    let mut chance = Chance::seeded(42);
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let model = Gpt::new(Config::default(), &mut chance)?;
    Ok((tokenizer, model))
}
// ANCHOR_END: prepare

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let (tokenizer, model) = prepare()?;
    let probs = softmax(&Context::new(&model).read(tokenizer.bos())?);
    println!("a name begins with a: {:.4}, with z: {:.4}", probs[0], probs[25]);

    let tokens = tokenizer.encode("emma")?;
    let losses = model.losses(&tokens)?;
    println!("the letters of emma: {losses:.3?}");
    println!("emma as a whole: {:.4}", model.loss(&tokens)?);
    println!("ln 27 = {:.4}", f64::ln(27.0));
    Ok(())
}
// ANCHOR_END: main
