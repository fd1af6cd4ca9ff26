import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandWatchOf } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';

/** Counts the commands that this process sends to MongoDB: what a request costs there. */
@Injectable()
export class MongoCommandMetrics {
  constructor(metrics: Metrics, @InjectConnection() connection: Connection) {
    const { sent } = commandWatchOf(connection.getClient());
    metrics.counter({
      name: 'mongodb_commands_total',
      help: 'Commands sent to MongoDB, by command and collection (empty where it names none)',
      labelNames: ['command', 'collection'],
      collect() {
        // The watch holds the totals; the metric only shows them.
        this.reset();
        for (const [command, byCollection] of sent) {
          for (const [collection, count] of byCollection) this.inc({ command, collection }, count);
        }
      },
    });
  }
}
