//! Opens the crate [`microgpt`] to the pages of the book.
//!
//! Everything that a widget shows is computed by that crate, compiled to
//! WebAssembly; what stands here only asks it and hands over the answers. So
//! there is no mathematics in this crate, and a test sees to that.

pub mod breaking;
mod counted;
mod error;
pub mod expression;
pub mod inside;
mod number;
pub mod generating;
pub mod start;
pub mod tokenizing;
pub mod training;

pub use error::Error;
