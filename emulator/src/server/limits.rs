//! The one table of what a client may make grow, and of how long it may make us wait.

use std::time::Duration;

/// A row a limit: its name, what it is measured in, its value, and above it what it is for.
macro_rules! limits {
    ($($(#[doc = $what:literal])+ $name:ident: $measure:ty = $value:expr,)+) => {
        /// The limits that a server keeps to. Sizes are in bytes.
        #[derive(Debug, Clone)]
        pub(crate) struct Limits {
            $($(#[doc = $what])+ pub(crate) $name: $measure,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $value,)+ }
            }
        }
    };
}

limits! {
    // Connections.
    /// Connections at a time. Whoever comes then waits, unaccepted, until one ends.
    connections: usize = 4096,
    /// How long nothing is accepted after no connection could be had, for want of file descriptors or memory; doubled each time…
    refused_pause: Duration = Duration::from_millis(20),
    /// …up to this. Whoever waits to be accepted would otherwise keep a core busy.
    refused_pause_at_most: Duration = Duration::from_secs(1),
    /// From being accepted to the first byte where that tells what is spoken, and to the end of TLS's handshake.
    hello: Duration = Duration::from_secs(15),
    /// From the end of a request, or from the beginning, to the end of the next one's head: clients keep connections for later.
    head: Duration = Duration::from_mins(1),
    /// How long a client may take nothing of its answer.
    answer_pause: Duration = Duration::from_mins(1),
    /// Certificates kept, of the names asked for last; another is made when its name is asked for.
    certificates: usize = 256,

    // Heads.
    /// A request's line and headers. A policy document of 6 KiB in a query is 18 KiB, a SAML assertion in base64 100 KB.
    head_size: usize = 256 << 10,
    /// Headers of a request.
    headers: usize = 100,
    /// Parameters in a query, and as many in a form.
    parameters: usize = 16 << 10,

    // Bodies.
    /// CHOICE: a body that is read whole: parameters of an API, a document of OSS, logs. Of the gateway's nothing is published; the
    /// largest published one is that of SLS's logs, 10 MB. What is no longer than this, and too long for its parameter, is told in the
    /// product's own words for that parameter.
    whole_body: usize = 11 << 20,
    /// A body sent to the control surface, where whole states and sets of policies arrive.
    control_body: usize = 256 << 20,
    /// The content of an object or a part (OSS: PutObject, UploadPart, 5 GB).
    content: u64 = 5 << 30,
    /// How long a body may take for each…
    body_pause: Duration = Duration::from_secs(30),
    /// …of so many bytes, or for its end.
    body_progress: usize = 16 << 10,
    /// A body that nobody wants and that is announced to be no longer is read and thrown away, so that the connection goes on.
    unwanted_body: u64 = 64 << 10,
    /// Of a longer one so much is thrown away behind the answer before the connection is cut: a client that is still sending then
    /// has time to see that it was answered…
    unwanted_rest: usize = 16 << 20,
    /// …and waited for so long.
    closing: Duration = Duration::from_secs(2),

    // What a proxy passes on.
    /// How long a host that is let through may take to be reached…
    reached: Duration = Duration::from_secs(15),
    /// …and to begin an answer (CHOICE: as long as most proxies wait).
    passed_on: Duration = Duration::from_mins(1),
    /// How long neither side of a tunnel may say anything (CHOICE: an hour, as long as programs keep connections at most).
    tunnel_pause: Duration = Duration::from_hours(1),

    // The end.
    /// How long requests under way are still answered when the server is to end.
    shutdown: Duration = Duration::from_secs(10),
}
