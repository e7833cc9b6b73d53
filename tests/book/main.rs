//! The book: its pages, its listings, its programs and its pictures.

mod chapters;
mod exercises;
mod fences;
mod figures;
mod pages;
mod properties;
