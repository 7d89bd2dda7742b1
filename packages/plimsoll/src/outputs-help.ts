/** Lines for the help of each command that has `--out`; here, so that help loads nothing else. */
export const outputsHelp = `  --out FILE  also write the figures, as the ending says: .json, .csv (each second), .md, .xml (JUnit),
            .prom (Prometheus text), .hlog (HdrHistogram log), for experiments .html; or send them to an
            OpenTelemetry collector: --out http://127.0.0.1:4318/v1/metrics; several are possible`
