import { Inject, Injectable, Optional, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { LRUCache } from 'lru-cache';
import type { ClientSession, Connection } from 'mongoose';
import { UnavailableError } from '@financeops/core/errors';
import { Metrics } from '@financeops/core/observability';
import { databaseOf, TenantConnections, type ResolvedTenant } from '@financeops/tenancy/context';
import { prepareCollections } from './collection-builder';
import { begunTooEarly } from './begun-too-early';
import { dedicatedConnection, forgetConnection, sharedDatabase } from './dedicated-connections';
import { compileTenantModels } from './tenant-models';

/** Connections that nobody uses at the moment, kept for who comes next. One is a database's compiled models: memory. */
const MAX_RESTING = 100;
const IDLE_MS = 300_000;
/** Databases that this process has seen complete; their names alone. */
const MAX_REMEMBERED = 20_000;

export interface ConnectionLimits {
  maxResting?: number;
  /** Milliseconds without use after which a connection is closed. */
  idleMs?: number;
}

export const CONNECTION_LIMITS = Symbol('CONNECTION_LIMITS');

interface Entry {
  database: string;
  users: number;
  opening: Promise<Connection>;
  /** Set once it is open. */
  connection?: Connection;
}

type Ending = 'evicted' | 'idle' | 'shutdown' | 'failed';

/**
 * Connections to tenants' own databases. They all go through the one client of the shared database, so sockets stay
 * bounded by its pool however many tenants there are, and a transaction may span a tenant's own collections and the
 * shared ones. What costs is memory: the models that Mongoose compiles for each; of those that are not in use only the
 * last `maxResting` stay, none longer than `idleMs`. One in use is never closed.
 */
@Injectable()
export class TenantConnectionManager extends TenantConnections implements OnModuleDestroy {
  private readonly busy = new Map<string, Entry>();
  private readonly resting: LRUCache<string, Entry>;
  private readonly prepared = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  private readonly sweeper: NodeJS.Timeout;
  private readonly opened;
  private readonly closed;
  private closing = false;

  constructor(
    @InjectConnection() private readonly shared: Connection,
    metrics: Metrics,
    @Optional()
    @Inject(CONNECTION_LIMITS)
    { maxResting = MAX_RESTING, idleMs = IDLE_MS }: ConnectionLimits = {},
  ) {
    super();
    this.opened = metrics.counter({
      name: 'tenant_connections_opened_total',
      help: "Connections to tenants' own databases that were opened",
    });
    this.closed = metrics.counter({
      name: 'tenant_connections_closed_total',
      help: "Connections to tenants' own databases that were closed, by the reason",
      labelNames: ['reason'],
    });
    const size = () => this.size;
    metrics.gauge({
      name: 'tenant_connections_open',
      help: "Connections to tenants' own databases, in use or kept",
      collect() {
        this.set(size());
      },
    });
    this.resting = new LRUCache({
      max: maxResting,
      ttl: idleMs,
      dispose: (entry, _database, reason) => {
        if (reason === 'evict') this.close(entry, 'evicted');
        else if (reason === 'expire') this.close(entry, 'idle');
      },
    });
    this.sweeper = setInterval(() => this.resting.purgeStale(), Math.max(10, idleMs / 4)).unref();
  }

  /** Connections that are open or opening. */
  get size(): number {
    return this.busy.size + this.resting.size;
  }

  getCached(tenant: ResolvedTenant): Connection | undefined {
    if (tenant.placement === 'shared') return this.shared;
    const database = this.databaseOf(tenant);
    return (this.busy.get(database) ?? this.resting.get(database))?.connection;
  }

  async getConnection(tenant: ResolvedTenant): Promise<Connection> {
    return this.getCached(tenant) ?? this.use(tenant, (connection) => Promise.resolve(connection));
  }

  /**
   * Does `work`, during which the connection stays open; at once if it is. A transaction in which a database that isn't
   * complete is to be used is run again once it is.
   */
  async use<R>(
    tenant: ResolvedTenant,
    work: (connection: Connection) => Promise<R>,
    session?: ClientSession,
  ): Promise<R> {
    if (tenant.placement === 'shared') return work(this.shared);
    if (session?.inTransaction() === true && !this.prepared.has(this.databaseOf(tenant))) {
      await this.getConnection(tenant);
      throw begunTooEarly();
    }
    const entry = this.take(this.databaseOf(tenant));
    try {
      return await work(entry.connection ?? (await entry.opening));
    } finally {
      this.giveBack(entry);
    }
  }

  /**
   * The same for a look at very many tenants' databases, one after the other: it opens them for the look alone, drives out
   * nobody's connection, and builds nothing in them.
   */
  async visit<R>(tenant: ResolvedTenant, work: (connection: Connection) => Promise<R>): Promise<R> {
    if (this.getCached(tenant) !== undefined) return this.use(tenant, work);
    const connection = this.attach(this.databaseOf(tenant));
    try {
      return await work(connection);
    } finally {
      forgetConnection(connection);
    }
  }

  /** Those in use are closed when they are given back. */
  onModuleDestroy(): void {
    this.closing = true;
    clearInterval(this.sweeper);
    for (const entry of this.resting.values()) this.close(entry, 'shutdown');
    this.resting.clear();
  }

  private databaseOf(tenant: ResolvedTenant): string {
    return databaseOf(tenant, sharedDatabase(this.shared));
  }

  private take(database: string): Entry {
    const entry = this.busy.get(database) ?? this.resting.get(database) ?? this.open(database);
    // Not an eviction: `dispose` hears of it with the reason `delete`.
    this.resting.delete(database);
    this.busy.set(database, entry);
    entry.users += 1;
    return entry;
  }

  private giveBack(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    this.busy.delete(entry.database);
    if (entry.connection === undefined) return;
    if (this.closing) this.close(entry, 'shutdown');
    else this.resting.set(entry.database, entry);
  }

  private open(database: string): Entry {
    const entry: Entry = { database, users: 0, opening: this.connect(database) };
    entry.opening.then(
      (connection) => (entry.connection = connection),
      // Whoever waits for it hears of it.
      () => undefined,
    );
    return entry;
  }

  private async connect(database: string): Promise<Connection> {
    const connection = this.attach(database);
    try {
      if (!this.prepared.has(database)) {
        compileTenantModels(this.shared, connection);
        await prepareCollections(connection);
        this.prepared.set(database, true);
      }
    } catch (error) {
      forgetConnection(connection);
      this.closed.inc({ reason: 'failed' });
      throw error;
    }
    return connection;
  }

  /** @throws UnavailableError: Mongoose would put what is asked of it aside until it is connected. */
  private attach(database: string): Connection {
    if (this.shared.readyState !== 1) throw new UnavailableError();
    this.opened.inc();
    return dedicatedConnection(this.shared, database);
  }

  private close({ connection }: Entry, reason: Ending): void {
    if (connection === undefined) return;
    forgetConnection(connection);
    this.closed.inc({ reason });
  }
}
