import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A server's open connections, each with the requests on it that have no reply yet. */
export class Connections {
  private readonly open = new Map<Socket, Set<IncomingMessage>>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.set(socket, new Set());
      socket.once('close', () => this.open.delete(socket));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const unanswered = this.open.get(request.socket);
      unanswered?.add(request);
      response.once('close', () => unanswered?.delete(request));
    });
  }

  /**
   * Cuts those that wait for their client: nothing has come, or the head or the body of a request has begun and not
   * ended. Where a whole request is being answered, the connection stays.
   */
  cutWaiting(): void {
    for (const [socket, unanswered] of this.open) {
      if (![...unanswered].some(({ complete }) => complete)) socket.destroy();
    }
  }
}
