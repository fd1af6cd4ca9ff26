import net from 'node:net';
import type { Gateway, Reply } from './call';
import { serialize } from './bson-walk';
import { CommandError } from './errors';
import { dispatch } from './dispatch';
import { encodeReply, FrameReader, parseRequest } from './wire';

/** A server for MongoDB drivers. Each connection's commands run one after the other, as drivers send them. */
export function createGatewayServer(gateway: Gateway): net.Server {
  return net.createServer((socket) => {
    const frames = new FrameReader();
    let last = Promise.resolve();
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => gateway.transactions.abandon(socket));
    socket.on('data', (chunk) => {
      try {
        for (const frame of frames.push(chunk)) last = last.then(() => answer(gateway, socket, frame));
      } catch {
        socket.destroy();
      }
      last = last.catch(() => void socket.destroy());
    });
  });
}

async function answer(gateway: Gateway, socket: net.Socket, frame: Buffer): Promise<void> {
  const request = parseRequest(frame);
  const reply = await dispatch(gateway, request, socket);
  if (!request.silent && !socket.destroyed) socket.write(encodeReply(request, toBytes(reply)));
}

function toBytes(reply: Reply): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  try {
    return serialize(reply);
  } catch (error) {
    return serialize(new CommandError(1, String(error)).toDocument());
  }
}
