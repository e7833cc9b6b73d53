//! What gradients, attention, Adam and the fast engine compute, in small
//! numbers: quick enough to be run against each mutant of these modules.

mod adam;
mod attention;
mod autograd;
mod fast;
mod layout;
