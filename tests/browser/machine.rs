//! What the tests need of this machine.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use checks::machine::{browsers, program};
use checks::root;

/// The programs that the tests need, and the script that they inject.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Chromium, and browsers that are built from it.
    pub browsers: Vec<PathBuf>,
    driver: PathBuf,
    /// The text of axe-core, where there is one.
    pub axe: Option<Arc<str>>,
}

impl Machine {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// There is no browser or no driver; or no axe-core, although
    /// `REQUIRE_BROWSER` is set.
    pub fn find() -> Result<Self> {
        let browsers = browsers();
        ensure!(!browsers.is_empty(), "no Chromium");
        let driver = program("chromedriver").context("no chromedriver")?;
        let axe = match axe() {
            Err(missing) if env::var_os("REQUIRE_BROWSER").is_none() => {
                writeln!(stderr(), "skipped: {missing:#}")?;
                None
            }
            found => Some(found?.into()),
        };
        Ok(Self { browsers, driver, axe })
    }

    /// Starts a driver, at a port that it chooses.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub fn start_driver(&self) -> Result<Driver> {
        let mut child = Command::new(&self.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver does not start")?;
        let output = child.stdout.take().context("chromedriver is silent")?;
        // Whatever happens from here on, it is stopped.
        let mut driver = Driver { child, url: String::new() };
        for line in BufReader::new(output).lines() {
            let line = line?;
            let port = line.rsplit("successfully on port ").next();
            let port = port.filter(|rest| rest.len() < line.len());
            if let Some(port) = port {
                let port = port.trim_end_matches('.');
                driver.url = format!("http://localhost:{port}");
                return Ok(driver);
            }
        }
        bail!("chromedriver does not say its port")
    }
}

/// A chromedriver that runs, until this is dropped.
pub struct Driver {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The text of axe-core: of the file that `AXE_CORE` names, or else of the
/// package in `target/tools`.
fn axe() -> Result<String> {
    const PACKAGE: &str = "target/tools/node_modules/axe-core/axe.min.js";
    let file = env::var_os("AXE_CORE")
        .map_or_else(|| root().join(PACKAGE), PathBuf::from);
    read(&file)
        .context("no axe-core (npm install --prefix target/tools axe-core)")
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| file.display().to_string())
}
