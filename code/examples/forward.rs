//! What a model says that has learned nothing.

use std::error::Error;

use microgpt::data;
use microgpt::forward::Context;
use microgpt::layers::softmax;
use microgpt::model::Config;
use microgpt::start::Start;

fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let Start { model, tokenizer, .. } =
        Start::new(names, Config::default(), 42);
    let probs = softmax(&Context::new(&model).read(tokenizer.bos())?);
    println!("a name begins with a: {:.4}, with z: {:.4}", probs[0], probs[25]);

    let tokens = tokenizer.encode("emma")?;
    let losses = model.losses(&tokens)?;
    println!("the letters of emma: {losses:.3?}");
    println!("emma as a whole: {:.4}", model.loss(&tokens)?);
    println!("ln 27 = {:.4}", f64::ln(27.0));
    Ok(())
}
