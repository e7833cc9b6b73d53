//! What a page weighs: all that it asks for, compressed as a server would. And
//! what the whole book weighs, for a reader whose browser keeps what it has.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use anyhow::{Context, Result, ensure};
use checks::root;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Test;
use crate::page::{Page, results};
use crate::sweep::addresses;

/// The most that a page with a widget may weigh, in bytes. The list of names
/// is 103,000 of it, and the module 75,000: a browser that keeps files loads
/// them once.
const ALL: usize = 290_000;

/// The most that our own scripts, styles and the module may weigh of it.
const OURS: usize = 105_000;

/// The most that all pages with widgets may weigh together, each file once.
const BOOK: usize = 470_000;

/// The most that our own files may weigh of that.
const OURS_OF_BOOK: usize = 130_000;

/// What a sandbox alone may weigh: the button says so to a reader who saves
/// data.
const OFFERED: usize = 230_000;

/// A test for all pages with widgets.
///
/// # Errors
///
/// The book cannot be read.
pub fn tests() -> Result<Vec<Test>> {
    let pages = addresses(|text| text.contains("\n{{widget "))?;
    let claim = "a page with a widget weighs no more than it has to";
    Ok(vec![Test::of_widget(claim, move |page| are_light(page, &pages))])
}

/// Weighs the pages, and writes down what was found: `sizes.txt`.
fn are_light(page: &Page, pages: &[String]) -> Result<()> {
    let mut report = String::new();
    let mut is_light = true;
    let mut book = BTreeMap::new();
    for address in pages {
        page.open(address)?;
        page.wake_widgets()?;
        let weight = Weight::of(page)?;
        is_light &= weight.all() <= ALL && weight.ours() <= OURS;
        is_light &= weight.later() <= OFFERED;
        writeln!(report, "{address}\n{weight}")?;
        writeln!(report, "{ALL:>9}{OURS:>9}  may be")?;
        let files = weight.0.into_iter();
        book.extend(files.map(|file| (file.path.clone(), file)));
    }
    let book = Weight(book.into_values().collect());
    is_light &= book.all() <= BOOK && book.ours() <= OURS_OF_BOOK;
    writeln!(report, "all of these pages, each file once\n{book}")?;
    writeln!(report, "{BOOK:>9}{OURS_OF_BOOK:>9}  may be")?;
    fs::write(results()?.join("sizes.txt"), &report)?;
    let button = fs::read_to_string(root().join("src/sandbox/sandbox.js"))?;
    let offer = format!("(up to {} KB)", OFFERED / 1000);
    ensure!(button.contains(&offer), "the button does not say {offer}");
    ensure!(is_light, "{report}");
    Ok(())
}

/// A file that a page asked for.
struct File {
    path: String,
    /// As it is sent.
    size: usize,
    /// What of it is our own script, style or code.
    ours: usize,
}

/// What a page has asked for.
struct Weight(Vec<File>);

impl Weight {
    fn of(page: &Page) -> Result<Self> {
        let asked = page.asked().into_iter();
        let path = |(url, _): (String, u16)| {
            let path = url.split('?').next().unwrap_or_default();
            path.trim_start_matches('/').to_owned()
        };
        let mut paths: Vec<String> = asked.map(path).collect();
        paths.sort();
        paths.dedup();
        let file = |path| File::read(page, path);
        Ok(Self(paths.into_iter().map(file).collect::<Result<_>>()?))
    }

    fn all(&self) -> usize {
        self.0.iter().map(|file| file.size).sum()
    }

    fn ours(&self) -> usize {
        self.0.iter().map(|file| file.ours).sum()
    }

    /// What comes only when a widget wakes up.
    fn later(&self) -> usize {
        let first = ["sandbox/built/sandbox.js", "sandbox/built/sandbox.css"];
        let later = self.0.iter().filter(|file| {
            (file.path.starts_with("sandbox/") || file.path == "names.txt")
                && !first.contains(&file.path.as_str())
        });
        later.map(|file| file.size).sum()
    }
}

impl std::fmt::Display for Weight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for File { path, size, ours } in &self.0 {
            writeln!(f, "{size:>9}{ours:>9}  {path}")?;
        }
        let (all, ours, later) = (self.all(), self.ours(), self.later());
        writeln!(f, "{all:>9}{ours:>9}  all, and our own")?;
        writeln!(f, "{later:>9}           when a widget wakes, of {OFFERED}")
    }
}

impl File {
    fn read(page: &Page, path: String) -> Result<Self> {
        let file = page.book.path().join(&path);
        let bytes = fs::read(&file).context(path.clone())?;
        let size = sent(&path, &bytes)?;
        let is_ours = ["sandbox/", "theme/", "fonts/fonts"]
            .iter()
            .any(|start| path.starts_with(start));
        let ours = if is_ours { size } else { 0 };
        Ok(Self { path, size, ours })
    }
}

fn extension(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// The size of a file as it is sent: compressed, unless it is already.
fn sent(path: &str, bytes: &[u8]) -> Result<usize> {
    if ["woff2", "png", "jpg"].contains(&extension(path)) {
        return Ok(bytes.len());
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?.len())
}
