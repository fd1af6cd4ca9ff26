import { freePort } from '../api/free-port';
import { until } from '../api/until';
import { RedisServer } from './redis-server';

/** Slots of each of the three nodes. */
const SLOTS = [
  ['0', '5460'],
  ['5461', '10922'],
  ['10923', '16383'],
] as const;

/** A cluster of three masters on loopback, without replicas. */
export class RedisCluster {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    const cluster = new RedisCluster(nodes);
    try {
      for (const [from, to] of SLOTS) {
        const bus = await freePort();
        const node = await RedisServer.start([
          ...['--cluster-enabled', 'yes', '--cluster-port', `${bus}`],
          ...['--cluster-node-timeout', '2000'],
        ]);
        nodes.push(node);
        await node.ask('cluster', 'addslotsrange', from, to);
        await nodes[0]!.ask('cluster', 'meet', '127.0.0.1', `${node.port}`, `${bus}`);
      }
      await Promise.all(nodes.map((node) => cluster.agreed(node)));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** `host:port,...`, for REDIS_CLUSTER_NODES. */
  get addresses(): string {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** The node knows of all slots and all nodes. */
  private agreed(node: RedisServer): Promise<unknown> {
    return until('the cluster to agree', async () => {
      const info = String(await node.ask('cluster', 'info'));
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
    });
  }
}
