//! All numbers of a token on its way through the model.

use anyhow::{Context, Result};
use lab::inside::{Stage, walk};
use microgpt::tokenizer::Tokenizer;

use super::data::shown;
use super::{Picture, Study};
use crate::draw::{Drawing, Label, Pen};
use crate::plot::{list, percent};
use crate::run::Run;

/// The word that is read.
const WORD: &str = "emma";

/// Where the numbers begin.
const LEFT: f64 = 216.0;

/// The side of a cell.
const CELL: f64 = 22.0;

/// How many numbers stand in a row.
fn columns(stage: &Stage) -> usize {
    let seen = ["scores", "weights"].contains(&stage.name);
    if seen { stage.numbers[0].len() } else { 16 }
}

/// The numbers of a stage as squares; returns where they end.
fn squares(drawing: &mut Drawing, top: f64, stage: &Stage) -> f64 {
    let numbers = stage.numbers.concat();
    let sizes = numbers.iter().map(|number| number.abs());
    let largest = sizes.fold(f64::MIN_POSITIVE, f64::max);
    let (mut above, mut below) = (Vec::new(), Vec::new());
    let rows = numbers.chunks(columns(stage));
    let bottom = top + CELL * rows.len() as f64;
    for (row, numbers) in rows.enumerate() {
        let y = top + CELL * row as f64;
        for (column, number) in numbers.iter().enumerate() {
            // its area, not its side, is the number
            let side = (CELL - 4.0) * (number.abs() / largest).sqrt();
            let inset = (CELL - side) / 2.0;
            let x = LEFT + CELL * column as f64;
            let signed = if *number < 0.0 { &mut below } else { &mut above };
            signed.push(((x + inset, y + inset), (side, side)));
        }
    }
    drawing.bars(&above, 0.8);
    drawing.frames(&below, Pen::new(1.5).opacity(0.8));
    let label = Label::new((LEFT - 12.0, top + CELL / 2.0), stage.name);
    drawing.text(label.small().end());
    bottom + 6.0
}

/// What is largest in the guess.
fn guess(tokenizer: &Tokenizer, probabilities: &[f64]) -> String {
    let mut guess: Vec<_> = probabilities.iter().enumerate().collect();
    guess.sort_by(|a, b| b.1.total_cmp(a.1));
    let first = guess.into_iter().take(4).map(|(token, &p)| {
        let letter = shown(tokenizer, token);
        format!("{letter} {}", percent(p, 0))
    });
    list(&first.collect::<Vec<_>>())
}

/// Every number of the trained model at the last letter of a word.
pub(super) fn inside(study: &Study) -> Result<Picture> {
    let Run { tokenizer, model, .. } = &study.trained;
    let mut tokens = tokenizer.encode(WORD)?;
    // The bos at the end is only predicted.
    tokens.pop();
    let positions = walk(model, &tokens);
    let stages = &positions.last().context("a word without letters")?.stages;
    let mut drawing = Drawing::new(880.0);
    let mut top = 4.0;
    for stage in stages {
        top = squares(&mut drawing, top, stage);
    }
    let names: Vec<_> = stages
        .iter()
        .map(|stage| {
            let count: usize = stage.numbers.iter().map(Vec::len).sum();
            format!("{} ({count})", stage.name)
        })
        .collect();
    let last = stages.last().context("a model without stages")?;
    let title = format!(
        "Every number of the trained model as it reads the last letter of \
         {WORD}"
    );
    let description = format!(
        "A row or a block of squares for each stage, from top to bottom; the \
         area of a square is the size of a number, compared with the largest \
         of its stage. Filled squares are positive, empty ones negative. The \
         stages, with how many numbers each has: {}. In the end the model \
         expects {}.",
        list(&names),
        guess(tokenizer, &last.numbers[0]),
    );
    Ok(Picture::new("inside", title, description, drawing))
}
