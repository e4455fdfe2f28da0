//! Rows in six tables of Amazon DynamoDB, by optimistic transactions.
//!
//! A try runs the work over the rows it has read so far (`view`); what it lacks is fetched and the
//! work runs again from its beginning. In the end a try that writes nothing is done, and one that
//! writes sends its writes together with the condition that every row it depended on is as it was
//! read (`actions`): each item carries as `rev` the revision, a number drawn by the transaction that
//! wrote it last. Where a condition fails the whole begins anew, later and later, and within this
//! process one at a time.
//!
//! **Ranges.** A sum over a range is wrong as soon as a row is added to it. What a turn may use is
//! such a sum, so all rows of a user's ledger lie under one seal: an item that is read before them,
//! is bumped by every transaction that writes one of them, and must be unchanged when a transaction
//! that read any of them writes (`key`). It costs one read and one write a transaction, spares the
//! conditions on the single rows, and lets the ledger of one user change once per round trip. A
//! transaction that only reads under a seal looks at it again in the end, so that rows and totals
//! are those of one instant. Elsewhere a range promises what is in it when it is read and no more:
//! the work that reads one there (removing a conversation, taking old headers into the list,
//! reading) does not depend on what is added later.
//!
//! **Repeats.** A transaction carries its revision as client request token, so that sending it again
//! after a lost answer changes nothing; a single put that is refused by its own revision was done.
//!
//! **Reads.** A row and the first page of a range are asked for past the SDK's layers (`direct`), which
//! cost more than all else; whatever does not come at once is asked for over the SDK.
//!
//! **Limits.** A transaction takes 100 actions, so work on many rows goes in steps of
//! [`Backend::ROWS_AT_ONCE`]. Bodies over 300 KB, and the largest of a transaction over 2.5 MB, lie in
//! parts `<key>#p<rev>#<n>` that are written before the item that names them and removed after the
//! one that replaces it; a kill in between leaves parts that nobody reads.

mod actions;
mod answer;
mod attribute;
mod direct;
mod dump;
mod key;
mod old;
mod plain;
mod read;
pub mod recovery;
mod refusal;
pub mod schema;
mod send;
mod signature;
mod view;

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider as Tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use domain::ports::StoreError;
use tokio::sync::Mutex;
use tokio::time::sleep;
use uuid::Uuid;

use crate::store::Store;
use crate::table::{Backend, Table, Work};
use actions::actions_of;
use direct::Direct;
use key::Key;
pub use old::old_items;
use read::Fit;
use refusal::{Meaning, Refusal};
use view::View;

/// How often a transaction is begun before the rows count as out of reach.
const TRIES: u32 = 40;
/// The first pause is at most this long; each may be twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// One request that is not answered by then is sent again.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);
/// One request with all its repeats.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// How often the SDK sends one request.
const SENDS: u32 = 5;
/// The SDK waits at most this long before its second send, and twice as long before each other.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Draws a number nobody has drawn before; its low bits are evenly spread.
type Draw = Arc<dyn Fn() -> u128 + Send + Sync>;

/// The rows of six tables of DynamoDB.
pub struct Dynamo {
    client: Client,
    /// Reads that need nothing of the client but what it has found out.
    direct: Direct,
    prefix: String,
    draw: Draw,
    /// Tries after the first go one at a time.
    queue: Mutex<()>,
}

impl std::fmt::Debug for Dynamo {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Dynamo").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Store<Dynamo> {
    /// The store over the tables of that prefix (`nx-wt-prf-`). Nothing is sent yet.
    ///
    /// Region, credentials and endpoint are the configuration's, and so is its HTTP client where it
    /// has one; retries and time limits are set here.
    #[must_use]
    pub fn open(config: &SdkConfig, prefix: &str) -> Self {
        let direct = Direct::default();
        let client = Client::from_conf(settings(config).interceptor(direct.clone()).build());
        let draw: Draw = Arc::new(|| Uuid::now_v7().as_u128());
        Self::new(Dynamo { client, direct, prefix: prefix.into(), draw, queue: Mutex::new(()) })
    }

    /// Asks for one row, so that connection and TLS are there before they are needed.
    ///
    /// # Errors
    ///
    /// Nothing answered; a refusal, as where the row may not be read, has opened the connection too.
    pub async fn warm(&self) -> Result<(), StoreError> {
        let key = Key::new(Table::Connections, "warm", "");
        match self.backend().get_item(&key).await {
            Err(refusal) if refusal.meaning == Meaning::Unavailable => Err(refusal.into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl Dynamo {
    /// Writes what the work wants written, if everything is still as it was read.
    async fn finish(&self, view: &View) -> Result<Fit, Refusal> {
        let actions = actions_of(view);
        if actions.is_empty() {
            return self.seals_hold(view).await;
        }
        match self.commit(view, &actions).await {
            Ok(()) => Ok(Fit::Whole),
            Err(refusal) if refusal.meaning == Meaning::Changed => Ok(Fit::Torn),
            Err(refusal) => Err(refusal),
        }
    }

    fn table(&self, table: Table) -> String {
        format!("{}{}", self.prefix, table.name())
    }

    fn revision(&self) -> String {
        format!("{:032x}", (self.draw)())
    }

    /// Waits before the try after that many, for a random part of the time it may wait.
    async fn pause(&self, tries: u32) {
        let longest = FIRST_PAUSE.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE);
        let draw = (self.draw)() & u128::from(u16::MAX);
        let share = u32::try_from(draw).unwrap_or_default();
        sleep(longest * share / u32::from(u16::MAX)).await;
    }
}

/// A client of the configuration's account with this store's patience.
#[must_use]
pub fn client(config: &SdkConfig) -> Client {
    Client::from_conf(settings(config).build())
}

fn settings(config: &SdkConfig) -> aws_sdk_dynamodb::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(REQUEST_TIMEOUT)
        .operation_timeout(TOTAL_TIMEOUT)
        .build();
    let mut own = aws_sdk_dynamodb::config::Builder::from(config)
        .retry_config(
            RetryConfig::adaptive()
                .with_max_attempts(SENDS)
                .with_initial_backoff(FIRST_BACKOFF)
                .with_max_backoff(LONGEST_BACKOFF),
        )
        // Requests and answers are small and have time limits: watching their bytes flow costs more.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(timeouts);
    if config.http_client().is_none() {
        let http = Builder::new().tls_provider(Tls::Rustls(CryptoMode::Ring)).build_https();
        own = own.http_client(http);
    }
    own
}

#[async_trait::async_trait]
impl Backend for Dynamo {
    const ROWS_AT_ONCE: usize = 90;

    async fn transact<T: Send + 'static>(&self, work: Work<T>) -> Result<T, StoreError> {
        let mut queued = None;
        for tries in 1..=TRIES {
            let mut view = View::default();
            let done = loop {
                view.restart();
                let done = work(&mut view);
                let Some(wanted) = view.take_wanted() else { break Some(done?) };
                if self.fetch(&mut view, wanted).await? == Fit::Torn {
                    break None;
                }
            };
            if let Some(done) = done
                && self.finish(&view).await? == Fit::Whole
            {
                return Ok(done);
            }
            drop(queued.take());
            self.pause(tries).await;
            queued = Some(self.queue.lock().await);
        }
        Err(Refusal::contended(TRIES).into())
    }
}
