import { Global, Logger, Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import { watchedCommands } from './watched-commands';
import { TransactionRunner } from './transaction';

/**
 * Process-wide, set before any schema is compiled.
 * - strictQuery 'throw': with `true` an unknown key turns a filter into `{}`, which is everything.
 * - sanitizeFilter: `$` operators in a filter are data unless the repository marked them with `mongoose.trusted()`.
 */
mongoose.set({ strictQuery: 'throw', sanitizeFilter: true, autoCreate: false });

export interface MongoSettings {
  uri: string;
  /** Sockets a process may open. */
  maxPoolSize?: number;
}

@Global()
@Module({})
export class MongoModule {
  static forRoot(settings: MongoSettings): DynamicModule {
    return {
      module: MongoModule,
      imports: [
        MongooseModule.forRoot(settings.uri, {
          // A dead MongoDB answers within half a second, so that requests get a 503 and a shutdown ends in time.
          serverSelectionTimeoutMS: 500,
          connectTimeoutMS: 2_000,
          // How soon a MongoDB that hangs, rather than refuses, is found out.
          heartbeatFrequencyMS: 2_000,
          socketTimeoutMS: 20_000,
          maxPoolSize: settings.maxPoolSize ?? 20,
          waitQueueTimeoutMS: 5_000,
          writeConcern: { w: 'majority' },
          readConcern: { level: 'majority' },
          retryWrites: true,
          bufferCommands: false,
          ...watchedCommands(),
          autoIndex: false,
          retryAttempts: 20,
          retryDelay: 500,
          connectionFactory: (connection: mongoose.Connection) => {
            const logger = new Logger('MongoDB');
            connection.on('error', (error: Error) => logger.error({ err: error }, 'connection error'));
            return connection;
          },
        }),
      ],
      providers: [TransactionRunner],
      exports: [TransactionRunner, MongooseModule],
    };
  }
}
