//! The record of a run's losses: a list, a plot, and lines of JSON.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use microgpt::training::Step;
use plotters::prelude::*;
use serde_json::json;

use crate::failure::Failure;
use crate::files::{WholeFile, create};
use crate::options::{Output, Style};

/// Takes each loss to every place that was asked for.
pub struct Record<'t> {
    output: &'t Output,
    losses: Option<Losses>,
    curve: Option<Curve>,
    last: Option<f64>,
}

impl<'t> Record<'t> {
    /// Begins the files that were asked for.
    pub fn new(output: &'t Output, steps: usize) -> Result<Self, Failure> {
        let begin = |path: &Option<_>| path.as_deref().map(create).transpose();
        let losses = begin(&output.losses)?;
        let losses = losses.map(|file| Losses { file, written: Ok(()) });
        let curve = begin(&output.plot)?;
        let curve = curve.map(|file| Curve::new(file, steps));
        Ok(Self { output, losses, curve, last: None })
    }

    /// Adds the loss of a step.
    pub fn add(
        &mut self,
        Step { number, loss }: Step,
        out: &mut impl Write,
    ) -> io::Result<()> {
        self.last = Some(loss);
        if let Some(losses) = &mut self.losses {
            losses.add(loss);
        }
        if let Some(curve) = &mut self.curve {
            curve.add(number, loss);
        }
        if self.output.style() == Style::Json {
            writeln!(out, "{}", json!({ "step": number, "loss": loss }))?;
        }
        Ok(())
    }

    /// Returns the last loss, unless no step was taken.
    pub fn last(&self) -> Option<f64> {
        self.last
    }

    /// Moves the list and the plot into place; each of them, even if the other
    /// fails.
    pub fn finish(&mut self) -> Result<(), Failure> {
        let Output { losses, plot, .. } = self.output;
        let failed = |path: &'t Option<_>| {
            Failure::in_writing(path.as_deref().unwrap_or(Path::new("")))
        };
        let list = self.losses.take().map_or(Ok(()), Losses::finish);
        let curve = self.curve.take().map_or(Ok(()), Curve::draw);
        list.map_err(failed(losses)).and(curve.map_err(failed(plot)))
    }
}

/// The losses of a run, one per line.
struct Losses {
    file: WholeFile,
    written: io::Result<()>,
}

impl Losses {
    /// Adds one. If the disk is full, the list ends and training continues.
    fn add(&mut self, loss: f64) {
        if self.written.is_ok() {
            self.written = writeln!(self.file, "{loss}");
        }
    }

    fn finish(self) -> io::Result<()> {
        self.written?;
        self.file.finish()
    }
}

/// The losses of a run in a plot: a million points don't fit, so it shows the
/// mean of each hundredth of the steps.
struct Curve {
    file: WholeFile,
    steps: usize,
    /// The sum and the count of the losses of each hundredth.
    sums: Vec<[f64; 2]>,
}

impl Curve {
    fn new(file: WholeFile, steps: usize) -> Self {
        Self { file, steps, sums: vec![[0.0, 0.0]; steps.min(100)] }
    }

    fn add(&mut self, step: usize, loss: f64) {
        let places = self.sums.len() as u128;
        let place = (step as u128 - 1) * places / self.steps as u128;
        let [sum, count] = &mut self.sums[place as usize];
        *sum += loss;
        *count += 1.0;
    }

    /// Returns the points of the curve: steps and mean losses.
    fn points(&self) -> Vec<(f64, f64)> {
        let width = self.steps as f64 / self.sums.len() as f64;
        let points = self.sums.iter().enumerate();
        // A resumed run has none at the beginning.
        let points = points.filter(|(_, [_, count])| *count > 0.0);
        points
            .map(|(place, [sum, count])| {
                ((place as f64 + 0.5) * width, sum / count)
            })
            .collect()
    }

    /// Returns the plot as SVG.
    fn svg(&self) -> Result<String, Box<dyn Error>> {
        let mut svg = String::new();
        let points = self.points();
        let top = points.iter().map(|point| point.1).fold(0.0, f64::max);
        let area = SVGBackend::with_string(&mut svg, (800, 500));
        let area = area.into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(20)
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d(0.0..self.steps as f64, 0.0..1.05 * top)?;
        let mut mesh = chart.configure_mesh();
        let mesh = mesh.x_desc("step").y_desc("mean loss");
        mesh.light_line_style(WHITE).x_label_formatter(&f64::to_string);
        mesh.draw()?;
        chart.draw_series(LineSeries::new(points, BLUE.stroke_width(2)))?;
        area.present()?;
        drop((chart, area));
        Ok(svg)
    }

    /// Draws the plot in its file.
    fn draw(mut self) -> io::Result<()> {
        let svg = self.svg();
        let svg = svg.map_err(|error| io::Error::other(error.to_string()))?;
        self.file.write_all(svg.as_bytes())?;
        self.file.finish()
    }
}
