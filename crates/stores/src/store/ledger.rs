//! Reservations, ledger rows, and the totals that always equal them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Reservation, Spend};
use domain::pace::Pace;
use domain::ports::{LedgerStore, StoreError};
use domain::quota::QuotaReached;
use domain::time::Timestamp;
use domain::usage::{Books, UsageRow, UsageTotals};

use super::{Store, end_of, with_prefix};
use crate::rows::{self, LedgerRow, PaceRow, ReservationRow, TotalsRow};
use crate::table::{Backend, Range, Rows, Table, id_of, key_part};

/// Where it stands when a user's last turns began, beside what they hold.
const PACE: &str = "pace";

fn reserved_partition(user: &UserId) -> String {
    format!("{}##reserved", key_part(user.as_str()))
}

fn reserved_key(turn: &TurnId, at: Timestamp) -> String {
    format!("{}#{turn}", at.seoul_month())
}

/// The key of a turn's row.
fn row_key(engine: Engine, at: Timestamp, turn: &TurnId) -> String {
    format!("{}#{}#{turn}", at.seoul_day(), engine.name())
}

fn read_totals(
    rows: &mut dyn Rows,
    table: Table,
    partition: &str,
    sort: &str,
) -> Result<UsageTotals, StoreError> {
    match rows.get(table, partition, sort)? {
        Some(body) => Ok(rows::read::<TotalsRow>("totals", &body)?.into()),
        None => Ok(UsageTotals::default()),
    }
}

fn add(
    rows: &mut dyn Rows,
    table: Table,
    sort: &str,
    entry: &LedgerEntry,
) -> Result<(), StoreError> {
    let partition = key_part(entry.user_id.as_str());
    let totals = read_totals(rows, table, &partition, sort)?.plus(entry);
    rows.put(table, &partition, sort, &rows::write("totals", &TotalsRow::from(totals))?)
}

/// What a month's turns have used.
fn settled(rows: &mut dyn Rows, user: &UserId, month: &str) -> Result<Spend, StoreError> {
    let prefix = format!("{month}#");
    let found = with_prefix(rows, Table::Usage, &key_part(user.as_str()), &prefix)?;
    let mut sum = Spend::default();
    for (_, body) in found {
        let totals: UsageTotals = rows::read::<TotalsRow>("totals", &body)?.into();
        sum = sum.plus(totals.spend());
    }
    Ok(sum)
}

/// What a month's turns hold.
fn held(rows: &mut dyn Rows, user: &UserId, month: &str) -> Result<Spend, StoreError> {
    let prefix = format!("{month}#");
    let found = with_prefix(rows, Table::UsageTracking, &reserved_partition(user), &prefix)?;
    let mut sum = Spend::default();
    for (_, body) in &found {
        sum = sum.plus(rows::read::<ReservationRow>("reservation", body)?.into());
    }
    Ok(sum)
}

/// Turns that hold something: they run, or a kill has left them open.
fn running(rows: &mut dyn Rows, user: &UserId) -> Result<usize, StoreError> {
    // Keys of reservations begin with their month.
    let months = Range::between("0", ":");
    Ok(rows.range(Table::UsageTracking, &reserved_partition(user), months)?.len())
}

/// Counts a turn into its minute.
fn keep_pace(
    rows: &mut dyn Rows,
    reservation: &Reservation,
    limit: u32,
) -> Result<Option<QuotaReached>, StoreError> {
    let partition = reserved_partition(&reservation.user_id);
    let pace: Pace = match rows.get(Table::UsageTracking, &partition, PACE)? {
        Some(body) => rows::read::<PaceRow>("pace", &body)?.into(),
        None => Pace::default(),
    };
    match pace.step(limit, reservation.at) {
        Ok(pace) => {
            let body = rows::write("pace", &PaceRow::from(&pace))?;
            rows.put(Table::UsageTracking, &partition, PACE, &body)?;
            Ok(None)
        }
        Err(reached) => Ok(Some(reached)),
    }
}

/// Holds what a turn may cost, unless a limit would be passed.
pub(super) fn reserve(
    rows: &mut dyn Rows,
    reservation: &Reservation,
) -> Result<Option<QuotaReached>, StoreError> {
    let Reservation { turn_id, user_id, at, held: more, limits, .. } = reservation;
    let (month, own) = (at.seoul_month(), reserved_key(turn_id, *at));
    if let Some(limit) = limits.concurrent_turns
        && running(rows, user_id)? >= usize::try_from(limit).unwrap_or(usize::MAX)
    {
        return Ok(Some(QuotaReached::TooManyAtOnce { limit }));
    }
    if !limits.has_no_month() {
        let used = settled(rows, user_id, &month)?.plus(held(rows, user_id, &month)?);
        if let Some(reached) = limits.reached(used, *more) {
            return Ok(Some(reached));
        }
    }
    if let Some(limit) = limits.turns_per_minute
        && let Some(reached) = keep_pace(rows, reservation, limit)?
    {
        return Ok(Some(reached));
    }
    let body = rows::write("reservation", &ReservationRow::from(*more))?;
    rows.put(Table::UsageTracking, &reserved_partition(user_id), &own, &body)?;
    Ok(None)
}

