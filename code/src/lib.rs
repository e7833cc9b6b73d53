// ANCHOR: data
//! microGPT: a GPT in Rust, told by a book.
//!
//! The modules stand in the order in which the book tells them, and none uses
//! a later one.

pub mod data;
// ANCHOR_END: data
// ANCHOR: chance
pub mod chance;
// ANCHOR_END: chance
// ANCHOR: tokenizer
pub mod tokenizer;
// ANCHOR_END: tokenizer
// ANCHOR: scalar
pub mod scalar;
// ANCHOR_END: scalar
// ANCHOR: autograd
pub mod autograd;
// ANCHOR_END: autograd
// ANCHOR: model
pub mod model;
// ANCHOR_END: model
// ANCHOR: layers
pub mod layers;
// ANCHOR_END: layers
// ANCHOR: attention
pub mod attention;
// ANCHOR_END: attention
// ANCHOR: forward
pub mod forward;
// ANCHOR_END: forward
// ANCHOR: start
pub mod start;
// ANCHOR_END: start
// ANCHOR: training
pub mod training;
// ANCHOR_END: training
// ANCHOR: adam
pub mod adam;
// ANCHOR_END: adam
// ANCHOR: generation
pub mod generation;
// ANCHOR_END: generation
// ANCHOR: engine
pub mod engine;
// ANCHOR_END: engine
// ANCHOR: fast
pub mod fast;
// ANCHOR_END: fast
// ANCHOR: guards
pub mod guards;
// ANCHOR_END: guards
// ANCHOR: checkpoint
pub mod checkpoint;
// ANCHOR_END: checkpoint
