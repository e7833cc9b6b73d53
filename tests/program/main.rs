//! The program: its numbers, its files, and what it says.

mod checkpoints;
mod command_line;
mod fast;
mod hostile;
mod keeping;
mod long_run;
mod parity;
