//! Shows how much each letter of some documents surprises a model.

use std::io::{self, Write};
use std::iter::zip;

use microgpt::checkpoint::Checkpoint;
use microgpt::model::Gpt;
use microgpt::tokenizer::Tokenizer;
use serde_json::json;

use crate::failure::{Failure, visible};
use crate::options::{Loss, Style};
use crate::start::{encode, open};
use crate::train::Run;

/// Trains a model, or opens one, and lets it judge some documents. They are
/// encoded first, so that a mistake shows before hours of training.
pub fn loss(options: &Loss, out: &mut impl Write) -> Result<(), Failure> {
    let Loss { documents, model, options } = options;
    let style = options.output.style();
    let encoded = |tokenizer: &Tokenizer| {
        let tokens = documents.iter().map(|text| encode(tokenizer, text));
        tokens.collect::<Result<Vec<_>, _>>()
    };
    if let Some(path) = model {
        let Checkpoint { model, tokenizer, .. } = open(path)?;
        let documents = encoded(&tokenizer)?;
        return judge(&model, &tokenizer, &documents, style, out);
    }
    let text = options.text()?;
    let mut run = Run::new(options, &text)?;
    let documents = encoded(&run.state.run.tokenizer)?;
    run.learn(out)?;
    let run = &run.state.run;
    judge(&run.session.model, &run.tokenizer, &documents, style, out)
}

/// Prints the losses of some documents.
fn judge(
    model: &Gpt,
    tokenizer: &Tokenizer,
    documents: &[Vec<usize>],
    style: Style,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for tokens in documents {
        let losses = model.losses(tokens)?;
        if style == Style::Json {
            let document = tokenizer.decode(tokens);
            let line = json!({ "document": document, "losses": losses });
            writeln!(out, "{line}")?;
        } else {
            report(tokenizer, tokens, &losses, out)?;
        }
    }
    Ok(())
}

/// Prints the loss of a document, as a whole and letter by letter.
fn report(
    tokenizer: &Tokenizer,
    tokens: &[usize],
    losses: &[f64],
    out: &mut impl Write,
) -> io::Result<()> {
    let document = visible(&tokenizer.decode(tokens));
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    writeln!(out, "{document}: loss {mean:.4}")?;
    for (loss, &token) in zip(losses, &tokens[1..]) {
        let letter = visible(&tokenizer.decode(&[token]));
        let letter = if letter.is_empty() { "end" } else { &letter };
        writeln!(out, "{letter:>5} {loss:.4}")?;
    }
    if losses.len() + 1 < tokens.len() {
        writeln!(out, "      (the block ends here)")?;
    }
    Ok(())
}
