//! `acslab exec` around programs that take no proxy from their environment: led all the same, in a network of their own. Where none can be
//! had, each test sees to it that this is told.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const ACSLAB: &str = env!("CARGO_BIN_EXE_acslab");

/// Speaks to a host and a port as they are named, proxies or not; says `cut off` where it is.
const SPEAK: &str = r#"
    speak() { { exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && cat <&3; } 2>/dev/null || echo "$1:$2 cut off"; }
"#;
const REQUEST: &str = r"GET /?Action=ListUsers HTTP/1.1\r\nHost: ram.aliyuncs.com\r\nConnection: close\r\n\r\n";

fn exec(options: &[&str], command: &[&str]) -> Command {
    let mut acslab = Command::new(ACSLAB);
    acslab.arg("exec").args(options).arg("--").args(command);
    acslab
}

fn spoken(script: &str) -> String {
    format!("{SPEAK}\n{script}")
}

fn told(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// May programs have networks of their own here? Where not, that is told, and nothing is run where it must be.
fn can_be_had() -> bool {
    let output = exec(&[], &["true"]).output().unwrap();
    let (_, err) = told(&output);
    assert_eq!(output.status.code(), Some(0), "{err}");
    let shared = err.lines().filter(|line| line.starts_with("acslab: not isolated, since ")).count();
    let must = exec(&["--isolate"], &["true"]).output().unwrap();
    if shared == 0 {
        assert_eq!(must.status.code(), Some(0), "{}", told(&must).1);
        return true;
    }
    assert_eq!((shared, must.status.code()), (1, Some(2)), "{err}");
    assert!(told(&must).1.contains("cannot have a network of its own"), "{}", told(&must).1);
    false
}

#[test]
fn whatever_takes_no_proxy_is_led_too_and_nothing_leaves() {
    if !can_be_had() {
        return;
    }
    let script = spoken(&format!(
        "speak ram.aliyuncs.com 80 '{REQUEST}'; speak example.com 80 hello; speak example.com 80 hello; \
         speak db.example.com 5432 hello; speak 192.0.2.77 7777 hello; exit 7"
    ));
    let output = exec(&[], &["bash", "-c", &script]).output().unwrap();
    let (out, err) = told(&output);
    assert_eq!(output.status.code(), Some(7), "{err}");
    assert!(out.starts_with("HTTP/1.1 4"), "{out}");
    for host in ["  example.com:80, 2 times", "  db.example.com:5432", "  192.0.2.77:7777"] {
        assert!(err.lines().any(|line| line == host), "{host}: {err}");
    }
    assert!(err.contains("acslab: refused: 3 hosts"), "{err}");
}

#[test]
fn an_address_that_nobody_asked_for_is_known_by_what_is_said_to_it() {
    if !can_be_had() {
        return;
    }
    let output = exec(&[], &["bash", "-c", &spoken(&format!("speak 192.0.2.77 80 '{REQUEST}'"))]).output().unwrap();
    assert!(told(&output).0.starts_with("HTTP/1.1 4"), "{output:?}");
}

/// Answers each connection with a word.
fn says_a_word(listener: TcpListener) {
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(b"here\n");
        }
    });
}

#[test]
fn what_listens_on_this_machine_is_reached_be_it_begun_later() {
    let is_isolated = can_be_had();
    let early = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = early.local_addr().unwrap().port();
    says_a_word(early);
    let late = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = late.local_addr().unwrap().port();
    drop(late);
    let script = spoken(&format!(
        "speak 127.0.0.1 {port}; speak 127.0.0.1 {other}; echo begin; \
         until speak localhost {other} | grep here; do sleep 0.05; done"
    ));
    let mut running =
        exec(&[], &["bash", "-c", &script]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "here");
    assert_eq!(lines.next().unwrap(), format!("127.0.0.1:{other} cut off"));
    assert_eq!(lines.next().unwrap(), "begin");
    says_a_word(TcpListener::bind(("127.0.0.1", other)).unwrap());
    assert_eq!(lines.next().unwrap(), "here");
    let mut err = String::new();
    running.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(running.wait().unwrap().success());
    // Nobody of the cloud was called, and nobody else either.
    assert_eq!(err.contains("no call arrived: the program called nobody"), is_isolated, "{err}");
    assert!(!err.contains("refused"), "{err}");
}