/// Writes the turn's row, adds it to day and month and frees what it held; once.
pub(super) fn settle(rows: &mut dyn Rows, entry: &LedgerEntry) -> Result<(), StoreError> {
    let partition = key_part(entry.user_id.as_str());
    let engine = entry.engine.name();
    let day = format!("{}#{engine}", entry.at.seoul_day());
    let own = row_key(entry.engine, entry.at, &entry.turn_id);
    rows.prefetch(Table::UsageTracking, &partition, &[own.clone(), day.clone()])?;
    if rows.get(Table::UsageTracking, &partition, &own)?.is_some() {
        return Ok(());
    }
    let body = rows::write("ledger row", &LedgerRow::from(entry))?;
    rows.put(Table::UsageTracking, &partition, &own, &body)?;
    add(rows, Table::UsageTracking, &day, entry)?;
    add(rows, Table::Usage, &format!("{}#{engine}", entry.at.seoul_month()), entry)?;
    let reserved = reserved_key(&entry.turn_id, entry.at);
    rows.delete(Table::UsageTracking, &reserved_partition(&entry.user_id), &reserved)
}

fn usage_row(user: &UserId, sort: &str, body: &str) -> Result<Option<UsageRow>, StoreError> {
    let Some((period, engine)) = sort.split_once('#') else { return Ok(None) };
    // Ledger rows stand beside the day totals; their second part goes on after the engine.
    let Some(engine) = Engine::from_name(engine) else { return Ok(None) };
    let totals = rows::read::<TotalsRow>("totals", body)?.into();
    Ok(Some(UsageRow { user_id: user.clone(), engine, period: period.into(), totals }))
}

fn read_months(rows: &mut dyn Rows, user: &UserId) -> Result<Vec<UsageRow>, StoreError> {
    let found = with_prefix(rows, Table::Usage, &key_part(user.as_str()), "")?;
    let mut months = totals_in(user, &found)?;
    months.sort_by(|a, b| (&b.period, a.engine.name()).cmp(&(&a.period, b.engine.name())));
    Ok(months)
}

/// Totals by period and engine. What an earlier program counted under `basic` counts with `Basic`.
fn totals_in(user: &UserId, found: &[(String, String)]) -> Result<Vec<UsageRow>, StoreError> {
    let mut sums: BTreeMap<(String, &str), UsageRow> = BTreeMap::new();
    for (sort, body) in found {
        let Some(row) = usage_row(user, sort, body)? else { continue };
        match sums.entry((row.period.clone(), row.engine.name())) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(mut sum) => {
                let totals = sum.get().totals.and(row.totals);
                sum.get_mut().totals = totals;
            }
        }
    }
    Ok(sums.into_values().collect())
}

fn entries_in(found: &[(String, String)]) -> Result<Vec<LedgerEntry>, StoreError> {
    let own = found.iter().filter(|(sort, _)| sort.matches('#').count() >= 2);
    own.map(|(_, body)| rows::read::<LedgerRow>("ledger row", body)?.entry()).collect()
}

/// Rows of the tracking table from one day through another.
fn tracked(
    rows: &mut dyn Rows,
    user: &UserId,
    from: &str,
    to: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let end = end_of(to);
    rows.range(Table::UsageTracking, &key_part(user.as_str()), Range::between(from, &end))
}

#[async_trait]
impl<B: Backend> LedgerStore for Store<B> {
    async fn settle(&self, entry: &LedgerEntry) -> Result<(), StoreError> {
        let entry = entry.clone();
        self.transact(move |rows| settle(rows, &entry)).await
    }

    async fn months(&self, user: &UserId) -> Result<Vec<UsageRow>, StoreError> {
        let user = user.clone();
        self.read(move |rows| read_months(rows, &user)).await
    }

    async fn days(&self, user: &UserId, from: &str, to: &str) -> Result<Vec<UsageRow>, StoreError> {
        let (user, from, to) = (user.clone(), from.to_owned(), to.to_owned());
        self.read(move |rows| totals_in(&user, &tracked(rows, &user, &from, &to)?)).await
    }

    async fn entries(
        &self,
        user: &UserId,
        from: &str,
        to: &str,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let (user, from, to) = (user.clone(), from.to_owned(), to.to_owned());
        self.read(move |rows| entries_in(&tracked(rows, &user, &from, &to)?)).await
    }

    async fn reserved(&self, user: &UserId, month: &str) -> Result<Spend, StoreError> {
        let (user, month) = (user.clone(), month.to_owned());
        self.read(move |rows| held(rows, &user, &month)).await
    }

    async fn users(&self) -> Result<Vec<UserId>, StoreError> {
        self.read(|rows| {
            let mut keys = rows.partitions(Table::UsageTracking)?;
            keys.extend(rows.partitions(Table::Usage)?);
            let users: BTreeSet<_> =
                keys.iter().filter_map(|key| id_of(key)).map(UserId::new).collect();
            Ok(users.into_iter().collect())
        })
        .await
    }

    async fn books(&self, user: &UserId) -> Result<Books, StoreError> {
        let user = user.clone();
        self.read(move |rows| {
            let found = with_prefix(rows, Table::UsageTracking, &key_part(user.as_str()), "")?;
            let (entries, days) = (entries_in(&found)?, totals_in(&user, &found)?);
            Ok(Books { entries, days, months: read_months(rows, &user)? })
        })
        .await
    }
}
