//! Writes a trie of `crawdad` in less room; `packed.rs` says how and reads it. For the build and for
//! tests.

use super::packed::{FLAG, VACANT};

/// A trie as `crawdad` serialises it, in the form of `packed.rs`; none when it is no such trie.
pub(crate) fn packed(trie: &[u8]) -> Option<Vec<u8>> {
    let words: Vec<u32> = trie.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let mapper = *words.first()? as usize + 2;
    let count = *words.get(mapper)?;
    let (nodes, _) = words.get(mapper + 1..)?.as_chunks();
    if nodes.len() != count as usize {
        return None;
    }
    let sections = sections(nodes)?;
    let mut packed = trie.get(..(mapper + 1) * 4)?.to_vec();
    for section in sections {
        packed.extend(u32::try_from(section.len()).ok()?.to_le_bytes());
        packed.extend(section);
    }
    Some(packed)
}

/// Counts, codes, values and places, as they come from the root down.
fn sections(nodes: &[[u32; 2]]) -> Option<[Vec<u8>; 4]> {
    let codes = codes(nodes)?;
    let below = |index: u32| codes.get(index as usize);
    let count = |index: u32| u32::try_from(below(index)?.len()).ok();
    let [mut counts, mut steps, mut values, mut places] = [const { Vec::new() }; 4];
    write(&mut counts, count(0)?);
    let mut last = 0_u32;
    let mut waiting = vec![0_u32];
    while let Some(index) = waiting.pop() {
        let [base, _] = *nodes.get(index as usize)?;
        let below = below(index)?;
        let place = base ^ below.first()?;
        write(&mut places, zigzag(place.wrapping_sub(last).cast_signed()));
        last = place;
        let begin = waiting.len();
        let mut before = 0;
        for code in below {
            write(&mut steps, code - before);
            before = *code;
            let child = base ^ code;
            let count = count(child)?;
            write(&mut counts, count);
            match count {
                0 => write(&mut values, nodes.get(child as usize)?[0] & !FLAG),
                _ => waiting.push(child),
            }
        }
        waiting.get_mut(begin..)?.reverse();
    }
    Some([counts, steps, values, places])
}

/// The codes that lead from each node to those below it, ascending.
fn codes(nodes: &[[u32; 2]]) -> Option<Vec<Vec<u32>>> {
    let mut codes = vec![Vec::new(); nodes.len()];
    for (index, node) in (0_u32..).zip(nodes).skip(1) {
        if *node != [VACANT; 2] {
            let parent = (node[1] & !FLAG) as usize;
            codes.get_mut(parent)?.push(index ^ nodes.get(parent)?[0]);
        }
    }
    codes.iter_mut().for_each(|below| below.sort_unstable());
    Some(codes)
}

/// LEB128: seven bits a byte, the lowest first.
fn write(section: &mut Vec<u8>, mut number: u32) {
    while let Some(rest) = Some(number >> 7).filter(|rest| *rest > 0) {
        section.push(number.to_le_bytes()[0] | 0x80);
        number = rest;
    }
    section.push(number.to_le_bytes()[0]);
}

/// Small numbers of either sign as small ones without.
fn zigzag(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)).cast_unsigned()
}
