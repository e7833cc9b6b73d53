//! What must be known before.

use microgpt::layers::softmax;

use super::Picture;
use crate::draw::{DASHED, Drawing, LINE, Label, Pen, STRONG, THIN};
use crate::plot::{Plot, Scale, decimal, list, marks, percent};

fn square(x: f64) -> f64 {
    x * x
}

/// The curve x² with a tangent and a secant.
pub(super) fn slope() -> Picture {
    let (at, next) = (3.0, 4.0);
    let mut drawing = Drawing::new(416.0);
    let (x, y) = (Scale::linear(0.0, 5.0), Scale::linear(0.0, 25.0));
    let plot = Plot { corner: (46.0, 40.0), size: (526.0, 320.0), x, y };
    plot.x_axis(&mut drawing, "x", &marks(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 0));
    plot.y_axis(&mut drawing, "x²", &marks(&[0.0, 9.0, 16.0, 25.0], 0));
    let through = |slope: f64, x: f64| square(at) + slope * (x - at);
    let line = |slope: f64, to: f64| {
        let zero = at - square(at) / slope;
        [zero, to].map(|x| plot.at(x, through(slope, x)))
    };
    let h = 1e-6;
    let tangent = (square(at + h) - square(at - h)) / (2.0 * h);
    let secant = (square(next) - square(at)) / (next - at);
    let curve = (0..=100).map(|i| f64::from(i) / 20.0);
    drawing.path(curve.map(|x| plot.at(x, square(x))), STRONG);
    drawing.path(line(secant, 4.9), DASHED);
    drawing.path(line(tangent, 5.0), Pen::new(2.0).accent());
    for x in [at, next] {
        drawing.disc(plot.at(x, square(x)), 6.0, false);
    }
    let text = format!("tangent at 3: slope {}", decimal(tangent, 0));
    let label = Label::new(plot.at(5.0, 6.5), text);
    drawing.text(label.end().accent());
    let text = format!("secant from 3 to 4: slope {}", decimal(secant, 0));
    drawing.text(Label::new(plot.at(3.35, 17.5), text).end());
    drawing.line(plot.at(4.4, 7.8), plot.at(4.4, 16.9), THIN);
    drawing.line(plot.at(3.2, 16.4), plot.at(3.48, 12.9), THIN);
    let description = format!(
        "The curve of x² from 0 to 5, and two straight lines through its point \
         at x = {at}, where it is {}. The tangent only touches the curve there; \
         its slope is {}. The secant, dashed, also cuts the curve at x = \
         {next}, where it is {}; its slope is {}, more than that of the \
         tangent, for the curve bends upward.",
        square(at),
        decimal(tangent, 0),
        square(next),
        decimal(secant, 0),
    );
    let title = "The curve x², its tangent at 3, and a secant";
    Picture::new("slope", title, description, drawing)
}

/// Bars on a floor, each with its number above and its name below.
fn bars(
    drawing: &mut Drawing,
    plot: &Plot,
    title: &str,
    bars: &[(String, f64, String)],
) {
    let left = plot.corner.0;
    drawing.text(Label::new((left, 14.0), title));
    let floor = plot.floor();
    drawing.line((left, floor), (plot.right(), floor), THIN);
    for (i, (name, height, number)) in bars.iter().enumerate() {
        let (x, y) = plot.at(i as f64 + 0.5, *height);
        drawing.bar((x - 24.0, y), (48.0, floor - y), 0.45);
        drawing.text(Label::new((x, y - 14.0), number).middle());
        drawing.text(Label::new((x, floor + 18.0), name).middle());
    }
}

/// Three scores and their shares.
pub(super) fn softmax_of_three() -> Picture {
    let scores = [1.0, 2.0, 3.0];
    let shares = softmax(&scores);
    let mut drawing = Drawing::new(270.0);
    let letters = ["A", "B", "C"];
    let x = Scale::linear(0.0, 3.0);
    let y = Scale::linear(0.0, 3.0);
    let plot = Plot { corner: (4.0, 60.0), size: (236.0, 174.0), x, y };
    let named = |numbers: &[f64], places: usize| -> Vec<_> {
        let bar = |(name, x): (&&str, &f64)| {
            ((*name).to_owned(), *x, decimal(*x, places))
        };
        letters.iter().zip(numbers).map(bar).collect()
    };
    bars(&mut drawing, &plot, "scores", &named(&scores, 0));
    let y = Scale::linear(0.0, 0.7);
    let plot = Plot { corner: (360.0, 60.0), y, ..plot };
    bars(&mut drawing, &plot, "shares", &named(&shares, 3));
    drawing.arrow((268.0, 160.0), (332.0, 160.0), LINE);
    let label = Label::new((300.0, 140.0), "softmax");
    drawing.text(label.small().middle());
    let say = |numbers: &[f64], places| {
        let words = numbers.iter().map(|x| decimal(*x, places));
        list(&words.collect::<Vec<_>>())
    };
    let ratio = shares[2] / shares[1];
    let description = format!(
        "At the left three bars, the scores of A, B and C: {}. An arrow, \
         softmax, leads to three bars at the right, their shares: {}, which \
         add up to {}. Each share is {} times the one before.",
        say(&scores, 0),
        say(&shares, 3),
        decimal(shares.iter().sum(), 0),
        decimal(ratio, 3),
    );
    let title = "The scores 1, 2 and 3, and the shares that softmax makes of \
                 them";
    Picture::new("softmax", title, description, drawing)
}

/// The surprise −ln p for each probability.
pub(super) fn surprise() -> Picture {
    let mut drawing = Drawing::new(396.0);
    let (x, y) = (Scale::linear(0.0, 1.0), Scale::linear(0.0, 4.5));
    let plot = Plot { corner: (46.0, 40.0), size: (526.0, 300.0), x, y };
    let shares = [(0.0, "0"), (0.5, "0.5"), (1.0, "1")];
    let shares = shares.map(|(x, text)| (x, text.to_owned()));
    plot.x_axis(&mut drawing, "probability p", &shares);
    let ticks = marks(&[0.0, 1.0, 2.0, 3.0, 4.0], 0);
    plot.y_axis(&mut drawing, "surprise −ln p, in nats", &ticks);
    let curve = (0..=90).map(|i| f64::from(i) / 20.0);
    let curve = curve.map(|nats| plot.at(libm::exp(-nats), nats));
    drawing.path(curve, STRONG.accent());
    let mut sentences = Vec::new();
    for whole in [27.0, 10.0, 2.0, 1.0] {
        let p = 1.0 / whole;
        let nats = libm::log(whole);
        let (x, y) = plot.at(p, nats);
        drawing.disc((x, y), 6.0, false);
        let share =
            if whole == 1.0 { "1".into() } else { format!("1/{whole}") };
        let text = format!("p = {share}: {}", decimal(nats, 2));
        drawing.text(if whole == 1.0 {
            Label::new((x + 4.0, y - 34.0), text).end()
        } else {
            Label::new((x + 16.0, y - 12.0), text)
        });
        sentences.push(format!("{share} has {}", decimal(nats, 2)));
    }
    let description = format!(
        "A curve that falls from above at p near 0 to 0 at p = 1, steeply at \
         first. Four points on it, by probability: {}. With 27 tokens, {} \
         each is even guessing.",
        list(&sentences),
        percent(1.0 / 27.0, 1),
    );
    let title = "The surprise −ln p: the less probable, the more surprising";
    Picture::new("surprise", title, description, drawing)
}
