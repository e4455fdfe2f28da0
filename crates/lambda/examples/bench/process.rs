//! What Linux knows of a process: the most memory it has held, and the processor's time it took.

use std::fs;

/// Peak resident memory so far (`VmHWM`), in millions of bytes.
pub(crate) fn peak_memory_mb(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kib * 1024.0 / 1e6
}

/// Time on a processor so far, of all threads, in milliseconds (`schedstat`, its first number).
pub(crate) fn cpu_ms(process: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of = |thread: fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("schedstat")).unwrap();
        stat.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    threads.map(|thread| of(thread.unwrap())).sum::<f64>() / 1e6
}
