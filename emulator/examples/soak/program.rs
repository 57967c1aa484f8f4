//! The started program.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use acslab_emulator::signature::Secret;

use crate::client::{Outcome, Signer};

/// `acslab serve`, which ends with this value.
pub(crate) struct Program {
    child: Child,
    /// Kept, since who prints to nobody ends.
    _out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    pub(crate) owner: Signer,
    pub(crate) account: String,
}

impl Program {
    /// Starts it at a free port with every service open, and reads where it is and whose key it printed.
    pub(crate) fn start(program: &str) -> Outcome<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--port", "0", "--open", "all"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{program}`: {error}"))?;
        let out = child.stdout.take().ok_or("no output")?;
        let (mut address, mut id, mut secret, mut account) = (None, None, None, None);
        let mut out = BufReader::new(out);
        let mut line = String::new();
        while secret.is_none() && out.read_line(&mut line)? > 0 {
            let part = |before: &str| line.trim_end().strip_prefix(before).map(str::to_owned);
            address = address.or(part("acslab serves http://"));
            id = id.or(part("export ALIBABA_CLOUD_ACCESS_KEY_ID="));
            secret = secret.or(part("export ALIBABA_CLOUD_ACCESS_KEY_SECRET="));
            account = account.or_else(|| line.split_once(", account ").map(|(_, id)| id.trim_end().to_owned()));
            line.clear();
        }
        let (Some(address), Some(access_key_id), Some(secret), Some(account)) = (address, id, secret, account) else {
            return Err(format!("`{program} serve` did not print an address, an account and a key").into());
        };
        let owner = Signer { access_key_id, secret: Secret::new(secret), security_token: None };
        Ok(Self { child, _out: out, address: address.parse()?, owner, account })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How much of its memory is resident, in MiB.
    pub(crate) fn resident_mib(&self) -> Outcome<f64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the program has ended")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