#[test]
fn what_the_program_listens_at_is_reached_from_this_machine() {
    can_be_had();
    let mut running = exec(&[], &[ACSLAB, "serve", "--port", "0", "--until-stdin-ends"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find_map(|line| line.strip_prefix("acslab serves http://").map(str::to_owned)).unwrap();
    let address = address.split_whitespace().next().unwrap();
    let began = Instant::now();
    let answer = loop {
        let mut answer = String::new();
        if let Ok(mut stream) = TcpStream::connect(address) {
            stream.write_all(b"GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let _ = stream.read_to_string(&mut answer);
        }
        if !answer.is_empty() || began.elapsed() > Duration::from_secs(20) {
            break answer;
        }
        thread::sleep(Duration::from_millis(50));
    };
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(running.stdin.take());
    thread::spawn(move || lines.for_each(drop));
    assert!(running.wait().unwrap().success());
    assert!(TcpStream::connect(address).is_err(), "it is gone with the program");
}

/// A server of the program's own at a port at which it calls a stranger, too: on the one hand at one address, on the other at all.
#[test]
fn what_goes_to_a_port_at_which_the_program_listens_is_refused_as_well() {
    if !can_be_had() {
        return;
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let health = r"GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let script = |address: &str, meanwhile: &str| {
        spoken(&format!(
            "here() {{ speak 127.0.0.1 {port} '{health}' | head -n 1 | grep -o 'HTTP/1.1 200'; }}
             {ACSLAB} serve --address {address} --port {port} >/dev/null 2>&1 & server=$!
             for _ in {{1..100}}; do here >/dev/null && break; sleep 0.1; done
             {meanwhile}; here; kill $server; wait $server
             speak db.example.com {port} hello; here || echo nobody"
        ))
    };
    let run = |script: String| told(&exec(&[], &["bash", "-c", &script]).output().unwrap());
    let refused = format!("db.example.com:{port} cut off\n");
    let (out, err) = run(script("127.0.0.1", &format!("speak db.example.com {port} hello")));
    assert_eq!(out, format!("{refused}HTTP/1.1 200\n{refused}nobody\n"), "{err}");
    assert!(err.contains(&format!("  db.example.com:{port}, 2 times\n")), "{err}");
    // Where it listens at all of them what goes elsewhere is lost, which is told; and heard once it does not.
    let tried = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/db.example.com/{port}' || echo lost");
    let (out, err) = run(script("0.0.0.0", &tried));
    assert_eq!(out, format!("lost\nHTTP/1.1 200\n{refused}nobody\n"), "{err}");
    assert_eq!(err.matches("what goes to this port is lost").count(), 1, "{err}");
    assert!(err.contains(&format!("  db.example.com:{port}\n")), "{err}");
}

#[test]
fn one_within_another_passes_what_it_is_told_to() {
    if !can_be_had() {
        return;
    }
    let script =
        spoken(&format!("speak ram.aliyuncs.com 80 '{REQUEST}'; speak db.example.com 5432; speak example.com 80"));
    let pass = ["--pass", "ram.aliyuncs.com", "--pass", "db.example.com"];
    let inner = [&[ACSLAB, "exec", "--isolate"][..], &pass, &["--", "bash", "-c", &script]].concat();
    let output = exec(&["--isolate"], &inner).output().unwrap();
    let (out, err) = told(&output);
    assert!(out.starts_with("HTTP/1.1 4"), "{out}{err}");
    // What the inner one lets through the outer one answers, or refuses.
    assert!(err.contains("refused: 1 host that the cloud does not serve\n  example.com:80\n"), "{err}");
    assert!(err.contains("refused: 1 host that the cloud does not serve\n  db.example.com:5432\n"), "{err}");
}

#[test]
fn who_one_is_and_whose_ones_files_are_stays_as_it_is() {
    can_be_had();
    let folder = tempfile::tempdir().unwrap();
    let script = "id -u; id -g; pwd; touch made; cat";
    let mut running = exec(&[], &["sh", "-c", script])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    running.stdin.take().unwrap().write_all(b"what is typed").unwrap();
    let output = running.wait_with_output().unwrap();
    let (user, group) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    let expected = format!("{user}\n{group}\n{}\nwhat is typed", folder.path().canonicalize().unwrap().display());
    assert_eq!(told(&output).0, expected);
    assert_eq!(folder.path().join("made").metadata().unwrap().uid(), user);
}

#[test]
fn where_it_may_share_the_network_it_does() {
    let network = "/proc/self/ns/net";
    let output = exec(&["--no-isolate"], &["readlink", network]).output().unwrap();
    assert_eq!(told(&output).0.trim(), std::fs::read_link(network).unwrap().to_str().unwrap());
    assert!(told(&output).1.contains("does the program take its proxy"), "{}", told(&output).1);
    let both = exec(&["--no-isolate", "--isolate"], &["true"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
}

/// As in a container that allows none.
#[test]
fn where_there_are_no_networks_to_be_had_that_is_told() {
    if !can_be_had() {
        return;
    }
    let script = format!(
        "echo 0 > /proc/sys/user/max_net_namespaces; {ACSLAB} exec -- sh -c 'exit 9'; echo $?; \
         {ACSLAB} exec --isolate -- echo ran; echo $?"
    );
    let output = Command::new("unshare").args(["--map-root-user", "sh", "-c", &script]).output().unwrap();
    let (out, err) = told(&output);
    assert_eq!(out, "9\n2\n", "{err}");
    assert_eq!(err.matches("acslab: not isolated, since there are no network namespaces here: ").count(), 1, "{err}");
    assert!(err.contains("`--no-isolate` if it may"), "{err}");
}
