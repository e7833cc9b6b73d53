//! `cargo book`: serves the book, and builds it again when a file changes.

use std::convert::Infallible;
use std::io::{ErrorKind, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use mdbook_driver::config::Config;
use notify::{Event, RecursiveMode, Watcher};
use tokio::runtime;

use crate::policy::POLICY;
use crate::sandbox::BUILT;
use crate::site::content_type;
use crate::{Sandbox, Site, build_all};

/// Where a page asks whether there is a newer book.
const VERSION: &str = "/-/version";

/// What `cargo book` puts at the end of each page that it serves.
const RELOAD: &str = "<script src=\"/-/reload.js\"></script>\n";

/// Where a page asks for the script that [`RELOAD`] names.
const RELOADER: &str = "/-/reload.js";

/// That script: asks whether there is a newer book.
const RELOADING: &str = "{
  let seen;
  setInterval(async () => {
    try {
      const answer = await fetch('/-/version', { cache: 'no-store' });
      const version = await answer.text();
      if (seen !== undefined && version !== seen) location.reload();
      seen = version;
    } catch { /* the server is away: keep the page */ }
  }, 700);
}
";

/// What no page can say of itself, only its server: who may show it in a frame.
const FRAMES: &str = "frame-ancestors 'self'";

/// How to serve the book.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name or address to listen at.
    pub hostname: String,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// Whether to open the book in a browser.
    pub open: bool,
}

/// The last good book, and how many there were.
#[derive(Default)]
struct Current {
    site: Site,
    version: u64,
}

type Shared = Arc<RwLock<Current>>;

/// Builds the book at `root`, serves it, and keeps both up to date until the
/// process is stopped.
///
/// # Errors
///
/// The address cannot be listened at, the first build fails, or the files
/// cannot be watched.
pub fn serve(root: &Path, options: &Options) -> Result<()> {
    // First of all, so that a port in use is reported before any work.
    let (listeners, port) = listen(&options.hostname, options.port)?;
    let config = Config::from_disk(root.join("book.toml"))?;
    let (sender, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender)
        .context("changes of files cannot be watched")?;
    let folders = watch(&mut watcher, root, &config)?;
    let built = root.canonicalize()?.join(&config.book.src).join(BUILT);
    let current = Shared::default();
    let sandbox = renew(root, &config, &current)?;
    if let Some(remedy) = sandbox.remedy() {
        say(&remedy);
    }

    start(listeners, &current, |_, _| {})?;
    let host = match options.hostname.as_str() {
        address if address.contains(':') => format!("[{address}]"),
        name => name.to_owned(),
    };
    let url = format!("http://{host}:{port}");
    say(&format!("The book is at {url} (Ctrl-C stops)."));
    if options.open
        && let Err(error) = opener::open_browser(&url)
    {
        eprintln!("no browser could be opened: {error}");
    }

    while wait(&changes, &folders, &built) {
        let start = Instant::now();
        match renew(root, &config, &current) {
            Ok(_) => {
                let seconds = start.elapsed().as_secs_f64();
                say(&format!("Built again in {seconds:.1} s."));
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                say("The last good book stays.");
            }
        }
    }
    bail!("files are watched no more")
}

/// Serves the book that is built in `folder`, as [`serve`] does, at a free port
/// of this machine and for as long as this process lives; where it is. `seen`
/// gets what each request asked for, and the status of the answer.
///
/// # Errors
///
/// The folder cannot be read, or no port can be listened at.
pub fn serve_built(
    folder: &Path,
    seen: impl Fn(&str, u16) + Clone + Send + 'static,
) -> Result<String> {
    let (listeners, port) = listen("localhost", 0)?;
    let current = Current { site: Site::read(folder)?, version: 1 };
    start(listeners, &Arc::new(RwLock::new(current)), seen)?;
    Ok(format!("http://localhost:{port}"))
}

