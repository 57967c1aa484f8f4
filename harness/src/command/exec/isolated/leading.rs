//! Leads what the program opens: to the emulator, and to what listens on this machine; and what this machine opens to what the program
//! listens at.

use std::collections::BTreeSet;
use std::io;
use std::net::{
    IpAddr, SocketAddr, SocketAddrV4, TcpListener as Listening, TcpStream as Stream, UdpSocket as Questions,
};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use acslab_emulator::Arrivals;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle as Task;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};
use tracing::warn;

use super::listening::{Listeners, asking};
use super::names::Names;
use super::open::{Looked, Open, Side, everywhere};
use super::packets::{self, KEPT};
use super::space::{Space, listener};

/// The ports of which every program of the cloud's makes use: nobody waits for them.
const PORTS: [u16; 2] = [80, 443];
/// How often it is looked what listens (CHOICE: whoever waits for a server looks as often).
const LOOK: Duration = Duration::from_millis(100);
/// Of how many ports it is told that what goes there is lost.
const TOLD: usize = 16;
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
        let told = |error: io::Error| format!("a network cannot be set up here: {error}");
        let (space, opened) = Space::make(folder)?;
        let outside = Listeners::new(asking().map_err(told)?, "self");
        let space = Arc::new(space);
        let network = Arc::new(Network {
            space: Arc::clone(&space),
            arrivals,
            own,
            outside,
            inside: opened.listeners,
            names: Mutex::default(),
            open: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let (begun, begins) = std::sync::mpsc::channel();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let led = runtime.and_then(|runtime| {
                runtime.block_on(async {
                    network.begin(opened.questions, opened.packets)?;
                    let _ = begun.send(Ok(()));
                    let _ = stopped.await;
                    Ok(())
                })
            });
            if let Err(error) = led {
                let _ = begun.send(Err(error));
            }
        };
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
    outside: Listeners,
    inside: Listeners,
    names: Mutex<Names>,
    open: Mutex<Open<Task<()>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Network {
    fn begin(self: Arc<Self>, questions: Questions, packets: Questions) -> io::Result<()> {
        questions.set_nonblocking(true)?;
        let (questions, packets) = (UdpSocket::from_std(questions)?, UdpSocket::from_std(packets)?);
        for port in PORTS {
            self.take(everywhere(port))?;
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

    /// Takes what the program tries to reach.
    async fn open_what_is_tried(self: Arc<Self>, packets: UdpSocket) {
        let mut packet = [0; KEPT];
        let mut lost = BTreeSet::new();
        loop {
            let Ok(read) = packets.recv(&mut packet).await else { continue };
            let Some(to) = packets::destination(packet.get(..read).unwrap_or_default()) else { continue };
            if self.own.contains(&IpAddr::V4(*to.ip())) || locked(&self.open).takes(to) {
                continue;
            }
            let opened = if locked(&self.open).may_take_more() {
                self.open(to).await.map_err(|error| format!("does the program listen at it itself? {error}"))
            } else {
                Err("as many ports are open as may be".to_owned())
            };
            // Who tries again is heard again.
            if let Err(why) = opened
                && lost.len() < TOLD
                && lost.insert(to.port())
            {
                let (host, port) = (self.host(IpAddr::V4(*to.ip())), to.port());
                warn!(host, port, why, "what goes to this port is lost");
            }
        }
    }

    /// Takes everything that goes to a port; where the program listens at it on an address, what goes to another one.
    async fn open(self: &Arc<Self>, to: SocketAddrV4) -> io::Result<()> {
        // Who listens there for what is on this machine makes room: it is led from here, too.
        let there = locked(&self.open).make_room(to.port());
        let mut made_room = Vec::new();
        for (at, listens) in there {
            listens.abort();
            let _ = listens.await;
            made_room.push(at);
        }
        self.take(everywhere(to.port())).or_else(|_| {
            for at in made_room {
                self.try_to_listen(Side::Inside, at);
            }
            self.take(to)
        })
    }

    /// Takes what goes to an address.
    fn take(self: &Arc<Self>, at: SocketAddrV4) -> io::Result<()> {
        let task = self.arriving(self.space.take(at)?)?;
        locked(&self.open).take(at, task);
        Ok(())
    }

    /// Listens on either side for what listens on the other one.
    fn look(self: &Arc<Self>) {
        let (on_machine, in_network) = (self.outside.all(), self.inside.all());
        let Looked { gone, inside, outside, is_full } = locked(&self.open).look(on_machine, in_network);
        gone.into_iter().for_each(|listens| listens.abort());
        for (side, wanted) in [(Side::Inside, inside), (Side::Outside, outside)] {
            wanted.into_iter().for_each(|at| self.try_to_listen(side, at));
        }
        if is_full {
            warn!(
                "so much listens that not all of it is led to from the other network: docs/limits.md says how much is"
            );
        }
    }

    /// Listens at an address on one side. What somebody else has already stays theirs.
    fn try_to_listen(self: &Arc<Self>, side: Side, at: SocketAddr) {
        let listens = match side {
            Side::Inside => self.space.listen(at).and_then(|listener| self.arriving(listener)),
            Side::Outside => listener(at, |_| Ok(())).and_then(|listener| self.leaving(listener)),
        };
        let mut open = locked(&self.open);
        match listens {
            Ok(task) => open.lead(side, at, task),
            Err(_) => open.could_not(side, at),
        }
    }

    /// Leads what the program opens.
    fn arriving(self: &Arc<Self>, listener: Listening) -> io::Result<Task<()>> {
        let network = Arc::clone(self);
        accepting(listener, move |stream, to| network.arrivals.take(stream, &network.host(to.ip()), to.port()))
    }

    /// Leads what this machine opens to whoever listens there in the network.
    fn leaving(self: &Arc<Self>, listener: Listening) -> io::Result<Task<()>> {
        let network = Arc::clone(self);
        accepting(listener, move |stream, to| {
            if let Ok(there) = network.space.connect(to) {
                network.arrivals.join(stream, there);
            }
        })
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
fn accepting(listener: Listening, arrived: impl Fn(Stream, SocketAddr) + Send + 'static) -> io::Result<Task<()>> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    Ok(tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    if let (Ok(to), Ok(stream)) = (stream.local_addr(), stream.into_std()) {
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
