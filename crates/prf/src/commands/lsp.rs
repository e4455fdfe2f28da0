//! `prf lsp`: the language server over standard input and output, until the client leaves.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use lsp_server::{Connection, Message};

use crate::args::StyleFlags;
use crate::lsp::Server;
use crate::style;

/// So often a silent client is looked for.
const LOOK_AFTER: Duration = Duration::from_secs(10);

/// How the server came to its end.
enum End {
    /// The client said `exit`, or closed its pipe.
    Left,
    /// The client's process is gone, or nobody reads the answers.
    Gone,
}

pub(crate) fn run(flags: &StyleFlags) -> anyhow::Result<ExitCode> {
    let (connection, threads) = Connection::stdio();
    let mut server = Server::new(style::checker(flags)?, style::settings(flags)?);
    let end = serve(&mut server, &connection);
    // The thread that writes ends when nobody can give it anything any more.
    drop(connection);
    match end {
        End::Left => threads.join().context("could not read from the client or write to it")?,
        // The thread that reads may wait for ever; the process ends without it.
        End::Gone => {}
    }
    // The protocol wants 1 when the client leaves without `shutdown`.
    Ok(if server.is_shut_down() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn serve(server: &mut Server, connection: &Connection) -> End {
    let mut watched = None;
    loop {
        let message = match connection.receiver.try_recv() {
            Ok(message) => message,
            Err(error) if error.is_disconnected() => return End::Left,
            Err(_) => {
                if !say(connection, server.settle()) {
                    return End::Gone;
                }
                match connection.receiver.recv_timeout(LOOK_AFTER) {
                    Ok(message) => message,
                    Err(error) if error.is_disconnected() => return End::Left,
                    Err(_) if watched.is_some_and(|process| !is_running(process)) => {
                        return End::Gone;
                    }
                    Err(_) => continue,
                }
            }
        };
        if matches!(&message, Message::Notification(one) if one.method == "exit") {
            return End::Left;
        }
        if !say(connection, server.receive(message)) {
            return End::Gone;
        }
        // A process that cannot be seen from here, as from inside a container, is not watched.
        watched =
            server.client_process().filter(|process| watched.is_some() || is_running(*process));
    }
}

/// Whether the client still takes what is said.
fn say(connection: &Connection, messages: Vec<Message>) -> bool {
    messages.into_iter().all(|message| connection.sender.send(message).is_ok())
}

fn is_running(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}
