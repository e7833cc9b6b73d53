//! What attention looks at.

use anyhow::Result;

use super::{Picture, Study};
use crate::draw::{Drawing, Label, Pen, Point};
use crate::plot::percent;

/// The name whose letters attend to each other.
///
/// It is the first that the trained model invents. All its letters differ, so
/// a row cannot be mistaken for another, and it shows both ends of what heads
/// do: one that looks nearly evenly, and one that looks at one token alone.
const NAME: &str = "kamon";

/// The side of a cell.
const CELL: f64 = 38.0;

/// A triangle of cells, each with a square as large as its weight.
fn triangle(
    drawing: &mut Drawing,
    (left, top): Point,
    names: &[String],
    map: &[Vec<f64>],
) {
    for (column, name) in names.iter().enumerate() {
        let x = left + CELL * (column as f64 + 0.5);
        drawing.text(Label::new((x, top - 14.0), name).small().middle());
    }
    let mut cells = Vec::new();
    let mut squares = Vec::new();
    for (row, (name, weights)) in names.iter().zip(map).enumerate() {
        let y = top + CELL * row as f64;
        let label = Label::new((left - 10.0, y + CELL / 2.0), name);
        drawing.text(label.small().end());
        for (column, weight) in weights.iter().enumerate() {
            let x = left + CELL * column as f64;
            cells.push(((x, y), (CELL, CELL)));
            // its area, not its side, is the weight
            let side = (CELL - 4.0) * weight.sqrt();
            let inset = (CELL - side) / 2.0;
            squares.push(((x + inset, y + inset), (side, side)));
        }
    }
    drawing.frames(&cells, Pen::new(1.0).opacity(0.25));
    drawing.bars(&squares, 0.75);
}

/// All rows of weights in words.
fn words(names: &[String], map: &[Vec<f64>]) -> String {
    let rows = names.iter().zip(map).map(|(asking, weights)| {
        let cells = names.iter().zip(weights);
        let cells = cells
            .map(|(name, weight)| format!("{name} {}", percent(*weight, 0)));
        format!("{asking} looks at {}", cells.collect::<Vec<_>>().join(", "))
    });
    rows.collect::<Vec<_>>().join("; ")
}

/// The weights of all heads of the trained model for a name.
pub(super) fn heads(study: &Study) -> Result<Picture> {
    let run = &study.trained;
    let mut tokens = run.tokenizer.encode(NAME)?;
    tokens.pop();
    let mut names: Vec<String> = NAME.chars().map(String::from).collect();
    names.insert(0, "bos".into());
    let maps = run.looks(&tokens)?;
    let height = CELL * tokens.len() as f64;
    let mut drawing = Drawing::new(2.0 * height + 160.0);
    let mut sentences = Vec::new();
    for (h, map) in maps.iter().enumerate() {
        let left = 50.0 + 316.0 * (h % 2) as f64;
        let top = 62.0 + (height + 94.0) * (h / 2) as f64;
        let title = format!("head {}", h + 1);
        drawing.text(Label::new((left, top - 44.0), title).bold());
        triangle(&mut drawing, (left, top), &names, map);
        sentences.push(format!("Head {}: {}.", h + 1, words(&names, map)));
    }
    let title = format!(
        "What each of the {} heads of the trained model looks at in {NAME}",
        maps.len()
    );
    let description = format!(
        "Four triangles of squares. A row is the token that asks, a column is \
         a token it may look at: itself and those before it. The area of a \
         square is the weight, and the weights of a row add up to 1. {}",
        sentences.join(" "),
    );
    Ok(Picture::new("heads", title, description, drawing))
}
