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

/// The first step's size, and the fall of the learning rate.
pub(super) fn first_step_and_fall() -> Picture {
    let mut drawing = Drawing::new(366.0);
    let schedule = Schedule::default();
    let x = Scale::logarithmic(1e-4, 1e2);
    let y = Scale::logarithmic(1e-6, 1.0);
    let plot = Plot { corner: (52.0, 40.0), size: (226.0, 270.0), x, y };
    let power = |exponent: i32, text: &str| {
        (libm::pow(10.0, f64::from(exponent)), text.to_owned())
    };
    let gradients =
        [power(-4, "10⁻⁴"), power(-2, "10⁻²"), power(0, "1"), power(2, "100")];
    plot.x_axis(&mut drawing, "size of the gradient", &gradients);
    let sizes = [
        power(-6, "10⁻⁶"),
        power(-4, "10⁻⁴"),
        power(-2, "0.01"),
        power(0, "1"),
    ];
    plot.y_axis(&mut drawing, "size of the first step", &sizes);
    let powers = (-16..=8).map(|i| libm::pow(10.0, f64::from(i) / 4.0));
    let sgd = powers.clone().map(|g| plot.at(g, first_step(Sgd, g)));
    drawing.path(sgd, Pen::new(2.0).dashes("7 5"));
    let adam = powers.map(|g| plot.at(g, first_step(Adam::default(), g)));
    drawing.path(adam, STRONG.accent());
    let label = Label::new(plot.at(2.5e-4, 3.2e-2), "Adam");
    drawing.text(label.accent());
    drawing.text(Label::new(plot.at(1.2e-1, 1.6e-4), "SGD"));

    let steps = [0, 500, 1000].map(|step| {
        (f64::from(step), count(usize::try_from(step).unwrap_or_default()))
    });
    let x = Scale::linear(0.0, schedule.steps as f64);
    let y = Scale::linear(0.0, schedule.learning_rate);
    let fall = Plot { corner: (362.0, 40.0), size: (210.0, 270.0), x, y };
    fall.x_axis(&mut drawing, "step", &steps);
    fall.y_axis(&mut drawing, "", &marks(&[0.0, 0.005, 0.01], 3));
    drawing.text(Label::new((362.0 - 52.0, 18.0), "learning rate").small());
    let rates = (0..schedule.steps).step_by(111);
    let rates = rates.map(|step| fall.at(step as f64, schedule.at(step)));
    drawing.path(rates, STRONG.accent());

    let examples = [1e-4, 1e-2, 1.0, 1e2].map(|gradient| {
        let sgd = first_step(Sgd, gradient);
        let adam = first_step(Adam::default(), gradient);
        let (sgd, adam) = (decimal(sgd, 6), decimal(adam, 6));
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
