//! The figures of the book, in both senses: the numbers that stand in its
//! sentences, and its pictures. All are computed by the crate `microgpt`; a
//! test compares them with what is recorded in the book.

pub mod draw;
pub mod evidence;
pub mod pca;
pub mod pictures;
pub mod plot;
pub mod run;
pub mod values;
