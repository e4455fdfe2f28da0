//! Machines that vanish without a word, by a crash, a cut line or a forgotten address translation: the
//! kernel asks those that are silent for a sign of life and ends connections that get none.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// So often a silent machine is asked before it is gone.
const TRIES: u32 = 4;

/// Has the kernel end a connection whose machine has given no sign of life for so long, whether it
/// owes an answer to a probe or to what was sent to it: half of the time passes in silence, and the
/// other half with probes.
///
/// # Errors
///
/// The kernel takes no such setting.
pub(super) fn notice(stream: &TcpStream, gone: Duration) -> io::Result<()> {
    let socket = SockRef::from(stream);
    let silence = gone / 2;
    let alive = TcpKeepalive::new().with_time(silence).with_retries(TRIES);
    // The kernel counts whole seconds.
    let alive = alive.with_interval((silence / TRIES).max(Duration::from_secs(1)));
    socket.set_tcp_keepalive(&alive)?;
    // What was sent and is not acknowledged holds probes back; Linux alone bounds that too.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(gone))?;
    Ok(())
}
