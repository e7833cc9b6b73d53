//! Hears what mdBook logs: it builds a page with a hole in it and only says
//! so in its log.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Runs `work` and returns, beside its result, each warning and each error
/// that was logged meanwhile on this thread.
pub(crate) fn collect<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Listener(Arc::clone(&heard));
    let result = tracing::subscriber::with_default(listener, work);
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    (result, std::mem::take(&mut heard))
}

struct Listener(Arc<Mutex<Vec<String>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message.0);
    }

    // Spans are of no interest here.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::collect;

    #[test]
    fn warnings_and_errors_are_heard_and_the_rest_is_not() {
        let (result, heard) = collect(|| {
            tracing::info!("all is well");
            tracing::warn!("{} looks odd", "this");
            tracing::error!("that is wrong");
            7
        });
        assert_eq!(result, 7);
        assert_eq!(heard, ["this looks odd", "that is wrong"]);
    }
}
