// ANCHOR: edge
//! Numbers that remember how they were made, and the way back.

use std::cell::RefCell;
use std::iter::{self, Sum, zip};
use std::ops::{Add, Div, Mul, Neg, Range, Sub};
use std::ptr;

use crate::scalar::{Operators, Scalar};

/// A way from a number to one of its inputs.
///
/// `slope` tells how fast the number grows when the input does.
#[derive(Clone, Copy, Debug)]
struct Edge {
    input: usize,
    slope: f64,
}
// ANCHOR_END: edge

// ANCHOR: records
/// The nodes, and for each of them the range of the edges to its inputs.
#[derive(Debug)]
struct Records {
    nodes: Vec<Range<usize>>,
    edges: Vec<Edge>,
}
// ANCHOR_END: records

// ANCHOR: default
/// The node of all constants.
const CONSTANTS: usize = 0;

impl Default for Records {
    /// A new tape has one node: that of the constants.
    fn default() -> Self {
        let nodes = iter::once(0..0).collect();
        let edges = Vec::new();
        Self { nodes, edges }
    }
}
// ANCHOR_END: default

// ANCHOR: tape
/// A record of a computation: how each number was made, in order of time.
///
/// ```
/// use microgpt::{autograd::Tape, scalar::Scalar};
///
/// let tape = Tape::default();
/// let a = tape.variable(3.0);
/// let b = a * a + a;
/// assert_eq!(b.value(), 12.0);
/// assert_eq!(b.backward().wrt(a), 7.0); // 2a + 1
/// ```
#[derive(Debug, Default)]
pub struct Tape {
    records: RefCell<Records>,
}
// ANCHOR_END: tape

// ANCHOR: value
/// A number and its node on the tape.
///
/// All constants share the node 0, which has no inputs.
///
/// ```
/// use microgpt::{autograd::Value, scalar::Scalar};
///
/// assert_eq!((Value::from(2.0) + Value::from(3.0)).value(), 5.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    number: f64,
    node: usize,
    tape: Option<&'t Tape>,
}
// ANCHOR_END: value

// ANCHOR: constant
impl From<f64> for Value<'_> {
    /// A constant: it needs no tape, and nobody asks for its gradient.
    fn from(number: f64) -> Self {
        let node = CONSTANTS;
        let tape = None;
        Self { number, node, tape }
    }
}
// ANCHOR_END: constant

// ANCHOR: record
impl Tape {
    /// Gives a number a node, with the edges to its inputs.
    fn record(
        &self,
        number: f64,
        edges: impl IntoIterator<Item = Edge>,
    ) -> Value<'_> {
        let mut records = self.records.borrow_mut();
        let first = records.edges.len();
        records.edges.extend(edges);
        let end = records.edges.len();
        let node = records.nodes.len();
        records.nodes.push(first..end);
        let tape = Some(self);
        Value { number, node, tape }
    }
}
// ANCHOR_END: record

// ANCHOR: variable
impl Tape {
    /// A number that gradients will be asked for.
    pub fn variable(&self, number: f64) -> Value<'_> {
        self.record(number, [])
    }
}
// ANCHOR_END: variable

// ANCHOR: make
impl<'t> Value<'t> {
    /// A number made of others: on their tape if they have one.
    fn make(
        tape: Option<&'t Tape>,
        number: f64,
        edges: impl IntoIterator<Item = Edge>,
    ) -> Self {
        match tape {
            Some(tape) => tape.record(number, edges),
            None => Self::from(number),
        }
    }
}
// ANCHOR_END: make

// ANCHOR: edge_to
impl Value<'_> {
    /// The edge that leads back to this number.
    fn edge(self, slope: f64) -> Edge {
        let input = self.node;
        Edge { input, slope }
    }
}
// ANCHOR_END: edge_to

// ANCHOR: apply
impl Value<'_> {
    /// The result of a function of this number.
    fn apply(self, value: f64, slope: f64) -> Self {
        Self::make(self.tape, value, [self.edge(slope)])
    }
}
// ANCHOR_END: apply

// ANCHOR: common_tape
impl<'t> Value<'t> {
    /// The tape of two numbers, which may be constants.
    fn common_tape(self, other: Self) -> Option<&'t Tape> {
        if let (Some(mine), Some(theirs)) = (self.tape, other.tape) {
            debug_assert!(ptr::eq(mine, theirs), "two tapes are mixed");
        }
        self.tape.or(other.tape)
    }
}
// ANCHOR_END: common_tape

// ANCHOR: combine
impl Value<'_> {
    /// The result of a function of two numbers, with a slope for each.
    fn combine(self, other: Self, value: f64, slopes: [f64; 2]) -> Self {
        let edges = [self.edge(slopes[0]), other.edge(slopes[1])];
        Self::make(self.common_tape(other), value, edges)
    }
}
// ANCHOR_END: combine

// ANCHOR: add
impl Add for Value<'_> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.combine(other, self.number + other.number, [1.0, 1.0])
    }
}
// ANCHOR_END: add

