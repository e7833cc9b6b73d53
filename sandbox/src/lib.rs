//! Opens the crate [`microgpt`] to the pages of the book.
//!
//! Everything a widget shows is computed by that crate, compiled to
//! WebAssembly. This crate only asks it and passes the answers on.
//!
//! All widgets share one module, which a browser downloads once. The list of
//! names isn't in it: the page fetches that, and passes it to
//! [`start::learn_from`].

pub mod breaking;
mod counted;
mod error;
pub mod expression;
pub mod generating;
pub mod inside;
mod number;
pub mod start;
pub mod tokenizing;
pub mod training;

pub use error::Error;

/// What gives out the memory in a browser: less code than the standard
/// library has for it.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc =
    talc::wasm::new_wasm_dynamic_allocator();
