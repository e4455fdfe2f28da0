//! `prf user`: accounts for `prf serve --auth local`, also while the server runs.

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use domain::account::Account;
use domain::principal::Role;
use domain::sign_in::Accounts;
use domain::text::Secret;

use super::{config_for, print};
use crate::args::{DataFlags, UserAddFlags, UserCommand, UserFlags, UserRoleFlags};
use crate::identity::accounts;
use crate::service::open_store;

pub(crate) fn run(command: &UserCommand) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        match command {
            UserCommand::Add(flags) => add(flags).await?,
            UserCommand::List(data) => {
                let all = open(data)?.store.accounts().await?;
                print(&all.iter().map(line).collect::<String>())?;
            }
            UserCommand::Disable(flags) => {
                open(&flags.data)?.set_disabled(&flags.name, true).await?;
            }
            UserCommand::Enable(flags) => {
                open(&flags.data)?.set_disabled(&flags.name, false).await?;
            }
            UserCommand::Passwd(flags) => passwd(flags).await?,
            UserCommand::Role(flags) => role(flags).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn open(data: &DataFlags) -> anyhow::Result<Accounts> {
    let config = config_for(data)?;
    let store = std::sync::Arc::new(open_store(&config)?);
    Ok(accounts(&config, &store))
}

async fn add(flags: &UserAddFlags) -> anyhow::Result<()> {
    let UserAddFlags { role, desk, user: UserFlags { name, data } } = flags;
    let accounts = open(data)?;
    let role = Role::from_name(role).context("there is no such role")?;
    Ok(accounts.add(name, role, desk.clone(), &password()?).await?)
}

async fn passwd(UserFlags { name, data }: &UserFlags) -> anyhow::Result<()> {
    Ok(open(data)?.reset_password(name, &password()?).await?)
}

async fn role(flags: &UserRoleFlags) -> anyhow::Result<()> {
    let UserRoleFlags { user: UserFlags { name, data }, role, desk, no_desk } = flags;
    let role = role.as_deref().and_then(Role::from_name);
    let desk = if *no_desk { Some(None) } else { desk.clone().map(Some) };
    ensure!(role.is_some() || desk.is_some(), "nothing is to change: name a role or a desk");
    Ok(open(data)?.set_role(name, role, desk).await?)
}

/// Asked for twice at a terminal, one line otherwise; never a flag, which others could read.
fn password() -> anyhow::Result<Secret> {
    if io::stdin().is_terminal() {
        let first = rpassword::prompt_password("암호: ")?;
        ensure!(first == rpassword::prompt_password("다시 한 번: ")?, "the passwords differ");
        return Ok(Secret::new(first));
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}

fn line(account: &Account) -> String {
    let state = if account.is_disabled { "disabled" } else { "enabled" };
    let desk = account.desk.as_deref().unwrap_or("-");
    let day = account.created_at.seoul_day();
    format!("{}\t{}\t{desk}\t{state}\t{day}\n", account.user_id, account.role.name())
}
