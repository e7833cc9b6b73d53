//! The crate `sandbox` with the feature of one widget, for the page to load.

use sandbox as _;
