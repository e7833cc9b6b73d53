//! What the trained model knows about letters.

use anyhow::{Context as _, Result};
use microgpt::forward::Context;
use microgpt::generation::Temperature;

use super::{Picture, Study};
use crate::draw::{Drawing, LINE, Label, Pen, Point, THIN, WIDTH};
use crate::pca::{Components, components};
use crate::plot::{Plot, Scale, decimal, list, marks, percent};
use crate::run::{Run, mean};

/// The names of all tokens, in the order of their ids.
fn tokens(run: &Run) -> Vec<String> {
    let name = |id| match run.tokenizer.decode(&[id]) {
        letter if letter.is_empty() => "bos".into(),
        letter => letter,
    };
    (0..run.tokenizer.vocab_size()).map(name).collect()
}

fn is_vowel(token: &str) -> bool {
    ["a", "e", "i", "o", "u"].contains(&token)
}

/// The places of points on paper, as large as fits, and that of the origin.
struct Map {
    places: Vec<Point>,
    origin: Point,
    height: f64,
}

/// The room around the outermost points.
const MARGIN: f64 = 24.0;

fn map(points: &[[f64; 2]]) -> Map {
    let [left, low] = [0, 1].map(|k| {
        points.iter().map(|point| point[k]).fold(f64::INFINITY, f64::min)
    });
    let [right, high] = [0, 1].map(|k| {
        points.iter().map(|point| point[k]).fold(f64::NEG_INFINITY, f64::max)
    });
    let room = WIDTH - 2.0 * MARGIN;
    let scale = (room / (right - left)).min(460.0 / (high - low));
    let shift = (room - scale * (right - left)) / 2.0;
    let place = |&[x, y]: &[f64; 2]| {
        let x = MARGIN + shift + scale * (x - left);
        (x, MARGIN + scale * (high - y))
    };
    let places = points.iter().map(place).collect();
    let height = 2.0 * MARGIN + scale * (high - low);
    Map { places, origin: place(&[0.0, 0.0]), height }
}

/// Moves letters that would cover each other a little apart.
fn spread(places: &mut [Point], names: &[String]) {
    let radius = |i: usize| if is_vowel(&names[i]) { 16.0 } else { 9.0 };
    for _ in 0..100 {
        for i in 0..places.len() {
            for j in 0..i {
                let (x, y) =
                    (places[j].0 - places[i].0, places[j].1 - places[i].1);
                let distance = (x * x + y * y).sqrt();
                let lack = radius(i) + radius(j) - distance;
                if lack > 0.0 {
                    let step = lack / distance / 2.0;
                    let (x, y) = (step * x, step * y);
                    places[i] = (places[i].0 - x, places[i].1 - y);
                    places[j] = (places[j].0 + x, places[j].1 + y);
                }
            }
        }
    }
}

/// The embeddings of a model in two dimensions.
fn embedding(name: &'static str, state: &str, run: &Run) -> Picture {
    let rows: Vec<&[f64]> = run.model.weights().wte.rows().collect();
    let Components { points, shares } = components(&rows);
    let names = tokens(run);
    let Map { mut places, origin, height } = map(&points);
    spread(&mut places, &names);
    let mut drawing = Drawing::new(height + 40.0);
    let pen = Pen::new(1.0).opacity(0.3);
    drawing.line((0.0, origin.1), (WIDTH, origin.1), pen);
    drawing.line((origin.0, 0.0), (origin.0, height), pen);
    for (token, at) in names.iter().zip(places) {
        let label = Label::new(at, token.as_str()).middle();
        if is_vowel(token) {
            drawing.circle(at, 14.0, LINE);
            drawing.text(label.bold());
        } else {
            drawing.text(label);
        }
    }
    let [first, second] = shares.map(|share| percent(share, 0));
    let text = format!("→ first component: {first}");
    drawing.text(Label::new((0.0, height + 24.0), text).small());
    let text = format!("↑ second component: {second}");
    drawing.text(Label::new((WIDTH, height + 24.0), text).small().end());
    let kept = percent(shares[0] + shares[1], 0);
    let title = format!(
        "The embeddings of the {state} model along their two principal \
         components, which keep {kept} of the variance"
    );
    let places = names.iter().zip(&points).map(|(token, [x, y])| {
        format!("{token} ({}, {})", decimal(*x, 2), decimal(*y, 2))
    });
    let description = format!(
        "Each token stands at its place along the direction in which the {} \
         rows of wte differ most, to the right, and along the next, upward. \
         The first keeps {first} of the variance, the second {second}: the \
         picture hides the rest. Vowels are bold and have a circle. Letters \
         that would cover each other are moved a little. The places: {}.",
        names.len(),
        places.collect::<Vec<_>>().join(", "),
    );
    Picture::new(name, title, description, drawing)
}

/// The embeddings of a model that has learned nothing.
pub(super) fn embedding_before(study: &Study) -> Picture {
    embedding("embedding_before", "untrained", &study.untrained)
}

