//! A second acslab that stands for the cloud behind its real host names: a proxy with an authority of its own, and an emulator behind it.
//! Between the two, a test may change what is answered, or hold it back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use acslab::client::Client;
use acslab_emulator::{Emulator, EmulatorHandle, Service, Signers};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A call on its way.
pub(crate) struct Seen {
    /// Of RPC and ROA its operation, of OSS method and target: `GET /key?acl`.
    pub(crate) call: String,
}

/// What is answered.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    /// Changes a body of JSON.
    pub(crate) fn json(&mut self, change: impl FnOnce(&mut Value)) {
        let mut body: Value = serde_json::from_slice(&self.body).unwrap();
        change(&mut body);
        self.body = body.to_string().into_bytes();
    }
}

/// Sees a call before it is answered, and may change the answer.
pub(crate) type Between = dyn Fn(&Seen, &mut Answered) + Send + Sync;

/// The second acslab.
pub(crate) struct Standing {
    pub(crate) emulator: EmulatorHandle,
    pub(crate) folder: TempDir,
    address: SocketAddr,
    calls: Arc<Mutex<Vec<String>>>,
}

/// The account that stands for the user's own.
pub(crate) const ACCOUNT: &str = "1777777777777777";

struct Server {
    issuer: Issuer<'static, KeyPair>,
    behind: SocketAddr,
    between: Box<Between>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Standing {
    pub(crate) fn start(between: impl Fn(&Seen, &mut Answered) + Send + Sync + 'static) -> Self {
        let emulator = Emulator::builder()
            .seed(77)
            .signers(Signers::Machine)
            .account("own", ACCOUNT)
            .open(Service::Oss)
            .open(Service::Pai("cn-hangzhou".to_owned()))
            .start()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let key = KeyPair::generate().unwrap();
        std::fs::write(folder.path().join("authority.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let server = Arc::new(Server {
            issuer: Issuer::new(params, key),
            behind: emulator.address(),
            between: Box::new(between),
            calls: Arc::clone(&calls),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&server);
                // Who hangs up, hangs up.
                thread::spawn(move || server.serve(stream));
            }
        });
        let owner = &emulator.accounts()[0];
        let profiles = json!({"current": "test", "profiles": [{
            "name": "test", "mode": "AK", "region_id": "cn-hangzhou",
            "access_key_id": owner.access_key_id, "access_key_secret": owner.access_key_secret.expose(),
        }]});
        std::fs::write(folder.path().join("config.json"), profiles.to_string()).unwrap();
        Self { emulator, folder, address, calls }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `acslab run --real test`, as fast as may be.
    pub(crate) fn run(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
        command.args(["run", "--real", "test", "--settle", "0", "--calls-a-second", "100", "--journal"]);
        command.arg(self.file("journals")).args(arguments).env_clear();
        command.env("ALIBABA_CLOUD_CONFIG_FILE", self.file("config.json"));
        command.env("HTTPS_PROXY", format!("http://{}", self.address)).env("SSL_CERT_FILE", self.file("authority.pem"));
        command.stdin(std::process::Stdio::null());
        command
    }

    /// All that the account has.
    /// Runs it to its end: its exit code, and what it says.
    pub(crate) fn told(&self, arguments: &[&str]) -> (i32, String) {
        told(&self.run(arguments).output().unwrap())
    }

    /// Plays scenarios with a report.
    pub(crate) fn reported(&self, scenarios: &[&str]) -> (i32, String) {
        let file = path(&self.file("report.json"));
        self.told(&[&["--yes", "--real-report", file.as_str()], scenarios].concat())
    }

    /// The report, as it is kept.
    pub(crate) fn kept(&self) -> String {
        std::fs::read_to_string(self.file("report.json")).unwrap()
    }

    /// The report.
    pub(crate) fn report(&self) -> Value {
        serde_json::from_str(&self.kept()).unwrap()
    }

    pub(crate) fn state(&self) -> Value {
        Client::new(self.emulator.address().to_string()).control_post("state", &json!({})).unwrap()
    }

    /// What was called, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    /// The secret of the profile.
    pub(crate) fn secret(&self) -> String {
        self.emulator.accounts()[0].access_key_secret.expose().to_owned()
    }

    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.file("journals"));
        entries.map(|all| all.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
    }

    pub(crate) fn scenario(&self, name: &str, text: &str) -> String {
        let folder = self.file("scenarios");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.yaml"));
        std::fs::write(&file, text).unwrap();
        path(&file)
    }
}

/// How a program ended, and what it said.
pub(crate) fn told(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text)
}

pub(crate) fn path(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

impl Server {
    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut connect = BufReader::new(stream);
        let mut first = String::new();
        connect.read_line(&mut first).ok()?;
        let host = first.strip_prefix("CONNECT ")?.split(':').next()?.to_owned();
        let mut line = String::new();
        while connect.read_line(&mut line).ok()? > 2 {
            line.clear();
        }
        let mut stream = connect.into_inner();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
        let connection = ServerConnection::new(self.config(&host)).ok()?;
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        while self.serve_one(&mut stream).is_some() {}
        Some(())
    }

    fn serve_one(&self, stream: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>) -> Option<()> {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let answered = self.answered(&head, stream)?;
        let mut text = format!("HTTP/1.1 {} X\r\n", answered.status);
        for (name, value) in &answered.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !answered.headers.iter().any(|(name, _)| name == "content-length") && answered.status != 204 {
            text += &format!("content-length: {}\r\n", answered.body.len());
        }
        let mut whole = (text + "\r\n").into_bytes();
        whole.extend(answered.body);
        let stream = stream.get_mut();
        stream.write_all(&whole).ok()?;
        stream.flush().ok()
    }

    fn config(&self, host: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
        Arc::new(config.unwrap())
    }

    fn answered(&self, head: &[String], stream: &mut impl Read) -> Option<Answered> {
        let mut parts = head.first()?.split(' ');
        let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let headers: Vec<_> = head.iter().skip(1).filter_map(|line| line.split_once(':')).collect();
        let header = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let length = header("content-length").and_then(|(_, length)| length.trim().parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let call = header("x-acs-action").map_or(format!("{method} {target}"), |(_, action)| action.trim().to_owned());
        self.calls.lock().unwrap().push(call.clone());
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let mut request =
            http::Request::builder().method(method.as_str()).uri(format!("http://{}{target}", self.behind));
        let hop = ["content-length", "connection", "transfer-encoding"];
        for (name, value) in headers.iter().filter(|(name, _)| !hop.contains(&name.to_ascii_lowercase().as_str())) {
            request = request.header(*name, value.trim());
        }
        let response = if body.is_empty() {
            agent.run(request.body(()).ok()?).ok()?
        } else {
            agent.run(request.body(body.as_slice()).ok()?).ok()?
        };
        let (parts, mut body) = response.into_parts();
        let kept = |name: &str| {
            !["connection", "transfer-encoding"].contains(&name) && (method == "HEAD" || name != "content-length")
        };
        let headers = parts.headers.iter().filter(|(name, _)| kept(name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        let mut answered =
            Answered { status: parts.status.as_u16(), headers: headers.collect(), body: body.read_to_vec().ok()? };
        (self.between)(&Seen { call }, &mut answered);
        Some(answered)
    }
}
