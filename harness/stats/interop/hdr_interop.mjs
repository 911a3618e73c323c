// Compares our histogram logs with those of hdr-histogram-js.
//   node hdr_interop.mjs read LOG          prints what it reads, one JSON object a histogram
//   node hdr_interop.mjs write LOG         writes a log of its own and prints the same of it
import { readFileSync, writeFileSync } from 'node:fs';
import hdr from 'hdr-histogram-js';

const quantiles = [0.5, 0.9, 0.99, 0.999, 1];
const millisecond = 1e6; // in nanoseconds

function describe(histogram, startMs, endMs) {
  return JSON.stringify({
    tag: histogram.tag === 'NO TAG' ? '' : (histogram.tag ?? ''),
    start_ms: Math.round(startMs),
    length_ms: Math.round(endMs - startMs),
    count: histogram.totalCount,
    mean: histogram.mean,
    stddev: histogram.stdDeviation,
    quantiles: quantiles.map((q) => histogram.getValueAtPercentile(q * 100)),
  });
}

function read(file) {
  const reader = new hdr.HistogramLogReader(readFileSync(file, 'utf8'), 64);
  for (let h = reader.nextIntervalHistogram(); h !== null; h = reader.nextIntervalHistogram()) {
    console.log(describe(h, h.startTimeStampMsec, h.endTimeStampMsec));
  }
}

// A lognormal law from a small generator of its own, so that every run writes the same log.
function* lognormal(seed, count) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < count; i++) {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    yield Math.round(Math.exp(14 + 2 * normal));
  }
}

function write(file) {
  const startMs = 1700000000000;
  const ours = { lowestDiscernibleValue: 1000, highestTrackableValue: 3600e9, numberOfSignificantValueDigits: 3 };
  const foreign = { lowestDiscernibleValue: 1, highestTrackableValue: 60e9, numberOfSignificantValueDigits: 2 };
  const intervals = [
    { layout: ours, tag: '', values: lognormal(1, 10000) },
    { layout: ours, tag: 'checkout', values: lognormal(2, 777) },
    { layout: ours, tag: 'one', values: [1234567] },
    { layout: ours, tag: 'empty', values: [] },
    { layout: foreign, tag: 'foreign', values: [1e6, 2e6, 3e6, 4e6, 5e6] },
  ];
  let log = '';
  const writer = new hdr.HistogramLogWriter((text) => (log += text));
  writer.outputLogFormatVersion();
  writer.outputStartTime(startMs);
  writer.outputLegend();
  intervals.forEach(({ layout, tag, values }, i) => {
    const histogram = hdr.build({ ...layout, autoResize: false, bitBucketSize: 64 });
    for (const value of values) histogram.recordValue(value);
    if (tag !== '') histogram.tag = tag;
    writer.outputIntervalHistogram(histogram, i, i + 1, millisecond);
    console.log(describe(histogram, startMs + i * 1000, startMs + (i + 1) * 1000));
  });
  writeFileSync(file, log);
}

const [mode, file] = process.argv.slice(2);
if (mode === 'read') read(file);
else if (mode === 'write') write(file);
else process.exitCode = 2;
