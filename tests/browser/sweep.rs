//! What holds for every page.

use anyhow::{Result, ensure};
use checks::{reader, root};

use crate::Test;
use crate::axe;
use crate::machine::Machine;
use crate::page::{Look, Page, USUAL, quoted};

/// The pages that are no chapters.
const OTHERS: [&str; 2] = ["404.html", WHOLE];

/// All chapters on one page, for paper: its widgets sleep, and nobody looks at
/// a picture of it.
const WHOLE: &str = "print.html";

/// A test for each page and each look.
///
/// # Errors
///
/// The book cannot be read.
pub fn tests(machine: &Machine) -> Result<Vec<Test>> {
    let mut tests = Vec::new();
    let mut all = addresses(|_| true)?;
    all.extend(OTHERS.map(str::to_owned));
    for address in all {
        for look in looks(&address) {
            let Look { theme, width } = look;
            let claim =
                format!("{address} is sound in {theme}, {width} pixels wide");
            let (machine, address) = (machine.clone(), address.clone());
            tests.push(Test::new(claim, move |page| {
                is_sound(page, &address, look, &machine)
            }));
        }
    }
    tests.push(finds_what_is_wrong(machine));
    let claim = "a page runs no script within it and asks no other host";
    tests.push(Test::new(claim, keeps_the_policy));
    Ok(tests)
}

/// The chapters whose text is chosen, as they are asked for.
///
/// # Errors
///
/// The book cannot be read.
pub fn addresses(chosen: fn(&str) -> bool) -> Result<Vec<String>> {
    let chapters = reader::read(root())?.chapters;
    let chapters = chapters.iter().filter(|it| chosen(&it.text));
    let address = |chapter: &reader::Chapter| {
        let file = chapter.file.trim_start_matches("src/");
        file.replace(".md", ".html")
    };
    Ok(chapters.map(address).collect())
}

/// What a page is looked at in.
fn looks(address: &str) -> Vec<Look> {
    if address == WHOLE {
        // It has nothing that the chapters have not, and it is the slowest.
        return vec![USUAL, Look { theme: "navy", width: 320 }];
    }
    let themes = ["light", "navy"];
    let widths = [1280, 320];
    let pair = |theme| widths.map(|width| Look { theme, width });
    themes.into_iter().flat_map(pair).collect()
}

/// Opens a page and wakes all its widgets: it does not go sideways, axe-core
/// finds nothing, and, as after each test, the console is clean.
fn is_sound(
    page: &Page,
    address: &str,
    look: Look,
    machine: &Machine,
) -> Result<()> {
    page.open_as(address, look)?;
    if address != WHOLE {
        page.wake_widgets()?;
    }
    let mut found = sideways(page)?;
    found.extend(axe::violations(page, machine)?);
    if address != WHOLE {
        let name = address.trim_end_matches(".html");
        page.screenshot(&format!("{name}-{}-{}", look.theme, look.width))?;
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// What makes the page scroll sideways.
fn sideways(page: &Page) -> Result<Vec<String>> {
    page.execute(
        "const width = document.documentElement.clientWidth;
         if (document.documentElement.scrollWidth <= width) return [];
         const wide = [...document.querySelectorAll('body *')]
           .filter((it) => it.getBoundingClientRect().right > width)
           .map((it) => it.outerHTML.slice(0, 200));
         return [`the page scrolls sideways: ${wide.slice(0, 3)}`];",
    )
}

/// What a page's own policy says, beside that of the server, to a script and a
/// style sheet within the page, and to a request to another host.
fn keeps_the_policy(page: &Page) -> Result<()> {
    page.open("notation.html")?;
    let refused: Vec<String> = page.execute(&format!(
        "const refused = new Set();
         document.addEventListener('securitypolicyviolation', (event) => {{
           if (event.originalPolicy === {policy})
             refused.add(event.effectiveDirective);
         }});
         for (const [name, text] of
             [['script', 'window.ran = true'], ['style', 'a {{}}']]) {{
           const element = document.createElement(name);
           element.textContent = text;
           document.body.append(element);
         }}
         const image = new Image();
         image.src = 'https://other.example/a.png';
         const other = fetch('https://other.example/a');
         await other.catch(() => {{}});
         await new Promise((then) => setTimeout(then, 100));
         if (window.ran) refused.add('it ran');
         return [...refused].sort();",
        policy = quoted(xtask::POLICY)
    ))?;
    let expected =
        ["connect-src", "img-src", "script-src-elem", "style-src-elem"];
    ensure!(refused == expected, "refused: {refused:?}");
    // The console has told each of them.
    page.reset()
}

/// A page with one of each mistake.
const WRONG: [(&str, &str); 3] = [
    (
        "index.html",
        "<!doctype html><html lang=en><title>Wrong</title><main>
         <h1>Wrong</h1><img src=missing.png>
         <p style='width: 2000px'>Wide</p></main>
         <script>console.debug('ran within the page')</script>
         <script src=wrong.js></script>",
    ),
    (
        "wrong.js",
        "console.debug('debugged');
         const worker = new Worker('worker.js', { type: 'module' });
         const done = new Promise((then) => { worker.onmessage = then; });
         setTimeout(() => { throw new Error('thrown') });",
    ),
    (
        "worker.js",
        "try { await fetch('https://other.example/a') } catch {}
         await fetch('missing.json');
         setTimeout(() => { throw new Error('thrown in the worker') });
         postMessage('done');",
    ),
];

/// Each mistake of a page is found.
fn finds_what_is_wrong(machine: &Machine) -> Test {
    let machine = machine.clone();
    Test::new("what is wrong on a page is found", move |page| {
        let folder = tempfile::tempdir()?;
        for (name, text) in WRONG {
            std::fs::write(folder.path().join(name), text)?;
        }
        page.open_at(&page.serve(folder.path())?)?;
        page.run("await done")?;
        page.settle()?;
        let mut found = page.console()?;
        found.extend(page.failed());
        found.extend(sideways(page)?);
        found.extend(axe::violations(page, &machine)?);
        let mut expected = vec![
            "debugged",
            "Uncaught Error: thrown",
            "https://other.example/a",
            "thrown in the worker",
            "/missing.png: 404",
            "/missing.json: 404",
            "the page scrolls sideways",
        ];
        if machine.axe.is_some() {
            expected.push("image-alt");
        }
        let ran = found.iter().any(|line| line.contains("ran within"));
        ensure!(!ran, "a script within the page ran");
        for expected in expected {
            let there = found.iter().any(|line| line.contains(expected));
            ensure!(there, "{expected} is not in\n{}", found.join("\n"));
        }
        page.reset()
    })
}
