// ANCHOR: constants
//! Adam with one division per weight.

use std::iter::zip;

use pulp::{Arch, NullaryFnOnce};

use crate::adam::{BETA1, BETA2, EPSILON};
use crate::training::Optimizer;

/// The constants of one step of Adam.
#[derive(Clone, Copy, Debug)]
struct Constants {
    /// The learning rate, divided by how much m has of its full size.
    rate: f64,
    /// 1 divided by how much v has of its full size.
    v_scale: f64,
}
// ANCHOR_END: constants

// ANCHOR: kernel
/// Takes one step of Adam, with one division and one square root per weight.
///
/// All four lists have a number for each weight.
#[inline(always)]
fn adam(
    params: &mut [f64],
    gradients: &[f64],
    m: &mut [f64],
    v: &mut [f64],
    step: Constants,
) {
    debug_assert_eq!([gradients.len(), m.len(), v.len()], [params.len(); 3]);
    for ((p, g), (m, v)) in zip(zip(params, gradients), zip(m, v)) {
        *m = BETA1 * *m + (1.0 - BETA1) * g;
        *v = BETA2 * *v + (1.0 - BETA2) * g * g;
        *p -= step.rate * *m / ((*v * step.v_scale).sqrt() + EPSILON);
    }
}
// ANCHOR_END: kernel

// ANCHOR: fast_adam
/// [`Adam`](crate::adam::Adam) with one division per weight instead of three.
#[derive(Clone, Debug)]
pub struct FastAdam {
    arch: Arch,
    steps: usize,
    m: Vec<f64>, // one for each weight
    v: Vec<f64>, // one for each weight
}

impl Default for FastAdam {
    fn default() -> Self {
        Self { arch: Arch::new(), steps: 0, m: Vec::new(), v: Vec::new() }
    }
}

impl FastAdam {
    /// Uses only instructions that every processor has.
    pub fn plain(mut self) -> Self {
        self.arch = Arch::Scalar;
        self
    }
}
// ANCHOR_END: fast_adam

// ANCHOR: update
/// A step of Adam, compiled for each kind of processor.
struct Update<'u> {
    params: &'u mut [f64],
    gradients: &'u [f64],
    m: &'u mut [f64],
    v: &'u mut [f64],
    step: Constants,
}

impl NullaryFnOnce for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        adam(self.params, self.gradients, self.m, self.v, self.step);
    }
}
// ANCHOR_END: update

// ANCHOR: step
impl Optimizer for FastAdam {
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    ) {
        self.steps += 1;
        self.m.resize(params.len(), 0.0);
        self.v.resize(params.len(), 0.0);
        let t = self.steps as f64;
        let step = Constants {
            rate: learning_rate / (1.0 - libm::pow(BETA1, t)),
            v_scale: 1.0 / (1.0 - libm::pow(BETA2, t)),
        };
        let (m, v) = (&mut self.m[..], &mut self.v[..]);
        self.arch.dispatch(Update { params, gradients, m, v, step });
    }
}
// ANCHOR_END: step

// ANCHOR: exchange
impl From<crate::adam::Adam> for FastAdam {
    fn from(adam: crate::adam::Adam) -> Self {
        let (steps, m, v) = (adam.steps(), adam.m().into(), adam.v().into());
        Self { steps, m, v, ..Self::default() }
    }
}

impl From<FastAdam> for crate::adam::Adam {
    fn from(fast: FastAdam) -> Self {
        Self::resume(fast.steps, fast.m, fast.v)
    }
}
// ANCHOR_END: exchange
