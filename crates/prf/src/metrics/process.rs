//! Figures of the process itself, read when they are asked for.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

/// Memory and start of this process, under the names every Prometheus client gives them.
#[derive(Debug)]
pub(super) struct Process {
    /// Seconds since 1970.
    pub(super) started_s: f64,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut gauge = |name, help, value: f64| {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)
        };
        gauge("process_start_time_seconds", "Start of the process, since 1970.", self.started_s)?;
        match resident_bytes() {
            Some(bytes) => gauge("process_resident_memory_bytes", "Resident memory.", bytes),
            None => Ok(()),
        }
    }
}

/// What Linux says; none elsewhere.
fn resident_bytes() -> Option<f64> {
    resident_in(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// `VmRSS` of a status file, which is in kibibytes (proc_pid_status(5)).
fn resident_in(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::resident_in;

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(
            resident_in("Name:\tprf\nVmRSS:\t    2048 kB\nThreads:\t3\n"),
            Some(2_097_152.0)
        );
        assert_eq!(resident_in("Name:\tprf\n"), None);
    }
}
