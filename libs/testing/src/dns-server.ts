import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { decode, encode } from 'dns-packet';

/** A DNS server on loopback that knows the TXT records it is told, and says NXDOMAIN of the rest. */
export class DnsServer {
  private readonly records = new Map<string, string[]>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (message, peer) => {
      const { id, questions = [] } = decode(message);
      const texts = questions.flatMap(({ name }) => this.records.get(name.toLowerCase()) ?? []);
      const name = questions[0]?.name ?? '';
      const reply = encode({
        type: 'response',
        id,
        // 3 is NXDOMAIN (RFC 1035, 4.1.1).
        flags: texts.length === 0 ? 3 : 0,
        questions,
        answers: texts.map((data) => ({ type: 'TXT', name, ttl: 0, data })),
      });
      socket.send(reply, peer.port, peer.address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new DnsServer(socket);
  }

  /** `ip:port`, for DNS_SERVERS. */
  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  txt(name: string, ...texts: string[]): void {
    this.records.set(name.toLowerCase(), texts);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }
}
