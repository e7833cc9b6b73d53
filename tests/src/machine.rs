//! The programs that this machine has.

use std::env;
use std::path::PathBuf;

/// Chromium, and browsers built from it.
#[must_use]
pub fn browsers() -> Vec<PathBuf> {
    let names = [
        "google-chrome",
        "google-chrome-stable",
        "chromium",
        "chromium-browser",
    ];
    names.into_iter().filter_map(program).collect()
}

/// A program in one of the folders of `PATH`.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| {
            folder.join(name).with_extension(env::consts::EXE_EXTENSION)
        })
        .find(|path| path.is_file())
}
