//! How many connections each address holds, so that one of them cannot take the room of all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// A household or a machine has a whole /64 of IPv6 (RFC 6177): its addresses count as one.
const PREFIX: u128 = !0 << 64;

/// How many connections one address may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressLimits {
    /// An address of the network: a whole newsroom may stand behind one.
    pub(crate) network: usize,
    /// A loopback address, where a proxy in front brings everybody.
    pub(crate) loopback: usize,
}

/// Who holds how many.
pub(super) struct Addresses {
    limits: AddressLimits,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of an address, counted while this lives.
pub(super) struct Place {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    pub(super) fn new(limits: AddressLimits) -> Arc<Self> {
        Arc::new(Self { limits, held: Mutex::default() })
    }

    /// A place for one more; none where the address holds all it may.
    pub(super) fn place(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = counted(address);
        let limit = if address.is_loopback() { self.limits.loopback } else { self.limits.network };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.get(&address).copied().unwrap_or_default();
        if count >= limit {
            return None;
        }
        held.insert(address, count + 1);
        Some(Place { addresses: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.addresses.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get_mut(&self.address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(held.remove(&self.address)),
        }
    }
}

/// The address under which a connection counts.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & PREFIX))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressLimits, Addresses};

    #[test]
    fn each_address_has_its_own_places_and_gets_them_back() {
        let addresses = Addresses::new(AddressLimits { network: 1, loopback: 2 });
        let place = |address: &str| addresses.place(address.parse().unwrap());
        let first = place("192.0.2.1");
        assert!(first.is_some() && place("192.0.2.1").is_none());
        assert!(place("::ffff:192.0.2.1").is_none());
        let _other = place("192.0.2.2").unwrap();
        let _wide = place("2001:db8::1").unwrap();
        assert!(place("2001:db8::2").is_none() && place("2001:db8:0:1::1").is_some());
        let _local = [place("127.0.0.1").unwrap(), place("127.0.0.1").unwrap()];
        assert!(place("127.0.0.1").is_none() && place("::1").is_some());
        drop(first);
        assert!(place("192.0.2.1").is_some());
        assert_eq!(addresses.held.lock().unwrap().len(), 3);
    }
}
