// Draws the charts from the data in the page, and gives every mark a name, its provenance, and a place in the keyboard's order.
// Choices of the reader are kept in `state` and in the address; explorer.js and takeaway.js use what is returned here.
"use strict";
const page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Rows are written as columns, with texts as places in one list (packing.py).
  function unpacked(node) {
    if (node === null || typeof node !== "object") return node;
    if (Array.isArray(node)) return node.map(unpacked);
    if (!node.columns || !node.rows) return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, unpacked(value)]));
    const worded = node.columns.map((name) => node.texts.includes(name));
    return node.rows.map((row) => Object.fromEntries(
      node.columns.map((name, place) => [name, worded[place] && row[place] !== null ? data.texts[row[place]] : row[place]])));
  }
  data.charts = data.charts.map(unpacked);
  // Documents by their number, from the list at the end of the page.
  data.documents = [];
  for (const entry of document.querySelectorAll("#document-list li")) {
    const title = entry.firstElementChild, text = (kind) => (entry.querySelector(kind) ? entry.querySelector(kind).textContent : null);
    data.documents[entry.dataset.n] = { anchor: entry.id, title: title.textContent, url: title.getAttribute("href"), publisher: text("small"), day: text("time") };
  }
  const tip = document.getElementById("tip");
  const halo = document.getElementById("halo");
  const views = new Map(); // chart id -> {view, element, chart, at}
  const state = { definition: "preferred", currency: "usd", supplier: "", chips: "h100", time: "quarterly" };
  const specs = {}; // chart id -> function that gives its specification, for charts that are set up by the reader
  let pinnedBy = null; // element of the chart whose tooltip is kept open
  const REACH = 26; // how far from a mark, in pixels, the pointer may be

  const element = (id) => document.getElementById(id);
  function setsOf(chart) {
    if (specs[chart.id]) return specs[chart.id].sets();
    if (chart.units) return { rows: chart.units[state.chips] };
    if (chart.times) return { rows: shipped(chart.times[state.time === "yearly" ? "quarterly" : state.time]) };
    if (!chart.series) return chart.sets;
    const unit = chart.choose ? state.currency : "own";
    const pick = (rows) => rows.map((row) => ({ ...row, value: row[unit], low: row["low_" + unit], high: row["high_" + unit] }));
    const chosen = chart.choose ? state.definition : "preferred";
    const rows = [...chart.series[chosen], ...chart.claims].sort((a, b) => a.t - b.t);
    return {
      rows: pick(rows),
      context: chosen === "preferred" ? [] : pick(chart.series.preferred || []),
      band: pick(chart.sets.band),
      breaks: chosen === "preferred" || chosen === "cash_purchases" ? chart.sets.breaks : [],
    };
  }

  // Rows of a panel of accelerators in the chosen unit, with the words for number and interval.
  function shipped(rows) {
    const unit = state.chips === "units" ? "units" : "H100-equivalents", written = (value) => Math.round(value).toLocaleString("en-US");
    if (state.time === "yearly") rows = years(rows);
    return rows.filter((row) => row[state.chips][0] !== null).map((row) => {
      const [value, low, high] = row[state.chips];
      const how = state.time === "yearly" ? "Sum of the four quarters’ medians; it has no interval."
        : low === null || high === null || low === high ? "No interval." : `5–95 %: ${written(low)} to ${written(high)}.`;
      return { t: row.t, quarter: row.quarter, value, low, high, text: `${written(value)} ${unit}`, how, document: row.document, documents: row.documents, locator: row.locator, formula: row.formula };
    });
  }

  // Calendar years with four quarters, as sums of medians.
  function years(rows) {
    const sum = (four, name) => (four.some((row) => row[name][0] === null) ? [null, null, null] : [four.reduce((all, row) => all + row[name][0], 0), null, null]);
    const four = [...new Set(rows.map((row) => row.quarter.slice(0, 4)))].map((year) => rows.filter((row) => row.quarter.startsWith(year)));
    return four.filter((one) => one.length === 4).map((one) => ({ ...one[0], quarter: one[0].quarter.slice(0, 4), units: sum(one, "units"), h100: sum(one, "h100"),
      documents: one.map((row) => row.document), document: null, locator: null, formula: sumOf(one.map((row) => row.quarter)) }));
  }

  function draw(chart) {
    const place = element(chart.id);
    const before = views.get(chart.id);
    if (before) { before.view.finalize(); place.textContent = ""; }
    const sets = setsOf(chart);
    const template = specs[chart.id] ? specs[chart.id].template() : structuredClone(data.templates[chart.units ? chart.template[state.chips] : chart.template]);
    for (const set of template.data) if (set.name in sets) set.values = structuredClone(sets[set.name]);
    // Labels of years need about 40 pixels each.
    for (const axis of template.axes || []) {
      if (Array.isArray(axis.values) && axis.values.length * 40 > place.clientWidth - 30) axis.values = axis.values.filter((_, number) => number % 2 === 0);
    }
    // Vega names its container "Vega visualization"; an inner one keeps the chart's own description.
    const inner = document.createElement("div");
    place.append(inner);
    const view = new vega.View(vega.parse(template), { renderer: "svg", container: inner, hover: false, tooltip: () => {} });
    const entry = { view, element: place, chart, at: -1 };
    views.set(chart.id, entry);
    return view.runAsync().then(() => name(entry, inner));
  }

  // Names of marks for readers who do not see them; axes, lines and bands are for the eye only.
  function name(entry, inner) {
    for (const kind of ["role", "aria-label", "aria-roledescription"]) inner.removeAttribute(kind);
    const svg = inner.querySelector("svg");
    for (const part of svg.querySelectorAll("[role], [aria-label], [aria-roledescription]")) {
      for (const kind of ["role", "aria-label", "aria-roledescription"]) part.removeAttribute(kind);
    }
    for (const part of svg.querySelectorAll("[aria-hidden]")) part.removeAttribute("aria-hidden");
    for (const group of svg.querySelectorAll("g[class*='mark-']")) {
      if (!group.querySelector(".points_marks") && !group.closest(".points_marks")) group.setAttribute("aria-hidden", "true");
    }
    const paths = svg.querySelectorAll(".points_marks > *");
    items(entry).forEach((item, place) => {
      const shape = item._svg || paths[place];
      if (!shape) return;
      shape.setAttribute("role", "img");
      shape.setAttribute("aria-label", label(entry.chart, item.datum));
    });
  }

  // A quarter of the tables (2026Q2) as the page writes it: Q2 2026.
  const spoken = (text) => (/^\d{4}Q[1-4]$/.test(text) ? text.slice(4) + " " + text.slice(0, 4) : text);
  const sumOf = (quarters) => quarters.map(spoken).join(" plus ");
  const label = (chart, datum) => [...headingOf(chart, datum), datum.text, chart.unit_in_text ? "" : chart.unit].filter(Boolean).join(", ");
  const headingOf = (chart, datum) => [chart.heading, datum.entity, datum.label || spoken(datum.quarter)].filter(Boolean);

  // The marks of the layer named "points", in reading order, with their place in the element.
  function items(entry) {
    const found = [];
    const walk = (mark) => {
      if (mark.marktype !== "group" && mark.name === "points_marks") found.push(...mark.items);
      for (const item of mark.items || []) for (const inner of item.items || []) walk(inner);
    };
    walk(entry.view.scenegraph().root);
    return found;
  }

  function marks(entry) {
    const found = items(entry);
    const [left, top] = entry.view.origin();
    const svg = entry.element.querySelector("svg").getBoundingClientRect();
    const host = entry.element.getBoundingClientRect();
    const dx = left + svg.left - host.left, dy = top + svg.top - host.top;
    const boxed = found.map((item) => ({
      datum: item.datum, x1: item.bounds.x1 + dx, x2: item.bounds.x2 + dx, y1: item.bounds.y1 + dy, y2: item.bounds.y2 + dy,
    }));
    const isList = boxed.some((mark) => mark.datum.label); // one statement below the other
    return boxed.sort((a, b) => (isList ? a.y1 - b.y1 : a.x1 - b.x1) || a.y1 - b.y1);
  }

  function nearest(entry, x, y) {
    let best = null, distance = REACH;
    for (const mark of marks(entry)) {
      const away = Math.hypot(Math.max(mark.x1 - x, 0, x - mark.x2), Math.max(mark.y1 - y, 0, y - mark.y2));
      if (away < distance) { best = mark; distance = away; }
    }
    return best;
  }

  // The documents of a mark, each once: one of a statement, several of a sum.
  const documentsOf = (datum) => [...new Set(datum.documents || [datum.document])].filter((place) => place !== undefined && place !== null).map((place) => data.documents[place]);
  const line = (kind, text) => { const part = document.createElement(kind); part.textContent = text; return part; };

  function open(source) {
    if (!source) return;
    if (source.url) {
      const link = document.createElement("a");
      link.href = source.url; link.target = "_blank"; link.rel = "noopener noreferrer";
      link.click();
    } else {
      const entry = element(source.anchor);
      if (entry) { element("document-list").open = true; go(entry.id); }
    }
    hide();
  }

  // What is known of a mark: amount, definition, place in its document, vintages, and the formula of a derived value.
  function show(entry, mark, pinned) {
    const { chart, element: host } = entry;
    const datum = mark.datum;
    const sources = documentsOf(datum);
    tip.replaceChildren(line("span", headingOf(chart, datum).join(", ") + (datum.label ? " · " + spoken(datum.quarter) : "")), line("b", datum.text || ""));
    if (datum.how) tip.append(line("span", datum.how));
    if (datum.note) tip.append(line("span", " " + datum.note));
    const details = [["Computed as", datum.formula], ["First reported", datum.first], ["Place in the document", datum.locator]];
    for (const [word, text] of details) {
      if (!text) continue;
      const row = line("span", word + ": " + text);
      row.className = "detail";
      tip.append(row);
    }
    for (const source of sources) {
      const row = line("span", "");
      row.className = "source";
      const words = [source.title, source.publisher, source.day].filter(Boolean).join(" · ");
      if (pinned) {
        const link = line("a", words + (source.url ? "" : " (see the list of documents)"));
        link.href = source.url || "#" + source.anchor;
        link.addEventListener("click", (event) => { event.preventDefault(); open(source); });
        row.append(link);
      } else row.textContent = words;
      tip.append(row);
    }
    if (pinned) {
      const close = line("button", "Close");
      close.type = "button";
      close.addEventListener("click", () => { hide(); host.focus(); });
      tip.append(close);
    } else tip.append(line("small", "Click or press Enter to keep this open and follow the source."));
    pinnedBy = pinned ? host : null;
    tip.classList.toggle("pinned", Boolean(pinned));
    tip.hidden = false;
    const box = host.getBoundingClientRect();
    const x = box.left + (mark.x1 + mark.x2) / 2, above = box.top + mark.y1, below = box.top + mark.y2;
    const width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = Math.max(8, Math.min(x - width / 2, document.documentElement.clientWidth - width - 8)) + "px";
    tip.style.top = (above - height - 12 > 0 ? above - height - 12 : Math.min(below + 12, innerHeight - height - 8)) + "px";
    const size = Math.max(14, Math.min(26, Math.max(mark.x2 - mark.x1, mark.y2 - mark.y1) + 8));
    halo.style.width = halo.style.height = size + "px";
    halo.style.left = x + scrollX + "px";
    halo.style.top = (above + below) / 2 + scrollY + "px";
    halo.hidden = false;
    host.classList.toggle("pointing", sources.length > 0);
  }

  function hide() {
    pinnedBy = null;
    tip.hidden = true; halo.hidden = true; tip.classList.remove("pinned");
    for (const entry of views.values()) entry.element.classList.remove("pointing");
  }

  function listen(chart) {
    const place = element(chart.id);
    const entryOf = () => views.get(chart.id);
    const under = (event) => {
      if (!entryOf()) return null; // not drawn yet
      const box = place.getBoundingClientRect();
      return nearest(entryOf(), event.clientX - box.left, event.clientY - box.top);
    };
    place.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || pinnedBy) return;
      const mark = under(event);
      if (mark) show(entryOf(), mark, false); else hide();
    });
    place.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && !pinnedBy) hide(); });
    place.addEventListener("click", (event) => {
      const mark = under(event);
      if (!mark) return hide();
      show(entryOf(), mark, true);
    });
    place.addEventListener("keydown", (event) => {
      const entry = entryOf();
      if (!entry) return;
      const all = marks(entry);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 4, PageUp: -4 }[event.key];
      if (event.key === "Escape") return hide();
      if (!all.length) return;
      if (event.key === "Enter" && entry.at >= 0) {
        show(entry, all[Math.min(entry.at, all.length - 1)], true);
        event.preventDefault();
        return tip.querySelector("a, button").focus();
      }
      if (event.key === "Home") entry.at = 0;
      else if (event.key === "End") entry.at = all.length - 1;
      else if (step) entry.at = entry.at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, entry.at + step));
      else return;
      event.preventDefault();
      show(entry, all[entry.at], false);
    });
    place.addEventListener("blur", () => { if (!pinnedBy) hide(); });
  }

  function chooseCapex(now = true) {
    const absent = [];
    const done = [];
    for (const chart of data.charts.filter((one) => one.choose)) {
      const has = state.definition in chart.series;
      element(chart.id + "-card").hidden = !has;
      if (!has) { absent.push(chart.heading); continue; }
      const place = element(chart.id);
      place.setAttribute("aria-label", chart.described[state.definition][state.currency]);
      element(chart.id + "-card").querySelector(".unit").textContent = (state.currency === "usd" ? "USD" : chart.currency) + " bn";
      if (now) done.push(draw(chart));
    }
    const text = element("definition-text");
    if (text) text.textContent = data.definitions[state.definition] || "";
    const note = element("capex-absent");
    if (note) note.textContent = absent.length ? "Not on record under this definition: " + absent.join(", ") + "." : "";
    return Promise.all(done);
  }

  function chooseSupplier(now = true) {
    for (const block of document.querySelectorAll(".supplier")) block.hidden = block.dataset.supplier !== state.supplier;
    const absent = [];
    for (const chart of data.charts.filter((one) => one.times)) {
      const { rows } = setsOf(chart), isEmpty = !rows.length;
      element(chart.id + "-card").hidden = isEmpty;
      if (isEmpty && chart.group === state.supplier) absent.push(chart.heading);
      chart.unit_in_text = true;
      element(chart.id + "-card").querySelector(".unit").textContent =
        (state.chips === "units" ? "units" : "H100-equivalents") + { quarterly: " a quarter", yearly: " a year", cumulative: ", cumulative" }[state.time]
        + (state.time !== "yearly" && rows.every((row) => row.low === null || row.low === row.high) ? ", no interval" : "");
    }
    const bought = data.charts.find((one) => one.units);
    if (bought) {
      bought.unit = state.chips === "units" ? "units" : "H100-equivalents";
      element(bought.id + "-card").querySelector(".unit").textContent = bought.unit;
      if (now) draw(bought);
    }
    const note = element("chips-absent");
    if (note) note.textContent = absent.length ? "No values with this choice: " + absent.join("; ") + "." : "";
    return now ? Promise.all(data.charts.filter((one) => one.group === state.supplier && !element(one.id + "-card").hidden).map(draw)) : null;
  }

  // The address holds what differs from the first view, behind "#?", and the section to show ("at"), so that a view can be shared. Each
  // choice is a step of the browser's history; an address without "#?" is the first view.
  const parts = []; // {read(parameters), write(parameters)} of every group of controls
  let shown = ""; // the choices as parameters, as they are drawn
  function choices() {
    const parameters = new URLSearchParams();
    for (const part of parts) part.write(parameters);
    return parameters.toString();
  }
  const address = () => new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
  const hashOf = (text, section) => (text ? "#?" + text + (section ? "&at=" + section : "") : section ? "#" + section : location.pathname + location.search);
  function remember(control) {
    const section = control && control.closest("section"), text = choices();
    if (text === shown) return;
    shown = text;
    history.pushState(null, "", hashOf(text, text && section ? section.id : ""));
  }

  // Shows a part of the page and keeps the choices in the address.
  function go(id) {
    const place = element(id);
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    history.pushState(null, "", hashOf(shown, id));
    place.scrollIntoView();
    place.focus({ preventScroll: true });
  }

  const definition = element("definition"), supplier = element("supplier");
  const radios = [...document.querySelectorAll("input[name=chips-unit], input[name=chips-time]")];
  const currencies = [...document.querySelectorAll("input[name=currency]")];
  const valid = (select, value) => [...select.options].some((option) => option.value === value);
  parts.push({
    read(parameters) {
      if (definition) {
        const asked = parameters.get("definition"), unit = parameters.get("panels");
        state.definition = valid(definition, asked) ? asked : "preferred";
        state.currency = unit === "own" ? "own" : "usd";
        definition.value = state.definition;
        for (const choice of currencies) choice.checked = choice.value === state.currency;
      }
      if (supplier) {
        const asked = parameters.get("show");
        state.supplier = valid(supplier, asked) ? asked : supplier.options[0].value;
        supplier.value = state.supplier;
        state.chips = parameters.get("chips") === "units" ? "units" : "h100";
        state.time = ["cumulative", "yearly"].includes(parameters.get("time")) ? parameters.get("time") : "quarterly";
        for (const choice of radios) choice.checked = choice.value === state.chips || choice.value === state.time;
      }
    },
    write(parameters) {
      if (state.definition !== "preferred") parameters.set("definition", state.definition);
      if (state.currency !== "usd") parameters.set("panels", state.currency);
      if (supplier && state.supplier !== supplier.options[0].value) parameters.set("show", state.supplier);
      if (state.chips !== "h100") parameters.set("chips", state.chips);
      if (state.time !== "quarterly") parameters.set("time", state.time);
    },
  });

  // A field above a long table that hides the rows without the words.
  function searchable(table) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 15) return;
    const label = line("label", "Search this table "), field = document.createElement("input"), count = line("span", "");
    label.className = "search";
    field.type = "search";
    count.setAttribute("role", "status");
    label.append(field);
    table.closest(".scroll").before(label);
    label.after(count);
    count.className = "note";
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      count.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
    });
  }

  // Reads the choices from the address and draws what they change.
  function follow() {
    for (const part of parts) part.read(address());
    const text = choices();
    if (text === shown) return;
    shown = text;
    hide();
    chooseCapex();
    if (supplier) chooseSupplier();
    for (const id of Object.keys(specs)) draw(data.charts.find((one) => one.id === id));
  }

  function start() {
    for (const chart of data.charts) listen(chart);
    for (const part of parts) part.read(address());
    shown = choices();
    if (definition) {
      definition.addEventListener("change", () => { state.definition = definition.value; hide(); chooseCapex(); remember(definition); });
      for (const choice of currencies) {
        choice.addEventListener("change", () => { state.currency = choice.value; hide(); chooseCapex(); remember(choice); });
      }
    }
    if (supplier) {
      supplier.addEventListener("change", () => { state.supplier = supplier.value; hide(); chooseSupplier(); remember(supplier); });
      for (const choice of radios) {
        choice.addEventListener("change", () => {
          state[choice.name === "chips-unit" ? "chips" : "time"] = choice.value;
          hide(); chooseSupplier(); remember(choice);
        });
      }
    }
    addEventListener("hashchange", follow);
    for (const table of document.querySelectorAll(".data table")) searchable(table);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const id = link && link.getAttribute("href").slice(1);
      if (!id || !element(id) || !shown || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(id);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const host = pinnedBy;
      hide();
      if (host) host.focus();
    });
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".chart, #tip")) hide(); });
    addEventListener("scroll", () => { if (!pinnedBy) hide(); }, { passive: true });
    chooseCapex(false);
    chooseSupplier(false);
    const asked = address().get("at"), section = asked && element(asked);
    if (section) section.scrollIntoView({ behavior: "instant" });
    // One chart after the other from the top, so that the page answers a reader before the last one is drawn.
    const waiting = data.charts.filter((one) => (!one.group || one.group === state.supplier) && element(one.id).offsetParent !== null);
    for (const fold of document.querySelectorAll("details.data")) {
      fold.addEventListener("toggle", () => {
        for (const one of data.charts) if (fold.open && !views.has(one.id) && fold.contains(element(one.id))) draw(one);
      });
    }
    const next = () => {
      const chart = waiting.shift();
      if (!chart) return document.documentElement.setAttribute("data-drawn", String(views.size));
      return (views.has(chart.id) ? Promise.resolve() : draw(chart)).then(() => setTimeout(next));
    };
    addEventListener("beforeprint", () => { for (const chart of waiting.splice(0)) draw(chart); });
    next();
  }

  return { data, state, views, specs, parts, element, line, draw, hide, remember, setsOf, documentsOf, sumOf, start, spoken, hashOf: (section) => hashOf(shown, section) };
})();
