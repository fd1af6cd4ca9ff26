import { Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

/** The process's Prometheus registry. Libraries make their metrics here; asking again for a name gives the same one. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(options: Omit<CounterConfiguration<L>, 'registers'>): Counter<L> {
    const known = this.registry.getSingleMetric(options.name);
    return known instanceof Counter
      ? (known as Counter<L>)
      : new Counter({ ...options, registers: [this.registry] });
  }

  gauge<L extends string>(options: Omit<GaugeConfiguration<L>, 'registers'>): Gauge<L> {
    const known = this.registry.getSingleMetric(options.name);
    return known instanceof Gauge
      ? (known as Gauge<L>)
      : new Gauge({ ...options, registers: [this.registry] });
  }

  histogram<L extends string>(options: Omit<HistogramConfiguration<L>, 'registers'>): Histogram<L> {
    const known = this.registry.getSingleMetric(options.name);
    return known instanceof Histogram
      ? (known as Histogram<L>)
      : new Histogram({ ...options, registers: [this.registry] });
  }
}
