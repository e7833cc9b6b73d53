// ANCHOR: lanes
//! The same run without a tape: matrices, and a backward pass by hand.
// A processor's own instructions reach only what is inlined.
#![allow(clippy::inline_always)]

pub mod lanes;
// ANCHOR_END: lanes
// ANCHOR: linear
pub mod linear;
// ANCHOR_END: linear
// ANCHOR: norm
pub mod norm;
// ANCHOR_END: norm
// ANCHOR: softmax
pub mod softmax;
// ANCHOR_END: softmax
// ANCHOR: attention
pub mod attention;
// ANCHOR_END: attention
// ANCHOR: places
mod places;
// ANCHOR_END: places
// ANCHOR: memory
mod memory;
// ANCHOR_END: memory
// ANCHOR: layer
mod layer;
// ANCHOR_END: layer
// ANCHOR: workspace
mod workspace;
// ANCHOR_END: workspace
// ANCHOR: engine
mod engine;

pub use engine::Fast;
// ANCHOR_END: engine
// ANCHOR: adam
mod adam;

pub use adam::FastAdam;
// ANCHOR_END: adam
// ANCHOR: reading
mod reading;
// ANCHOR_END: reading
