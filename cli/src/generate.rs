//! Samples from a saved model.

use std::io::{self, Write};

use microgpt::chance::Chance;
use microgpt::checkpoint::Checkpoint;
use microgpt::fast::Fast;
use microgpt::guards::EngineKind;
use microgpt::tokenizer::Tokenizer;
use serde_json::json;

use crate::failure::{Failure, Usage, visible};
use crate::options::{Generate, SEED, Style};
use crate::start::open;

/// Opens a model and samples. Without a seed it draws what the run itself
/// would have drawn next.
pub fn generate(
    options: &Generate,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let Checkpoint { model, tokenizer, training } = open(&options.model)?;
    let config = *model.config();
    let fits = config.fits(EngineKind::Fast.bytes(&config, config.block_size));
    fits.map_err(|error| Failure::in_file(&options.model, error))?;
    let prompt = prompt(&tokenizer, &options.prompt, config.block_size)?;
    let mut chance = match (options.seed, training) {
        (None, Some(training)) => training.chance,
        (seed, _) => Chance::seeded(seed.unwrap_or(SEED)).into(),
    };
    let style = if options.json { Style::Json } else { Style::Plain };
    let (bos, heat) = (tokenizer.bos(), options.sampling.temperature);
    let mut fast = Fast::new(config);
    for number in 1..=options.count {
        let rest = fast.complete(&model, bos, &prompt, heat, &mut chance);
        let rest =
            rest.map_err(|error| Failure::in_file(&options.model, error))?;
        let text = options.prompt.clone() + &tokenizer.decode(&rest);
        print_sample(out, style, number, &text)?;
    }
    Ok(())
}

/// Returns the tokens of a prompt, if the model can read that many.
fn prompt(
    tokenizer: &Tokenizer,
    prompt: &str,
    room: usize,
) -> Result<Vec<usize>, Failure> {
    let tokens = tokenizer.ids(prompt);
    let tokens =
        tokens.map_err(|unknown| Failure::Document(prompt.into(), unknown))?;
    if tokens.len() > room {
        return Err(Usage::Prompt(tokens.len(), room).into());
    }
    Ok(tokens)
}

/// Prints a sample.
pub fn print_sample(
    out: &mut impl Write,
    style: Style,
    number: u64,
    text: &str,
) -> io::Result<()> {
    if style == Style::Json {
        writeln!(out, "{}", json!({ "sample": number, "text": text }))
    } else {
        writeln!(out, "sample {number:2}: {}", visible(text))
    }
}
