// The page's addresses are those that people know from Prometheus: /graph?g0.expr=up&g0.tab=0&g0.range_input=1h.
const functions = `abs absent absent_over_time acos acosh asin asinh atan atanh avg avg_over_time bottomk ceil changes clamp clamp_max clamp_min cos cosh count count_over_time count_values day_of_month day_of_week day_of_year days_in_month deg delta deriv exp floor group histogram_avg histogram_count histogram_fraction histogram_quantile histogram_stddev histogram_stdvar histogram_sum hour idelta increase irate label_join label_replace last_over_time ln log10 log2 max max_over_time min min_over_time minute month pi predict_linear present_over_time quantile quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_desc sqrt stddev stddev_over_time stdvar stdvar_over_time sum sum_over_time tan tanh time timestamp topk vector year`.split(" ");
const ranges = ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h", "1d", "2d", "1w", "2w", "4w", "8w"];
const mostDrawn = 200, mostRows = 5000, mostOffered = 60;
const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, y: 315360e5 };
const $ = (of, selector) => of.querySelector(selector);

function durationOf(text) {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)];
  if (parts.length > 0 && parts.map(part => part[0]).join("") === text.trim()) return parts.reduce((sum, part) => sum + part[1] * units[part[2]], 0);
  return /^\d+(\.\d+)?$/.test(text.trim()) ? text * 1000 : NaN;
}

/** Times in the fields are UTC, as everywhere in Prometheus. */
function timeOf(text) {
  if (text.trim() === "") return NaN;
  const time = Date.parse(text.trim().replace(" ", "T") + (/[zZ]|[+-]\d\d:\d\d$/.test(text) ? "" : "Z"));
  return Number.isNaN(time) && /^\d+(\.\d+)?$/.test(text.trim()) ? text * 1000 : time;
}
const shown = time => new Date(time).toISOString().slice(0, 19).replace("T", " ");

class ApiError extends Error {}

async function api(path, parameters, signal) {
  const key = sessionStorage.getItem("muster-key");
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) if (one !== undefined && one !== "") body.append(name, one);
  const post = /^(query|query_range|labels|series|format_query)$/.test(path);
  const answer = await fetch(`/api/v1/${path}` + (post ? "" : `?${body}`), { method: post ? "POST" : "GET", body: post ? body : undefined, headers: key ? { Authorization: `Bearer ${key}` } : {}, signal });
  if (answer.status === 401 || answer.status === 403) document.getElementById("key").hidden = false;
  let read;
  try { read = await answer.json(); } catch { throw new ApiError(`${answer.status} ${answer.statusText}`); }
  if (read.status !== "success") throw new ApiError(`${read.errorType}: ${read.error}`);
  return read;
}

/* ---- names that are offered ---- */
const kept = new Map();
function names(path, parameters = {}) {
  const key = path + JSON.stringify(parameters);
  const old = kept.get(key);
  if (old && Date.now() - old.at < 60_000) return old.names;
  const found = api(path, { ...parameters, limit: 10000 }).then(read => read.data, () => []);
  kept.set(key, { at: Date.now(), names: found });
  return found;
}

/** What could stand at the end of this text: which word is begun, where it begins, and what it may become. */
async function offers(before) {
  const braces = openBrace(before);
  if (braces !== null) {
    const inside = before.slice(braces.at + 1);
    const value = inside.match(/([a-zA-Z_]\w*)\s*(?:=|!=|=~|!~)\s*"((?:[^"\\]|\\.)*)$/);
    const match = braces.metric ? { "match[]": braces.metric } : {};
    if (value) return { word: value[2], found: (await names(`label/${value[1]}/values`, match)).map(name => ({ name, kind: value[1] })) };
    const label = inside.match(/(?:^|,)\s*([a-zA-Z_]\w*)?$/);
    return label ? { word: label[1] ?? "", found: (await names("labels", match)).filter(name => name !== "__name__").map(name => ({ name, kind: "label" })) } : null;
  }
  const grouping = before.match(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*,)?\s*([a-zA-Z_]\w*)?$/);
  if (grouping) return { word: grouping[2] ?? "", found: (await names("labels")).map(name => ({ name, kind: "label" })) };
  const word = before.match(/(?:^|[^\w:"'.])([a-zA-Z_:][\w:]*)$/)?.[1];
  if (!word) return null;
  return { word, found: [...(await names("label/__name__/values")).map(name => ({ name, kind: "metric" })), ...functions.map(name => ({ name, kind: "function" }))] };
}

function openBrace(text) {
  let quote = "", at = -1;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index];
    if (quote) { if (sign === "\\" && quote !== "`") index++; else if (sign === quote) quote = ""; }
    else if (sign === '"' || sign === "'" || sign === "`") quote = sign;
    else if (sign === "{") at = index;
    else if (sign === "}") at = -1;
  }
  return at < 0 ? null : { at, metric: text.slice(0, at).match(/([a-zA-Z_:][\w:]*)\s*$/)?.[1] };
}

