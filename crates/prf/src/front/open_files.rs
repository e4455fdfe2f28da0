//! How many connections fit below the limit of open files, which is raised as far as it may be.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files besides connections: the database, providers, readers of files.
const OTHERS: u64 = 512;

/// Raises this process's limit of open files to the most it may have, and gives how many of these
/// connections may be open below it: one too many would take the database's file from it.
pub(crate) fn room_for(connections: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let files = if raised.is_ok() { maximum } else { current };
    let room = bounded(connections, files);
    if room < connections {
        tracing::warn!(event = "connections.bounded", wanted = connections, room, files);
    }
    room
}

/// No limit of files is none of connections.
fn bounded(connections: usize, files: Option<u64>) -> usize {
    let Some(files) = files else { return connections };
    let room = files - OTHERS.min(files / 2);
    connections.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn some_files_are_left_for_the_database() {
        for (files, expected) in [
            (None, 20_000),
            (Some(1_048_576), 20_000),
            (Some(20_000), 19_488),
            (Some(1024), 512),
            (Some(600), 300),
            (Some(0), 1),
        ] {
            assert_eq!(bounded(20_000, files), expected, "{files:?}");
        }
    }
}
