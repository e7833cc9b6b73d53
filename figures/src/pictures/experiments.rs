//! What the model is compared with: tables that count, and itself, broken.

use std::iter::zip;

use super::Picture;
use super::training::{WINDOW, running_mean};
use crate::draw::{Drawing, LINE, Label, Pen, Point, THIN};
use crate::plot::{Plot, Scale, count, decimal, marks};
use crate::run::mean;

/// Losses by what predicts and, after a comma, from what data.
///
/// What has learned from the data named first gets rings, all others discs.
pub fn baselines(losses: &[(String, f64)]) -> Picture {
    let split = |label: &'_ str| match label.split_once(", ") {
        Some((name, data)) => (name.to_owned(), data.to_owned()),
        None => (label.to_owned(), String::new()),
    };
    let mut rows: Vec<(String, Vec<(String, f64)>)> = Vec::new();
    for (label, loss) in losses {
        let (name, data) = split(label);
        match rows.iter_mut().find(|row| row.0 == name) {
            Some((_, found)) => found.push((data, *loss)),
            None => rows.push((name, vec![(data, *loss)])),
        }
    }
    let kinds = rows.iter().flat_map(|(_, found)| found);
    let kinds = kinds.map(|(data, _)| data.clone());
    let first = kinds.clone().find(|data| !data.is_empty());
    let other = kinds
        .clone()
        .find(|data| !data.is_empty() && Some(data) != first.as_ref());
    let height = 44.0 * rows.len() as f64;
    let mut drawing = Drawing::new(height + 106.0);
    let values = losses.iter().map(|(_, loss)| *loss);
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let most = values.fold(0.0, f64::max);
    let x = Scale::linear(least - 0.2, most + 0.2);
    let y = Scale::linear(0.0, 1.0);
    let plot = Plot { corner: (116.0, 40.0), size: (480.0, height), x, y };
    let ticks: Vec<f64> = (0..20)
        .map(|i| f64::from(i) / 2.0)
        .filter(|tick| (0.0..=1.0).contains(&x.place(*tick)))
        .collect();
    plot.x_axis(
        &mut drawing,
        "loss in nats, of names held out",
        &marks(&ticks, 1),
    );
    for (x, kind, ring) in [(124.0, &first, true), (384.0, &other, false)] {
        if let Some(kind) = kind {
            mark(&mut drawing, (x, 14.0), ring);
            let text = format!("learned from {kind}");
            drawing.text(Label::new((x + 18.0, 14.0), text).small());
        }
    }
    let mut sentences = Vec::new();
    for (row, (name, found)) in rows.iter().enumerate() {
        let y = 62.0 + 44.0 * row as f64;
        drawing.text(Label::new((104.0, y), name.as_str()).end());
        let end = |data: Option<&String>| {
            let end = found.iter().find(|(found, _)| Some(found) == data);
            end.map(|(_, loss)| (plot.at(*loss, 0.0).0, y))
        };
        if let (Some(from), Some(to)) =
            (end(first.as_ref()), end(other.as_ref()))
        {
            let edge = from.0 + 8.0 * (to.0 - from.0).signum();
            drawing.line((edge, y), to, THIN);
        }
        for (data, loss) in found {
            let ring = Some(data) == first.as_ref();
            let (x, _) = plot.at(*loss, 0.0);
            mark(&mut drawing, (x, y), ring);
            let text = decimal(*loss, 2);
            drawing.text(if ring || found.len() == 1 {
                Label::new((x + 15.0, y), text).small()
            } else {
                Label::new((x - 15.0, y), text).small().end()
            });
            let data = if data.is_empty() {
                String::new()
            } else {
                format!(" learned from {data}")
            };
            sentences.push(format!("{name}{data}: {}", decimal(*loss, 3)));
        }
    }
    let description = format!(
        "A row for each way to predict the next letter, with its loss in nats \
         for names that it has not learned from; less is better. {}.",
        sentences.join("; "),
    );
    let title = "The loss of the model and of tables that count, for names \
                 held out";
    Picture::new("baselines", title, description, drawing)
}

/// A ring with an empty middle, or a disc.
fn mark(drawing: &mut Drawing, at: Point, ring: bool) {
    if ring {
        drawing.circle(at, 8.0, Pen::new(2.0));
    } else {
        drawing.disc(at, 5.0, false);
    }
}

/// The greatest mean that a small chart shows.
const TOP: f64 = 3.5;

