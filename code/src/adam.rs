// ANCHOR: constants
//! Adam: steps that do not depend on the size of the gradient.

use std::iter::zip;

use crate::training::Optimizer;

/// How much of the mean gradient is kept from step to step.
pub const BETA1: f64 = 0.85;
/// How much of the mean squared gradient is kept from step to step.
pub const BETA2: f64 = 0.99;
/// Keeps the division finite for a weight that never had a gradient.
pub const EPSILON: f64 = 1e-8;
// ANCHOR_END: constants

// ANCHOR: adam
/// Divides each weight's mean gradient by its usual size.
///
/// Kingma & Ba, *Adam: A Method for Stochastic Optimization*, 2015.
///
/// ```
/// use microgpt::{adam::Adam, training::Optimizer};
///
/// let mut params = [0.0, 0.0];
/// Adam::default().step(0.01, &mut params, &[1e-3, -1e3]);
/// // the first step is the learning rate, whatever the gradient
/// assert!((params[0] + 0.01).abs() < 1e-6);
/// assert!((params[1] - 0.01).abs() < 1e-6);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adam {
    steps: usize,
    m: Vec<f64>,
    v: Vec<f64>,
}
// ANCHOR_END: adam

// ANCHOR: moments
impl Adam {
    /// For each weight, the running mean of its gradient.
    pub fn m(&self) -> &[f64] {
        &self.m
    }

    /// For each weight, the running mean of its squared gradient.
    pub fn v(&self) -> &[f64] {
        &self.v
    }

    /// How much of its full size each mean has by now: 1 - βᵗ.
    pub fn corrections(&self) -> [f64; 2] {
        let t = self.steps as f64;
        [BETA1, BETA2].map(|beta| 1.0 - libm::pow(beta, t))
    }
}
// ANCHOR_END: moments

// ANCHOR: corrected
impl Adam {
    /// m̂ and v̂ of a weight: both means at full size.
    pub fn corrected(&self, weight: usize) -> Option<[f64; 2]> {
        let [m_correction, v_correction] = self.corrections();
        let m = self.m.get(weight)?;
        let v = self.v.get(weight)?;
        Some([m / m_correction, v / v_correction])
    }
}
// ANCHOR_END: corrected

// ANCHOR: step
impl Optimizer for Adam {
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    ) {
        self.steps += 1;
        self.m.resize(params.len(), 0.0);
        self.v.resize(params.len(), 0.0);
        let [m_correction, v_correction] = self.corrections();
        let moments = zip(&mut self.m, &mut self.v);
        for ((p, g), (m, v)) in zip(params, gradients).zip(moments) {
            *m = BETA1 * *m + (1.0 - BETA1) * g;
            *v = BETA2 * *v + (1.0 - BETA2) * g * g;
            let m_hat = *m / m_correction;
            let v_hat = *v / v_correction;
            *p -= learning_rate * m_hat / (v_hat.sqrt() + EPSILON);
        }
    }
}
// ANCHOR_END: step

// ANCHOR: resume
impl Adam {
    /// How many steps it has taken.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Goes on after so many steps, with what was kept of them.
    pub fn resume(steps: usize, m: Vec<f64>, v: Vec<f64>) -> Self {
        Self { steps, m, v }
    }
}
// ANCHOR_END: resume
