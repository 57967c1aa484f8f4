//! `acslab serve` as a process of its own: what it prints, that it answers, that it ends.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::json;

#[path = "../../emulator/tests/console/judge.rs"]
mod judge;

/// A served cloud; ended when dropped.
struct Served {
    process: Child,
    greeting: String,
    host: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        Self::telling(arguments, Stdio::inherit())
    }

    /// One that tells what happens to `log`.
    fn telling(arguments: &[&str], log: impl Into<Stdio>) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acslab"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !greeting.ends_with("nothing is kept.\n") {
            assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "ended early: {greeting}");
        }
        let host = greeting.lines().next().unwrap().rsplit('/').next().unwrap().to_owned();
        Self { process, greeting, host }
    }

    /// The value that the greeting exports.
    fn exported(&self, name: &str) -> String {
        let prefix = format!("export {name}=");
        self.greeting.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned()
    }

    fn acslab(&self, arguments: &[&str]) -> (String, i32) {
        let output = Command::new(env!("CARGO_BIN_EXE_acslab"))
            .args(arguments)
            .args(["--endpoint", &format!("http://{}", self.host)])
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", self.exported("ALIBABA_CLOUD_ACCESS_KEY_ID"))
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", self.exported("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
            .env("CI", "true")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (text, output.status.code().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_answers_once_it_has_greeted() {
    let served = Served::start(&[]);
    let mut stream = TcpStream::connect(&served.host).unwrap();
    stream.write_all(b"GET /_acslab/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn the_same_seed_greets_with_the_same_keys() {
    let (one, two, other) =
        (Served::start(&["--seed", "7"]), Served::start(&["--seed", "7"]), Served::start(&["--seed", "8"]));
    // The console's token is another at each start.
    let told = |line: &&str| !line.starts_with("its console is ");
    let plain = |served: &Served| {
        let lines: Vec<_> = served.greeting.lines().filter(told).collect();
        lines.join("\n").replace(&served.host, "HOST")
    };
    assert_eq!(plain(&one), plain(&two));
    assert_ne!(plain(&one), plain(&other));
}

#[test]
fn a_scenario_runs_against_it_and_leaves_the_state_of_its_snapshot() {
    let served = Served::start(&[]);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let scenario = root.join("scenarios/langstudio/use-vpc.yaml");
    let (text, code) = served.acslab(&["run", scenario.to_str().unwrap()]);
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("\n1 passed, 0 failed\n"), "{text}");
}

#[test]
fn several_accounts_have_owners_of_their_own() {
    let served = Served::start(&["--account", "company", "--account", "partner=2000000000000001"]);
    assert!(served.greeting.contains("# owner of company, account 1234567890123456\n"), "{}", served.greeting);
    assert!(served.greeting.contains("# owner of partner, account 2000000000000001\n"), "{}", served.greeting);
    assert_eq!(served.greeting.matches("export ALIBABA_CLOUD_ACCESS_KEY_SECRET=").count(), 2);
}

#[test]
#[cfg(unix)]
fn a_signal_ends_it_well() {
    let mut served = Served::start(&[]);
    let id = served.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(served.process.wait().unwrap().code(), Some(0));
}

#[test]
fn a_taken_port_is_no_crash() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).args(["serve", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")), "{text}");
    assert!(text.ends_with("help: `--port 0` takes a free port\n"), "{text}");
}

/// What the control surface of a served cloud answers.
fn control(served: &Served, request: &str, body: &str) -> serde_json::Value {
    let mut stream = TcpStream::connect(&served.host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Holds an answer to what `docs/control.openapi.json` says of it.
#[track_caller]
fn is_described(path: &str, method: &str, answer: &serde_json::Value) {
    let root = judge::root();
    let schema = &root["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} is described nowhere");
    let mut faults = Vec::new();
    judge::misfits(&root, schema, answer, &format!("{method} {path}"), &mut faults);
    faults.sort();
    faults.dedup();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn its_console_shows_scenarios_step_by_step() {
    let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/langstudio");
    let served = Served::start(&["--scenarios", scenarios.to_str().unwrap()]);
    let address = served.greeting.lines().find_map(|line| line.strip_prefix("its console is ")).unwrap();
    assert!(address.starts_with(&format!("http://{}/_acslab/console/#token=", served.host)), "{address}");
    let listed = control(&served, "GET /_acslab/scenarios", "");
    is_described("/scenarios", "get", &listed);
    let named = |name: &str| listed["scenarios"].as_array().unwrap().iter().any(|one| one["name"] == name);
    assert!(named("owner-authorizes") || named("langstudio/owner-authorizes"), "{listed}");
    let name = listed["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|one| one["name"].as_str().filter(|name| name.ends_with("owner-authorizes")));
    let body = json!({"name": name}).to_string();
    let recording = control(&served, "POST /_acslab/scenarios/replay", &body);
    is_described("/scenarios/replay", "post", &recording);
    let steps = recording["steps"].as_array().unwrap();
    assert!(steps.len() >= 2 && steps.iter().all(|step| step["differences"] == json!([])), "{recording}");
    assert!(steps.iter().any(|step| step["decision"]["decided"][0]["explanation"].is_object()));
    assert_ne!(recording["state"], steps.last().unwrap()["state"]);
    let none = control(&served, "POST /_acslab/scenarios/replay", r#"{"name": "none"}"#);
    assert_eq!(none["error"], "there is no scenario `none`");
    assert!(!Served::start(&["--no-console"]).greeting.contains("console"));
}

#[test]
fn its_console_shows_paths_to_more() {
    let served = Served::start(&[]);
    let state = control(&served, "POST /_acslab/state", "{}");
    let paths = control(&served, "POST /_acslab/paths", &json!({"state": state, "from": "owner"}).to_string());
    assert_eq!(paths["error"], "nobody is called `owner`");
    let own = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:*", "Resource": "*"}]});
    let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
        "policies": {"Keys": {"default_version": "v1", "versions": {"v1": own}}},
        "users": {"alice": {"policies": [{"name": "Keys", "type": "Custom"}]}}}}});
    let paths = control(&served, "POST /_acslab/paths", &json!({"state": state, "from": "alice"}).to_string());
    assert_ne!(paths["paths"], json!([]), "{paths}");
    is_described("/paths", "post", &paths);
    let may = control(&served, "POST /_acslab/may", &json!({"state": state, "who": "alice"}).to_string());
    assert_eq!(may["grants"][0]["action"], "ram:*", "{may}");
    is_described("/may", "post", &may);
    let wrong = control(&served, "POST /_acslab/paths", "{}");
    assert!(wrong["error"].as_str().unwrap().starts_with("not a state and somebody in it"), "{wrong}");
}

#[test]
fn a_role_is_attached_to_the_instance() {
    let served = Served::start(&["--account", "one", "--account", "two", "--instance-role", "two/app"]);
    let second = "1234567890123457";
    let (_, port) = served.host.split_once(':').unwrap();
    assert_eq!(
        served.exported("ALIBABA_CLOUD_CREDENTIALS_URI"),
        format!("http://127.0.0.1:{port}/_acslab/credentials/app?account={second}")
    );
    let attached = control(&served, "GET /_acslab/instance-roles", "");
    assert_eq!(attached.to_string(), format!(r#"{{"attached":[{{"account":"{second}","role":"app"}}]}}"#));
    let given = control(&served, &format!("GET /_acslab/credentials/app?account={second}"), "");
    assert_eq!(given["Code"], "EntityNotExist.Role");
    let text = refused(&["--instance-role", "three/app"]);
    assert!(text.contains("`three/app` is not a role of one of the accounts"), "{text}");
}

/// The services that are open in a served cloud.
fn activated(served: &Served) -> String {
    control(served, "POST /_acslab/state", "{}")["accounts"]["company"]["activated"].to_string()
}

/// What it says to these arguments, which it must refuse.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).arg("serve").args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_issuer_s_keys_are_read_from_a_file() {
    let file = std::env::temp_dir().join(format!("acslab-keys-{}.json", std::process::id()));
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = format!(r#"{{"keys": [{{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "{x}"}}]}}"#);
    std::fs::write(&file, key).unwrap();
    let path = file.to_str().unwrap();
    let served = Served::start(&["--oidc-keys", &format!("https://issuer.example.com={path}")]);
    let known = control(&served, "GET /_acslab/oidc-keys", "");
    assert_eq!(known["issuers"].to_string(), r#"{"https://issuer.example.com":["one"]}"#);
    std::fs::write(&file, "{}").unwrap();
    let text = refused(&["--oidc-keys", &format!("https://issuer.example.com={path}")]);
    assert!(text.starts_with(&format!("error: cannot use the keys in `{path}`: no JSON web key set")), "{text}");
    std::fs::remove_file(&file).unwrap();
    let text = refused(&["--oidc-keys", "keys.json"]);
    assert!(text.contains("expected `ISSUER=FILE`"), "{text}");
}

#[test]
fn a_product_of_one_s_own_is_read_from_a_file() {
    let file = std::env::temp_dir().join(format!("acslab-widgets-{}.yaml", std::process::id()));
    let path = file.to_str().unwrap();
    let example = include_str!("../../docs/examples/widgets.yaml");
    std::fs::write(&file, example).unwrap();
    let served = Served::start(&["--service", path]);
    let unsigned = "GET /?Action=CreateWidget&Version=2024-06-01&Name=a&Format=JSON";
    assert_eq!(control(&served, unsigned, "")["Code"], "MissingAccessKeyId");
    std::fs::write(&file, example.replace("name: CreateWidget", "name: ListWidgets")).unwrap();
    let text = refused(&["--service", path]);
    assert!(
        text.contains(":24: a request for Action=ListWidgets Version=2024-06-01 already means Widget.ListWidgets"),
        "{text}"
    );
    std::fs::remove_file(&file).unwrap();
    assert!(refused(&["--service", path]).starts_with(&format!("error: cannot read the operations in `{path}`")));
}

#[test]
fn services_are_closed_unless_opened() {
    assert_eq!(activated(&Served::start(&[])), "[]");
    assert_eq!(activated(&Served::start(&["--open", "oss,sls"])), r#"["oss","sls"]"#);
    assert!(activated(&Served::start(&["--open", "all"])).contains("pai/cn-hangzhou"));
    assert!(refused(&["--open", "ecs"]).contains("`ecs` is not a service that can be opened"));
    let unknown = refused(&["--quota", "User=3"]);
    assert!(unknown.contains("`User` is not a quota") && unknown.contains("Users, Groups, GroupsPerUser"), "{unknown}");
    for bad in ["Users", "Users=", "Users=-1", "Users=many"] {
        assert!(refused(&["--quota", bad]).contains("does not say how many there may be"), "{bad}");
    }
}

#[test]
fn what_is_told_is_chosen() {
    let text = refused(&["--log", "acslab::request=loud"]);
    assert!(text.starts_with("error: `acslab::request=loud`, of `--log`, does not say what to tell: "), "{text}");
    assert!(text.contains("  help: write levels"), "{text}");
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).arg("serve").env("RUST_LOG", "a=b=c").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(refused(&["--workers", "0"]).contains("invalid value '0' for '--workers <NUMBER>'"));
}

#[test]
fn a_line_a_request_is_told_without_a_secret() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let served = Served::telling(&["--log", "acslab::request=info", "--workers", "2"], log.reopen().unwrap());
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (text, code) = served.acslab(&["run", root.join("scenarios/langstudio/use-vpc.yaml").to_str().unwrap()]);
    assert_eq!(code, 0, "{text}");
    let secret = served.exported("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    drop(served);
    let told = std::fs::read_to_string(log.path()).unwrap();
    let created: Vec<_> = told.lines().filter(|line| line.contains("operation=Ram.CreateUser ")).collect();
    assert!(!created.is_empty(), "{told}");
    assert!(created.iter().all(|line| line.contains(" acslab::request: ") && line.contains("status=200")), "{told}");
    assert!(!told.contains(&secret) && !told.contains('\u{1b}'), "{told}");
}

/// Answers that nothing stands behind are warned of at the start, and never given unasked.
#[test]
fn answers_with_nothing_behind_them_are_warned_of() {
    for (arguments, warned) in [(&["--answer-not-performed"][..], true), (&[], false)] {
        let log = tempfile::NamedTempFile::new().unwrap();
        drop(Served::telling(arguments, log.reopen().unwrap()));
        let told = std::fs::read_to_string(log.path()).unwrap();
        assert_eq!(
            told.contains("warning: operations that are not performed answer as if they were."),
            warned,
            "{told}"
        );
    }
}

/// What keeps it from starting is told with both arguments, and ends with 2.
#[test]
fn what_is_in_objects_is_kept_in_a_folder_that_nobody_else_uses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let _served = Served::start(&["--payloads", path]);
    assert!(folder.path().join("in-use/lock").exists());
    let text = refused(&["--payloads", path]);
    assert!(text.contains("another acslab keeps its payloads here"), "{text}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let text = refused(&["--payloads", file.to_str().unwrap()]);
    assert!(text.contains("it is a file") && text.contains("takes `memory`, or a folder"), "{text}");
}

#[test]
fn two_accounts_of_one_id_or_name_are_refused() {
    let text = refused(&["--port", "0", "--account", "a=2000000000000001", "--account", "b=2000000000000001"]);
    assert!(text.starts_with("error: the accounts `a` and `b` cannot both have the id 2000000000000001\n"), "{text}");
    assert!(text.contains("  help: `--account NAME=ID` gives each account a name and an id of its own"), "{text}");
    assert!(refused(&["--port", "0", "--account", "a", "--account", "a"]).contains("`a`"));
}

/// The first line, of a cloud that greets in another way.
fn first_line(arguments: &[&str]) -> (String, Served) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_acslab"))
        .args(["serve", "--port", "0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (line, Served { process, greeting: String::new(), host: String::new() })
}

#[test]
fn programs_are_greeted_in_json_and_in_variables() {
    let (line, _served) = first_line(&["--format", "json", "--account", "one", "--account", "two"]);
    let greeting: serde_json::Value = serde_json::from_str(&line).unwrap();
    let accounts = greeting["accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &accounts[1]["name"]), (2, &"two".into()));
    assert_eq!(accounts[0]["environment"]["OSS_ACCESS_KEY_ID"], accounts[0]["access_key_id"]);
    let endpoint = greeting["endpoint"].as_str().unwrap();
    assert!(TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).is_ok());

    // As a file, readable by its owner alone; and a file descriptor is told when requests are taken.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloud.env");
    // One that is there already, and may be read by anybody.
    std::fs::write(&file, "BEFORE=1\n").unwrap();
    let (line, _served) = first_line(&["--format", "env", "--env-file", file.to_str().unwrap(), "--ready-fd", "1"]);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.starts_with(&line) && written.contains("\nACSLAB_ENDPOINT=") || line.starts_with("ACSLAB_ENDPOINT=")
    );
    assert!(written.lines().all(|line| line.contains('=') && !line.starts_with("export")), "{written}");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777, 0o600);

    let mut ready = first_line(&["--format", "env", "--ready-fd", "2"]);
    let mut told = String::new();
    BufReader::new(ready.1.process.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&told).unwrap()["endpoint"].is_string(), "{told}");
}

#[test]
fn a_name_is_listened_at_and_what_is_open_is_said() {
    let served = Served::start(&["--address", "localhost"]);
    assert!(served.host.starts_with("127.0.0.1:") || served.host.starts_with("[::1]:"), "{}", served.host);
    let mut served = Served::telling(&["--address", "0.0.0.0", "--would-deny"], Stdio::piped());
    served.process.kill().unwrap();
    let mut told = String::new();
    served.process.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("warning: it listens at 0.0.0.0") && told.contains("this machine alone"), "{told}");
    assert!(told.contains("x-acslab-mode: would-deny"), "{told}");

    let output =
        Command::new(env!("CARGO_BIN_EXE_acslab")).args(["serve", "--address", "nowhere.invalid"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(2) && told.contains("`nowhere.invalid` is not an address to listen on"),
        "{told}"
    );
}
