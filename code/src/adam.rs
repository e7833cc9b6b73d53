// ANCHOR: adam
//! Adam: steps that do not depend on the size of the gradient.

use std::iter::zip;

use crate::training::Optimizer;

/// Divides each weight's mean gradient by its usual size.
///
/// Kingma & Ba, *Adam: A Method for Stochastic Optimization*, 2015.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam {
    /// How much of the mean gradient is kept from step to step.
    pub beta1: f64,
    /// How much of the mean squared gradient is kept from step to step.
    pub beta2: f64,
    /// Keeps the division finite for a weight that never had a gradient.
    pub epsilon: f64,
    /// How many steps it has taken.
    pub steps: usize,
    /// For each weight, the running mean of its gradient.
    pub m: Vec<f64>,
    /// For each weight, the running mean of its squared gradient.
    pub v: Vec<f64>,
}
// ANCHOR_END: adam

// ANCHOR: default
impl Default for Adam {
    /// Returns an Adam before its first step, with microgpt.py's constants.
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
    fn default() -> Self {
        let (beta1, beta2, epsilon) = (0.85, 0.99, 1e-8);
        let (steps, m, v) = (0, Vec::new(), Vec::new());
        Self { beta1, beta2, epsilon, steps, m, v }
    }
}
// ANCHOR_END: default

// ANCHOR: corrections
impl Adam {
    /// Returns how much of its full size each mean has by now: 1 - βᵗ.
    pub fn corrections(&self) -> [f64; 2] {
        let t = self.steps as f64;
        [self.beta1, self.beta2].map(|beta| 1.0 - libm::pow(beta, t))
    }
}
// ANCHOR_END: corrections

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

// ANCHOR: begin_step
impl Adam {
    /// Counts a step; at the first, makes room for so many weights.
    pub(crate) fn begin_step(&mut self, weights: usize) {
        self.steps += 1;
        self.m.resize(weights, 0.0);
        self.v.resize(weights, 0.0);
    }
}
// ANCHOR_END: begin_step

// ANCHOR: step
impl Optimizer for Adam {
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    ) {
        self.begin_step(params.len());
        let &mut Self { beta1, beta2, epsilon, .. } = self;
        let [m_correction, v_correction] = self.corrections();
        let moments = zip(&mut self.m, &mut self.v);
        for ((p, g), (m, v)) in zip(params, gradients).zip(moments) {
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * g * g;
            let m_hat = *m / m_correction;
            let v_hat = *v / v_correction;
            *p -= learning_rate * m_hat / (v_hat.sqrt() + epsilon);
        }
    }
}
// ANCHOR_END: step

// ANCHOR: as_ref
impl AsRef<Adam> for Adam {
    fn as_ref(&self) -> &Adam {
        self
    }
}
// ANCHOR_END: as_ref
