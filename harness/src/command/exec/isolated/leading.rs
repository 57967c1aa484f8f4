//! Leads what the program opens: to the emulator, and to what listens on this machine; and what this machine opens to what the program
//! listens at.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use acslab_emulator::Arrivals;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle as Task;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};
use tracing::warn;

use super::listening::listening;
use super::names::Names;
use super::packets::{self, KEPT};
use super::space::{Opened, Space, listener};

/// The ports of which every program of the cloud's makes use: nobody waits for them.
const PORTS: [u16; 2] = [80, 443];
/// Other ports that may be open, at most: who tries more is not answered.
const MORE_PORTS: usize = 1_000;
/// How often it is looked what listens (CHOICE: whoever waits for a server looks as often).
const LOOK: Duration = Duration::from_millis(100);
/// How long nothing is accepted after nothing could be.
const PAUSE: Duration = Duration::from_millis(20);

/// What is led, until it is dropped.
pub(in crate::command::exec) struct Leading {
    space: Arc<Space>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Leading {
    /// Makes a network whose connections arrive at the emulator. Why there is none is told in words.
    pub(in crate::command::exec) fn start(folder: &Path, arrivals: Arrivals, own: Vec<IpAddr>) -> Result<Self, String> {
        let (space, opened) = Space::make(folder)?;
        let space = Arc::new(space);
        let network = Arc::new(Network {
            space: Arc::clone(&space),
            arrivals,
            own,
            names: Mutex::default(),
            open: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let (begun, begins) = std::sync::mpsc::channel();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let led = runtime.and_then(|runtime| {
                runtime.block_on(async {
                    network.begin(opened).await?;
                    let _ = begun.send(Ok(()));
                    let _ = stopped.await;
                    Ok(())
                })
            });
            if let Err(error) = led {
                let _ = begun.send(Err(error));
            }
        };
        let told = |error: io::Error| format!("a network cannot be set up here: {error}");
        let thread = std::thread::Builder::new().name("acslab-leading".to_owned()).spawn(run).map_err(told)?;
        let leading = Self { space, stop: Some(stop), thread: Some(thread) };
        begins.recv().unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into())).map_err(told)?;
        Ok(leading)
    }

    pub(in crate::command::exec) fn space(&self) -> &Space {
        &self.space
    }
}

