//! A built book in memory: what a server hands out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shown;

/// The files of a built book, by their path. A request can only name one of
/// these, so nothing else of the disk is within its reach.
#[derive(Debug, Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// Reads everything in `folder`.
    ///
    /// # Errors
    ///
    /// A file or folder cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(next) = folders.pop() {
            let cannot = || format!("{} cannot be read", next.display());
            for entry in fs::read_dir(&next).with_context(cannot)? {
                let path = entry.with_context(cannot)?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(folder).unwrap_or(&path);
                let bytes = fs::read(&path).with_context(|| {
                    format!("{} cannot be read", path.display())
                })?;
                files.insert(shown(name), bytes);
            }
        }
        Ok(Self { files })
    }

    /// The file that a request for `target` means: its name and its bytes.
    #[must_use]
    pub fn find(&self, target: &str) -> Option<(&str, &[u8])> {
        let path = target.split(['?', '#']).next().unwrap_or("");
        let mut path = decoded(path.strip_prefix('/')?)?;
        if path.is_empty() || path.ends_with('/') {
            path.push_str("index.html");
        }
        let (name, bytes) = self.files.get_key_value(&path)?;
        Some((name, bytes))
    }
}

/// Undoes the `%XX` of a request. None if it is not UTF-8 then.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut parts = path.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}

/// The content type of a file, from its name.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        fs::create_dir_all(book.join("sub")).unwrap();
        fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        fs::write(book.join("index.html"), "welcome").unwrap();
        fs::write(book.join("sub/index.html"), "below").unwrap();
        fs::write(book.join("a page.html"), "spaced").unwrap();
        Site::read(&book).unwrap()
    }

    fn body(site: &Site, target: &str) -> Option<String> {
        let (_, bytes) = site.find(target)?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn a_request_finds_its_page() {
        let site = site();
        for (target, expected) in [
            ("/", "welcome"),
            ("/?x=1", "welcome"),
            ("/index.html", "welcome"),
            ("/sub/", "below"),
            ("/a%20page.html?q", "spaced"),
        ] {
            let found = body(&site, target);
            assert_eq!(found.as_deref(), Some(expected), "{target}");
        }
    }

    #[test]
    fn a_request_cannot_leave_the_book() {
        let site = site();
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/sub/../../secret.txt",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "//etc/passwd",
            "/etc/passwd",
            "secret.txt",
            "/%",
            "/%zz",
            "/%ff",
            "/%é",
            "",
        ] {
            assert_eq!(body(&site, target), None, "{target}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Site::read(Path::new("no/such/book")).unwrap_err();
        assert!(format!("{error:#}").contains("no/such/book"));
    }

    #[test]
    fn a_file_says_what_it_is() {
        for (name, expected) in [
            ("a.html", "text/html; charset=utf-8"),
            ("x/a.b.js", "text/javascript; charset=utf-8"),
            ("a.wasm", "application/wasm"),
            ("a.svg", "image/svg+xml"),
            ("a.woff2", "font/woff2"),
            ("LICENSE", "application/octet-stream"),
        ] {
            assert_eq!(content_type(name), expected, "{name}");
        }
    }
}
