//! Logs and figures. A line never holds a token, an address or what somebody wrote, and no input can begin a new line.

use balcao_config::{LogConfig, LogFormat};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::{self, Write};
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Bounds of the latency histogram, in seconds.
const LATENCY_BOUNDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Writes log lines to standard error from now on. A second call changes nothing.
pub fn start_logging(log: &LogConfig) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(OneLine(io::stderr));
    let _ = match log.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        // There is one span, the request: as an object, not in a list besides.
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

/// The figures of this process; counted from the first call on.
pub fn figures() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Full(LATENCY.to_owned()), LATENCY_BOUNDS)
                .ok()?;
            let handle = builder.install_recorder().ok()?;
            metrics::describe_counter!(REQUESTS, "Requests answered, by route, method and status");
            metrics::describe_histogram!(LATENCY, metrics::Unit::Seconds, "Time until the answer began, by route");
            metrics::describe_gauge!(CONNECTIONS, "Connections that are open");
            metrics::describe_gauge!(STREAMS, "Streams of live updates that are open");
            metrics::describe_counter!(TURNED_AWAY, "Connections that found no place, in all or of their address");
            metrics::describe_counter!(LET_GO, "Connections that were ended: waiting made room, or a slow reader");
            Some(handle)
        })
        .as_ref()
}

/// Gauge of connections that are open.
pub const CONNECTIONS: &str = "balcao_connections";
/// Gauge of streams of live updates.
pub const STREAMS: &str = "balcao_live_streams";
/// Counter of connections that found no place.
pub const TURNED_AWAY: &str = "balcao_connections_turned_away_total";
/// Counter of connections that were ended: to make room, or because their reader was too slow.
pub const LET_GO: &str = "balcao_connections_let_go_total";
/// Counter of requests.
pub const REQUESTS: &str = "balcao_http_requests_total";
/// Histogram of latencies.
pub const LATENCY: &str = "balcao_http_request_duration_seconds";

/// A writer that keeps every event on one line: a line break inside is written as `\n`.
#[derive(Debug, Clone, Copy)]
struct OneLine<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for OneLine<M> {
    type Writer = OneLineWriter<M::Writer>;
    fn make_writer(&'a self) -> Self::Writer {
        OneLineWriter(self.0.make_writer())
    }
}

struct OneLineWriter<W>(W);

impl<W: Write> Write for OneLineWriter<W> {
    /// The subscriber hands over a whole event at a time, ending with a line break.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(&one_line(event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn one_line(event: &[u8]) -> Vec<u8> {
    let (inner, end) = event.strip_suffix(b"\n").map_or((event, &b""[..]), |inner| (inner, &b"\n"[..]));
    let mut line = Vec::with_capacity(event.len());
    for byte in inner {
        match byte {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            0x1b => line.extend_from_slice(b"\\x1b"),
            _ => line.push(*byte),
        }
    }
    line.extend_from_slice(end);
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn an_event_stays_on_one_line_whatever_stands_in_it() {
        assert_eq!(one_line(b"INFO name=a\r\nERROR forged\x1b[31m\n"), b"INFO name=a\\r\\nERROR forged\\x1b[31m\n");
        assert_eq!(one_line(b"plain\n"), b"plain\n");
        assert_eq!(one_line(b"no end"), b"no end");
    }
}
