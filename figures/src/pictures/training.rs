//! The losses of a training run.

use super::{Picture, Study};
use crate::draw::{DASHED, Drawing, Label, Pen, Point, STRONG, THIN};
use crate::plot::{Plot, Scale, count, decimal, list, marks};
use crate::run::mean;

/// How many losses a mean is of.
pub(super) const WINDOW: usize = 50;

/// The mean of the last losses at each step that has so many before it.
pub(super) fn running_mean(losses: &[f64]) -> Vec<Point> {
    let windows = losses.windows(WINDOW).enumerate();
    windows.map(|(i, window)| ((i + WINDOW) as f64, mean(window))).collect()
}

/// The running means at some steps, as a sentence says them.
fn means_at(losses: &[f64], steps: &[usize]) -> String {
    let at = |&step: &usize| {
        let mean = mean(&losses[step - WINDOW..step]);
        format!("{} at step {}", decimal(mean, 2), count(step))
    };
    list(&steps.iter().map(at).collect::<Vec<_>>())
}

/// The field of all pictures of losses.
fn field(drawing: &mut Drawing, from: f64, to: f64, ticks: &[f64]) -> Plot {
    let (x, y) = (Scale::linear(0.0, 1000.0), Scale::linear(from, to));
    let plot = Plot { corner: (46.0, 40.0), size: (526.0, 300.0), x, y };
    let steps = [0_u16, 250, 500, 750, 1000]
        .map(|step| (f64::from(step), count(step.into())));
    plot.x_axis(drawing, "step", &steps);
    let places = usize::from(ticks.iter().any(|tick| tick.fract() != 0.0));
    plot.y_axis(drawing, "loss in nats", &marks(ticks, places));
    plot
}

fn curve(drawing: &mut Drawing, plot: &Plot, points: &[Point], pen: Pen) {
    drawing.path(points.iter().map(|&(x, y)| plot.at(x, y)), pen);
}

/// The dashed line of guessing evenly, with its name above it.
fn guessing(drawing: &mut Drawing, plot: &Plot, name_at: f64) {
    let evenly = libm::log(27.0);
    curve(drawing, plot, &[(0.0, evenly), (1000.0, evenly)], DASHED);
    let text = format!("guessing evenly: ln 27 = {}", decimal(evenly, 2));
    let (x, y) = plot.at(1000.0, name_at);
    drawing.text(Label::new((x, y), text).end());
}

/// All losses as dots, and their running mean.
fn losses(
    name: &'static str,
    title: &str,
    rule: &str,
    losses: &[f64],
) -> Picture {
    let mut drawing = Drawing::new(396.0);
    let ticks = [1.0, 2.0, 3.0, 4.0];
    let plot = field(&mut drawing, 1.0, 4.5, &ticks);
    let dots = losses.iter().zip(1..);
    drawing.dots(dots.map(|(&loss, step)| plot.at(f64::from(step), loss)));
    guessing(&mut drawing, &plot, 4.3);
    drawing.line(plot.at(820.0, 4.15), plot.at(820.0, 3.34), THIN);
    let means = running_mean(losses);
    curve(&mut drawing, &plot, &means, STRONG.accent());
    let text = format!("mean of the last {WINDOW}");
    let label = Label::new(plot.at(820.0, 1.25), text);
    drawing.text(label.middle().accent());
    drawing.line(plot.at(820.0, 1.4), plot.at(820.0, 2.15), THIN);
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let most = losses.iter().copied().fold(0.0, f64::max);
    let description = format!(
        "{rule} A dot for each step from 1 to {}: its loss lies between {} \
         and {}, and jumps, since each step reads the next name. The line is \
         the mean of the last {WINDOW} losses: {}. A dashed line marks the \
         loss of guessing evenly, ln 27 = {}.",
        count(losses.len()),
        decimal(least, 2),
        decimal(most, 2),
        means_at(losses, &[50, 100, 250, 500, 750, 1000]),
        decimal(libm::log(27.0), 2),
    );
    Picture::new(name, title, description, drawing)
}

/// The losses of gradient descent.
pub(super) fn sgd(study: &Study) -> Picture {
    let title = "The 1,000 losses of gradient descent, and their running mean";
    let rule = "Stochastic gradient descent, learning rate from 0.5 to 0.";
    losses("sgd", title, rule, &study.sgd)
}

/// The losses of the run.
pub(super) fn loss(study: &Study) -> Picture {
    let title = "The 1,000 losses of the run, and their running mean";
    let rule = "Adam, learning rate from 0.01 to 0.";
    losses("loss", title, rule, &study.adam)
}

/// Both running means.
pub(super) fn sgd_adam(study: &Study) -> Picture {
    let mut drawing = Drawing::new(396.0);
    let ticks = [2.0, 2.5, 3.0];
    let plot = field(&mut drawing, 2.0, 3.5, &ticks);
    guessing(&mut drawing, &plot, 3.37);
    let [sgd, adam] = [&study.sgd, &study.adam].map(|run| running_mean(run));
    curve(&mut drawing, &plot, &sgd, Pen::new(2.0).dashes("2 3"));
    curve(&mut drawing, &plot, &adam, STRONG.accent());
    let (x, y) = plot.at(190.0, 2.82);
    drawing.text(Label::new((x, y), "SGD, learning rate 0.5"));
    let (x, y) = plot.at(190.0, 2.25);
    drawing.text(Label::new((x, y), "Adam, learning rate 0.01").accent());
    let steps = [50, 100, 250, 500, 750, 1000];
    let above = sgd.iter().zip(&adam).filter(|(sgd, adam)| sgd.1 > adam.1);
    let description = format!(
        "The mean of the last {WINDOW} losses. SGD, dotted, learning rate \
         from 0.5 to 0: {}. Adam, solid, learning rate from 0.01 to 0: {}. \
         Adam's mean is the lower one at {} of {} steps. Both read the same \
         names, so both lines rise and fall together.",
        means_at(&study.sgd, &steps),
        means_at(&study.adam, &steps),
        above.count(),
        sgd.len(),
    );
    let title = "The running means of the losses of SGD and of Adam";
    Picture::new("sgd_adam", title, description, drawing)
}

/// What the first page promises: the running mean alone.
pub(super) fn welcome(study: &Study) -> Picture {
    let mut drawing = Drawing::new(396.0);
    let plot = field(&mut drawing, 2.0, 3.5, &[2.0, 2.5, 3.0]);
    guessing(&mut drawing, &plot, 3.37);
    let means = running_mean(&study.adam);
    curve(&mut drawing, &plot, &means, STRONG.accent());
    let description = format!(
        "The mean of the last {WINDOW} losses while the model learns: {}. A \
         dashed line marks the loss of guessing evenly, ln 27 = {}.",
        means_at(&study.adam, &[50, 100, 250, 500, 750, 1000]),
        decimal(libm::log(27.0), 2),
    );
    let title = "How wrong the model is, while it learns from 1,000 names";
    Picture::new("welcome", title, description, drawing)
}