function ranked(offer) {
  const word = offer.word.toLowerCase();
  const rank = name => { const at = name.toLowerCase().indexOf(word); return at < 0 ? -1 : at === 0 ? 0 : 1; };
  return offer.found.map(one => ({ ...one, rank: rank(one.name) })).filter(one => one.rank >= 0 && one.name !== offer.word).sort((a, b) => a.rank - b.rank).slice(0, mostOffered);
}

function completion(text, list) {
  let begun = 0, chosen = -1, word = "";
  const hide = () => { list.hidden = true; chosen = -1; text.setAttribute("aria-expanded", "false"); };
  const choose = index => {
    chosen = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at === chosen));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const take = item => {
    const at = text.selectionStart;
    text.setRangeText(item.dataset.name + (item.dataset.kind === "function" ? "(" : ""), at - word.length, at, "end");
    hide();
    text.dispatchEvent(new Event("input"));
    text.focus();
  };
  text.addEventListener("input", async () => {
    const mine = ++begun;
    const offer = await offers(text.value.slice(0, text.selectionStart));
    if (mine !== begun || document.activeElement !== text) return;
    const found = offer ? ranked(offer) : [];
    if (found.length === 0) return hide();
    word = offer.word;
    list.replaceChildren(...found.map(one => {
      const item = document.createElement("li");
      item.role = "option";
      item.dataset.name = one.name;
      item.dataset.kind = one.kind;
      item.append(one.name, Object.assign(document.createElement("small"), { textContent: one.kind }));
      item.addEventListener("mousedown", event => { event.preventDefault(); take(item); });
      return item;
    }));
    list.hidden = false;
    text.setAttribute("aria-expanded", "true");
    choose(-1);
  });
  text.addEventListener("blur", hide);
  // True: the key was for the list.
  return event => {
    if (list.hidden) return false;
    const count = list.children.length;
    if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose((chosen + count - (chosen < 0 ? 0 : 1)) % count);
    else if (event.key === "Escape") hide();
    else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) take(list.children[Math.max(0, chosen)]);
    else { if (event.key === "Enter") hide(); return false; }
    event.preventDefault();
    return true;
  };
}

/* ---- results ---- */
function labelled(metric) {
  const { __name__: name = "", ...labels } = metric;
  const said = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return name + (said.length > 0 || !name ? `{${said.join(", ")}}` : "");
}

function metricCell(metric) {
  const cell = document.createElement("td");
  const { __name__: name = "", ...labels } = metric;
  const said = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  cell.append(Object.assign(document.createElement("span"), { className: "name", textContent: name }), said.length > 0 || !name ? `{${said.join(", ")}}` : "");
  return cell;
}

const numberCell = text => Object.assign(document.createElement("td"), { className: "number", textContent: text });
const histogramText = ([, histogram]) => `count ${histogram.count}  sum ${histogram.sum}\n` + (histogram.buckets ?? []).map(([edges, low, high, count]) => `${edges === 1 || edges === 3 ? "[" : "("}${low}, ${high}${edges === 0 || edges === 3 ? "]" : ")"} ${count}`).join("\n");