// ANCHOR: sub
impl Sub for Value<'_> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.combine(other, self.number - other.number, [1.0, -1.0])
    }
}
// ANCHOR_END: sub

// ANCHOR: mul
impl Mul for Value<'_> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let slopes = [other.number, self.number];
        self.combine(other, self.number * other.number, slopes)
    }
}
// ANCHOR_END: mul

// ANCHOR: div
impl Div for Value<'_> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.number / other.number;
        let slopes = [1.0 / other.number, -value / other.number];
        self.combine(other, value, slopes)
    }
}
// ANCHOR_END: div

// ANCHOR: neg
impl Neg for Value<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.apply(-self.number, -1.0)
    }
}

impl Operators for Value<'_> {}
// ANCHOR_END: neg

// ANCHOR: sum
impl Sum for Value<'_> {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        let terms: Vec<Self> = terms.collect();
        let tape = terms.iter().find_map(|term| term.tape);
        let value = terms.iter().map(|term| term.number).sum();
        Self::make(tape, value, terms.iter().map(|term| term.edge(1.0)))
    }
}
// ANCHOR_END: sum

// ANCHOR: dot
impl Value<'_> {
    /// One node for a whole dot product, with an edge to each factor.
    fn sum_of_products(xs: &[Self], ys: &[Self]) -> Self {
        let pairs = zip(xs, ys);
        let tape = pairs.clone().find_map(|(x, y)| x.common_tape(*y));
        let value = pairs.clone().map(|(x, y)| x.number * y.number).sum();
        let left = pairs.clone().map(|(x, y)| x.edge(y.number));
        let right = pairs.map(|(x, y)| y.edge(x.number));
        Self::make(tape, value, left.chain(right))
    }
}
// ANCHOR_END: dot

// ANCHOR: functions
impl Scalar for Value<'_> {
    fn value(self) -> f64 {
        self.number
    }
    fn exp(self) -> Self {
        let value = Scalar::exp(self.number);
        self.apply(value, value)
    }
    fn ln(self) -> Self {
        self.apply(Scalar::ln(self.number), 1.0 / self.number)
    }
    fn powf(self, exponent: f64) -> Self {
        let slope = exponent * Scalar::powf(self.number, exponent - 1.0);
        self.apply(Scalar::powf(self.number, exponent), slope)
    }
    fn relu(self) -> Self {
        self.apply(self.number.relu(), f64::from(self.number > 0.0))
    }
    fn dot(xs: &[Self], ys: &[Self]) -> Self {
        Self::sum_of_products(xs, ys)
    }
}
// ANCHOR_END: functions

// ANCHOR: gradients
/// The answers of one [`backward`](Value::backward).
///
/// ```
/// let tape = microgpt::autograd::Tape::default();
/// let (a, b) = (tape.variable(3.0), tape.variable(4.0));
/// let gradients = (a * b).backward();
/// assert_eq!([gradients.wrt(a), gradients.wrt(b)], [4.0, 3.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Gradients {
    gradients: Vec<f64>,
}
// ANCHOR_END: gradients

// ANCHOR: wrt
impl Gradients {
    /// The gradient with respect to one number of the same tape.
    ///
    /// It is 0 for a constant and for whatever took no part.
    pub fn wrt(&self, value: Value<'_>) -> f64 {
        self.gradients.get(value.node).copied().unwrap_or(0.0)
    }
}
// ANCHOR_END: wrt

// ANCHOR: backward
impl Value<'_> {
    /// How fast this number changes with every number it was made of.
    pub fn backward(self) -> Gradients {
        let mut gradients = vec![0.0; self.node + 1];
        if let Some(tape) = self.tape {
            let Records { nodes, edges } = &*tape.records.borrow();
            gradients[self.node] = 1.0;
            for (i, node) in nodes[..=self.node].iter().enumerate().rev() {
                let gradient = gradients[i];
                for edge in &edges[node.clone()] {
                    gradients[edge.input] += edge.slope * gradient;
                }
            }
            gradients[CONSTANTS] = 0.0;
        }
        Gradients { gradients }
    }
}
// ANCHOR_END: backward

// ANCHOR: size
impl Tape {
    /// How many nodes and edges were written down.
    pub fn size(&self) -> (usize, usize) {
        let records = self.records.borrow();
        (records.nodes.len(), records.edges.len())
    }
}
// ANCHOR_END: size

// ANCHOR: inputs
impl Tape {
    /// The inputs of a node, each with the slope along its edge.
    ///
    /// Variables and constants have none, and neither has what is not there.
    pub fn inputs(&self, node: usize) -> Vec<(usize, f64)> {
        let Records { nodes, edges } = &*self.records.borrow();
        let range = nodes.get(node).cloned().unwrap_or_default();
        edges[range].iter().map(|edge| (edge.input, edge.slope)).collect()
    }
}
// ANCHOR_END: inputs

// ANCHOR: node
impl Value<'_> {
    /// The index of this number's node on its tape.
    pub fn node(self) -> usize {
        self.node
    }
}
// ANCHOR_END: node
