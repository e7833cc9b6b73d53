//! How far Adam goes.

use microgpt::adam::Adam;
use microgpt::training::{Optimizer, Schedule, Sgd};

use super::Picture;
use crate::draw::{Drawing, Label, Pen, STRONG};
use crate::plot::{Plot, Scale, count, decimal, list, marks};

/// The size of an optimizer's first step for a gradient.
fn first_step(mut optimizer: impl Optimizer, gradient: f64) -> f64 {
    let mut params = [0.0];
    optimizer.step(Schedule::default().learning_rate, &mut params, &[gradient]);
    params[0].abs()
}

/// Powers of ten as marks of an axis.
fn powers(marks: [(i32, &str); 4]) -> [(f64, String); 4] {
    marks.map(|(exponent, text)| {
        (libm::pow(10.0, f64::from(exponent)), text.to_owned())
    })
}

/// The size of the first step against the size of the gradient.
fn draw_first_step(drawing: &mut Drawing) {
    let x = Scale::logarithmic(1e-4, 1e2);
    let y = Scale::logarithmic(1e-6, 1.0);
    let plot = Plot { corner: (52.0, 40.0), size: (226.0, 270.0), x, y };
    let marks = powers([(-4, "10⁻⁴"), (-2, "10⁻²"), (0, "1"), (2, "100")]);
    plot.x_axis(drawing, "size of the gradient", &marks);
    let marks = powers([(-6, "10⁻⁶"), (-4, "10⁻⁴"), (-2, "0.01"), (0, "1")]);
    plot.y_axis(drawing, "size of the first step", &marks);
    let gradients = (-16..=8).map(|i| libm::pow(10.0, f64::from(i) / 4.0));
    let sgd = gradients.clone().map(|g| plot.at(g, first_step(Sgd, g)));
    drawing.path(sgd, Pen::new(2.0).dashes("7 5"));
    let adam = gradients.map(|g| plot.at(g, first_step(Adam::default(), g)));
    drawing.path(adam, STRONG.accent());
    let label = Label::new(plot.at(2.5e-4, 3.2e-2), "Adam");
    drawing.text(label.accent());
    drawing.text(Label::new(plot.at(1.2e-1, 1.6e-4), "SGD"));
}

/// The learning rate from step to step.
fn draw_fall(drawing: &mut Drawing, schedule: &Schedule) {
    let x = Scale::linear(0.0, schedule.steps as f64);
    let y = Scale::linear(0.0, schedule.learning_rate);
    let plot = Plot { corner: (362.0, 40.0), size: (210.0, 270.0), x, y };
    let steps = [0, schedule.steps / 2, schedule.steps];
    let steps = steps.map(|step| (step as f64, count(step)));
    plot.x_axis(drawing, "step", &steps);
    plot.y_axis(drawing, "", &marks(&[0.0, 0.005, 0.01], 3));
    drawing.text(Label::new((310.0, 18.0), "learning rate").small());
    let rates = (0..schedule.steps).step_by(111);
    let rates = rates.map(|step| plot.at(step as f64, schedule.at(step)));
    drawing.path(rates, STRONG.accent());
}

/// The first step's size, and the fall of the learning rate.
pub(super) fn first_step_and_fall() -> Picture {
    let schedule = Schedule::default();
    let mut drawing = Drawing::new(366.0);
    draw_first_step(&mut drawing);
    draw_fall(&mut drawing, &schedule);
    let examples = [1e-4, 1e-2, 1.0, 1e2].map(|gradient| {
        let sgd = decimal(first_step(Sgd, gradient), 6);
        let adam = decimal(first_step(Adam::default(), gradient), 6);
        format!("{gradient}: SGD {sgd}, Adam {adam}")
    });
    let rates = [0, 250, 500, 750, 999].map(|step| {
        format!("{} at step {step}", decimal(schedule.at(step), 5))
    });
    let description = format!(
        "Two charts. At the left, on logarithmic axes, the size of the first \
         step against the size of the gradient, both with the learning rate \
         {}: for SGD a slanted dashed line, for Adam a flat one. By gradient: \
         {}. At the right the learning rate, a straight line down: {}, \
         counted from 0.",
        schedule.learning_rate,
        examples.join("; "),
        list(&rates),
    );
    let title = "The size of the first step for each size of the gradient, \
                 and the fall of the learning rate";
    Picture::new("first_step", title, description, drawing)
}