impl Drop for Leading {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Network {
    space: Arc<Space>,
    arrivals: Arrivals,
    /// The addresses of this machine, besides loopback.
    own: Vec<IpAddr>,
    names: Mutex<Names>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Ports at which everything is taken.
    ports: BTreeSet<u16>,
    /// Who listens in the network, for us.
    inside: BTreeMap<SocketAddr, Task<()>>,
    /// Who listens on this machine, for the program.
    outside: BTreeMap<SocketAddr, Task<()>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Network {
    async fn begin(self: Arc<Self>, opened: Opened) -> io::Result<()> {
        opened.questions.set_nonblocking(true)?;
        let questions = UdpSocket::from_std(opened.questions)?;
        let packets = UdpSocket::from_std(opened.packets)?;
        for port in PORTS {
            self.open(port).await?;
        }
        self.look();
        tokio::spawn(Arc::clone(&self).answer(questions));
        tokio::spawn(Arc::clone(&self).open_what_is_tried(packets));
        tokio::spawn(async move {
            let mut looks = looks();
            loop {
                looks.tick().await;
                self.look();
            }
        });
        Ok(())
    }

    /// Answers who asks for names.
    async fn answer(self: Arc<Self>, questions: UdpSocket) {
        let mut question = vec![0; 4096];
        loop {
            let Ok((read, from)) = questions.recv_from(&mut question).await else { continue };
            let answer = locked(&self.names).answer(question.get(..read).unwrap_or_default());
            if let Some(answer) = answer {
                let _ = questions.send_to(&answer, from).await;
            }
        }
    }

    /// Opens the ports that the program tries.
    async fn open_what_is_tried(self: Arc<Self>, packets: UdpSocket) {
        let mut packet = [0; KEPT];
        loop {
            let Ok(read) = packets.recv(&mut packet).await else { continue };
            let Some(to) = packets::destination(packet.get(..read).unwrap_or_default()) else { continue };
            let full = locked(&self.open).ports.len() >= MORE_PORTS;
            if full || self.own.contains(&IpAddr::V4(*to.ip())) {
                continue;
            }
            if let Err(error) = self.open(to.port()).await {
                warn!(%to, %error, "what goes to this port is lost");
            }
        }
    }

    /// Takes everything that goes to a port.
    async fn open(self: &Arc<Self>, port: u16) -> io::Result<()> {
        if !locked(&self.open).ports.insert(port) {
            return Ok(());
        }
        // Who listens there for what is on this machine makes room: it is led from here, too.
        let is_there = |at: &SocketAddr, _: &mut Task<()>| at.port() == port && at.is_ipv4();
        let there: Vec<_> = locked(&self.open).inside.extract_if(.., is_there).collect();
        for (_, listens) in there {
            listens.abort();
            let _ = listens.await;
        }
        self.listen_inside((Ipv4Addr::UNSPECIFIED, port).into())?;
        self.space.take(port)
    }

    /// Listens on either side for what listens on the other one.
    fn look(self: &Arc<Self>) {
        let (mut on_machine, mut in_network) = (listening("self"), listening(&self.space.inhabitant().to_string()));
        {
            let mut open = locked(&self.open);
            on_machine.retain(|at| !open.outside.contains_key(at));
            in_network.retain(|at| !open.inside.contains_key(at));
            let Open { ports, inside, outside } = &mut *open;
            // Where everything is taken somebody listens already.
            on_machine.retain(|at| at.is_ipv6() || !ports.contains(&at.port()));
            let gone = |at: &SocketAddr, _: &mut Task<()>| {
                !on_machine.contains(at) && (at.is_ipv6() || !ports.contains(&at.port()))
            };
            inside.extract_if(.., gone).for_each(|(_, listens)| listens.abort());
            let gone = |at: &SocketAddr, _: &mut Task<()>| !in_network.contains(at);
            outside.extract_if(.., gone).for_each(|(_, listens)| listens.abort());
            on_machine.retain(|at| !inside.contains_key(at));
            in_network.retain(|at| !outside.contains_key(at));
        }
        // What somebody else has already stays theirs.
        for at in on_machine {
            let _ = self.listen_inside(at);
        }
        for at in in_network {
            let _ = self.listen_outside(at);
        }
    }

    /// Leads what the program opens to an address.
    fn listen_inside(self: &Arc<Self>, at: SocketAddr) -> io::Result<()> {
        let network = Arc::clone(self);
        let task = accepting(self.space.listen(at)?, move |stream, to| {
            let host = network.host(to.ip());
            if let Ok(stream) = stream.into_std() {
                network.arrivals.take(stream, &host, to.port());
            }
        })?;
        locked(&self.open).inside.insert(at, task);
        Ok(())
    }

    /// Leads what this machine opens to an address to whoever listens there in the network.
    fn listen_outside(self: &Arc<Self>, at: SocketAddr) -> io::Result<()> {
        let network = Arc::clone(self);
        let task = accepting(listener(at)?, move |mut stream, to| {
            let space = Arc::clone(&network.space);
            tokio::spawn(async move {
                let mut there = TcpStream::from_std(space.connect(to)?)?;
                there.writable().await?;
                tokio::io::copy_bidirectional(&mut stream, &mut there).await
            });
        })?;
        locked(&self.open).outside.insert(at, task);
        Ok(())
    }

    /// What an address stands for.
    fn host(&self, address: IpAddr) -> String {
        match address {
            IpAddr::V4(short) => locked(&self.names).of(short).map_or_else(|| address.to_string(), str::to_owned),
            IpAddr::V6(_) => address.to_string(),
        }
    }
}

/// When it is looked. What was missed while the whole was stopped is not made up for.
fn looks() -> Interval {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}

/// Hands over what arrives, with where it was to go.
fn accepting(
    listener: std::net::TcpListener,
    arrived: impl Fn(TcpStream, SocketAddr) + Send + 'static,
) -> io::Result<Task<()>> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    Ok(tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    if let Ok(to) = stream.local_addr() {
                        arrived(stream, (to.ip().to_canonical(), to.port()).into());
                    }
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_missed_is_not_made_up_for() {
        let mut looks = looks();
        looks.tick().await;
        // As where everything stands still meanwhile.
        std::thread::sleep(LOOK * 5);
        looks.tick().await;
        let now = std::future::poll_fn(|context| std::task::Poll::Ready(looks.poll_tick(context).is_ready())).await;
        assert!(!now, "one more look at once");
    }
}
