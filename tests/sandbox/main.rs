//! The sandboxes: what they run, and the module that's committed.

mod pages;
mod wasm;
