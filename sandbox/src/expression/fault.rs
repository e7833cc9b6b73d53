//! What can be wrong with an expression, and where.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::number::written;

/// What is wrong with an expression; each is a sentence for the reader.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum Fault {
    #[error("there is no expression: type one, such as a*b + a")]
    Empty,
    #[error("{0} characters are too many: an expression has at most {1}")]
    TooLong(usize, usize),
    #[error("the character '{0}' is no part of an expression")]
    UnknownChar(char),
    #[error("a power is written **, not ^")]
    Caret,
    #[error("{0} is no number")]
    NoNumber(String),
    #[error("a number, a name or a parenthesis is missing {0}")]
    NoOperand(String),
    #[error("an operator is missing {0}")]
    NoOperator(String),
    #[error("this parenthesis is never closed")]
    Unclosed,
    #[error("this parenthesis was never opened")]
    Unopened,
    #[error("there is no function {0}, only relu, exp and log")]
    UnknownFunction(String),
    #[error("{0} is a function, so it is written {0}(...)")]
    Function(String),
    #[error("only a name can be assigned to, and {0} is none")]
    NotAName(String),
    #[error("only the last statement may go without a name and =")]
    Nameless,
    #[error("{0} is used before it is assigned")]
    UsedBefore(String),
    #[error("{0} is one variable too many: at most {1} can be turned")]
    TooManyVariables(String, usize),
    #[error("a graph of more than {0} nodes is too large")]
    TooManyNodes(usize),
    #[error("an exponent must be a constant, and {0} is none")]
    Exponent(String),
    #[error("{} cannot be divided by 0", written(*.0))]
    DivisionByZero(f64),
    #[error("log takes numbers greater than 0, not {}", written(*.0))]
    Log(f64),
    #[error("{what} is {}, not a finite number", written(*.number))]
    NotFinite { what: String, number: f64 },
    #[error("there are {0} variables, not {1}")]
    Variables(usize, usize),
}

/// What is wrong with an expression, and the character that shows it.
#[wasm_bindgen]
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    pub(super) fault: Fault,
    at: usize,
}

impl Mistake {
    pub(super) fn new(fault: Fault, at: usize) -> Self {
        Self { fault, at }
    }
}

#[wasm_bindgen]
impl Mistake {
    /// What is wrong, in one sentence.
    #[wasm_bindgen(getter)]
    pub fn sentence(&self) -> String {
        self.fault.to_string()
    }

    /// The character that it is about, counted from 0.
    #[wasm_bindgen(getter)]
    pub fn at(&self) -> usize {
        self.at
    }
}
