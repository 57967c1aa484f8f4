//! Whoever keeps states, and the thread that does so by itself.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::checkpoints::{Checkpoint, Checkpoints};
use super::error::KeepError;
use super::folder::Folder;
use crate::cloud::{Cloud, PayloadNames, Signers, Snapshot, Store};
use crate::gateway::Gateway;

/// How often the thread looks whether anything has changed. So much may be lost with a process that is killed, and what it takes to
/// save at most.
const PERIOD: Duration = Duration::from_millis(200);
/// For how many times the duration of a save nothing is saved afterwards, so that a large state does not keep a core busy.
const REST: u32 = 4;

/// Keeps the states of one emulator: in memory, and in a folder if it has one.
#[derive(Debug, Default)]
pub(crate) struct Keeper(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    names: PayloadNames,
    checkpoints: Checkpoints,
    folder: Option<Folder>,
    /// The state that is in the folder.
    saved: Option<Snapshot>,
    /// One that could not be saved to the end: its document may be there for all that, and names its payloads.
    tried: Option<Snapshot>,
}

impl Keeper {
    /// Keeps states in a folder, and gives the one that is there.
    pub(crate) fn in_folder(
        path: &Path,
        signers: Option<Signers>,
        store: Option<Arc<dyn Store>>,
    ) -> Result<(Self, Option<Cloud>), KeepError> {
        let mut folder = Folder::take(path, store)?;
        let mut kept = Kept::default();
        let loaded = folder.load(&mut kept.names, signers)?;
        for (name, (cloud, state)) in folder.checkpoints(&mut kept.names)? {
            kept.checkpoints.insert(&name, Checkpoint { time: cloud.clock.now(), state });
        }
        folder.sweep_all()?;
        let (cloud, saved) = loaded.unzip();
        kept.saved = saved;
        kept.folder = Some(folder);
        Ok((Self(Mutex::new(kept)), cloud))
    }

    /// Saves the state in the folder.
    pub(crate) fn save(&self, cloud: &Cloud) -> Result<(), KeepError> {
        self.0.lock().save(cloud)
    }

    /// Gives the state of this moment a name; one that had it before is no more.
    pub(crate) fn save_checkpoint(&self, name: &str, cloud: &Cloud) -> Result<Checkpoint, KeepError> {
        let mut kept = self.0.lock();
        let checkpoint = Checkpoint { time: cloud.clock.now(), state: cloud.snapshot(&mut kept.names)? };
        let added = kept.add(name, checkpoint);
        kept.tidy()?;
        added
    }

    /// Gives a checkpoint another name besides.
    pub(crate) fn copy_checkpoint(&self, name: &str, other: &str) -> Result<Checkpoint, KeepError> {
        let mut kept = self.0.lock();
        let checkpoint = kept.checkpoints.get(name)?.clone();
        match kept.checkpoints.get(other) {
            Ok(_) => Err(KeepError::Taken(other.to_owned())),
            Err(_) => kept.add(other, checkpoint),
        }
    }

    /// The checkpoints, by name.
    pub(crate) fn checkpoints(&self) -> Vec<(String, Checkpoint)> {
        self.0.lock().checkpoints.iter().map(|(name, checkpoint)| (name.clone(), checkpoint.clone())).collect()
    }

    /// A cloud as it was at a checkpoint, signed for and kept as the one of now.
    pub(crate) fn restored(&self, name: &str, now: &Cloud) -> Result<Cloud, KeepError> {
        let checkpoint = self.0.lock().checkpoints.get(name)?.clone();
        let mut cloud = Cloud::of(&checkpoint.state, Some(now.clock.signers()))?;
        cloud.store.clone_from(&now.store);
        cloud.stand_ins.clone_from(&now.stand_ins);
        Ok(cloud)
    }

    /// Deletes a checkpoint.
    pub(crate) fn delete_checkpoint(&self, name: &str) -> Result<(), KeepError> {
        let mut kept = self.0.lock();
        kept.checkpoints.get(name)?;
        if let Some(folder) = &mut kept.folder {
            folder.delete_checkpoint(name)?;
        }
        kept.checkpoints.remove(name);
        kept.tidy()
    }
}

impl Kept {
    fn save(&mut self, cloud: &Cloud) -> Result<(), KeepError> {
        let state = cloud.snapshot(&mut self.names)?;
        if let Some(folder) = &mut self.folder {
            if let Err(error) = folder.save(&state) {
                self.tried = Some(state);
                self.tidy()?;
                return Err(error);
            }
            (self.saved, self.tried) = (Some(state), None);
        }
        self.tidy()
    }

    fn add(&mut self, name: &str, checkpoint: Checkpoint) -> Result<Checkpoint, KeepError> {
        self.checkpoints.check(name, &checkpoint)?;
        if let Some(folder) = &mut self.folder {
            folder.save_checkpoint(name, &checkpoint.state)?;
        }
        self.checkpoints.insert(name, checkpoint.clone());
        Ok(checkpoint)
    }

    /// Lets go of payloads that no state has any more.
    fn tidy(&mut self) -> Result<(), KeepError> {
        let checkpoints = self.checkpoints.iter().map(|(_, checkpoint)| &checkpoint.state);
        let states = checkpoints.chain(&self.saved).chain(&self.tried);
        let states: Vec<_> = states.collect();
        self.names.keep(states.iter().copied());
        let named: BTreeSet<u64> = states.iter().flat_map(|state| state.payloads.keys().copied()).collect();
        self.folder.as_mut().map_or(Ok(()), |folder| folder.sweep(&named))
    }
}

/// A thread that saves the state whenever it has changed, and once more at the end.
#[derive(Debug)]
pub(crate) struct Saver {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<Result<(), KeepError>>,
}

impl Saver {
    /// Begins to save what is behind a gateway.
    ///
    /// # Errors
    /// No thread can be had.
    pub(crate) fn start(keeper: Arc<Keeper>, gateway: Arc<Gateway>) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let save = move || run(&keeper, &gateway, &stopped);
        let thread = std::thread::Builder::new().name("acslab-saver".to_owned()).spawn(save)?;
        Ok(Self { stop, thread })
    }

    /// Saves the last state and ends.
    ///
    /// # Errors
    /// The state cannot be saved; the one saved before is in its place.
    pub(crate) fn finish(self) -> Result<(), KeepError> {
        // The thread takes the end of the channel for the same.
        let _ = self.stop.send(());
        self.thread.join().unwrap_or(Err(KeepError::Ended))
    }
}

fn run(keeper: &Keeper, gateway: &Gateway, stopped: &mpsc::Receiver<()>) -> Result<(), KeepError> {
    let mut saved = None;
    let mut rest = PERIOD;
    while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(rest) {
        rest = PERIOD;
        let cloud = gateway.cloud();
        // Read before the state is, so that what changes meanwhile is saved next.
        let changes = cloud.changes().so_far();
        let is_saved = |(other, count): &(Arc<Cloud>, u64)| Arc::ptr_eq(other, &cloud) && *count == changes;
        if saved.as_ref().is_some_and(is_saved) {
            continue;
        }
        let begun = Instant::now();
        match keeper.save(&cloud) {
            Ok(()) => saved = Some((cloud, changes)),
            Err(error) => tracing::error!(%error, "the state cannot be saved"),
        }
        rest = rest.max(begun.elapsed() * REST);
    }
    // Whatever was only noted in passing is saved too.
    keeper.save(&gateway.cloud())
}
