/** A small client of the public API, as a script would write it. */
export interface Client {
  key: string;
  url: string;
  get<T = Json>(path: string): Promise<Answer<T>>;
  post<T = Json>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  patch<T = Json>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T = Json>(path: string): Promise<Answer<T>>;
  /** Posts observations as NDJSON. */
  observe(lines: Observation[], options?: { mode?: 'live' | 'backfill' }): Promise<Answer<Accepted>>;
  /** Reads the alert stream until `count` alerts came. */
  stream(count: number, options?: { after?: number }): Promise<AlertShape[]>;
}

// What comes back is looked at field by field in the tests.
// eslint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Observation {
  source: string;
  product: string;
  price: string | number;
  currency: string;
  observedAt: string;
  [more: string]: unknown;
}

export interface Accepted {
  accepted: number;
  rejectedCount: number;
  rejected: { line: number; field: string; problem: string }[];
}

export interface AlertShape {
  id: string;
  watchId: string;
  product: { source: string; product: string };
  price: string;
  currency: string;
  observedAt: string;
  reason: string;
  traceId: string;
  position: number;
}

export function clientOf(url: string, key: string): Client {
  const call = async <T>(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
      headers: response.headers,
    };
  };
  const json = { 'content-type': 'application/json' };
  return {
    key,
    url,
    get: (path) => call('GET', path),
    post: (path, body, headers = {}) => call('POST', path, JSON.stringify(body), { ...json, ...headers }),
    patch: (path, body) => call('PATCH', path, JSON.stringify(body), json),
    delete: (path) => call('DELETE', path),
    observe: (lines, { mode = 'live' } = {}) =>
      call('POST', `/v1/observations?mode=${mode}`, lines.map((line) => JSON.stringify(line)).join('\n'), {
        'content-type': 'application/x-ndjson',
      }),
    stream: async (count, { after } = {}) => {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 60_000);
      const response = await fetch(`${url}/v1/alerts/stream`, {
        signal: abort.signal,
        headers: {
          authorization: `Bearer ${key}`,
          ...(after !== undefined && { 'last-event-id': String(after) }),
        },
      });
      const alerts: AlertShape[] = [];
      let text = '';
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop()!;
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data !== undefined) alerts.push(JSON.parse(data) as AlertShape);
        }
        if (alerts.length >= count) break;
      }
      clearTimeout(timer);
      abort.abort();
      return alerts;
    },
  };
}
