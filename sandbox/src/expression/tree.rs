//! What an expression is made of: a list in which inputs come first.

use std::ops::Range;

use microgpt::scalar::Scalar;

use super::fault::{Fault, Mistake};

/// What makes a number of one or two others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Negate,
    Relu,
    Exp,
    Log,
}

/// What an operation makes of a number, or of two, whatever their kind.
fn arithmetic<S: Scalar>(operation: Operation, x: S, y: S) -> S {
    match operation {
        Operation::Add => x + y,
        Operation::Subtract => x - y,
        Operation::Multiply => x * y,
        Operation::Divide => x / y,
        Operation::Power => x.powf(y.value()),
        Operation::Negate => -x,
        Operation::Relu => x.relu(),
        Operation::Exp => x.exp(),
        Operation::Log => x.ln(),
    }
}

impl Operation {
    /// The function of a name.
    pub fn called(name: &str) -> Option<Self> {
        match name {
            "relu" => Some(Self::Relu),
            "exp" => Some(Self::Exp),
            "log" => Some(Self::Log),
            _ => None,
        }
    }

    /// How it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract | Self::Negate => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "**",
            Self::Relu => "relu",
            Self::Exp => "exp",
            Self::Log => "log",
        }
    }
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    /// The index of the variable.
    Variable(usize),
    /// The parts that it is made of; with one input they are the same.
    Operation(Operation, [usize; 2]),
}

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub kind: Kind,
    /// No variable is in it, and so it has no node on a tape.
    pub constant: bool,
    /// The name that it was first assigned to.
    pub name: Option<String>,
    /// The text that it was read from.
    pub span: Range<usize>,
    /// The character that stands for it: that of its operator, say.
    pub at: usize,
}

/// An expression: parts that are made of earlier parts.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub text: String,
    pub variables: Vec<String>,
    pub parts: Vec<Part>,
    pub result: usize,
}

impl Tree {
    /// The values of all parts, for as many numbers as there are variables.
    pub fn values<S: Scalar>(&self, variables: &[S]) -> Vec<S> {
        let mut values: Vec<S> = Vec::new();
        for part in &self.parts {
            values.push(match part.kind {
                Kind::Number(number) => S::from(number),
                Kind::Variable(index) => variables[index],
                Kind::Operation(operation, [x, y]) => {
                    arithmetic(operation, values[x], values[y])
                }
            });
        }
        values
    }

    /// The text that a part was read from.
    pub fn source(&self, part: &Part) -> &str {
        &self.text[part.span.clone()]
    }

    /// Finds the first value that is no finite number.
    pub fn check<S: Scalar>(&self, values: &[S]) -> Result<(), Mistake> {
        let numbers: Vec<f64> = values.iter().map(|v| v.value()).collect();
        let odd = numbers.iter().position(|number| !number.is_finite());
        let Some(odd) = odd else { return Ok(()) };
        let part = &self.parts[odd];
        let fault = match part.kind {
            Kind::Operation(Operation::Divide, [x, y]) if numbers[y] == 0.0 => {
                Fault::DivisionByZero(numbers[x])
            }
            Kind::Operation(Operation::Log, [x, _]) if numbers[x] <= 0.0 => {
                Fault::Log(numbers[x])
            }
            _ => {
                let what = self.source(part).to_owned();
                Fault::NotFinite { what, number: numbers[odd] }
            }
        };
        Err(Mistake::new(fault, part.at))
    }
}
