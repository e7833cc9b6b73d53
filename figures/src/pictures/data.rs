//! The names, and the tokens they become.

use anyhow::Result;
use microgpt::tokenizer::Tokenizer;

use super::{Picture, Study};
use crate::draw::{Drawing, LINE, Label, Pen, THIN, WIDTH};
use crate::plot::{Plot, Scale, count, list};

/// How many names have how many letters.
pub(super) fn lengths(study: &Study) -> Picture {
    let documents = &study.untrained.documents;
    let longest = documents.iter().map(|name| name.len()).max();
    let mut numbers = vec![0; longest.unwrap_or_default() + 1];
    for name in documents {
        numbers[name.len()] += 1;
    }
    let most = numbers.iter().copied().max().unwrap_or_default();
    let mut drawing = Drawing::new(360.0);
    let x = Scale::linear(1.4, numbers.len() as f64 - 0.4);
    let y = Scale::linear(0.0, most as f64);
    let plot = Plot { corner: (0.0, 30.0), size: (WIDTH, 272.0), x, y };
    let floor = plot.floor();
    drawing.line((0.0, floor), (WIDTH, floor), THIN);
    let mut sentences = Vec::new();
    for (length, &number) in numbers.iter().enumerate() {
        if number == 0 {
            continue;
        }
        let (x, y) = plot.at(length as f64, number as f64);
        drawing.bar((x - 16.0, y), (32.0, floor - y), 0.45);
        let label = Label::new((x, y - 13.0), count(number));
        drawing.text(label.small().middle());
        let label = Label::new((x, floor + 17.0), length.to_string());
        drawing.text(label.middle());
        sentences.push(format!("{length}: {}", count(number)));
    }
    let label = Label::new((WIDTH, floor + 44.0), "letters in a name");
    drawing.text(label.small().end());
    let description = format!(
        "Bars, one for each number of letters from the shortest to the longest \
         of the {} names, as high as there are names of this length. Letters \
         and names: {}.",
        count(documents.len()),
        sentences.join(", "),
    );
    let title = format!(
        "How many of the {} names have how many letters",
        count(documents.len())
    );
    Picture::new("lengths", title, description, drawing)
}

/// Returns a token as a picture shows it.
pub(super) fn shown(tokenizer: &Tokenizer, token: usize) -> String {
    if token == tokenizer.bos() {
        return "bos".to_owned();
    }
    tokenizer.decode(&[token])
}

/// What is predicted from what in a name.
pub(super) fn pairs(study: &Study) -> Result<Picture> {
    let tokenizer = &study.untrained.tokenizer;
    let name = "emma";
    let ids = tokenizer.encode(name)?;
    let texts = ids.iter().map(|&id| shown(tokenizer, id));
    let texts: Vec<String> = texts.collect();
    let mut drawing = Drawing::new(190.0);
    let x = |i: usize| 40.0 + 104.0 * i as f64;
    for (i, (text, id)) in texts.iter().zip(&ids).enumerate() {
        drawing.frame((x(i) - 34.0, 84.0), (68.0, 56.0), LINE);
        drawing.text(Label::new((x(i), 112.0), text).middle().bold());
        drawing.text(Label::new((x(i), 160.0), id.to_string()).middle());
    }
    for i in 1..ids.len() {
        let (from, to) = ((x(i - 1) + 10.0, 80.0), (x(i) - 10.0, 80.0));
        let high = |(x, y): (f64, f64), lean: f64| (x + lean, y - 46.0);
        let arrive = high(to, -14.0);
        drawing.curve([from, high(from, 14.0), arrive, to], Pen::new(1.5));
        drawing.tip(arrive, to, Pen::new(1.5));
    }
    let label = Label::new((0.0, 14.0), "from this, predict that");
    drawing.text(label);
    let pairs = texts.windows(2);
    let pairs =
        pairs.map(|pair| format!("from {}, predict {}", pair[0], pair[1]));
    let tokens = texts.iter().zip(&ids);
    let tokens = tokens.map(|(text, id)| format!("{text} with the id {id}"));
    let description = format!(
        "Six boxes in a row: {}. An arrow leads from each to the next, {} in \
         all: {}.",
        list(&tokens.collect::<Vec<_>>()),
        ids.len() - 1,
        pairs.collect::<Vec<_>>().join("; "),
    );
    let title = format!("What is predicted from what in {name}");
    Ok(Picture::new("pairs", title, description, drawing))
}
