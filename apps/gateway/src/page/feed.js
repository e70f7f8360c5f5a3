const LONGEST_PAUSE_MS = 15_000;

/**
 * Alerts as they come, through fetch: an EventSource cannot send a key. After a break it goes on after the last
 * one. `tell(state)` hears 'live' and 'broken'.
 */
export async function followAlerts({ key, after, onAlert, tell, signal }) {
  let last = after;
  let pauseMs = 500;
  while (!signal.aborted) {
    try {
      const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
      if (last !== undefined) headers['last-event-id'] = String(last);
      const response = await fetch('/v1/alerts/stream', { headers, signal });
      if (response.status === 401 || response.status === 403) return;
      if (!response.ok) throw new Error(`status ${response.status}`);
      tell('live');
      pauseMs = 500;
      for await (const event of eventsOf(response.body)) {
        if (event.id !== undefined) last = event.id;
        if (event.name === 'alert' && event.data) onAlert(JSON.parse(event.data));
      }
    } catch {
      // said below
    }
    if (signal.aborted) return;
    tell('broken');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Server-sent events of a stream; comments are left out. */
async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { name: 'message', id: undefined, data: '' };
      for (const line of block.split('\n')) {
        const [, field, text] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (field === 'id') event.id = text;
        else if (field === 'event') event.name = text;
        else if (field === 'data') event.data += text;
      }
      yield event;
    }
  }
}