/// Running means of losses: the first run beside each of the others.
///
/// A run shorter than the first has failed.
pub fn ablations(runs: &[(String, Vec<f64>)]) -> Picture {
    let (whole, broken) = match runs {
        [] => (&[][..], runs),
        [(_, whole), broken @ ..] => (&whole[..], broken),
    };
    let rows = broken.len().div_ceil(3);
    let mut drawing = Drawing::new(174.0 * rows as f64 + 4.0);
    let mut sentences = vec![format!("the whole model {}", last(whole))];
    for (i, (name, losses)) in broken.iter().enumerate() {
        let corner =
            (24.0 + 196.0 * (i % 3) as f64, 44.0 + 174.0 * (i / 3) as f64);
        let (x, y) =
            (Scale::linear(0.0, whole.len() as f64), Scale::linear(2.0, TOP));
        let plot = Plot { corner, size: (180.0, 110.0), x, y };
        small_chart(&mut drawing, &plot, i, name, [whole, losses]);
        sentences.push(if losses.len() < whole.len() {
            format!("{name}, training fails at step {}", losses.len() + 1)
        } else {
            format!("{name} {}", last(losses))
        });
    }
    let description = format!(
        "{} small charts, one for each part broken: the mean of the last \
         {WINDOW} losses from step {WINDOW} to step {}, as a strong line, \
         and as a dotted one that of the whole model. What is above {TOP} is \
         drawn at {TOP}. The mean of the last 100 losses: {}.",
        broken.len(),
        count(whole.len()),
        sentences.join("; "),
    );
    let title = format!(
        "The running means of the losses with one part broken (strong) and of \
         the whole model (dotted), in {} steps",
        count(whole.len())
    );
    Picture::new("ablations", title, description, drawing)
}

/// The mean of the last 100 losses, as a sentence says it.
fn last(losses: &[f64]) -> String {
    let rest = losses.len().saturating_sub(100);
    decimal(mean(&losses[rest..]), 3)
}

fn small_chart(
    drawing: &mut Drawing,
    plot: &Plot,
    place: usize,
    name: &str,
    [whole, losses]: [&[f64]; 2],
) {
    let (left, top) = plot.corner;
    drawing.text(Label::new((left, top - 20.0), name).small().bold());
    drawing.line((left, plot.floor()), (plot.right(), plot.floor()), THIN);
    drawing.line((left, top), (left, plot.floor()), THIN);
    if place.is_multiple_of(3) {
        for tick in [2.0, 3.0] {
            let at = (left - 8.0, plot.at(0.0, tick).1);
            drawing.text(Label::new(at, decimal(tick, 0)).small().end());
        }
    }
    let pens = [Pen::new(1.5).dashes("1.5 3"), Pen::new(2.2).accent()];
    for (losses, pen) in zip([whole, losses], pens) {
        let means = running_mean(losses);
        let means = means.iter().step_by(10);
        drawing.path(means.map(|&(x, y)| plot.at(x, y.min(TOP))), pen);
    }
    if losses.len() < whole.len() {
        let (x, _) = plot.at(losses.len() as f64, TOP);
        drawing.line((x, top), (x, plot.floor()), LINE);
        let text = format!("fails at {}", losses.len() + 1);
        drawing.text(Label::new((x + 8.0, top + 14.0), text).small());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_predict_gets_a_row() {
        let losses = [
            ("uniform", 3.2958),
            ("bigram, few", 2.4914),
            ("bigram, all", 2.4551),
        ];
        let losses = losses.map(|(name, loss)| (name.to_owned(), loss));
        let Picture { description, svg, .. } = baselines(&losses);
        assert!(description.contains(
            "uniform: 3.296; bigram learned from few: 2.491; bigram learned \
             from all: 2.455."
        ));
        assert_eq!(svg.matches(">bigram</text>").count(), 1);
        assert!(svg.contains(">learned from few</text>"));
    }

    #[test]
    fn a_short_run_has_failed() {
        let runs = [("whole", 1000), ("no norm", 1000), ("no zeroing", 290)];
        let runs =
            runs.map(|(name, steps)| (name.to_owned(), vec![2.5; steps]));
        let Picture { description, svg, .. } = ablations(&runs);
        assert!(description.contains(
            "the whole model 2.500; no norm 2.500; no zeroing, training \
             fails at step 291."
        ));
        assert_eq!(svg.matches("fails at").count(), 2);
    }
}
