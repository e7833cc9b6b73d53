//! Opens the crate [`microgpt`] to the pages of the book.
//!
//! Everything that a widget shows is computed by that crate, compiled to
//! WebAssembly; what stands here only asks it and hands over the answers. So
//! there is no mathematics in this crate, and a test sees to that.
//!
//! A page loads what its own widget asks, and no more: each of the packages
//! in `modules/` is this crate with one feature.

// What only other widgets need is not used then.
#![cfg_attr(not(feature = "all"), allow(dead_code, unused_imports))]

#[cfg(feature = "break")]
pub mod breaking;
#[cfg(feature = "generate")]
mod counted;
mod error;
#[cfg(feature = "expression")]
pub mod expression;
#[cfg(feature = "generate")]
pub mod generating;
#[cfg(feature = "inside")]
pub mod inside;
mod number;
pub mod start;
#[cfg(feature = "tokenize")]
pub mod tokenizing;
#[cfg(feature = "run")]
pub mod training;

pub use error::Error;

/// What gives out the memory in a browser: less code than the standard
/// library has for it.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc =
    talc::wasm::new_wasm_dynamic_allocator();
