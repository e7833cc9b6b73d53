//! All numbers of a token on its way through the model.

use anyhow::{Context, Result};
use sandbox::inside::{Inside, Shown};
use sandbox::start;

use super::{Picture, Study};
use crate::draw::{Drawing, Label, Pen};
use crate::plot::{list, percent};

/// The word that is read.
const WORD: &str = "emma";

/// Where the numbers begin.
const LEFT: f64 = 216.0;

/// The side of a cell.
const CELL: f64 = 22.0;

/// How many numbers stand in a row.
fn columns(stage: &Shown) -> usize {
    let seen = ["scores", "weights"].contains(&stage.name.as_str());
    if seen { stage.numbers.len() / stage.heads } else { 16 }
}

/// The numbers of a stage as squares; returns where they end.
fn squares(drawing: &mut Drawing, top: f64, stage: &Shown) -> f64 {
    let sizes = stage.numbers.iter().map(|number| number.abs());
    let largest = sizes.fold(f64::MIN_POSITIVE, f64::max);
    let (mut above, mut below) = (Vec::new(), Vec::new());
    let rows = stage.numbers.chunks(columns(stage));
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
    let label = Label::new((LEFT - 12.0, top + CELL / 2.0), &stage.name);
    drawing.text(label.small().end());
    bottom + 6.0
}

/// What is largest in the guess.
fn guess(inside: &Inside, probabilities: &Shown) -> String {
    let letters = inside.alphabet();
    let mut guess: Vec<_> =
        letters.iter().zip(&probabilities.numbers).collect();
    guess.sort_by(|a, b| b.1.total_cmp(a.1));
    let first = guess.iter().take(4);
    let first =
        first.map(|(letter, p)| format!("{letter} {}", percent(**p, 0)));
    list(&first.collect::<Vec<_>>())
}

/// Every number of the trained model at the last letter of a word.
pub(super) fn inside(study: &Study) -> Result<Picture> {
    let inside = Inside::read(&start::begin(), &study.trained.model, WORD)?;
    let letters = inside.letters();
    let stages = inside.stages(letters.len() - 1)?;
    let mut drawing = Drawing::new(880.0);
    let mut top = 4.0;
    for stage in &stages {
        top = squares(&mut drawing, top, stage);
    }
    let names: Vec<_> = stages
        .iter()
        .map(|stage| format!("{} ({})", stage.name, stage.numbers.len()))
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
        guess(&inside, last),
    );
    Ok(Picture::new("inside", title, description, drawing))
}
