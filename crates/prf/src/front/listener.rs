//! Where connections arrive, and how many may wait there to be taken in.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be taken in. After a restart every page of a newsroom comes back within a
/// second, and whoever finds the queue full tries again a second later at the earliest, so that the queue
/// is as long as Linux lets it be by itself (`net.core.somaxconn`, 4096); the kernel shortens it to that.
const WAITING: u32 = 4096;

/// Listens there; an address whose last server has just ended is free again.
///
/// # Errors
///
/// The address is taken, not of this machine or not allowed.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On Windows it would let two servers share an address.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}
