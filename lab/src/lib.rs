//! The experiments of the book, as a library.
//!
//! A module that is named like an example is what the reader types at the top
//! of that example: the book shows both as one file. The examples, the figures
//! and the sandboxes all run this code.

pub mod autograd;
pub mod break_it;
pub mod inside;
pub mod learned;
pub mod study;
