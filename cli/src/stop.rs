//! Ctrl-C: the first one asks, the second one stops at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the program has been asked to stop.
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Begins to listen for Ctrl-C and for the signals that end a program.
///
/// Where one of them is ignored, as under `nohup` or in the background of a
/// script, all keep their usual effect, because the run is meant to go on.
pub fn listen() {
    let set = ctrlc::try_set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    });
    let _ = set;
}

/// Returns whether the program has been asked to stop.
pub fn is_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
