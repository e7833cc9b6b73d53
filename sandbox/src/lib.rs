//! Opens the crate [`microgpt`] to the pages of the book.
//!
//! Everything that a widget shows is computed by that crate, compiled to
//! WebAssembly; what stands here only asks it and hands over the answers. So
//! there is no mathematics in this crate, and a test sees to that.

mod error;
pub mod expression;
pub mod inside;
pub mod start;
pub mod training;

pub use error::Error;
