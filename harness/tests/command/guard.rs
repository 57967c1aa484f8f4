//! The leak guard, as a program meets it that asks the proxy itself.
#![cfg(target_os = "linux")]

use crate::lab::Lab;

/// Asks for a host that there never is, and prints what it is told.
const ASK: &str = "\
at=${HTTPS_PROXY#http://}; at=${at##*@}; at=${at%/}
exec 3<>/dev/tcp/${at%:*}/${at#*:}
printf 'CONNECT gone.invalid:443 HTTP/1.1\\r\\nHost: gone.invalid:443\\r\\n\\r\\n' >&3
head -1 <&3
";

#[test]
fn a_host_is_refused_unless_it_is_let_through() {
    let lab = Lab::with(&[]);
    lab.write("ask.sh", ASK);
    let refused = "refused: 1 host that the cloud does not serve\n  gone.invalid:443\n  `--pass HOST` lets one through, `--observe` all of them\n";
    let through = "let through: 1 host that the cloud does not serve\n  gone.invalid:443\n";
    // Let through, it is looked for, and is nowhere.
    let cases = [
        ("", "HTTP/1.1 403 ", refused),
        ("--pass example.invalid", "HTTP/1.1 403 ", refused),
        ("--pass gone.invalid", "HTTP/1.1 502 ", ""),
        ("--pass *.invalid", "HTTP/1.1 502 ", ""),
        ("--observe", "HTTP/1.1 502 ", through),
    ];
    for (options, status, told) in cases {
        let run = lab.with_variable(&format!("exec {options} -- bash ask.sh"), "PATH", "/usr/bin:/bin");
        assert_eq!(run.code, 0, "{options}: {}", run.err);
        assert!(run.out.starts_with(status), "{options}: {}{}", run.out, run.err);
        assert!(run.err.contains(told), "{options}: {}", run.err);
        assert_eq!(run.err.contains("gone.invalid"), !told.is_empty(), "{options}: {}", run.err);
    }
}
