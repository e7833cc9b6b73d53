//! A page of the book in the browser, and what a reader does there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use checks::root;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::*;
use thirtyfour::{
    BrowserLogEntry, ChromeCapabilities, ChromiumLikeCapabilities,
    LoggingPrefsLogLevel, TypingData,
};
use tokio::runtime::{Builder, Runtime};

use crate::machine::{Driver, Machine};

/// A theme, and a width of the window in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// mdBook's name of the theme.
    pub theme: &'static str,
    /// The width in CSS pixels.
    pub width: u32,
}

/// What the pages look like to most readers.
pub const USUAL: Look = Look { theme: "light", width: 1280 };

/// The height of the window in CSS pixels.
const HEIGHT: u32 = 900;

/// One request to the server of the book: what was asked for, and the status
/// of the answer.
pub type Request = (String, u16);

/// The one page of the browser.
///
/// Its methods fail with a sentence that names what they were looking for.
pub struct Page {
    // Dropped in this order: the session ends before its driver does.
    browser: Option<WebDriver>,
    runtime: Runtime,
    _driver: Driver,
    _profile: TempDir,
    /// The built book.
    pub book: TempDir,
    /// Where the book is served.
    url: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(browser) = self.browser.take() {
            let _ = self.runtime.block_on(browser.quit());
        }
    }
}

impl Page {
    /// Builds the book and its sandboxes, serves it, and opens a browser with a
    /// new profile.
    ///
    /// # Errors
    ///
    /// One of these fails.
    pub fn start(machine: &Machine) -> Result<Self> {
        let book = tempfile::tempdir()?;
        xtask::build_all(root(), Some(book.path()))?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let url = serve(book.path(), &asked)?;
        let profile = tempfile::tempdir()?;
        let driver = machine.start_driver()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let sessions = machine.browsers.iter().map(|browser| {
            let capabilities = capabilities(browser, profile.path())?;
            let session = WebDriver::new(&driver.url, capabilities);
            Ok(runtime.block_on(session)?)
        });
        // A driver starts only a browser of its own version.
        let browser = first(sessions)?;
        let page = Self {
            browser: Some(browser),
            runtime,
            _driver: driver,
            _profile: profile,
            book,
            url,
            asked,
        };
        let patience = Duration::from_mins(2);
        page.wait(page.browser()?.set_script_timeout(patience))?;
        let patience = Duration::from_secs(20);
        page.wait(page.browser()?.set_page_load_timeout(patience))?;
        // The page of the whole book opens the printer.
        let quiet = json!({ "source": "window.print = () => {}" });
        page.devtools("Page.addScriptToEvaluateOnNewDocument", &quiet)?;
        Ok(page)
    }

    fn browser(&self) -> Result<&WebDriver> {
        self.browser.as_ref().context("the browser is closed")
    }

    /// Waits for what the driver answers.
    fn wait<T>(
        &self,
        answer: impl Future<Output = WebDriverResult<T>>,
    ) -> Result<T> {
        Ok(self.runtime.block_on(answer)?)
    }

    /// Calls a method of Chromium's protocol for developers.
    pub fn devtools(&self, method: &str, parameters: &Value) -> Result<Value> {
        let devtools = self.browser()?.cdp();
        let answer = self.wait(devtools.send_raw(method, parameters));
        answer.with_context(|| method.to_owned())
    }

    /// An empty page, and a browser that knows nothing of the tests before.
    pub fn reset(&self) -> Result<()> {
        self.wait(self.browser()?.goto("about:blank"))?;
        let everything = json!({ "origin": self.url, "storageTypes": "all" });
        self.devtools("Storage.clearDataForOrigin", &everything)?;
        self.devtools("Emulation.setEmulatedMedia", &json!({}))?;
        let scripts = json!({ "value": false });
        self.devtools("Emulation.setScriptExecutionDisabled", &scripts)?;
        self.save_data(false)?;
        self.resize(USUAL.width, HEIGHT)?;
        self.console()?;
        self.requests().clear();
        Ok(())
    }

