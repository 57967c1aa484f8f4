//! A folder with scenarios, and what the command does in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder with scenarios, and the command run in it.
pub(crate) struct Lab(tempfile::TempDir);

/// What a run of the command came to.
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

pub(crate) const CREATES: &str = "\
title: The owner creates a user
story: The owner may do everything, but nothing twice.
steps:
  - as: owner
    call: Ram.CreateUser
    with: {UserName: alice}
    expect: {success: {User.UserName: alice}}
  - name: Once is enough
    as: owner
    call: Ram.CreateUser
    with: {UserName: alice}
    expect: {error: EntityAlreadyExists.User, status: 409}
compare:
  permissions:
    - of: alice
      actions: [ram:GetUser, oss:GetObject]
";

impl Lab {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            lab.write(&format!("scenarios/{name}"), text);
        }
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).env_clear();
        command
    }

    pub(crate) fn acslab(&self, arguments: &str) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// The exit code where nobody reads what is printed.
    pub(crate) fn unread(&self, arguments: &str) -> Option<i32> {
        let mut running = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((running.stdout.take(), running.stderr.take()));
        running.wait().unwrap().code()
    }

    /// The same with a variable of the environment.
    pub(crate) fn with_variable(&self, arguments: &str, name: &str, value: &str) -> Ran {
        Ran::of(self.command(arguments).env(name, value).output().unwrap())
    }

    /// The exit code of a run that is interrupted while a program of its runs.
    #[cfg(unix)]
    pub(crate) fn interrupted(&self, arguments: &str) -> Option<i32> {
        let mut running = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(2));
        Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
        running.wait().unwrap().code()
    }

    /// A run on a disk that is full.
    #[cfg(unix)]
    pub(crate) fn on_a_full_disk(&self, arguments: &str) -> Ran {
        let script = format!(r#"trap "" XFSZ; ulimit -f 0; exec "$0" {arguments}"#);
        let mut command = Command::new("bash");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_acslab")]).current_dir(self.0.path());
        Ran::of(command.env_remove("CI").output().unwrap())
    }

    /// A run in a folder that may be read and not written in, by somebody whom that counts for.
    #[cfg(unix)]
    pub(crate) fn in_a_read_only_folder(&self, arguments: &str) -> Ran {
        use std::os::unix::fs::PermissionsExt;
        let folders = || ["", "scenarios", "scenarios/ram", "snapshots"].map(|name| self.path(name));
        let allow = |mode| {
            for folder in folders().iter().filter(|folder| folder.exists()) {
                fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
            }
        };
        allow(0o555);
        let program = env!("CARGO_BIN_EXE_acslab");
        let mut command = if rustix::process::geteuid().is_root() {
            // Whoever may do anything is told of no rights.
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
            command
        } else {
            Command::new(program)
        };
        let output = command.args(arguments.split_whitespace()).current_dir(self.0.path()).env_remove("CI").output();
        allow(0o755);
        Ran::of(output.unwrap())
    }

    /// The files of the folder of snapshots, with what is in them.
    pub(crate) fn snapshots(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.path("snapshots")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}
