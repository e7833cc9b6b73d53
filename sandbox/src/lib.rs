//! Opens the crate [`microgpt`] to the pages of the book.
//!
//! Everything a widget shows is computed by that crate and by the experiments
//! in [`lab`], compiled to WebAssembly. This crate only asks them and passes
//! the answers on. A module is named like the script of its widget.
//!
//! All widgets share one module, which a browser downloads once. The list of
//! names isn't in it: the page fetches that, and passes it to
//! [`start::learn_from`].

pub mod break_it;
mod counted;
mod error;
pub mod expression;
pub mod generate;
pub mod inside;
mod number;
pub mod start;
pub mod tokenize;
pub mod train;

pub use error::Error;

/// What gives out the memory in a browser: less code than the standard
/// library has for it.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc =
    talc::wasm::new_wasm_dynamic_allocator();
