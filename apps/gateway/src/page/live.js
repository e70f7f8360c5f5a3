import { PriceChart } from './chart.js';
import { followAlerts } from './feed.js';
import { askForKey, find, hideKeyForm, notice, onKey, read, readKey } from './key.js';

const POLL_MS = 2_000;
const PRODUCTS = 60;
const ALERTS_SHOWN = 50;
const HISTORY_PAGES = 3;
const DAY_MS = 86_400_000;
/** The first look: a year and more from its beginning, and the last minutes. */
const LOOK_BACK_MS = [400 * DAY_MS, 600_000];

const state = find('state');
/** Product id -> what is shown of it. */
const cards = new Map();
const visible = new Set();
let key;
let stop = new AbortController();

const get = async (path) => (await read(path, { key, signal: stop.signal })).json();

function disconnect(why) {
  stop.abort();
  tell('idle', 'Not connected');
  askForKey(why);
}

function tell(kind, text) {
  if (state.textContent === text) return;
  state.dataset.state = kind;
  state.textContent = text;
}

// --- products ---

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) visible.add(target.dataset.id);
    else visible.delete(target.dataset.id);
  }
});

function makeCard(id) {
  const element = find('product-template').content.firstElementChild.cloneNode(true);
  element.dataset.id = id;
  const part = (name) => element.querySelector(`.${name}`);
  const image = element.querySelector('img');
  // Hidden by its look, not by `hidden`: a picture that is not laid out is never loaded lazily.
  image.addEventListener('load', () => image.classList.add('loaded'));
  image.addEventListener('error', () => image.classList.remove('loaded'));
  const card = {
    element,
    part,
    image,
    chart: new PriceChart(part('chart')),
    shownAt: undefined,
    loading: false,
  };
  cards.set(id, card);
  find('products').append(element);
  observer.observe(element);
  return card;
}

function removeCard(id) {
  const { element } = cards.get(id);
  observer.unobserve(element);
  visible.delete(id);
  cards.delete(id);
  element.remove();
}

let isFilterChosen = false;
find('filter').addEventListener('submit', (event) => event.preventDefault());
find('filter').addEventListener('input', () => {
  isFilterChosen = true;
});

const LEVELS = [
  [70, 'good'],
  [40, 'fair'],
];
const AVAILABILITY = {
  in_stock: 'In stock',
  limited: 'Few left',
  preorder: 'Pre-order',
  out_of_stock: 'Out of stock',
  unknown: 'Availability unknown',
};

function show(product) {
  const card = cards.get(product.id) ?? makeCard(product.id);
  const { part, image } = card;
  const { offer, deal } = product;
  const title = product.title ?? product.product;
  card.product = product;
  part('title').textContent = title;
  part('source').textContent = `${product.source} · ${product.product}`;
  part('initial').textContent = title.slice(0, 1).toUpperCase();
  if (product.facts.image && image.getAttribute('src') !== product.facts.image)
    image.src = product.facts.image;
  part('price').textContent = offer ? money(offer.price, offer.currency) : 'no price yet';
  part('list-price').textContent =
    offer?.listPrice && Number(offer.listPrice) > Number(offer.price)
      ? money(offer.listPrice, offer.currency)
      : '';
  part('discount').textContent = discountText(deal, offer);
  part('score-number').textContent = deal?.score == null ? '–' : Math.round(deal.score);
  part('score').dataset.level = LEVELS.find(([least]) => (deal?.score ?? -1) >= least)?.[1] ?? 'poor';
  part('availability').textContent = AVAILABILITY[offer?.availability] ?? '';
  part('availability').dataset.availability = offer?.availability ?? '';
  showTime(part('when'), offer?.observedAt);
}

function discountText(deal, offer) {
  if (!deal) return '';
  const parts = [];
  if (deal.claimedPercent > 0) parts.push(`claims −${Math.round(deal.claimedPercent)}\u00a0%`);
  if (deal.realPercent != null) {
    const real = Math.round(deal.realPercent);
    parts.push(real > 0 ? `really −${real}\u00a0%` : 'no real discount');
  }
  if (deal.lowest && offer) parts.push(`lowest ever ${money(deal.lowest, offer.currency)}`);
  return parts.join(', ');
}

