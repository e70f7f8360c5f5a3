import { askForKey, find, hideKeyForm, notice, onKey, read, readKey } from './key.js';

const FIELDS = ['category', 'brand', 'source', 'currency', 'from', 'to'];
let key;
let stop = new AbortController();

const get = (query) => read(`/v1/market/report?${query}`, { key, signal: stop.signal });

/** What is asked is in the address, so that a report can be shared and kept. */
function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const name of FIELDS) find(name).value = asked.get(name) ?? '';
}

function queryOf() {
  const query = new URLSearchParams();
  for (const name of FIELDS) {
    const value = find(name).value.trim();
    if (value) query.set(name, name === 'currency' ? value.toUpperCase() : value);
  }
  return query;
}

async function show() {
  stop.abort();
  stop = new AbortController();
  key = readKey();
  if (!key) return askForKey('Give a key to read with.');
  hideKeyForm();
  find('summary').textContent = 'Reading …';
  for (const id of ['figures', 'pictures', 'tables']) find(id).hidden = true;
  const query = queryOf();
  try {
    const report = await (await get(query)).json();
    tell(report);
    await draw(query, report);
  } catch (error) {
    if (error.name === 'AbortError') return;
    find('summary').textContent = 'No report.';
    if (error.status === 401 || error.status === 403) {
      sessionStorage.removeItem('souk-key');
      askForKey(error.message);
    } else notice(error.message);
  }
}

const day = (text) =>
  new Date(text).toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
const money = (amount, currency) =>
  Number(amount).toLocaleString(undefined, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
const percent = (value) =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;

function tell(report) {
  const { currency, currencies, offers, from, to } = report;
  find('summary').textContent = currency
    ? `${offers.toLocaleString()} offers in ${currency}, ${day(from)} to ${day(Date.parse(to) - 1)}.`
    : 'There are no prices of such listings yet.';
  find('summary').append(...linksTo(currencies.filter((one) => one.currency !== currency)));
  find('method').textContent = currency ? `${report.index.method}. ${report.discounts.method}.` : '';
  if (!currency) return;
  find('figures').replaceChildren(...figuresOf(report));
  find('figures').hidden = false;
  find('tables').replaceChildren(...tablesOf(report));
  find('tables').hidden = false;
}

/** Prices are not converted: each other currency has a report of its own. */
function linksTo(currencies) {
  return currencies.flatMap(({ currency, offers }, place) => {
    const query = queryOf();
    query.set('currency', currency);
    const link = made('a', currency);
    link.href = `?${query}`;
    return [
      place === 0 ? ' Not converted, and so not among them: ' : ', ',
      link,
      ` (${offers.toLocaleString()})`,
    ];
  });
}

function figuresOf({ index, discounts, newLows, drops }) {
  const known = index.points.filter(({ value }) => value !== null);
  const change = known.length > 1 ? known.at(-1).value - 100 : null;
  const share = discounts.fakeShare;
  return [
    figure(change === null ? '–' : percent(change), 'price index since the beginning'),
    figure(share === null ? '–' : `${Math.round(share * 100)} %`, 'of claimed discounts are none'),
    figure(newLows.count.toLocaleString(), 'lowest prices ever'),
    figure(drops.length > 0 ? `−${drops[0].percent} %` : '–', 'biggest real drop'),
  ];
}

function figure(value, what) {
  const element = document.createElement('div');
  element.className = 'figure';
  element.append(made('strong', value), made('span', what));
  return element;
}

function made(tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function tablesOf({ drops, newLows, up, down, currency }) {
  const name = ({ title, product, source }) => `${title ?? product} (${source})`;
  const event = (one) => [
    name(one),
    money(one.reference, currency),
    money(one.price, currency),
    `−${one.percent} %`,
    day(one.at),
  ];
  const mover = (one) => [
    name(one),
    money(one.from, currency),
    money(one.to, currency),
    percent(one.percent),
  ];
  return [
    table('Biggest real drops', ['', 'prior price', 'price', '', 'on'], drops.map(event)),
    table('Lowest ever', ['', 'lowest before', 'price', '', 'on'], newLows.items.map(event)),
    table('Cheaper', ['', 'from', 'to', ''], down.map(mover)),
    table('Dearer', ['', 'from', 'to', ''], up.map(mover)),
  ];
}

function table(title, columns, rows) {
  const section = document.createElement('section');
  section.append(made('h2', title));
  if (rows.length === 0) return (section.append(made('p', 'None.')), section);
  const element = document.createElement('table');
  const head = element.createTHead().insertRow();
  for (const column of columns) head.append(made('th', column));
  const body = element.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const cell of row) line.append(made('td', cell, cell.startsWith('−') ? 'less' : ''));
  }
  section.append(element);
  return section;
}

/** The pictures that messages carry; their data is in the tables and figures as well. */
async function draw(query, { currency, index, drops }) {
  if (!currency) return;
  const wanted = [
    index.points.length > 1 && ['index', `Price index by ${index.period}`],
    drops.length > 0 && ['drops', 'Biggest real drops'],
  ].filter(Boolean);
  const images = [];
  for (const [chart, alt] of wanted) {
    const svg = await (
      await get(new URLSearchParams([...query, ['format', 'svg'], ['chart', chart]]))
    ).text();
    const image = document.createElement('img');
    image.alt = alt;
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    images.push(image);
  }
  find('pictures').replaceChildren(...images);
  find('pictures').hidden = images.length === 0;
}

onKey(() => void show());
find('filter').addEventListener('submit', (event) => {
  event.preventDefault();
  const query = queryOf().toString();
  history.pushState(null, '', query ? `?${query}` : location.pathname);
  void show();
});
addEventListener('popstate', () => {
  readAddress();
  void show();
});
readAddress();
void show();
