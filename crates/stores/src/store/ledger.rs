//! Reservations, ledger rows, and the totals that always equal them.

use async_trait::async_trait;
use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Reservation, Reserved};
use domain::ports::{LedgerStore, StoreError};
use domain::time::Timestamp;
use domain::usage::{UsageRow, UsageTotals};

use super::{Store, end_of, with_prefix};
use crate::rows::{self, LedgerRow, TotalsRow};
use crate::table::{Backend, Range, Rows, Table, key_part};

fn reserved_partition(user: &UserId) -> String {
    format!("{}##reserved", key_part(user.as_str()))
}

fn reserved_key(turn: &TurnId, at: Timestamp) -> String {
    format!("{}#{turn}", at.seoul_month())
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
    let totals = read_totals(rows, table, &partition, sort)?.plus(entry.usage, entry.cost);
    rows.put(table, &partition, sort, &rows::write("totals", &TotalsRow::from(totals))?)
}

/// Settled and reserved tokens of a month, that turn's own reservation aside.
fn held_tokens(
    rows: &mut dyn Rows,
    reservation: &Reservation,
    month: &str,
) -> Result<u64, StoreError> {
    let prefix = format!("{month}#");
    let user = &reservation.user_id;
    let settled = with_prefix(rows, Table::Usage, &key_part(user.as_str()), &prefix)?;
    let mut held = 0;
    for (_, body) in settled {
        let totals: UsageTotals = rows::read::<TotalsRow>("totals", &body)?.into();
        held += totals.usage.total_tokens();
    }
    let own = reserved_key(&reservation.turn_id, reservation.at);
    for (sort, tokens) in
        with_prefix(rows, Table::UsageTracking, &reserved_partition(user), &prefix)?
    {
        if sort != own {
            held += rows::read::<u64>("reservation", &tokens)?;
        }
    }
    Ok(held)
}

fn reserve(rows: &mut dyn Rows, reservation: &Reservation) -> Result<Reserved, StoreError> {
    let month = reservation.at.seoul_month();
    if let Some(limit_tokens) = reservation.month_limit_tokens {
        let used_tokens = held_tokens(rows, reservation, &month)?;
        if used_tokens.saturating_add(reservation.tokens) > limit_tokens {
            return Ok(Reserved::QuotaReached { used_tokens, limit_tokens });
        }
    }
    let partition = reserved_partition(&reservation.user_id);
    let sort = reserved_key(&reservation.turn_id, reservation.at);
    rows.put(Table::UsageTracking, &partition, &sort, &reservation.tokens.to_string())?;
    Ok(Reserved::Granted)
}

fn settle(rows: &mut dyn Rows, entry: &LedgerEntry) -> Result<(), StoreError> {
    let partition = key_part(entry.user_id.as_str());
    let engine = entry.engine.name();
    let day = format!("{}#{engine}", entry.at.seoul_day());
    let own = format!("{day}#{}", entry.turn_id);
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
    async fn reserve(&self, reservation: &Reservation) -> Result<Reserved, StoreError> {
        let reservation = reservation.clone();
        self.transact(move |rows| reserve(rows, &reservation)).await
    }

    async fn release(&self, user: &UserId, turn: &TurnId, at: Timestamp) -> Result<(), StoreError> {
        let (partition, sort) = (reserved_partition(user), reserved_key(turn, at));
        self.transact(move |rows| rows.delete(Table::UsageTracking, &partition, &sort)).await
    }

    async fn settle(&self, entry: &LedgerEntry) -> Result<(), StoreError> {
        let entry = entry.clone();
        self.transact(move |rows| settle(rows, &entry)).await
    }

    async fn months(&self, user: &UserId) -> Result<Vec<UsageRow>, StoreError> {
        let user = user.clone();
        self.transact(move |rows| {
            let found = with_prefix(rows, Table::Usage, &key_part(user.as_str()), "")?;
            let read = |(sort, body): &(String, String)| usage_row(&user, sort, body).transpose();
            let mut months: Vec<UsageRow> =
                found.iter().filter_map(read).collect::<Result<_, _>>()?;
            months.sort_by(|a, b| (&b.period, a.engine.name()).cmp(&(&a.period, b.engine.name())));
            Ok(months)
        })
        .await
    }

    async fn days(&self, user: &UserId, from: &str, to: &str) -> Result<Vec<UsageRow>, StoreError> {
        let (user, from, to) = (user.clone(), from.to_owned(), to.to_owned());
        self.transact(move |rows| {
            let found = tracked(rows, &user, &from, &to)?;
            found
                .iter()
                .filter_map(|(sort, body)| usage_row(&user, sort, body).transpose())
                .collect()
        })
        .await
    }

    async fn entries(
        &self,
        user: &UserId,
        from: &str,
        to: &str,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let (user, from, to) = (user.clone(), from.to_owned(), to.to_owned());
        self.transact(move |rows| {
            let found = tracked(rows, &user, &from, &to)?;
            let own = found.iter().filter(|(sort, _)| sort.matches('#').count() >= 2);
            own.map(|(_, body)| rows::read::<LedgerRow>("ledger row", body)?.entry()).collect()
        })
        .await
    }
}