function money(amount, currency) {
  // The amount is exact text: only its look is the browser's business.
  try {
    const digits = amount.split('.')[1]?.length ?? 0;
    const look = {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    };
    return new Intl.NumberFormat(undefined, look).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

function showTime(element, instant) {
  if (!instant) return;
  element.dateTime = instant;
  element.title = new Date(instant).toLocaleString();
  const time = new Date(instant);
  const isToday = Date.now() - time.getTime() < DAY_MS;
  element.textContent = isToday ? time.toLocaleTimeString() : time.toLocaleDateString();
}

/** Only what is new, and only for cards that can be seen. */
async function loadHistory(id) {
  const card = cards.get(id);
  const offer = card?.product?.offer;
  if (!offer || card.loading || card.shownAt === offer.observedAt) return;
  card.loading = true;
  try {
    const points = card.chart.newest
      ? await pages(id, card.chart.newest)
      : await lookBack(id, offer.observedAt);
    card.chart.add(points, offer.offerId, offer.currency);
    card.shownAt = offer.observedAt;
  } finally {
    card.loading = false;
  }
}

/** The long past, then the last minutes: what lies between is at most what could not be read in a few pages. */
async function lookBack(id, until) {
  const points = [];
  for (const backMs of LOOK_BACK_MS) {
    points.push(...(await pages(id, new Date(Date.parse(until) - backMs).toISOString())));
  }
  return points;
}

async function pages(id, from) {
  const points = [];
  let cursor;
  for (let page = 0; page < HISTORY_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: '1000', from, ...(cursor && { cursor }) });
    const answer = await get(`/v1/products/${id}/history?${query}`);
    points.push(...answer.points);
    cursor = answer.next;
    if (!cursor) break;
  }
  return points;
}

async function refresh() {
  const source = find('source').value;
  const words = find('words').value.trim();
  const query = new URLSearchParams({
    limit: PRODUCTS,
    include: 'deal',
    ...(source && { source }),
    ...(words && { q: words }),
  });
  const { items } = await get(`/v1/products?${query}`);
  if (items.length === 0 && source && !words && !isFilterChosen) find('source').value = ''; // there is no sandbox here
  for (const product of items) show(product);
  const ids = new Set(items.map(({ id }) => id));
  for (const id of cards.keys()) if (!ids.has(id)) removeCard(id);
  find('empty').hidden = cards.size > 0;
  find('count').textContent = cards.size > 0 ? `· ${cards.size}` : '';
  const waiting = [...visible];
  const worker = async () => {
    for (let id = waiting.shift(); id; id = waiting.shift()) await loadHistory(id);
  };
  await Promise.all([worker(), worker(), worker()]);
}

async function poll(signal) {
  while (!signal.aborted) {
    let pauseMs = POLL_MS;
    try {
      if (!document.hidden) await refresh();
      notice();
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401 || error.status === 403) return disconnect(error.message);
      notice(error.status ? error.message : 'The gateway does not answer; trying again.');
      pauseMs = Math.max(error.retryAfterMs ?? 0, 5_000);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

// --- alerts ---

const shown = new Set();

function showAlert(alert) {
  if (shown.has(alert.id)) return;
  shown.add(alert.id);
  find('no-alerts').hidden = true;
  const element = find('alert-template').content.firstElementChild.cloneNode(true);
  const part = (name) => element.querySelector(`.${name}`);
  part('alert-title').textContent = alert.product.title ?? `${alert.product.source} ${alert.product.product}`;
  part('before').textContent = alert.previousPrice ? money(alert.previousPrice, alert.currency) : '';
  part('arrow').hidden = !alert.previousPrice;
  part('after').textContent = money(alert.price, alert.currency);
  part('alert-score').textContent = alert.score == null ? '' : `score ${Math.round(alert.score)}`;
  part('reason').textContent = alert.reason;
  element.querySelector('code').textContent = alert.traceId;
  showTime(part('when'), alert.raisedAt);
  const list = find('alerts');
  list.prepend(element);
  while (list.children.length > ALERTS_SHOWN) list.lastElementChild.remove();
  const card = cards.get(alert.product.id)?.element;
  card?.classList.add('fired');
  setTimeout(() => card?.classList.remove('fired'), 6_000);
}

async function follow(signal) {
  let after;
  try {
    const { items } = await get(`/v1/alerts?limit=${ALERTS_SHOWN}`);
    after = items[0]?.position ?? 0;
    for (const alert of items.toReversed()) showAlert(alert);
  } catch {
    // the stream begins now, then
  }
  const texts = { live: 'Live', broken: 'Alerts interrupted, connecting again …' };
  await followAlerts({ key, after, signal, onAlert: showAlert, tell: (kind) => tell(kind, texts[kind]) });
}

function start() {
  stop.abort();
  stop = new AbortController();
  key = readKey();
  if (!key) return disconnect();
  hideKeyForm();
  tell('idle', 'Connecting …');
  void poll(stop.signal);
  void follow(stop.signal);
}

onKey(start);
start();