    /// Whether the book was built with its WebAssembly.
    pub fn has_wasm(&self) -> bool {
        self.book.path().join("sandbox/built/wasm").is_dir()
    }

    /// Switches the scripts of all pages off.
    pub fn without_scripts(&self) -> Result<()> {
        let off = json!({ "value": true });
        self.devtools("Emulation.setScriptExecutionDisabled", &off)?;
        Ok(())
    }

    /// Sets whether the reader has asked for less data.
    pub fn save_data(&self, saves: bool) -> Result<()> {
        let saves = json!({ "dataSaverEnabled": saves });
        self.devtools("Emulation.setDataSaverOverride", &saves)?;
        Ok(())
    }

    /// Serves another folder than the book's, beside it.
    pub fn serve(&self, folder: &Path) -> Result<String> {
        serve(folder, &self.asked)
    }

    /// Makes the window this large.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &size)?;
        Ok(())
    }

    /// Opens a page of the book, `training.html?train.step=3`, and waits until
    /// it asks for nothing more.
    pub fn open(&self, address: &str) -> Result<()> {
        self.open_at(&format!("{}/{address}", self.url))
    }

    /// Opens a page of the book in a theme and at a width.
    pub fn open_as(&self, address: &str, look: Look) -> Result<()> {
        self.resize(look.width, HEIGHT)?;
        let theme = format!(
            "try {{ localStorage.setItem('mdbook-theme', '{}') }} catch {{}}",
            look.theme
        );
        self.open_after(&theme, address)
    }

    /// Opens a page of the book in a browser that a script has changed first.
    pub fn open_after(&self, script: &str, address: &str) -> Result<()> {
        let source = json!({ "source": script });
        let method = "Page.addScriptToEvaluateOnNewDocument";
        let script = self.devtools(method, &source)?;
        let opened = self.open(address);
        self.devtools("Page.removeScriptToEvaluateOnNewDocument", &script)?;
        opened
    }

    /// Opens an address, and waits until it asks for nothing more.
    pub fn open_at(&self, url: &str) -> Result<()> {
        self.requests().clear();
        self.wait(self.browser()?.goto(url)).with_context(|| url.to_owned())?;
        self.settle()
    }

    /// Waits until the page has asked for nothing for a while, and what it
    /// asked for has had the time to act.
    pub fn settle(&self) -> Result<()> {
        let (mut count, mut quiet) = (0, 0);
        while quiet < 3 {
            thread::sleep(Duration::from_millis(40));
            // It answers when it has nothing else to do.
            self.run("")?;
            let now = self.asked().len();
            quiet = if now == count { quiet + 1 } else { 0 };
            count = now;
        }
        Ok(())
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the page, its workers too, has asked the server for since it was
    /// opened.
    pub fn asked(&self) -> Vec<Request> {
        let requests = self.requests();
        // A page that `cargo book` serves asks all the time for a newer book.
        let asked = requests.iter().filter(|(it, _)| !it.starts_with("/-/"));
        asked.cloned().collect()
    }

    /// What the console has said since it was read last: all levels,
    /// exceptions, requests that failed, and requests to another host, which
    /// the server of the book forbids.
    pub fn console(&self) -> Result<Vec<String>> {
        let entries = self.wait(self.browser()?.browser_log())?;
        let line =
            |it: BrowserLogEntry| format!("{}: {}", it.level, it.message);
        Ok(entries.into_iter().map(line).collect())
    }

    /// The requests whose answer was no success, each with its status.
    pub fn failed(&self) -> Vec<String> {
        let asked = self.asked().into_iter();
        asked
            .filter(|(_, status)| *status != 200)
            .map(|(path, status)| format!("{path}: {status}"))
            .collect()
    }

    /// Fails if the console said something, or a request failed.
    pub fn assert_clean(&self) -> Result<()> {
        let mut wrong = self.console()?;
        wrong.extend(self.failed());
        ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }

    /// The value of an expression of JavaScript, awaited.
    pub fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        self.execute(&format!("return ({expression});"))
    }

    /// Runs a script to its end.
    pub fn run(&self, script: &str) -> Result<()> {
        self.execute::<Value>(script).map(drop)
    }

    /// What a script returns, awaited.
    pub fn execute<T: DeserializeOwned>(&self, script: &str) -> Result<T> {
        let told = || script.chars().take(200).collect::<String>();
        let answer = self.wait(self.browser()?.execute(script, Vec::new()));
        let answer = answer.with_context(told)?;
        serde_json::from_value(answer.json().clone()).with_context(told)
    }

    /// Waits until an expression of JavaScript is true.
    pub fn wait_until(&self, expression: &str, seconds: u32) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(seconds.into());
        while !self.eval::<bool>(&format!("Boolean({expression})"))? {
            if Instant::now() > end {
                bail!("after {seconds} s still not: {expression}");
            }
            thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    /// Waits until an element says something.
    pub fn says(&self, selector: &str, words: &str) -> Result<()> {
        let text = format!(
            "document.querySelector({})?.textContent",
            quoted(selector)
        );
        let waited =
            self.wait_until(&format!("{text}.includes({})", quoted(words)), 10);
        waited.with_context(|| {
            let said = self.eval::<String>(&text).unwrap_or_default();
            format!("it says {said:?}")
        })
    }

    /// The element that a selector finds, as soon as there is one.
    fn find(&self, selector: &str) -> Result<WebElement> {
        let there = format!("document.querySelector({})", quoted(selector));
        self.wait_until(&there, 10)?;
        self.wait(self.browser()?.find(By::Css(selector)))
            .with_context(|| selector.to_owned())
    }

    /// Calls a method of the element that a selector finds.
    fn act<T, F: Future<Output = WebDriverResult<T>>>(
        &self,
        selector: &str,
        act: impl FnOnce(WebElement) -> F,
    ) -> Result<T> {
        let element = self.find(selector)?;
        self.wait(act(element)).with_context(|| selector.to_owned())
    }

    /// The text of an element, as it is seen.
    pub fn text(&self, selector: &str) -> Result<String> {
        self.act(selector, |it| async move { it.text().await })
    }

    /// Clicks on an element, which scrolls there first.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.act(selector, |it| async move {
            it.scroll_into_view().await?;
            it.click().await
        })
    }

    /// Types into a field, in place of what stands there.
    pub fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.key(selector, Key::Control + "a")?;
        if text.is_empty() {
            return self.key(selector, Key::Delete);
        }
        self.key(selector, text)
    }

    /// Pastes into a field, in place of what stands there.
    pub fn paste_into(&self, selector: &str, text: &str) -> Result<()> {
        self.key(selector, Key::Control + "a")?;
        self.devtools("Input.insertText", &json!({ "text": text }))?;
        Ok(())
    }

    /// Brings a text into a field in one go, in place of what stands there.
    pub fn put_into(&self, selector: &str, text: &str) -> Result<()> {
        if text.is_empty() {
            return self.type_into(selector, text);
        }
        self.paste_into(selector, text)
    }

    /// Presses a key, or several, while an element has the focus.
    pub fn key(
        &self,
        selector: &str,
        key: impl Into<TypingData>,
    ) -> Result<()> {
        let key = key.into();
        self.act(selector, |it| async move { it.send_keys(key).await })
    }

    /// Presses a key, which must not lead to another page.
    pub fn key_that_stays(&self, selector: &str, key: Key) -> Result<()> {
        let before: String = self.eval("location.pathname")?;
        self.key(selector, key)?;
        self.settle()?;
        let now: String = self.eval("location.pathname")?;
        ensure!(now == before, "{selector} led to {now}");
        Ok(())
    }

    /// Changes from the light theme to a dark one.
    pub fn darken(&self) -> Result<()> {
        self.run("document.getElementById('mdbook-theme-navy').click()")?;
        self.wait_until(
            "document.documentElement.classList.contains('navy')",
            10,
        )
    }

    /// From now on, the reader asks for less motion.
    pub fn still(&self) -> Result<()> {
        let wish =
            json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let media = json!({ "features": [wish] });
        self.devtools("Emulation.setEmulatedMedia", &media)?;
        Ok(())
    }

    /// Brings each widget into sight, and waits until it is awake. There is
    /// nothing to wait for in a book without WebAssembly.
    pub fn wake_widgets(&self) -> Result<()> {
        if !self.has_wasm() {
            return Ok(());
        }
        let count: usize =
            self.eval("document.querySelectorAll('.widget').length")?;
        for index in 0..count {
            let widget =
                format!("document.querySelectorAll('.widget')[{index}]");
            self.run(&format!("{widget}.scrollIntoView()"))?;
            self.wait_until(&format!("{widget}.matches('.live')"), 20)?;
        }
        self.run("scrollTo(0, 0)")?;
        self.settle()
    }

    /// How long the page did not answer, in milliseconds: each task over 50
    /// since it was opened, or since the moment `since` of its own clock.
    pub fn long_tasks(&self, since: f64) -> Result<Vec<f64>> {
        self.execute(&format!(
            "const tasks = [];
             const seen = (list) => tasks.push(...list.getEntries());
             const observer = new PerformanceObserver(seen);
             observer.observe({{ type: 'longtask', buffered: true }});
             await new Promise((resolve) => setTimeout(resolve, 100));
             observer.disconnect();
             return tasks.filter((task) => task.startTime >= {since})
               .map((task) => task.duration);"
        ))
    }

    /// Fails if what is done makes a task of over 50 milliseconds: `act` does
    /// it, and tells the moment when it began.
    ///
    /// A busy machine makes any task longer, but not each of five times.
    pub fn assert_no_long_task(
        &self,
        act: impl Fn() -> Result<f64>,
    ) -> Result<()> {
        let mut long = Vec::new();
        for _ in 0..5 {
            long = self.long_tasks(act()?)?;
            if long.is_empty() {
                return Ok(());
            }
        }
        bail!("tasks of so many milliseconds: {long:?}")
    }

    /// The page's address without its host, as [`Page::open`] takes it.
    pub fn address(&self) -> Result<String> {
        self.eval("location.pathname.slice(1) + location.search")
    }

    /// Puts a second widget of a kind behind the first.
    pub fn double(&self, widget: &str) -> Result<()> {
        self.run(&format!(
            "document.querySelector('{widget}').after(\
             document.createElement('{widget}'))"
        ))
    }

    /// Saves a picture of the whole page for a person to look at:
    /// `target/browser/NAME.png`.
    pub fn screenshot(&self, name: &str) -> Result<()> {
        let [width, height]: [u32; 2] = self.eval(
            "[innerWidth, Math.min(document.body.scrollHeight, 16000)]",
        )?;
        self.resize(width, height)?;
        let file = results()?.join(format!("{name}.png"));
        self.wait(self.browser()?.screenshot(&file))?;
        self.resize(width, HEIGHT)
    }
}

/// The first success, or else the last failure.
fn first<T>(results: impl Iterator<Item = Result<T>>) -> Result<T> {
    let mut failure = anyhow!("there is nothing to try");
    for result in results {
        match result {
            Ok(found) => return Ok(found),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Serves what is in a folder, and writes down what is asked for.
fn serve(folder: &Path, asked: &Arc<Mutex<Vec<Request>>>) -> Result<String> {
    let asked = Arc::clone(asked);
    xtask::serve_built(folder, move |path, status| {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push((path.to_owned(), status));
    })
}

/// What a session of the driver is asked for.
fn capabilities(browser: &Path, profile: &Path) -> Result<ChromeCapabilities> {
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_binary(&browser.to_string_lossy())?;
    for switch in [
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    ] {
        wanted.add_arg(&format!("--{switch}"))?;
    }
    // Not a first page of its own, which may be slow.
    wanted.add_arg("about:blank")?;
    let profile = profile.to_string_lossy();
    wanted.add_arg(&format!("--user-data-dir={profile}"))?;
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(wanted)
}

/// A text as a literal of JavaScript.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The folder of what the tests leave behind for a person to look at.
pub fn results() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.with_file_name("browser");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
