//! The page, as `harness/console/build.mjs` leaves it.

use acslab_emulator::ConsoleFile;

macro_rules! files {
    ($($name:literal: $kind:literal,)+) => {
        &[$(ConsoleFile { name: $name, content_type: $kind, gzip: include_bytes!(concat!("../../console/built/", $name, ".gz")) }),+]
    };
}

/// The files of the console.
pub(crate) static FILES: &[ConsoleFile] = files! {
    "index.html": "text/html; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "graph.js": "text/javascript; charset=utf-8",
};
