//! The book in a browser: headless Chromium, driven through chromedriver.
//!
//! Where one of them is missing, the tests report that and pass, unless
//! `REQUIRE_BROWSER` is set. One session serves all tests, one after another;
//! it starts with the first of them. Each page is looked at in two themes and
//! at two widths, and everything a widget does is tried.
//!
//! The tests of a widget stand in a module of their own, with a function
//! `tests` that [`tests`] calls. They open a page, act as a reader does, and
//! look; whatever the console said meanwhile, and each request that failed,
//! fails the test.

mod address;
mod axe;
mod break_it;
mod chrome;
mod elsewhere;
mod expression;
mod generate;
mod inside;
mod machine;
mod page;
mod sweep;
mod tokenize;
mod weight;
mod welcome;
mod widgets;

use std::env;
use std::io::{Write, stderr};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail, ensure};
use libtest_mimic::{Arguments, Failed, Trial};

use machine::Machine;
use page::Page;

/// A test: what it claims, and how that is seen.
struct Test {
    claim: String,
    /// Whether it is about a widget that is awake.
    needs_wasm: bool,
    run: Box<Run>,
}

/// What a test does on the page.
type Run = dyn FnOnce(&Page) -> Result<()> + Send;

impl Test {
    /// A test of a page that may or may not have widgets.
    fn new(
        claim: impl Into<String>,
        run: impl FnOnce(&Page) -> Result<()> + Send + 'static,
    ) -> Self {
        let claim = claim.into();
        Self { claim, needs_wasm: false, run: Box::new(run) }
    }

    /// A test of a widget. It is skipped where the book was built without
    /// WebAssembly, unless `REQUIRE_WASM` is set.
    fn of_widget(
        claim: impl Into<String>,
        run: impl FnOnce(&Page) -> Result<()> + Send + 'static,
    ) -> Self {
        Self { needs_wasm: true, ..Self::new(claim, run) }
    }
}

/// All tests.
fn tests(machine: &Machine) -> Result<Vec<Test>> {
    let mut tests = sweep::tests(machine)?;
    tests.extend(address::tests());
    tests.extend(chrome::tests(machine));
    tests.extend(elsewhere::tests());
    tests.extend(weight::tests()?);
    tests.extend(widgets::tests());
    tests.extend(expression::tests());
    tests.extend(inside::tests());
    tests.extend(generate::tests());
    tests.extend(tokenize::tests());
    tests.extend(break_it::tests());
    tests.extend(welcome::tests());
    Ok(tests)
}

/// The page of all tests, which the first one opens, or why it cannot.
type Shared = Arc<Mutex<Option<Result<Page>>>>;

/// Runs a test on the shared page, and looks at the console afterwards.
fn run(test: Test, machine: &Machine, page: &Shared) -> Result<()> {
    let mut page = page.lock().unwrap_or_else(PoisonError::into_inner);
    let page = page.get_or_insert_with(|| Page::start(machine));
    let page = match page {
        Ok(page) => page,
        Err(error) => bail!("no browser was started: {error:#}"),
    };
    if test.needs_wasm && !page.has_wasm() {
        ensure!(env::var_os("REQUIRE_WASM").is_none(), "no WebAssembly");
        return Ok(writeln!(stderr(), "skipped: no WebAssembly")?);
    }
    page.reset()?;
    let result = (test.run)(page);
    let said = page.assert_clean();
    match (result, said) {
        (Err(error), Err(said)) => Err(error.context(said)),
        (result, said) => result.and(said),
    }
}

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    // There is one page.
    arguments.test_threads = Some(1);
    let machine = match Machine::find() {
        Ok(machine) => machine,
        Err(missing) if env::var_os("REQUIRE_BROWSER").is_some() => {
            return Err(missing);
        }
        Err(missing) => {
            writeln!(stderr(), "skipped: {missing}")?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let page = Shared::default();
    let tests = tests(&machine)?.into_iter().map(|test| {
        let (machine, page) = (machine.clone(), Arc::clone(&page));
        let claim = test.claim.clone();
        Trial::test(claim, move || {
            let result = run(test, &machine, &page);
            result.map_err(|error| Failed::from(format!("{error:#}")))
        })
    });
    let conclusion = libtest_mimic::run(&arguments, tests.collect());
    page.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(conclusion.exit_code())
}
