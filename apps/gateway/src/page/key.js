/** What both pages do with the reading key: find it, ask for it, and read the API with it. */

export const find = (id) => document.getElementById(id);

/** An answer that is none; `retryAfterMs` is 0 where the server names no time. */
class Refused extends Error {
  constructor(status, problem, retryAfterMs) {
    super(problem.detail ?? `status ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** @throws Refused */
export async function read(path, { key, signal }) {
  const response = await fetch(path, { headers: { authorization: `Bearer ${key}` }, signal });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused(response.status, problem, Number(response.headers.get('retry-after') ?? 0) * 1_000);
}

/** From the address, where it is not left lying, from this tab, or put there for visitors on this machine. */
export function readKey() {
  const inAddress = new URLSearchParams(location.hash.slice(1)).get('key');
  if (inAddress) {
    sessionStorage.setItem('souk-key', inAddress);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return (
    inAddress ??
    sessionStorage.getItem('souk-key') ??
    document.querySelector('meta[name="souk-key"]')?.content
  );
}

/** Shows the form, with a reason where there is one. */
export function askForKey(why) {
  find('key-form').hidden = false;
  notice(why);
  find('key').focus();
}

export function hideKeyForm() {
  find('key-form').hidden = true;
  notice();
}

/** Calls back with each key that is typed in; it is kept for this tab. */
export function onKey(use) {
  find('key-form').addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem('souk-key', find('key').value.trim());
    use();
  });
}

export function notice(text) {
  find('notice').hidden = !text;
  find('notice').textContent = text ?? '';
}
