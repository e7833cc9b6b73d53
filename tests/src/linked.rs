//! Which build of each crate the tests are linked with.
//!
//! cargo may build a crate twice, for the tests and for their build script,
//! each with other features. The types of one are strangers to what was built
//! with the other. skeptic takes the newer one, whichever that is.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The file of each crate that the newest build of these tests was linked
/// with, by the crate's name; `None` if cargo does not tell.
///
/// cargo keeps a record of each build in `.fingerprint/PACKAGE-HASH`, and
/// compares its digest with the one that a dependent has written down.
pub fn linked(profile: &Path) -> Option<HashMap<String, PathBuf>> {
    let builds = fs::read_dir(profile.join(".fingerprint")).ok()?;
    let builds: Vec<PathBuf> =
        builds.map(|build| Some(build.ok()?.path())).collect::<Option<_>>()?;
    let digests = digests(&builds)?;
    let files = builds.iter().filter_map(|build| {
        let (package, hash) = build.file_name()?.to_str()?.rsplit_once('-')?;
        let name = package.replace('-', "_");
        let digest = fs::read_to_string(build.join(format!("lib-{name}")));
        let is_linked = digests.get(&name)? == digest.ok()?.trim();
        let file = profile.join(format!("deps/lib{name}-{hash}.rlib"));
        // A build that was only checked has the same digest, and no file.
        (is_linked && file.exists()).then_some((name, file))
    });
    Some(files.collect())
}

/// The digest of each crate that the newest build of the tests has recorded.
fn digests(builds: &[PathBuf]) -> Option<HashMap<String, String>> {
    let mut records = Vec::new();
    for build in builds {
        let name = build.file_name()?.to_str()?;
        if !name.starts_with("checks-") {
            continue;
        }
        for file in fs::read_dir(build).ok()? {
            let path = file.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let is_test = name.starts_with("test-integration-test-");
            let is_record = path.extension().is_some_and(|it| it == "json");
            if is_test && is_record {
                let written = fs::metadata(&path).ok()?.modified().ok()?;
                records.push((written, path));
            }
        }
    }
    let newest = records.into_iter().max()?;
    let record: Value =
        serde_json::from_slice(&fs::read(newest.1).ok()?).ok()?;
    let crates = record.get("deps")?.as_array()?.iter().map(|entry| {
        let [_, name, _, digest] = entry.as_array()?.as_slice() else {
            return None;
        };
        let digest = digest.as_u64()?.swap_bytes();
        Some((name.as_str()?.to_owned(), format!("{digest:016x}")))
    });
    crates.collect()
}
