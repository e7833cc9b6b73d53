//! Charts: two axes, and the place of each pair of numbers between them.

use crate::draw::{Drawing, Label, Point, THIN};

/// What numbers an axis shows.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// Equal distances are equal differences.
    pub fn linear(from: f64, to: f64) -> Self {
        Self { from, to, logarithmic: false }
    }

    /// Equal distances are equal ratios.
    pub fn logarithmic(from: f64, to: f64) -> Self {
        Self { from, to, logarithmic: true }
    }

    /// Where a number is: 0 at the beginning of the axis, 1 at its end.
    pub fn place(self, x: f64) -> f64 {
        let Self { from, to, logarithmic } = self;
        if logarithmic {
            libm::log(x / from) / libm::log(to / from)
        } else {
            (x - from) / (to - from)
        }
    }
}

/// A chart in a picture.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// The upper left corner of the field.
    pub corner: Point,
    /// The width and height of the field.
    pub size: Point,
    /// What is told to the right.
    pub x: Scale,
    /// What is told upward.
    pub y: Scale,
}

impl Plot {
    /// The place of a pair of numbers.
    pub fn at(&self, x: f64, y: f64) -> Point {
        let right = self.x.place(x) * self.size.0;
        let up = self.y.place(y) * self.size.1;
        (self.corner.0 + right, self.corner.1 + self.size.1 - up)
    }

    /// The lower end of the field.
    pub fn floor(&self) -> f64 {
        self.corner.1 + self.size.1
    }

    /// The right end of the field.
    pub fn right(&self) -> f64 {
        self.corner.0 + self.size.0
    }

    /// An axis below, with what it tells at its right end.
    pub fn x_axis(
        &self,
        drawing: &mut Drawing,
        title: &str,
        marks: &[(f64, String)],
    ) {
        let floor = self.floor();
        let (left, right) = (self.corner.0, self.right());
        drawing.line((left, floor), (right, floor), THIN);
        for (x, text) in marks {
            let x = left + self.x.place(*x) * self.size.0;
            drawing.line((x, floor), (x, floor + 5.0), THIN);
            let label = Label::new((x, floor + 18.0), text);
            drawing.text(label.small().middle());
        }
        let label = Label::new((right, floor + 42.0), title);
        drawing.text(label.small().end());
    }

    /// An axis at the left, with what it tells above its upper end.
    pub fn y_axis(
        &self,
        drawing: &mut Drawing,
        title: &str,
        marks: &[(f64, String)],
    ) {
        let (left, top) = self.corner;
        drawing.line((left, top), (left, self.floor()), THIN);
        for (y, text) in marks {
            let y = self.floor() - self.y.place(*y) * self.size.1;
            drawing.line((left - 5.0, y), (left, y), THIN);
            drawing.text(Label::new((left - 9.0, y), text).small().end());
        }
        drawing.text(Label::new((0.0, top - 22.0), title).small());
    }
}

/// Marks for an axis, each with its number.
pub fn marks(numbers: &[f64], places: usize) -> Vec<(f64, String)> {
    let mark = |&x: &f64| (x, decimal(x, places));
    numbers.iter().map(mark).collect()
}

/// A number with so many places after the point, and a real minus sign.
pub fn decimal(x: f64, places: usize) -> String {
    let digits = format!("{:.places$}", x.abs());
    let zero = digits.trim_start_matches(['0', '.']).is_empty();
    if x < 0.0 && !zero { format!("−{digits}") } else { digits }
}

/// A whole number with a comma before each three digits.
pub fn count(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as percent.
pub fn percent(share: f64, places: usize) -> String {
    format!("{:.places$} %", 100.0 * share)
}

/// Things in a sentence: "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_its_ends_at_0_and_1() {
        for scale in [Scale::linear(2.0, 200.0), Scale::logarithmic(2.0, 200.0)]
        {
            assert_eq!([scale.place(2.0), scale.place(200.0)], [0.0, 1.0]);
        }
        let middle = Scale::logarithmic(2.0, 200.0).place(20.0);
        assert!((middle - 0.5).abs() < 1e-15);
    }

    #[test]
    fn a_plot_goes_to_the_right_and_up() {
        let (x, y) = (Scale::linear(0.0, 10.0), Scale::linear(0.0, 1.0));
        let plot = Plot { corner: (50.0, 20.0), size: (100.0, 40.0), x, y };
        assert_eq!(plot.at(0.0, 0.0), (50.0, 60.0));
        assert_eq!(plot.at(10.0, 1.0), (150.0, 20.0));
    }

    #[test]
    fn numbers_are_written_for_readers() {
        assert_eq!(decimal(-2.0, 1), "−2.0");
        assert_eq!(decimal(-0.004, 2), "0.00");
        assert_eq!(
            [1, 1234, 1_234_567].map(count),
            ["1", "1,234", "1,234,567"]
        );
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!(list(&items), "a, b and c");
    }
}
