//! Long checks run so many at a time and no more, and one whose client has gone still counts.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::available_parallelism;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::LongChecks;

#[derive(Debug, PartialEq, Eq)]
enum Event {
    Begun(usize),
    Ended(usize),
}

/// Checks that say when they begin and end, which they do when they are told to.
struct Bench {
    checks: LongChecks,
    say: UnboundedSender<Event>,
    said: UnboundedReceiver<Event>,
}

impl Bench {
    fn open() -> Self {
        let (say, said) = unbounded_channel();
        Self { checks: LongChecks::default(), say, said }
    }

    /// A check of that number, and what ends it.
    fn ask(&self, number: usize) -> (JoinHandle<usize>, Sender<()>) {
        let (end, ended): (Sender<()>, Receiver<()>) = channel();
        let (checks, say) = (self.checks.clone(), self.say.clone());
        let asked = tokio::spawn(async move {
            let work = move || {
                say.send(Event::Begun(number)).unwrap();
                ended.recv().unwrap();
                say.send(Event::Ended(number)).unwrap();
                number
            };
            checks.run(work).await.unwrap()
        });
        (asked, end)
    }
}

fn room() -> usize {
    (available_parallelism().map_or(1, NonZeroUsize::get) / 2).max(1)
}

#[tokio::test]
async fn half_of_the_processors_check_long_texts_and_the_next_waits() {
    let mut bench = Bench::open();
    let mut running = Vec::new();
    for number in 0..room() {
        running.push(bench.ask(number));
        assert_eq!(bench.said.recv().await, Some(Event::Begun(number)));
    }
    let (last, end_of_last) = bench.ask(room());
    let (abandoned, end) = running.remove(0);
    abandoned.abort();
    assert!(abandoned.await.unwrap_err().is_cancelled());
    // The client has gone, and its check has not ended.
    end.send(()).unwrap();
    assert_eq!(bench.said.recv().await, Some(Event::Ended(0)));
    assert_eq!(bench.said.recv().await, Some(Event::Begun(room())));
    end_of_last.send(()).unwrap();
    assert_eq!(last.await.unwrap(), room());
    for (number, (asked, end)) in running.into_iter().enumerate() {
        end.send(()).unwrap();
        assert_eq!(asked.await.unwrap(), number + 1);
    }
}
