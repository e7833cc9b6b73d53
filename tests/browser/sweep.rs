//! What holds for every page.

use std::env;

use anyhow::{Result, ensure};
use checks::{reader, root};

use crate::Test;
use crate::axe;
use crate::machine::Machine;
use crate::page::{Look, Page, USUAL};

/// The pages that are no chapters.
const OTHERS: [&str; 2] = ["print.html", "404.html"];

/// A test for each page and each look.
///
/// # Errors
///
/// The book cannot be read.
pub fn tests(machine: &Machine) -> Result<Vec<Test>> {
    let mut tests = Vec::new();
    for address in addresses()? {
        for look in looks() {
            let axe = machine.axe.clone();
            let Look { theme, width } = look;
            let claim =
                format!("{address} is sound in {theme}, {width} pixels wide");
            let address = address.clone();
            tests.push(Test::new(claim, move |page| {
                is_sound(page, &address, look, axe.as_deref())
            }));
        }
    }
    Ok(tests)
}

/// All pages, as they are asked for.
fn addresses() -> Result<Vec<String>> {
    let chapters = reader::read(root())?.chapters;
    let pages = chapters.iter().map(|chapter| {
        let file = chapter.file.trim_start_matches("src/");
        file.replace(".md", ".html")
    });
    Ok(pages.chain(OTHERS.map(str::to_owned)).collect())
}

/// What the pages are looked at in.
fn looks() -> Vec<Look> {
    if env::var_os("LONG_CHECKS").is_none() {
        return vec![USUAL];
    }
    let themes = ["light", "navy"];
    let widths = [1280, 320];
    let pair = |theme| widths.map(|width| Look { theme, width });
    themes.into_iter().flat_map(pair).collect()
}

/// Opens a page and everything on it; it does not go sideways, axe-core finds
/// nothing, and, as after each test, the console is clean.
fn is_sound(
    page: &Page,
    address: &str,
    look: Look,
    axe: Option<&str>,
) -> Result<()> {
    let t = std::time::Instant::now();
    page.open_as(address, look)?;
    let a = t.elapsed();
    page.scroll_through()?;
    let b = t.elapsed();
    if address != "print.html" {
        let name = address.trim_end_matches(".html");
        page.screenshot(&format!("{name}-{}-{}", look.theme, look.width))?;
    }
    let c = t.elapsed();
    let mut found = sideways(page)?;
    if let Some(axe) = axe {
        found.extend(axe::violations(page, axe)?);
    }
    eprintln!("{address} {a:?} {b:?} {c:?} {:?}", t.elapsed());
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// What makes the page scroll sideways.
fn sideways(page: &Page) -> Result<Vec<String>> {
    page.execute(
        "const width = document.documentElement.clientWidth;
         if (document.documentElement.scrollWidth <= width) return [];
         return [...document.querySelectorAll('main *')]
           .filter((it) => it.getBoundingClientRect().right > width + 1)
           .slice(0, 5)
           .map((it) => `the page scrolls sideways: ${it.outerHTML}`
             .slice(0, 200));",
    )
}
