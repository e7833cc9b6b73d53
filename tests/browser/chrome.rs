//! What mdBook has around the text: the contents, the search, the themes.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use crate::Test;
use crate::axe;
use crate::machine::Machine;
use crate::page::{Look, Page};

/// A short page.
const PAGE: &str = "notation.html";

const CONTENTS: &str = "#mdbook-sidebar-toggle";

pub fn tests(machine: &Machine) -> Vec<Test> {
    let (first, second) = (machine.clone(), machine.clone());
    vec![
        Test::new("the search is sound while it is open", move |page| {
            search(page, &first)
        }),
        Test::new(
            "the menu of themes is sound while it is open",
            move |page| themes(page, &second),
        ),
        Test::new("the keyboard opens and closes the contents", contents),
        Test::new(
            "without scripts a click opens and closes the contents",
            contents_without_scripts,
        ),
        Test::new("the theme is there before anything is seen", no_flash),
    ]
}

/// Fails with what axe-core finds.
fn assert_sound(page: &Page, machine: &Machine) -> Result<()> {
    let found = axe::violations(page, machine)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

fn search(page: &Page, machine: &Machine) -> Result<()> {
    page.open(PAGE)?;
    page.key("body", "/")?;
    page.key("#mdbook-searchbar", "softmax")?;
    page.wait_until("document.querySelector('#mdbook-searchresults li')", 10)?;
    assert_sound(page, machine)
}

fn themes(page: &Page, machine: &Machine) -> Result<()> {
    page.open(PAGE)?;
    page.click("#mdbook-theme-toggle")?;
    assert_sound(page, machine)?;
    page.click("#mdbook-theme-navy")?;
    page.wait_until("document.documentElement.matches('.navy')", 5)
}

/// Notes when a page has the theme.
const THEMED: &str = "new MutationObserver(() => {
      if (document.documentElement?.matches('.navy'))
        window.themed ??= performance.now();
    }).observe(document, { subtree: true, childList: true, attributes: true })";

fn no_flash(page: &Page) -> Result<()> {
    let method = "Page.addScriptToEvaluateOnNewDocument";
    let script = page.devtools(method, &json!({ "source": THEMED }))?;
    page.open_as(PAGE, Look { theme: "navy", width: 1280 })?;
    page.devtools("Page.removeScriptToEvaluateOnNewDocument", &script)?;
    let [themed, painted]: [f64; 2] = page.eval(
        "[window.themed,
          performance.getEntriesByName('first-paint')[0].startTime]",
    )?;
    ensure!(themed < painted, "{themed} ms, but seen at {painted} ms");
    Ok(())
}

/// Whether the contents are seen.
const OPEN: &str = "document.querySelector('#mdbook-sidebar')
    .checkVisibility({ visibilityProperty: true })
    && document.querySelector('#mdbook-sidebar')
      .getBoundingClientRect().right > 0";

fn contents(page: &Page) -> Result<()> {
    page.open(PAGE)?;
    page.wait_until(OPEN, 5)?;
    for key in [Key::Enter, Key::Space] {
        page.key(CONTENTS, key.clone())?;
        page.wait_until(&format!("!({OPEN})"), 5)?;
        page.key(CONTENTS, key)?;
        page.wait_until(OPEN, 5)?;
    }
    Ok(())
}

fn contents_without_scripts(page: &Page) -> Result<()> {
    page.without_scripts()?;
    page.open(PAGE)?;
    page.wait_until(&format!("!({OPEN})"), 5)?;
    page.click("noscript label")?;
    page.wait_until(OPEN, 5)?;
    page.click("noscript label")?;
    page.wait_until(&format!("!({OPEN})"), 5)
}
