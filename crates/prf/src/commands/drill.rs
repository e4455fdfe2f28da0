//! `prf drill`: the simulator of the providers, its scenarios, and a newsroom's month in virtual time.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use domain::time::Timestamp;
use providers::Models;
use providers::drill::traffic::{Plan, table};
use providers::drill::{Drill, Script, scenario};
use providers::setup::system::SystemClock;
use tokio::net::TcpListener;

use super::print;
use crate::args::{DrillCommand, DrillFlags, TrafficFlags};

pub(crate) fn run(flags: &DrillFlags) -> anyhow::Result<ExitCode> {
    match &flags.command {
        None => serve(flags)?,
        Some(DrillCommand::Scenarios) => scenarios()?,
        Some(DrillCommand::Traffic(flags)) => traffic(flags)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(flags: &DrillFlags) -> anyhow::Result<()> {
    ensure!(flags.listen.ip().is_loopback(), "{} is no loopback address", flags.listen);
    let drill = Drill::new(script(flags)?, Models::built_in()?, Arc::new(SystemClock));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(flags.listen).await;
        let listener = listener.with_context(|| format!("could not listen on {}", flags.listen))?;
        let address = listener.local_addr()?;
        print(&format!(
            "listening on http://{address}\n\
             point a server at it, in another terminal:\n  \
             ANTHROPIC_API_KEY=drill ANTHROPIC_BASE_URL=http://{address} \\\n  \
             AWS_ACCESS_KEY_ID=drill AWS_SECRET_ACCESS_KEY=drill AWS_REGION=us-east-1 \\\n  \
             AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://{address} prf serve\n\
             what it saw: http://{address}/_drill/requests and http://{address}/_drill/sums\n\
             another scenario: curl -X PUT http://{address}/_drill/scenario/NAME\n"
        ))?;
        Ok(providers::drill::serve(listener, drill).await?)
    })
}

fn script(flags: &DrillFlags) -> anyhow::Result<Script> {
    if let Some(name) = &flags.scenario {
        let scenario = scenario::find(name);
        return Ok(scenario.context("`prf drill scenarios` lists what there is")?.script);
    }
    let Some(path) = &flags.script else { return Ok(Script::default()) };
    let text = read(path)?;
    let is_toml = path.extension().is_some_and(|ending| ending == "toml");
    let script = if is_toml { Script::from_toml(&text) } else { Script::from_json(&text) };
    script.with_context(|| path.display().to_string())
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}

fn scenarios() -> anyhow::Result<()> {
    let lines: String = scenario::all()?
        .into_iter()
        .map(|(name, scenario)| format!("{name:<16}{}\n", scenario.summary))
        .collect();
    Ok(print(&lines)?)
}

fn traffic(flags: &TrafficFlags) -> anyhow::Result<()> {
    let models = Models::built_in()?;
    let model = models.find(&flags.model)?;
    let first_day = Timestamp::parse(&format!("{}T00:00:00+09:00", flags.from));
    let first_day =
        first_day.with_context(|| format!("{:?} is no day like 2026-11-02", flags.from))?;
    ensure!(
        model.card.price_at(first_day).is_some(),
        "{} has no price on {}",
        flags.model,
        flags.from
    );
    let (days, engines, system) = (flags.days, flags.engines, flags.system_tokens);
    let mut text = format!(
        "{days} working days from {}, 9:00 to 22:00 in Seoul, Monday to Friday; {engines} engines with \
         {system} tokens each; {}; seed {}.\n",
        flags.from, flags.model, flags.seed
    );
    for turns_per_hour in &flags.turns_per_hour {
        ensure!(
            (0.01..=10_000.0).contains(turns_per_hour),
            "{turns_per_hour} turns an hour is no traffic"
        );
        let plan = Plan {
            first_day,
            days,
            turns_per_hour: *turns_per_hour,
            engines,
            system_tokens: system,
            seed: flags.seed,
        };
        text += &format!("\n{turns_per_hour} turns an hour:\n\n");
        text += &table(&plan, &flags.keep_warm_hours, model);
    }
    Ok(print(&text)?)
}
