//! Running turns: each runs apart from the sockets that follow it, and keeps what it has said.

use std::collections::HashMap;
use std::future::poll_fn;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use domain::id::{IdempotencyKey, TurnId, UserId};
use domain::text::ArticleText;
use domain::turn::{OpenTurn, SequencedEvent, TurnSink, Turns};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::elsewhere;

/// One running turn; followers read its events at their own pace, so none can hold it up.
#[derive(Debug)]
pub(crate) struct Live {
    user_id: UserId,
    stop: CancellationToken,
    /// The text that findings refer to; none in a chat.
    article: ArticleText,
    said: Mutex<Said>,
}

/// What a turn has said, and who waits for more.
#[derive(Debug, Default)]
struct Said {
    events: Vec<Arc<SequencedEvent>>,
    followers: Vec<Waker>,
}

impl Said {
    /// Events after that sequence number, which is also their place.
    fn after(&self, sequence: u64) -> &[Arc<SequencedEvent>] {
        let from = usize::try_from(sequence).unwrap_or(usize::MAX);
        self.events.get(from..).unwrap_or_default()
    }
}

impl Live {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text that findings refer to.
    pub(crate) fn article(&self) -> &str {
        self.article.as_str()
    }

    /// Events after that sequence number.
    pub(crate) fn after(&self, sequence: u64) -> Vec<Arc<SequencedEvent>> {
        self.said().after(sequence).to_vec()
    }

    /// Events after that sequence number, as soon as there are any.
    pub(crate) async fn more(&self, sequence: u64) -> Vec<Arc<SequencedEvent>> {
        poll_fn(|context| {
            let mut said = self.said();
            let more = said.after(sequence);
            if !more.is_empty() {
                return Poll::Ready(more.to_vec());
            }
            let waker = context.waker();
            if !said.followers.iter().any(|follower| follower.will_wake(waker)) {
                said.followers.push(waker.clone());
            }
            Poll::Pending
        })
        .await
    }

    /// Waits for the last event.
    pub(crate) async fn ended(&self) {
        let mut heard = 0;
        loop {
            let more = self.more(heard).await;
            let Some(last) = more.last() else { continue };
            if last.event.is_last() {
                return;
            }
            heard = last.sequence;
        }
    }
}

impl TurnSink for Live {
    fn send(&self, event: &Arc<SequencedEvent>) {
        let followers = {
            let mut said = self.said();
            said.events.push(Arc::clone(event));
            std::mem::take(&mut said.followers)
        };
        followers.into_iter().for_each(Waker::wake);
    }
}

/// Requests with keys wait for each other in so many queues.
const QUEUES: usize = 64;

/// All running turns of this process.
#[derive(Debug, Clone)]
pub struct Hub {
    live: Arc<Mutex<HashMap<TurnId, Arc<Live>>>>,
    /// How many turns are just beginning.
    beginning: watch::Sender<usize>,
    queues: Arc<[tokio::sync::Mutex<()>]>,
    /// Whether other processes run turns over the same store.
    is_shared: bool,
}

impl Default for Hub {
    fn default() -> Self {
        let queues = (0..QUEUES).map(|_| tokio::sync::Mutex::default()).collect();
        Self { live: Arc::default(), beginning: watch::Sender::new(0), queues, is_shared: false }
    }
}

/// A turn that is just beginning; dropped once it runs or was refused.
pub(crate) struct Beginning<'h> {
    hub: &'h Hub,
    /// Holds up those with the same key.
    turn: Option<tokio::sync::MutexGuard<'h, ()>>,
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        self.hub.beginning.send_modify(|count| *count -= 1);
    }
}

impl Hub {
    /// A hub beside others over the same store: turns that run elsewhere are followed and stopped
    /// through it.
    #[must_use]
    pub fn shared() -> Self {
        Self { is_shared: true, ..Self::default() }
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Marks that a turn begins; waits until no other begins with the same key, so that a repeated
    /// request finds the first one running, or refused.
    pub(crate) async fn beginning(
        &self,
        user: &UserId,
        key: Option<&IdempotencyKey>,
    ) -> Beginning<'_> {
        self.beginning.send_modify(|count| *count += 1);
        let mut beginning = Beginning { hub: self, turn: None };
        if let Some(queue) = key.and_then(|key| self.queue(user, key)) {
            beginning.turn = Some(queue.lock().await);
        }
        beginning
    }

    fn queue(&self, user: &UserId, key: &IdempotencyKey) -> Option<&tokio::sync::Mutex<()>> {
        let mut hasher = DefaultHasher::new();
        (user.as_str(), key.as_str()).hash(&mut hasher);
        let number = usize::try_from(hasher.finish() % QUEUES as u64).ok()?;
        self.queues.get(number)
    }

    /// Tells how many turns are just beginning, whenever that changes.
    pub(crate) fn watch(&self) -> watch::Receiver<usize> {
        self.beginning.subscribe()
    }

    fn live(&self) -> MutexGuard<'_, HashMap<TurnId, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a turn to its end, whoever listens.
    pub(crate) fn start(&self, turns: Arc<Turns>, turn: OpenTurn) -> Arc<Live> {
        let record = turn.record();
        let live = Arc::new(Live {
            user_id: record.user_id.clone(),
            stop: CancellationToken::new(),
            article: turn.article().cloned().unwrap_or_default(),
            said: Mutex::default(),
        });
        let id = record.id.clone();
        let asked = self.is_shared.then(|| (Arc::clone(&turns.turns), record.clone()));
        self.live().insert(id.clone(), Arc::clone(&live));
        let (hub, own) = (self.clone(), Arc::clone(&live));
        let running = async move {
            let run = turns.run(turn, &*own, &own.stop);
            let outcome = match asked {
                None => run.await,
                Some((store, record)) => {
                    let asked = elsewhere::stop_when_asked(store, record, &own.stop);
                    tokio::select! { outcome = run => outcome, () = asked => return }
                }
            };
            tracing::info!(event = "turn.ended", turn_id = id.as_str(), outcome = outcome.name());
            hub.live().remove(&id);
        };
        // Its log lines name the request that began it. A task moves what it runs, also when that is over.
        tokio::spawn(Box::pin(running.in_current_span()));
        live
    }

    /// The running turn, when it is that user's.
    pub(crate) fn find(&self, user: &UserId, turn: &TurnId) -> Option<Arc<Live>> {
        self.live().get(turn).filter(|live| live.user_id == *user).map(Arc::clone)
    }

    /// Stops a running turn of that user; false when there is none.
    pub(crate) fn stop(&self, user: &UserId, turn: &TurnId) -> bool {
        let found = self.find(user, turn);
        found.inspect(|live| live.stop.cancel()).is_some()
    }

    /// Stops every running turn and waits until each has saved what came.
    pub async fn drain(&self) {
        self.live().values().for_each(|live| live.stop.cancel());
        self.finish().await;
    }

    /// Waits until every running turn has come to its end.
    pub async fn finish(&self) {
        let running: Vec<_> = self.live().values().map(Arc::clone).collect();
        for live in running {
            live.ended().await;
        }
    }
}
