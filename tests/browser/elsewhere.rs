//! The book in other places than `cargo book` has it: below a path of a site,
//! and in a folder, opened as a file.

use anyhow::{Result, ensure};
use checks::root;
use thirtyfour::Key;

use crate::Test;
use crate::page::Page;

pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("below a path of a site everything works", below),
        Test::new("opened as a file, a page says what it lacks", as_a_file),
        Test::new("an arrow key stays in a box that has the focus", arrows),
    ]
}

fn below(page: &Page) -> Result<()> {
    let site = tempfile::tempdir()?;
    xtask::build_all(root(), Some(&site.path().join("some/where")))?;
    let url = page.serve(site.path())?;
    page.open_at(&format!("{url}/some/where/"))?;
    page.wake_widgets()?;
    page.says("gpt-welcome", "kamon")?;
    page.key("body", "/")?;
    page.key("#mdbook-searchbar", "softmax")?;
    page.wait_until("document.querySelector('#mdbook-searchresults li')", 10)?;
    page.open_at(&format!("{url}/some/where/adam.html"))?;
    page.wake_widgets()?;
    page.key("body", Key::Right)?;
    page.wait_until("location.pathname === '/some/where/generation.html'", 10)
}

fn as_a_file(page: &Page) -> Result<()> {
    let book = page.book.path().display();
    page.open_at(&format!("file://{book}/adam.html"))?;
    page.says("gpt-train", "opened as a file")?;
    let figures: usize =
        page.eval("document.querySelectorAll('gpt-train figure').length")?;
    ensure!(figures == 1, "{figures} figures");
    page.open_at(&format!("file://{book}/notation.html"))?;
    let notes: usize =
        page.eval("document.querySelectorAll('.lacks').length")?;
    ensure!(notes == 0, "{notes} notes on a page without a sandbox");
    // That the browser refuses the module is what this is about.
    page.console()?;
    Ok(())
}

fn arrows(page: &Page) -> Result<()> {
    page.resize(320, 800)?;
    page.open("autograd.html")?;
    for key in [Key::Right, Key::Left] {
        page.key_that_stays("main pre > code[tabindex]", key.clone())?;
        page.key_that_stays("main summary", key)?;
    }
    let scrolled: bool = page.execute(
        "const box = document.querySelector('main pre > code[tabindex]');
         box.scrollLeft = 0;
         return box.scrollWidth > box.clientWidth;",
    )?;
    ensure!(scrolled, "no box scrolls at this width");
    page.key("main pre > code[tabindex]", Key::Right)?;
    let moved =
        "document.querySelector('main pre > code[tabindex]').scrollLeft > 0";
    page.wait_until(moved, 5)?;
    // Elsewhere it still turns the page.
    let address: String = page.eval("location.pathname")?;
    page.key("body", Key::Right)?;
    page.wait_until(&format!("location.pathname !== '{address}'"), 10)
}
