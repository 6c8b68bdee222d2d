// Sends what every instrument of the SDK makes, three times over: node send.cjs EXPORTER URL delta|cumulative none|gzip
const { MeterProvider, PeriodicExportingMetricReader, AggregationType } = require('@opentelemetry/sdk-metrics');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const [kind, url, temporality, compression] = process.argv.slice(2);
const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-' + kind);
const exporter = new OTLPMetricExporter({ url, temporalityPreference: temporality === 'delta' ? 0 : 1, compression });
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3600000 });
const provider = new MeterProvider({
  resource: resourceFromAttributes({ 'service.name': 'client', 'service.instance.id': 'one' }),
  readers: [reader],
  views: [{ instrumentName: 'size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
});
const meter = provider.getMeter('lib', '1.0');
const requests = meter.createCounter('http.server.requests', { unit: '{request}' });
const open = meter.createUpDownCounter('connections.open');
const latency = meter.createHistogram('http.server.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1, 10] } });
const size = meter.createHistogram('size', { unit: 'By' });
meter.createObservableGauge('temperature', { unit: 'Cel' }).addCallback((result) => result.observe(21.5, { room: 'a' }));
(async () => {
  for (let n = 0; n < 3; n++) {
    requests.add(5, { 'http.method': 'GET' });
    open.add(n === 2 ? -1 : 2);
    latency.record(0.05);
    latency.record(5);
    size.record(1000);
    size.record(3);
    await reader.forceFlush();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await provider.shutdown();
})().catch((error) => { console.error(error); process.exit(1); });
