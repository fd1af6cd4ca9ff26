import type { Agent } from 'node:http';
import type { ApiContract } from './api-contract';
import type { Reply } from './reply';
import { send, type Headers, type Request } from './send';

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  tokenType: string;
}

/** Where an API listens, and the connections to it. */
export interface Target {
  readonly port: number;
  readonly agent: Agent;
  /** Checks every reply. */
  readonly contract?: ApiContract | undefined;
}

/** Speaks JSON with the API under fixed headers; `target` is asked each time, since a restart changes its agent. */
export class ApiClient {
  constructor(
    private readonly target: Target,
    readonly headers: Headers = {},
  ) {}

  /** The same with further headers; `undefined` takes one away. */
  with(headers: Headers): ApiClient {
    return new ApiClient(this.target, { ...this.headers, ...headers });
  }

  /** The same with the person's access token. */
  bearer(token: string): ApiClient {
    return this.with({ authorization: `Bearer ${token}` });
  }

  /** @throws Error if the API's own OpenAPI document doesn't describe the reply. */
  async send<T = unknown>(request: Request): Promise<Reply<T>> {
    const reply = await send<T>(this.target, {
      ...request,
      headers: { ...this.headers, ...request.headers },
    });
    this.target.contract?.check(request.method ?? 'GET', reply);
    return reply;
  }

  get<T = unknown>(path: string, headers?: Headers): Promise<Reply<T>> {
    return this.send<T>({ path, headers });
  }

  /** `body`: any JSON value; none when left out. */
  post<T = unknown>(path: string, body?: unknown, headers?: Headers): Promise<Reply<T>> {
    return this.json<T>('POST', path, body, headers);
  }

  patch<T = unknown>(path: string, body?: unknown, headers?: Headers): Promise<Reply<T>> {
    return this.json<T>('PATCH', path, body, headers);
  }

  delete<T = unknown>(path: string, headers?: Headers): Promise<Reply<T>> {
    return this.send<T>({ method: 'DELETE', path, headers });
  }

  private json<T>(method: string, path: string, body: unknown, headers?: Headers): Promise<Reply<T>> {
    if (body === undefined) return this.send<T>({ method, path, headers });
    return this.send<T>({
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }
}