/// The embeddings of the trained model.
pub(super) fn embedding_after(study: &Study) -> Picture {
    embedding("embedding_after", "trained", &study.trained)
}

/// What stands before the letter whose probabilities are shown: after it, many
/// letters are likely, and none by far.
const PREFIX: &str = "ma";

/// The probabilities of the next token at three temperatures.
pub(super) fn temperatures(study: &Study) -> Result<Picture> {
    let run = &study.trained;
    let mut read = run.tokenizer.encode(PREFIX)?;
    read.pop();
    let mut context = Context::new(&run.model);
    let logits = read.into_iter().map(|token| context.read(token));
    let logits = logits.last().context("nothing is read")??;
    let names = tokens(run);
    let mut drawing = Drawing::new(512.0);
    let mut sentences = Vec::new();
    for (temperature, top) in [(0.5, 28.0), (1.0, 198.0), (2.0, 368.0)] {
        let probs = Temperature::try_from(temperature)?.probabilities(&logits);
        let (x, y) = (Scale::linear(-0.5, 27.5), Scale::linear(0.0, 0.4));
        let plot = Plot { corner: (0.0, top), size: (600.0, 118.0), x, y };
        let text = format!("temperature {temperature}");
        drawing.text(Label::new((0.0, top - 10.0), text));
        drawing.line(plot.at(-0.5, 0.0), plot.at(27.5, 0.0), THIN);
        let most = probs.iter().copied().fold(0.0, f64::max);
        for (id, (name, prob)) in names.iter().zip(&probs).enumerate() {
            // the name of bos is wider than a letter
            let shift = if id == run.tokenizer.bos() { 0.4 } else { 0.0 };
            let (x, y) = plot.at(id as f64 + shift, *prob);
            drawing.bar((x - 7.0, y), (14.0, plot.floor() - y), 0.75);
            let at = (x, plot.floor() + 13.0);
            drawing.text(Label::new(at, name.as_str()).small().middle());
            if *prob == most {
                let text = percent(*prob, 0);
                drawing.text(Label::new((x, y - 13.0), text).small().middle());
            }
        }
        let shares = names.iter().zip(&probs);
        let shares =
            shares.map(|(name, p)| format!("{name} {}", percent(*p, 1)));
        let shares = shares.collect::<Vec<_>>().join(", ");
        sentences.push(format!("At {temperature}: {shares}."));
    }
    let title = format!(
        "What may follow {PREFIX}, at the temperatures 0.5, 1 and 2: the \
         order stays, the differences shrink"
    );
    let description = format!(
        "Three rows of {} bars, one for each token in the same order: the \
         probability that the trained model gives it after {PREFIX}. {}",
        names.len(),
        sentences.join(" "),
    );
    Ok(Picture::new("temperatures", title, description, drawing))
}

/// The surprise at each letter of a usual and an unusual name.
pub(super) fn surprises(study: &Study) -> Result<Picture> {
    let run = &study.trained;
    let names = tokens(run);
    let mut drawing = Drawing::new(470.0);
    let mut sentences = Vec::new();
    for (name, top) in [("emma", 44.0), ("xqzzv", 282.0)] {
        let read = run.tokenizer.encode(name)?;
        let losses = run.model.losses(&read)?;
        let x = Scale::linear(0.0, 6.0);
        let y = Scale::linear(0.0, 13.0);
        let plot = Plot { corner: (46.0, top), size: (546.0, 150.0), x, y };
        plot.y_axis(
            &mut drawing,
            "surprise in nats",
            &marks(&[0.0, 6.0, 12.0], 0),
        );
        drawing.line(plot.at(0.0, 0.0), plot.at(6.0, 0.0), THIN);
        let mut letters = Vec::new();
        for (i, (&id, loss)) in read[1..].iter().zip(&losses).enumerate() {
            let (x, y) = plot.at(i as f64 + 0.5, *loss);
            drawing.bar((x - 26.0, y), (52.0, plot.floor() - y), 0.45);
            let surprise = decimal(*loss, 2);
            drawing.text(Label::new((x, y - 13.0), &surprise).middle());
            let at = (x, plot.floor() + 17.0);
            drawing.text(Label::new(at, &names[id]).middle().bold());
            letters.push(format!("{} {surprise}", names[id]));
        }
        let mean = decimal(mean(&losses), 2);
        let text = format!("{name}: mean {mean}");
        drawing.text(Label::new((592.0, top - 22.0), text).end());
        let letters = list(&letters);
        sentences.push(format!("{name}: {letters}; the mean is {mean}."));
    }
    let title = "How much each letter of emma and of xqzzv surprises the \
                 trained model";
    let description = format!(
        "Two rows of bars, one for each letter and for the bos that ends the \
         name: the surprise in nats after the letters before it. {}",
        sentences.join(" "),
    );
    Ok(Picture::new("letters", title, description, drawing))
}
