//! How the time of a fast step grows with the sizes, and what the limit is.
#![allow(clippy::inline_always)] // else nothing is compiled for the processor

use std::hint::black_box;

use microgpt::chance::Chance;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::{Config, Gpt};
use microgpt::training::Schedule;
use pulp::{Arch, NullaryFnOnce};

use crate::measure::{RUNS, median, seconds};
use crate::report::Report;
use crate::{in_turns, training};

/// A table for each size that can grow; the others stay microgpt.py's.
pub fn tables(report: &mut Report, texts: &[Vec<usize>]) {
    let peak = peak();
    report.line("");
    let name = "measured peak, f64 multiply, then add, one core";
    report.line(&format!("{name:<50}{:>10.2} GFLOP/s", peak / 1e9));
    let base = Config::default();
    let names = |size, config| Case { size, config, texts: texts.to_vec() };
    let widths = [16, 32, 64, 128]
        .map(|n_embd| names(n_embd, Config { n_embd, ..base }));
    table(report, peak, "n_embd", &widths);
    let depths =
        [1, 2, 4].map(|n_layer| names(n_layer, Config { n_layer, ..base }));
    table(report, peak, "n_layer", &depths);
    let blocks = [16, 32, 64, 128]
        .map(|block_size| names(block_size, Config { block_size, ..base }));
    table(report, peak, "block_size", &blocks);
    let letters = texts.concat();
    let lengths = [4, 8, 16, 32].map(|size| Case {
        size,
        config: Config { block_size: 32, ..base },
        texts: letters.chunks_exact(size + 1).map(<[_]>::to_vec).collect(),
    });
    table(report, peak, "tokens", &lengths);
}

/// One of the sizes to compare.
struct Case {
    size: usize,
    config: Config,
    texts: Vec<Vec<usize>>,
}

impl Case {
    /// The floating-point operations of a step, averaged over the texts.
    ///
    /// A token is multiplied by all matrices: 12 n² weights in each layer and
    /// vocab × n at the end. The t-th token looks at t tokens, with n products
    /// for the scores and n for the values in each layer. A product and its
    /// sum are two operations, and the way back does all of them twice: once
    /// for the inputs, once for the weights. Adam takes 13 operations a
    /// weight: 3 for m, 4 for v, 6 for the weight, with its square root and
    /// its division counted as one each. Norms, softmax and relu don't count.
    fn operations(&self) -> usize {
        let Config { vocab_size, n_embd, n_layer, block_size, .. } =
            self.config;
        let products = self.texts.iter().map(|text| {
            let tokens = (text.len() - 1).min(block_size);
            let matrices = 12 * n_layer * n_embd + vocab_size;
            let seen = tokens * (tokens + 1) / 2;
            n_embd * (tokens * matrices + 2 * n_layer * seen)
        });
        let products = products.sum::<usize>() / self.texts.len();
        let weights = self.config.num_params();
        (2 + 4) * products + 13 * weights
    }

    /// The seconds of a step, from a run of some 20 ms.
    fn seconds(&self) -> f64 {
        let steps = 200_000_000 / self.operations();
        let schedule = Schedule { steps, batch: 1, learning_rate: 1e-3 };
        let chance = &mut Chance::seeded(42);
        let model = Gpt::new(self.config, chance);
        let mut fast = Fast::new(self.config);
        let (adam, texts) = (FastAdam::default(), &self.texts);
        let seconds = training(&model, &mut fast, adam, texts, schedule);
        seconds / steps as f64
    }
}

/// Time and operations of each case, and how they grow.
fn table<const N: usize>(
    report: &mut Report,
    peak: f64,
    name: &str,
    cases: &[Case; N],
) {
    let units = ["µs a step", "kFLOP", "GFLOP/s", "of peak"];
    let [time, work, speed, share] = units;
    report.line("");
    let units = format!("{time:>14}{work:>12}{speed:>13}{share:>15}");
    report.line(&format!("{name:<24}{units}"));
    let (mut times, mut works) = (Vec::new(), Vec::new());
    let mut runs = cases.each_ref().map(|case| || case.seconds());
    let seconds = in_turns(runs.each_mut().map(|run| run as _));
    for (case, seconds) in cases.iter().zip(seconds) {
        let operations = case.operations() as f64;
        let seconds = median(&seconds);
        let speed = operations / seconds;
        report.line(&format!(
            "{:>10}{:>28.2}{:>12.0}{:>13.2}{:>13.0} %",
            case.size,
            seconds * 1e6,
            operations / 1e3,
            speed / 1e9,
            speed / peak * 100.0
        ));
        times.push((case.size as f64, seconds));
        works.push((case.size as f64, operations));
    }
    let [time, work] = [times, works].map(|points| exponent(&points));
    let grow = format!("the time grows as {name}^{time:.2}");
    report.line(&format!("  {grow}, the operations as {name}^{work:.2}"));
}

/// The slope of the straight line that fits best in log-log coordinates.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs = points.iter().map(|(x, y)| (x.ln(), y.ln()));
    let count = points.len() as f64;
    let (x_sum, y_sum) =
        logs.clone().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (x_mean, y_mean) = (x_sum / count, y_sum / count);
    let covariance = logs.clone().map(|(x, y)| (x - x_mean) * (y - y_mean));
    let variance = logs.map(|(x, _)| (x - x_mean).powi(2));
    covariance.sum::<f64>() / variance.sum::<f64>()
}

/// N chains of x → a x + b that do not wait for each other.
struct Chains<const N: usize>;

/// How many links a chain has.
const LINKS: usize = 200_000;

impl<const N: usize> NullaryFnOnce for Chains<N> {
    type Output = [f64; N];

    #[inline(always)]
    fn call(self) -> [f64; N] {
        let [a, b] = black_box([0.5, 0.5]);
        let mut chains = black_box([0.0; N]);
        for _ in 0..LINKS {
            for x in &mut chains {
                *x = *x * a + b;
            }
        }
        chains
    }
}

impl<const N: usize> Chains<N> {
    /// The operations a second of the fastest run.
    fn speed() -> f64 {
        let runs = (0..RUNS).map(|_| seconds(|| Arch::new().dispatch(Self)));
        (2 * N * LINKS) as f64 / runs.fold(f64::INFINITY, f64::min)
    }
}

/// The operations a second that one core can do, as measured.
///
/// The engine multiplies, then adds (fused, the bits would differ between
/// machines), so the peak does too, with instructions chosen as the engine
/// chooses them: in twelve registers of two, of four or of eight numbers,
/// whichever is fastest. Twelve, because a chain's two operations take six to
/// eight cycles, and a processor begins one or two of each in a cycle.
fn peak() -> f64 {
    [Chains::<24>::speed(), Chains::<48>::speed(), Chains::<96>::speed()]
        .into_iter()
        .fold(0.0, f64::max)
}