/// Answers what comes to `listeners`, in a thread of its own.
fn start(
    listeners: Vec<TcpListener>,
    current: &Shared,
    seen: impl Fn(&str, u16) + Clone + Send + 'static,
) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("the server can't start")?;
    let entered = runtime.enter();
    for listener in listeners {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        runtime.spawn(accept(listener, Arc::clone(current), seen.clone()));
    }
    drop(entered);
    thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    Ok(())
}

/// Answers each connection that comes in.
async fn accept(
    listener: tokio::net::TcpListener,
    current: Shared,
    seen: impl Fn(&str, u16) + Clone + Send + 'static,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // That one is gone, or there are too many: the next may be fine.
            tokio::task::yield_now().await;
            continue;
        };
        let (current, seen) = (Arc::clone(&current), seen.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let current =
                current.read().unwrap_or_else(PoisonError::into_inner);
            let response = answer(&request, &current);
            let target = request.uri().path_and_query();
            let target = target.map_or("", |target| target.as_str());
            seen(target, response.status().as_u16());
            async { Ok::<_, Infallible>(response) }
        });
        let connection = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        // A reader who went away before the answer came is no error.
        tokio::spawn(async { drop(connection.await) });
    }
}

/// Prints a line, if anybody still reads it.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Listens at every address of `hostname` (`localhost` often has two), on one
/// port, which comes back with the listeners.
fn listen(hostname: &str, port: u16) -> Result<(Vec<TcpListener>, u16)> {
    let addresses = (hostname, port)
        .to_socket_addrs()
        .with_context(|| format!("`{hostname}` has no address"))?;
    let mut listeners = Vec::new();
    let mut port = port;
    for mut address in addresses {
        address.set_port(port);
        match TcpListener::bind(address) {
            Ok(listener) => {
                port = listener.local_addr()?.port();
                listeners.push(listener);
            }
            // This machine has no such network, say no IPv6.
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!("port {port} is in use; choose another with --port");
            }
            Err(error) => {
                bail!("{address} can't be listened at: {error}");
            }
        }
    }
    if listeners.is_empty() {
        bail!("`{hostname}` isn't an address of this machine");
    }
    Ok((listeners, port))
}

/// Watches what the book is made of, and returns it.
fn watch(
    watcher: &mut impl Watcher,
    root: &Path,
    config: &Config,
) -> Result<Vec<PathBuf>> {
    // The system names a changed file by its true path.
    let root = &root.canonicalize()?;
    // Of the root, only book.toml counts. An editor may replace it, so it is
    // its folder that must be watched.
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    let mut places = vec![root.join("book.toml")];
    let theme = PathBuf::from("theme");
    let more = config.build.extra_watch_dirs.iter();
    for folder in more.chain([&config.book.src, &theme]) {
        let folder = root.join(folder);
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive).with_context(
                || format!("{} cannot be watched", folder.display()),
            )?;
            places.push(folder);
        }
    }
    Ok(places)
}