function table(result, type) {
  const made = document.createElement("table");
  if (type === "scalar" || type === "string") {
    const row = made.insertRow();
    row.append(Object.assign(document.createElement("td"), { textContent: type }), numberCell(result[1]));
    return made;
  }
  for (const one of result.slice(0, mostRows)) {
    const row = made.insertRow();
    row.append(metricCell(one.metric));
    const values = one.value ? [one.value] : one.values ?? [];
    const histograms = one.histogram ? [one.histogram] : one.histograms ?? [];
    const text = [...values.map(value => type === "matrix" ? `${value[1]} @${value[0]}` : value[1]), ...histograms.map(histogramText)].join("\n");
    const cell = numberCell(text);
    cell.style.whiteSpace = "pre";
    row.append(cell);
  }
  return made;
}

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = value => {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  for (const [factor, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) if (size >= factor) return `${+(value / factor).toPrecision(4)}${unit}`;
  return size > 0 && size < 1e-4 ? value.toExponential(2) : `${+value.toPrecision(4)}`;
};

/** 24 hours, in UTC; the day where it changes. */
function clock(_, ticks, __, ___, step) {
  let day = "";
  return ticks.map(tick => {
    const text = new Date(tick * 1000).toISOString(), now = text.slice(5, 10), time = step < 60 ? text.slice(11, 19) : text.slice(11, 16);
    const said = step >= 86400 ? now : now === day ? time : `${time}\n${now}`;
    day = now;
    return said;
  });
}

/** One grid of times for all series; where a series has no sample there is a gap. */
function columns(result, start, end, step) {
  const count = Math.floor((end - start) / step + 1e-9) + 1;
  const times = Array.from({ length: count }, (_, at) => start + at * step);
  const values = result.map(series => {
    const column = new Array(count).fill(null);
    for (const [time, text] of series.values ?? []) {
      const value = text === "+Inf" || text === "-Inf" || text === "NaN" ? null : +text;
      column[Math.round((time - start) / step)] = value;
    }
    for (const [time, histogram] of series.histograms ?? []) column[Math.round((time - start) / step)] = +histogram.count;
    return column;
  });
  return [times, ...values];
}

function stackedOf(data, isShown) {
  const sum = new Array(data[0].length).fill(0);
  return [data[0], ...data.slice(1).map((column, at) => isShown[at] ? column.map((value, index) => value === null ? null : (sum[index] += value)) : column)];
}

/** Each layer is filled down to the one below it. */
function bandsOf(isShown) {
  const layers = isShown.flatMap((is, at) => is ? [at + 1] : []);
  return layers.slice(1).map((layer, at) => ({ series: [layer, layers[at]] }));
}

function graph(into, result, span, stacked, zoom) {
  const drawn = result.slice(0, mostDrawn);
  const data = columns(drawn, span.start, span.end, span.step);
  const isShown = drawn.map(() => true);
  const colour = at => style(`--c${at % 10}`);
  const canvas = document.createElement("div");
  const legend = document.createElement("ul");
  legend.className = "legend";
  into.replaceChildren(canvas, legend);
  const values = drawn.map((series, at) => {
    const item = document.createElement("li");
    item.tabIndex = 0;
    item.role = "button";
    item.ariaPressed = "true";
    const mark = document.createElement("i");
    mark.style.background = colour(at);
    const value = document.createElement("b");
    item.append(mark, labelled(series.metric), value);
    const toggle = only => {
      const alone = only && isShown.every((is, index) => is === (index === at));
      isShown.forEach((is, index) => { isShown[index] = only ? alone || index === at : index === at ? !is : is; });
      [...legend.children].forEach((one, index) => { one.ariaPressed = `${isShown[index]}`; });
      draw();
    };
    item.addEventListener("click", event => toggle(!(event.ctrlKey || event.metaKey)));
    item.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(event.key === "Enter"); } });
    legend.append(item);
    return value;
  });
  let plot = null;
  const tell = index => values.forEach((value, at) => { value.textContent = short(index === null || index === undefined ? data[at + 1].findLast(one => one !== null) : data[at + 1][index]); });
  const draw = () => {
    plot?.destroy();
    const axis = { stroke: style("--quiet"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line") } };
    plot = new uPlot({
      width: Math.max(200, into.clientWidth), height: 340,
      tzDate: time => uPlot.tzDate(new Date(time * 1000), "Etc/UTC"),
      scales: { x: { time: true, range: () => [span.start, span.end === span.start ? span.end + 1 : span.end] } },
      axes: [{ ...axis, values: clock }, { ...axis, size: 70, values: (_, ticks) => ticks.map(short) }],
      legend: { show: false },
      bands: stacked ? bandsOf(isShown) : [],
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      series: [{}, ...drawn.map((series, at) => ({ label: labelled(series.metric), show: isShown[at], stroke: colour(at), width: 1.5, fill: stacked ? colour(at) + "40" : undefined, spanGaps: false, points: { show: (self, index) => self.data[index].filter(value => value !== null).length < 3 } }))],
      hooks: {
        setCursor: [self => tell(self.cursor.idx)],
        setSelect: [self => { if (self.select.width > 4) zoom(self.posToVal(self.select.left, "x"), self.posToVal(self.select.left + self.select.width, "x")); }],
      },
    }, stacked ? stackedOf(data, isShown) : data, canvas);
    tell(null);
  };
  draw();
  const resized = new ResizeObserver(() => { if (plot && into.clientWidth > 0 && Math.abs(plot.width - into.clientWidth) > 1) plot.setSize({ width: into.clientWidth, height: 340 }); });
  resized.observe(into);
  return { redraw: draw, end: () => { resized.disconnect(); plot?.destroy(); } };
}

/* ---- panels ---- */
const panels = [];

function panel(given) {
  const root = document.getElementById("panel").content.firstElementChild.cloneNode(true);
  const text = $(root, "textarea"), result = $(root, ".result"), told = $(root, ".told"), error = $(root, ".error"), notes = $(root, ".notes"), explain = $(root, ".explain");
  const field = name => $(root, `.${name}`);
  const state = { tab: given.tab ?? 1 };
  let running = null, drawn = null;
  text.value = given.expr ?? "";
  field("range").value = given.range ?? "1h";
  field("end").value = given.end ?? "";
  field("step").value = given.step ?? "";
  field("stacked").checked = given.stacked === "1";
  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  };
  const forList = completion(text, $(root, ".completion"));
  const tabs = [...root.querySelectorAll("[data-tab]")];
  const showTab = () => {
    tabs.forEach(tab => tab.setAttribute("aria-selected", +tab.dataset.tab === state.tab));
    root.querySelectorAll(".of-graph").forEach(one => { one.hidden = state.tab !== 0; });
  };
  const fail = message => { error.textContent = message; error.hidden = false; };

  async function run() {
    running?.abort();
    const mine = running = new AbortController();
    error.hidden = notes.hidden = explain.hidden = true;
    showTab();
    remember();
    drawn?.end();
    drawn = null;
    if (text.value.trim() === "") { result.replaceChildren(); told.textContent = ""; return; }
    const typed = field("end").value.trim();
    const end = typed === "" ? Date.now() : timeOf(typed), range = durationOf(field("range").value);
    if (Number.isNaN(end)) return fail(`${typed} is no time; ${shown(Date.now())} is one (UTC)`);
    if (state.tab === 0 && !(range > 0)) return fail(`${field("range").value} is no duration; 1h30m is one`);
    const step = field("step").value.trim() === "" ? Math.max(1, Math.floor(range / 250 / 1000)) : durationOf(field("step").value) / 1000;
    if (state.tab === 0 && !(step > 0)) return fail(`${field("step").value} is no step; 15s is one`);
    result.classList.add("waiting");
    told.textContent = "…";
    const began = performance.now();
    // On multiples of the step, so that the picture does not tremble when it is asked for again.
    const span = { start: Math.floor((end - range) / 1000 / step) * step, end: Math.floor(end / 1000 / step) * step, step };
    try {
      const read = state.tab === 0
        ? await api("query_range", { query: text.value, ...span, stats: "all" }, mine.signal)
        : await api("query", { query: text.value, time: end / 1000, stats: "all" }, mine.signal);
      const { result: rows, resultType: type, stats } = read.data;
      const series = type === "vector" || type === "matrix" ? `${rows.length} series` : type;
      told.textContent = [series, `${Math.round(performance.now() - began)} ms`, stats?.samples?.samplesRead === undefined ? "" : `${short(stats.samples.samplesRead)} samples read`].filter(Boolean).join(" · ");
      const said = [...read.warnings ?? [], ...read.infos ?? []];
      if (state.tab === 0 && rows.length > mostDrawn) said.push(`${rows.length} series: the first ${mostDrawn} are drawn`);
      if (state.tab === 1 && rows.length > mostRows) said.push(`${rows.length} series: the first ${mostRows} are shown`);
      notes.replaceChildren(...said.map(one => Object.assign(document.createElement("li"), { textContent: one })));
      notes.hidden = said.length === 0;
      explained(stats?.nodes);
      if (rows.length === 0) result.replaceChildren(Object.assign(document.createElement("p"), { className: "quiet", textContent: "Nothing matches. Samples end five minutes after the last that came in." }));
      else if (state.tab === 0) drawn = graph(result, rows, span, field("stacked").checked, (from, to) => { field("end").value = shown(to * 1000); field("range").value = `${Math.max(1, Math.round(to - from))}s`; run(); });
      else result.replaceChildren(table(rows, type));
    }
    catch (problem) {
      if (mine.signal.aborted) return;
      result.replaceChildren();
      told.textContent = "";
      fail(problem instanceof ApiError ? problem.message : `The server cannot be reached: ${problem.message}`);
    }
    finally { if (running === mine) result.classList.remove("waiting"); }
  }

  function explained(nodes) {
    explain.hidden = !(nodes?.length > 0);
    if (explain.hidden) return;
    const made = $(explain, "table");
    made.replaceChildren();
    const head = made.createTHead().insertRow();
    for (const title of ["part", "ms", "series", "samples read"]) head.append(Object.assign(document.createElement("th"), { textContent: title }));
    const body = made.createTBody();
    for (const node of nodes) {
      const row = body.insertRow();
      row.append(Object.assign(document.createElement("td"), { textContent: "  ".repeat(node.depth) + node.expression }), numberCell((node.seconds * 1000).toFixed(2)), numberCell(node.series), numberCell(node.samplesRead));
    }
  }

  const shift = sign => {
    const end = timeOf(field("end").value), range = state.tab === 0 ? durationOf(field("range").value) / 2 : 3e5;
    field("end").value = shown((Number.isNaN(end) ? Date.now() : end) + sign * range);
    run();
  };
  const widen = by => {
    const now = durationOf(field("range").value), at = ranges.findIndex(one => durationOf(one) >= now);
    field("range").value = ranges[Math.min(ranges.length - 1, Math.max(0, (at < 0 ? ranges.length - 1 : at) + by))];
    run();
  };
  text.addEventListener("input", fit);
  text.addEventListener("keydown", event => {
    if (forList(event) || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    run();
  });
  $(root, ".ask").addEventListener("submit", event => { event.preventDefault(); run(); });
  field("format").addEventListener("click", async () => {
    try { text.value = (await api("format_query", { query: text.value })).data; fit(); }
    catch (problem) { fail(problem.message); }
  });
  field("remove").addEventListener("click", () => {
    running?.abort();
    drawn?.end();
    panels.splice(panels.indexOf(mine), 1);
    root.remove();
    if (panels.length === 0) panel({});
    remember();
  });
  tabs.forEach(tab => tab.addEventListener("click", () => { state.tab = +tab.dataset.tab; run(); }));
  for (const name of ["range", "step", "end"]) field(name).addEventListener("keydown", event => { if (event.key === "Enter") run(); });
  field("stacked").addEventListener("change", run);
  field("less").addEventListener("click", () => widen(-1));
  field("more").addEventListener("click", () => widen(1));
  field("earlier").addEventListener("click", () => shift(-1));
  field("later").addEventListener("click", () => shift(1));
  const mine = {
    run,
    fit,
    redraw: () => drawn?.redraw(),
    parameters: () => ({ expr: text.value, tab: state.tab, range_input: field("range").value, [state.tab === 0 ? "end_input" : "moment_input"]: field("end").value, step_input: field("step").value, stacked: field("stacked").checked ? "1" : "" }),
  };
  panels.push(mine);
  document.getElementById("panels").append(root);
  fit();
  showTab();
  return mine;
}

/** The address always says what is shown, so that it can be passed on. */
function remember() {
  const parameters = new URLSearchParams();
  panels.forEach((one, at) => { for (const [name, value] of Object.entries(one.parameters())) if (value !== "" && value !== undefined) parameters.set(`g${at}.${name}`, value); });
  const address = `/graph?${parameters}`;
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
}

function begin() {
  const parameters = new URLSearchParams(location.search);
  const given = new Map();
  for (const [name, value] of parameters) {
    const [, at, key] = name.match(/^g(\d{1,3})\.(\w+)$/) ?? [];
    if (key) given.set(+at, { ...given.get(+at), [key]: value });
  }
  for (const [, one] of [...given].sort(([a], [b]) => a - b)) panel({ expr: one.expr, tab: one.tab === "0" || one.tab === "graph" ? 0 : 1, range: one.range_input, end: one.end_input ?? one.moment_input, step: one.step_input, stacked: one.stacked });
  if (panels.length === 0) panel({});
  panels.forEach(one => one.run());
}

document.getElementById("add").addEventListener("click", () => panel({}));
document.getElementById("key-open").addEventListener("click", () => { const form = document.getElementById("key"); form.hidden = !form.hidden; });
document.getElementById("key").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem("muster-key", document.getElementById("key-text").value);
  document.getElementById("key").hidden = true;
  kept.clear();
  panels.forEach(one => one.run());
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panels.forEach(one => one.redraw()));
addEventListener("resize", () => panels.forEach(one => one.fit()));
addEventListener("popstate", () => location.reload());
begin();
api("status/tsdb", {}).then(read => { document.getElementById("store").textContent = `${read.data.headStats.numSeries.toLocaleString("en")} series`; }, () => {});
