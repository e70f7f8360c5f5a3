import uPlot from './uplot.js';

const HEIGHT = 110;
const SHOWN = 120;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The latest prices as steps, the list price dashed, the lowest price marked; described in words as well. */
export class PriceChart {
  #element;
  #plot;
  #points = [];
  #seen = new Set();

  constructor(element) {
    this.#element = element;
    this.#say('Waiting for its history …');
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#width(), height: HEIGHT })).observe(element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
  }

  /** When the newest point known was observed. */
  get newest() {
    return this.#points.at(-1)?.observedAt;
  }

  /** Adds points, oldest first; of one offer and currency, so that the line means one thing. */
  add(points, offerId, currency) {
    for (const point of points) {
      const name = `${point.observedAt} ${point.offerId}`;
      if (point.offerId !== offerId || point.currency !== currency || this.#seen.has(name)) continue;
      this.#seen.add(name);
      this.#points.push(point);
    }
    this.#points.sort((a, b) => (a.observedAt < b.observedAt ? -1 : 1));
    if (this.#points.length > 5_000) this.#points.splice(0, this.#points.length - 5_000);
    this.#draw(currency);
  }

  #draw(currency) {
    if (this.#points.length === 0) return this.#say('No price yet');
    const data = this.#data();
    const [, prices] = data;
    const lowest = Math.min(...prices);
    const highest = Math.max(...prices);
    this.#element.setAttribute(
      'aria-label',
      `${prices.length} prices from ${lowest} to ${highest} ${currency}; now ${prices.at(-1)} ${currency}`,
    );
    if (this.#plot) this.#plot.setData(data);
    else this.#make(data);
  }

  #data() {
    const shown = changes(this.#points).slice(-SHOWN);
    const times = shown.map((point) => Date.parse(point.observedAt) / 1_000);
    const prices = shown.map((point) => Number(point.price));
    const lists = shown.map((point) => (point.listPrice === undefined ? null : Number(point.listPrice)));
    return [times, prices, lists];
  }

  #make(data) {
    this.#element.replaceChildren();
    const stepped = uPlot.paths.stepped({ align: 1 });
    const muted = colour('--muted');
    const axis = {
      stroke: muted,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    this.#plot = new uPlot(
      {
        width: this.#width(),
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { setScale: false }, points: { show: false } },
        padding: [8, 18, 0, 0],
        // Changes side by side, whatever time lies between: a quiet year does not hide a busy minute.
        scales: { x: { distr: 2 }, y: { range: (_plot, low, high) => padded(low, high) } },
        axes: [
          { ...axis, size: 22, space: 70, values: (_plot, times) => times.map(moment) },
          { ...axis, size: 48, space: 34 },
        ],
        series: [
          {},
          { stroke: colour('--accent'), width: 2, paths: stepped, points: { show: data[0].length < 2 } },
          {
            stroke: colour('--list'),
            width: 1.25,
            dash: [5, 4],
            paths: stepped,
            points: { show: false },
            spanGaps: true,
          },
        ],
        hooks: { draw: [markLowest] },
      },
      data,
      this.#element,
    );
  }

  #redraw() {
    if (!this.#plot) return;
    this.#plot.destroy();
    this.#plot = undefined;
    this.#make(this.#data());
  }

  #width() {
    return Math.max(this.#element.clientWidth, 120);
  }

  #say(text) {
    const note = document.createElement('p');
    note.className = 'chart-note';
    note.textContent = text;
    this.#element.replaceChildren(note);
    this.#element.setAttribute('aria-label', text);
  }
}

/** Where the price or the list price changed, and the newest point: what stayed the same is one step. */
const changes = (points) =>
  points.filter((point, index) => {
    const before = points[index - 1];
    const isNewest = index === points.length - 1;
    return !before || isNewest || before.price !== point.price || before.listPrice !== point.listPrice;
  });

const DAY_S = 86_400;
/** The day of an old price, the minute of one of today. */
function moment(seconds) {
  const at = new Date(seconds * 1_000);
  return Date.now() / 1_000 - seconds > DAY_S
    ? at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
    : at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function padded(low, high) {
  const room = Math.max((high - low) * 0.12, high * 0.02, 0.01);
  return [Math.max(0, low - room), high + room];
}

/** A dot where the price was lowest, the last time it was. */
function markLowest(plot) {
  const [, prices] = plot.data;
  let at = 0;
  prices.forEach((price, index) => {
    if (price <= prices[at]) at = index;
  });
  const x = plot.valToPos(at, 'x', true); // side by side: a place, not a time
  const y = plot.valToPos(prices[at], 'y', true);
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, 4 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fillStyle = colour('--good');
  ctx.fill();
  ctx.restore();
}
