//! The command line, and how a command ends.

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use miette::Diagnostic;

use super::out::stderr;
use super::{
    completions, decisions, diff, exec, explain, import, learn, lint, man, may, new, paths, policy, prove, record, run,
    schema, serve, services, simulate, snapshots, state, suggest, version, who,
};
use crate::exit::Exit;
use crate::words::visible;

const ABOUT: &str = "\
A local Alibaba Cloud for the part that decides who may do what.

`acslab run` replays onboarding flows from scenario files against it and compares the \
authorization state that each leaves with a stored snapshot. `acslab serve` starts it for SDKs, \
the aliyun CLI and Terraform.";

const EXAMPLES: &str = "\
Examples:
  acslab new                               write a first scenario of your own
  acslab run                               replay every scenario in scenarios/
  acslab run scenarios/langstudio --check  as CI does: compare, write nothing
  acslab serve                             start the cloud and print keys to export
  acslab exec -- python app.py             run a program with real endpoints against it
  acslab learn --terminal                  learn it, in lessons with tasks
  acslab services Ram                      what is performed of RAM, and what it needs
  acslab simulate --policy p.json …        what policies allow, and why, without a server
  acslab explain error.txt --from state    why it was denied, and the smallest fix
  acslab import transcript.txt --to state  an authorization state of what the aliyun CLI printed
  acslab who oss:PutObject 'acs:…'         which principals may do it
  acslab diff old.json new.json            what one policy allows that another does not
  acslab lint policy.json                  mistakes in a policy that the cloud does not tell

Exit codes, of every command:
  0  it holds, or is done
  1  it does not hold: a scenario, snapshot or case differs, policies differ, lint found something
  2  the input is wrong: command line, file, path or address
  3  nothing was selected
  4  interrupted
  70 a fault of acslab itself";

#[derive(Debug, Parser)]
#[command(name = "acslab", about = "A local Alibaba Cloud for authorization", long_about = ABOUT, after_help = EXAMPLES, version)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Completions(completions::Completions),
    Decisions(decisions::Decisions),
    Diff(diff::Diff),
    Exec(exec::Exec),
    Explain(explain::Explain),
    Import(import::Import),
    Learn(learn::Learn),
    Lint(lint::Lint),
    Man(man::Man),
    May(may::May),
    New(new::New),
    Paths(paths::Paths),
    Policy(policy::Policy),
    Prove(prove::Prove),
    Record(record::Record),
    Run(run::Run),
    Schema(schema::Schema),
    Serve(serve::Serve),
    Services(services::Services),
    Simulate(simulate::Simulate),
    Snapshots(snapshots::Snapshots),
    State(state::State),
    Suggest(suggest::Suggest),
    Version(version::Version),
    Who(who::WhoMay),
}

/// Runs the command that the command line names.
pub fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(ended) = exec::inside() {
        return ended;
    }
    let command = Cli::parse().command;
    // What went wrong was told by whoever panicked.
    std::panic::catch_unwind(AssertUnwindSafe(|| execute(command))).unwrap_or_else(|_| {
        let _ = writeln!(stderr(), "error: this is a fault of acslab; please report it with what was run");
        Exit::Fault.into()
    })
}

fn execute(command: Command) -> ExitCode {
    match command {
        Command::Completions(completions) => end(completions.execute()),
        Command::Decisions(decisions) => end(decisions.execute()),
        Command::Diff(diff) => end(diff.execute()),
        Command::Exec(exec) => match exec.execute() {
            Ok(code) => ExitCode::from(code),
            Err(error) => end(Err(error)),
        },
        Command::Explain(explain) => end(explain.execute()),
        Command::Import(import) => end(import.execute()),
        Command::Learn(learn) => end(learn.execute()),
        Command::Lint(lint) => end(lint.execute()),
        Command::Man(man) => end(man.execute()),
        Command::May(may) => end(may.execute()),
        Command::New(new) => end(new.execute()),
        Command::Paths(paths) => end(paths.execute()),
        Command::Policy(policy) => end(policy.execute()),
        Command::Prove(prove) => end(prove.execute()),
        Command::Record(record) => end(record.execute()),
        Command::Run(run) => end(run.execute()),
        Command::Schema(schema) => end(schema.execute()),
        Command::Serve(serve) => end(serve.execute()),
        Command::Services(services) => end(services.execute()),
        Command::Simulate(simulate) => end(simulate.execute()),
        Command::Snapshots(snapshots) => end(snapshots.execute()),
        Command::Suggest(suggest) => end(suggest.execute()),
        Command::State(state) => end(state.execute()),
        Command::Version(version) => end(version.execute()),
        Command::Who(who) => end(who.execute()),
    }
}

/// An error is told, with what to do about it if that is known.
fn end<E: Diagnostic>(done: Result<Exit, E>) -> ExitCode {
    let exit = done.unwrap_or_else(|error| {
        let help = error.help().map_or_else(String::new, |help| format!("  help: {help}\n"));
        // Where nobody hears it, the exit code has to say it.
        let _ = write!(stderr(), "{}", visible(&format!("error: {error}\n{help}")));
        Exit::BadInput
    });
    exit.into()
}
