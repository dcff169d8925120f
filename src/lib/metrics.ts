/** What a process counts and measures of itself, in memory, until somebody asks. Names and units as Prometheus has them. */
import { assert } from "./assert.ts";

export type MetricType = "counter" | "gauge" | "histogram";
type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** What the family's name is followed by: nothing, or `_bucket`, `_sum`, `_count`. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly samples: readonly Sample[];
}

export class Counter {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(count = 1): void {
    assert(count >= 0, "a counter never falls");
    this.#value += count;
  }
}

export class Histogram {
  /** Upper bounds, rising; what is above them all is counted too. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    assert(
      bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound)),
      "bounds rise",
    );
    this.bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  get sum(): number {
    return this.#sum;
  }

  /** How many were at most as large as each bound, and last how many there were. */
  get cumulative(): readonly number[] {
    let count = 0;
    return this.#counts.map((each) => {
      count += each;
      return count;
    });
  }

  observe(value: number): void {
    const found = this.bounds.findIndex((bound) => value <= bound);
    const index = found < 0 ? this.bounds.length : found;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }
}

interface Series {
  readonly labels: Labels;
  samples(): readonly Sample[];
}

export class MetricRegistry {
  readonly #families = new Map<string, { help: string; type: MetricType; series: Series[] }>();

  /** `name` ends in `_total`. */
  counter(name: string, help: string, labels: Labels = {}): Counter {
    const counter = new Counter();
    this.#add(name, help, "counter", labels, () => [{ suffix: "", labels, value: counter.value }]);
    return counter;
  }

  /** A counter that somebody else keeps. */
  counted(name: string, help: string, read: () => number, labels: Labels = {}): void {
    this.#add(name, help, "counter", labels, () => [{ suffix: "", labels, value: read() }]);
  }

  /** Read whenever somebody asks. */
  gauge(name: string, help: string, read: () => number, labels: Labels = {}): void {
    this.#add(name, help, "gauge", labels, () => [{ suffix: "", labels, value: read() }]);
  }

  histogram(name: string, help: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    const histogram = new Histogram(bounds);
    this.#add(name, help, "histogram", labels, () => samplesOf(histogram, labels));
    return histogram;
  }

  /** As they are now. */
  get families(): readonly MetricFamily[] {
    return [...this.#families].map(([name, { help, type, series }]) => ({
      name,
      help,
      type,
      samples: series.flatMap((each) => each.samples()),
    }));
  }

  #add(name: string, help: string, type: MetricType, labels: Labels, samples: () => readonly Sample[]): void {
    const family = this.#families.get(name) ?? { help, type, series: [] };
    assert(family.type === type, "a name means one thing");
    const key = JSON.stringify(labels);
    // Whoever registers again (a voter with a new seat) speaks from now on.
    family.series = [...family.series.filter((each) => JSON.stringify(each.labels) !== key), { labels, samples }];
    this.#families.set(name, family);
  }
}

function samplesOf(histogram: Histogram, labels: Labels): Sample[] {
  const { bounds, cumulative, sum } = histogram;
  const buckets = cumulative.map((value, index) => ({
    suffix: "_bucket",
    labels: { ...labels, le: index < bounds.length ? String(bounds[index]) : "+Inf" },
    value,
  }));
  return [
    ...buckets,
    { suffix: "_sum", labels, value: sum },
    { suffix: "_count", labels, value: cumulative.at(-1) ?? 0 },
  ];
}
