//! What whoever starts the emulator answers on the control surface besides.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use acslab_emulator::Extension;
use serde_json::{Value, json};

use super::{ask, builder};

/// Says that it was asked, and answers once it is told to.
#[derive(Debug)]
struct Slow {
    asked: Mutex<Sender<()>>,
    go_on: Mutex<Receiver<()>>,
}

impl Extension for Slow {
    fn takes(&self, path: &str) -> bool {
        path == "slow"
    }

    fn answer(&self, method: &str, _: &str, body: &[u8]) -> (u16, Value) {
        self.asked.lock().expect("a sender").send(()).expect("somebody who hears");
        self.go_on.lock().expect("a receiver").recv().expect("a word");
        (201, json!({"method": method, "length": body.len()}))
    }
}

#[test]
fn an_extension_is_asked_by_a_few_at_a_time_and_nothing_else_waits_for_it() {
    let (asks, asked) = channel();
    let (says, go_on) = channel();
    let slow = Slow { asked: Mutex::new(asks), go_on: Mutex::new(go_on) };
    let cloud = builder().extension(Arc::new(slow)).start().expect("an emulator");
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&cloud, "POST", "slow", "{}"))).collect();
        for _ in &waiting {
            asked.recv().expect("it is asked");
        }
        let fifth = ask(&cloud, "POST", "slow", "{}");
        assert_eq!(fifth.status, 503);
        assert!(fifth.text().contains("try again"), "{}", fifth.text());
        assert_eq!(ask(&cloud, "GET", "health", "").status, 200);
        assert_eq!(ask(&cloud, "GET", "slower", "").status, 404);
        for _ in &waiting {
            says.send(()).expect("it waits");
        }
        for answer in waiting {
            let answer = answer.join().expect("an answer");
            assert_eq!((answer.status, answer.ok()), (201, json!({"method": "POST", "length": 2})));
        }
    });
    says.send(()).expect("it is there");
    assert_eq!(ask(&cloud, "POST", "slow", "").status, 201);
}
