import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on this machine, and fails as a test tells it to. */
export class FaultyProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private silent = false;
  private resetting = false;
  private listenPort = 0;

  private constructor(private targetPort: number) {}

  static async before(targetPort: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.listenPort;
  }

  /** Closes the port and resets what is connected. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.resetAndDestroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Keeps and accepts connections, and lets nothing through; what is connected then stays mute for good. */
  silence(): void {
    this.silent = true;
    for (const socket of this.sockets) {
      socket.removeAllListeners('data');
      socket.resume();
    }
  }

  /** Accepts connections and resets them, and what is connected too. */
  reset(): void {
    this.resetting = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** New connections reach the server again, or another one. */
  async restore(targetPort = this.targetPort): Promise<void> {
    this.targetPort = targetPort;
    this.silent = false;
    this.resetting = false;
    if (this.server === undefined) await this.listen();
  }

  private async listen(): Promise<void> {
    const server = createServer((client) => this.accept(client));
    await new Promise<void>((resolve) => server.listen(this.listenPort, '127.0.0.1', resolve));
    this.listenPort = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private accept(client: Socket): void {
    this.track(client);
    if (this.resetting) {
      client.resetAndDestroy();
      return;
    }
    if (this.silent) {
      client.resume();
      return;
    }
    const upstream = this.track(connect(this.targetPort, '127.0.0.1'));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => to.destroy());
    }
  }

  private track(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