/// Waits until something in `watched` changed and all is quiet again; what we
/// `built` there ourselves is no change. False when nothing is watched any
/// more.
fn wait(
    changes: &Receiver<notify::Result<Event>>,
    watched: &[PathBuf],
    built: &Path,
) -> bool {
    let counts = |change: &notify::Result<Event>| {
        change.as_ref().is_ok_and(|event| {
            !event.kind.is_access()
                && event.paths.iter().any(|path| {
                    watched.iter().any(|folder| path.starts_with(folder))
                        && !path.starts_with(built)
                })
        })
    };
    loop {
        match changes.recv() {
            Ok(change) if counts(&change) => break,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    while changes.recv_timeout(Duration::from_millis(100)).is_ok() {}
    true
}

/// Builds the book with its sandboxes and, if that went well, makes it the
/// current one.
fn renew(root: &Path, config: &Config, current: &Shared) -> Result<Sandbox> {
    let sandbox = build_all(root, None)?;
    let site = Site::read(&root.join(&config.build.build_dir))?;
    let mut current = current.write().unwrap_or_else(PoisonError::into_inner);
    current.site = site;
    current.version += 1;
    Ok(sandbox)
}

/// The answer to a request, out of the current book.
fn answer(
    request: &Request<Incoming>,
    current: &Current,
) -> Response<Full<Bytes>> {
    let (status, kind, body) = reply(request, current);
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderValue::from_str(&format!("{POLICY}; {FRAMES}"));
    headers.extend(policy.ok().map(|it| (CONTENT_SECURITY_POLICY, it)));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

/// Status, content type and body of the answer to `request`.
fn reply(
    request: &Request<Incoming>,
    current: &Current,
) -> (StatusCode, &'static str, Vec<u8>) {
    const TEXT: &str = "text/plain; charset=utf-8";
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let message = b"only GET and HEAD are answered\n".to_vec();
        return (StatusCode::METHOD_NOT_ALLOWED, TEXT, message);
    }
    let path = request.uri().path();
    if path == VERSION {
        let version = format!("{}-{}", std::process::id(), current.version);
        return (StatusCode::OK, TEXT, version.into_bytes());
    }
    if path == RELOADER {
        return (StatusCode::OK, content_type(RELOADER), RELOADING.into());
    }
    let (status, found) = match current.site.find(path) {
        Some(found) => (StatusCode::OK, Some(found)),
        None => (StatusCode::NOT_FOUND, current.site.find("/404.html")),
    };
    let Some((name, bytes)) = found else {
        let message = b"there is no such page\n".to_vec();
        return (StatusCode::NOT_FOUND, TEXT, message);
    };
    let mut body = bytes.to_vec();
    let is_page = Path::new(name).extension().is_some_and(|end| end == "html");
    if is_page {
        body.extend_from_slice(RELOAD.as_bytes());
    }
    (status, content_type(name), body)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpStream;
    use std::sync::Mutex;

    use super::*;

    /// What the server at `url` answers to a request, until `end` was read.
    fn answer_to(url: &str, request: &str, end: &str) -> String {
        let host = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(end.as_bytes()) {
            let mut part = [0; 1000];
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend(&part[..count]);
        }
        String::from_utf8(answer).unwrap()
    }

    #[test]
    fn an_answer_forbids_other_hosts() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "a text").unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let url = serve_built(folder.path(), move |path, status| {
            seen.lock().unwrap().push((path.to_owned(), status));
        });
        let url = url.unwrap();
        let answer = answer_to(&url, "GET /a.txt", "a text");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        for line in [
            "content-length: 6",
            "content-type: text/plain; charset=utf-8",
            "cache-control: no-store",
            &format!("content-security-policy: {POLICY}; {FRAMES}"),
        ] {
            assert!(answer.lines().any(|it| it == line), "{line}\n{answer}");
        }
        let answer = answer_to(&url, "HEAD /a.txt", "\r\n\r\n");
        assert!(answer.contains("\r\ncontent-length: 6\r\n"), "{answer}");
        answer_to(&url, "GET /b.txt", "there is no such page\n");
        answer_to(&url, "POST /a.txt", "only GET and HEAD are answered\n");
        let expected = [
            ("/a.txt", 200),
            ("/a.txt", 200),
            ("/b.txt", 404),
            ("/a.txt", 405),
        ];
        let expected = expected.map(|(path, status)| (path.to_owned(), status));
        assert_eq!(*asked.lock().unwrap(), expected);
    }

    #[test]
    fn a_port_in_use_is_told() {
        let (listeners, port) = listen("localhost", 0).unwrap();
        assert!(!listeners.is_empty());
        let error = listen("localhost", port).unwrap_err();
        let expected =
            format!("port {port} is in use; choose another with --port");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_name_without_an_address_is_told() {
        let error = listen("no such host", 0).unwrap_err();
        assert_eq!(error.to_string(), "`no such host` has no address");
    }
}
