// ANCHOR: constants
//! Adam with one division per weight.

use std::iter::zip;

use pulp::{Arch, NullaryFnOnce};

use crate::adam::Adam;
use crate::training::Optimizer;

/// What one step of Adam multiplies by.
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
/// All lists have a number for each weight.
#[inline(always)]
fn update(
    adam: &mut Adam,
    params: &mut [f64],
    gradients: &[f64],
    step: Constants,
) {
    let &mut Adam { beta1, beta2, epsilon, .. } = adam;
    let (m, v) = (&mut adam.m[..], &mut adam.v[..]);
    debug_assert_eq!([gradients.len(), m.len(), v.len()], [params.len(); 3]);
    for ((p, g), (m, v)) in zip(zip(params, gradients), zip(m, v)) {
        *m = beta1 * *m + (1.0 - beta1) * g;
        *v = beta2 * *v + (1.0 - beta2) * g * g;
        *p -= step.rate * *m / ((*v * step.v_scale).sqrt() + epsilon);
    }
}
// ANCHOR_END: kernel

// ANCHOR: fast_adam
/// [`Adam`] with one division per weight instead of three.
#[derive(Clone, Debug)]
pub struct FastAdam {
    arch: Arch,
    adam: Adam,
}

impl From<Adam> for FastAdam {
    fn from(adam: Adam) -> Self {
        Self { arch: Arch::new(), adam }
    }
}

impl Default for FastAdam {
    fn default() -> Self {
        Self::from(Adam::default())
    }
}
// ANCHOR_END: fast_adam

// ANCHOR: exchange
impl FastAdam {
    /// Uses only instructions that every processor has.
    pub fn plain(mut self) -> Self {
        self.arch = Arch::Scalar;
        self
    }
}

impl From<FastAdam> for Adam {
    fn from(fast: FastAdam) -> Self {
        fast.adam
    }
}

impl AsRef<Adam> for FastAdam {
    fn as_ref(&self) -> &Adam {
        &self.adam
    }
}
// ANCHOR_END: exchange

// ANCHOR: update
/// A step of Adam, compiled for each kind of processor.
struct Update<'u> {
    adam: &'u mut Adam,
    params: &'u mut [f64],
    gradients: &'u [f64],
    step: Constants,
}

impl NullaryFnOnce for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        update(self.adam, self.params, self.gradients, self.step);
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
        let adam = &mut self.adam;
        adam.begin_step(params.len());
        let [m_correction, v_correction] = adam.corrections();
        let step = Constants {
            rate: learning_rate / m_correction,
            v_scale: 1.0 / v_correction,
        };
        self.arch.dispatch(Update { adam, params, gradients, step });
    }
}
// ANCHOR_END: step
