//! The progress bar.

use std::collections::VecDeque;
use std::fmt::Write;

use indicatif::{
    ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState,
    ProgressStyle,
};

use microgpt::training::Step;

use crate::options::Style;

/// How many losses go into the mean on the screen: a single one jumps.
const RECENT: usize = 100;

/// A bar that shows only on a terminal, and disappears when training ends.
pub struct Progress {
    bar: ProgressBar,
    recent: VecDeque<f64>,
}

impl Progress {
    /// Begins a bar with `first` of `steps` steps already taken.
    pub fn new(first: usize, steps: usize, style: Style) -> Self {
        let hidden = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(Some(steps as u64), hidden);
        let bar = bar.with_style(look()).with_finish(ProgressFinish::AndClear);
        // The steps of an earlier run must not count toward this one's speed.
        bar.set_position(first as u64);
        bar.reset_eta();
        if style == Style::Plain {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Self { bar, recent: VecDeque::with_capacity(RECENT) }
    }

    /// Shows a step, and the mean of the last losses.
    pub fn show(&mut self, Step { number, loss }: Step) {
        if self.bar.is_hidden() {
            return;
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(loss);
        let sum: f64 = self.recent.iter().sum();
        let mean = sum / self.recent.len() as f64;
        self.bar.set_message(format!("loss {mean:.4}"));
        self.bar.set_position(number as u64);
    }

    /// Takes the bar away while something else may print to stderr.
    pub fn suspend(&self, work: impl FnOnce()) {
        self.bar.suspend(work);
    }
}

/// Returns what the bar looks like.
fn look() -> ProgressStyle {
    let template = "{wide_bar} {pos}/{len}  {msg}  {rate}  {eta} left";
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", |state: &ProgressState, text: &mut dyn Write| {
            let _ = write!(text, "{:.0} steps/s", state.per_sec());
        })
}
