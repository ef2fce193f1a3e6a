// Draws the charts from the data in the page, and gives every mark a tooltip, a link and a place in the keyboard's order.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");
  const halo = document.getElementById("halo");
  const views = new Map(); // chart id -> {view, element, chart, at}
  const state = { definition: "preferred", currency: "usd" };
  const REACH = 26; // how far from a mark, in pixels, the pointer may be

  const element = (id) => document.getElementById(id);
  function setsOf(chart) {
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

  function draw(chart) {
    const place = element(chart.id);
    const before = views.get(chart.id);
    if (before) { before.view.finalize(); place.textContent = ""; }
    const sets = setsOf(chart);
    const template = structuredClone(data.templates[chart.template]);
    for (const set of template.data) if (set.name in sets) set.values = structuredClone(sets[set.name]);
    // Vega names its container "Vega visualization"; an inner one keeps the chart's own description.
    const inner = document.createElement("div");
    inner.setAttribute("aria-hidden", "true");
    place.append(inner);
    const view = new vega.View(vega.parse(template), { renderer: "svg", container: inner, hover: false, tooltip: () => {} });
    views.set(chart.id, { view, element: place, chart, at: -1 });
    return view.runAsync();
  }

  // The marks of the layer named "points", in reading order, with their place in the element.
  function marks(entry) {
    const found = [];
    const walk = (mark) => {
      if (mark.marktype !== "group" && mark.name === "points_marks") found.push(...mark.items);
      for (const item of mark.items || []) for (const inner of item.items || []) walk(inner);
    };
    walk(entry.view.scenegraph().root);
    const [left, top] = entry.view.origin();
    const svg = entry.element.querySelector("svg").getBoundingClientRect();
    const host = entry.element.getBoundingClientRect();
    const dx = left + svg.left - host.left, dy = top + svg.top - host.top;
    const boxed = found.map((item) => ({
      datum: item.datum, x1: item.bounds.x1 + dx, x2: item.bounds.x2 + dx, y1: item.bounds.y1 + dy, y2: item.bounds.y2 + dy,
    }));
    return boxed.sort((a, b) => a.x1 - b.x1 || a.y1 - b.y1);
  }

  function nearest(entry, x, y) {
    let best = null, distance = REACH;
    for (const mark of marks(entry)) {
      const away = Math.hypot(Math.max(mark.x1 - x, 0, x - mark.x2), Math.max(mark.y1 - y, 0, y - mark.y2));
      if (away < distance) { best = mark; distance = away; }
    }
    return best;
  }

  const documentOf = (datum) => (datum.document === undefined || datum.document === null ? null : data.documents[datum.document]);
  const line = (kind, text) => { const part = document.createElement(kind); part.textContent = text; return part; };

  function open(source) {
    if (!source) return;
    if (source.url) {
      const link = document.createElement("a");
      link.href = source.url; link.target = "_blank"; link.rel = "noopener noreferrer";
      link.click();
    } else {
      const entry = element("document-" + source.id.replace(/[^A-Za-z0-9\-._]/gu, "-"));
      if (entry) { element("document-list").open = true; location.hash = entry.id; entry.focus(); }
    }
    hide();
  }

  function show(entry, mark, pinned) {
    const { chart, element: host } = entry;
    const datum = mark.datum;
    const source = documentOf(datum);
    const heading = [chart.heading, datum.entity, datum.label || datum.quarter].filter(Boolean);
    tip.replaceChildren(line("span", heading.join(", ") + (datum.label ? " · " + datum.quarter : "")), line("b", datum.text || ""));
    if (datum.how) tip.append(line("span", datum.how));
    if (datum.note) tip.append(line("span", " " + datum.note));
    if (source) {
      const said = line("span", "");
      said.className = "source";
      const words = [source.title, source.publisher, source.day].filter(Boolean).join(" · ");
      if (pinned) {
        const link = line("a", words);
        link.href = source.url || "#document-" + source.id.replace(/[^A-Za-z0-9\-._]/gu, "-");
        link.addEventListener("click", (event) => { event.preventDefault(); open(source); });
        said.append(link);
      } else said.textContent = words + (source.url ? " (click to open)" : " (click to see it in the list)");
      tip.append(said);
    }
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
    host.classList.toggle("pointing", Boolean(source));
  }

  function hide() {
    tip.hidden = true; halo.hidden = true; tip.classList.remove("pinned");
    for (const entry of views.values()) entry.element.classList.remove("pointing");
  }

  function listen(chart) {
    const place = element(chart.id);
    const entryOf = () => views.get(chart.id);
    const under = (event) => {
      const box = place.getBoundingClientRect();
      return nearest(entryOf(), event.clientX - box.left, event.clientY - box.top);
    };
    place.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const mark = under(event);
      if (mark) show(entryOf(), mark, false); else hide();
    });
    place.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hide(); });
    place.addEventListener("click", (event) => {
      const mark = under(event);
      if (!mark) return hide();
      // A finger has no way to point first: the first touch shows what the mark is, with a link to follow.
      if (event.pointerType === "touch") show(entryOf(), mark, true); else open(documentOf(mark.datum));
    });
    place.addEventListener("keydown", (event) => {
      const entry = entryOf();
      const all = marks(entry);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") return hide();
      if (!all.length) return;
      if (event.key === "Enter" && entry.at >= 0) return open(documentOf(all[Math.min(entry.at, all.length - 1)].datum));
      if (event.key === "Home") entry.at = 0;
      else if (event.key === "End") entry.at = all.length - 1;
      else if (step) entry.at = entry.at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, entry.at + step));
      else return;
      event.preventDefault();
      show(entry, all[entry.at], false);
    });
    place.addEventListener("blur", hide);
  }

  function chooseCapex() {
    const absent = [];
    const done = [];
    for (const chart of data.charts.filter((one) => one.choose)) {
      const has = state.definition in chart.series;
      element(chart.id + "-card").hidden = !has;
      if (!has) { absent.push(chart.heading); continue; }
      const place = element(chart.id);
      place.setAttribute("aria-label", chart.described[state.definition][state.currency]);
      element(chart.id + "-card").querySelector(".unit").textContent = (state.currency === "usd" ? "USD" : chart.currency) + " bn";
      done.push(draw(chart));
    }
    const text = element("definition-text");
    if (text) text.textContent = data.definitions[state.definition] || "";
    const note = element("capex-absent");
    if (note) note.textContent = absent.length ? "Not on record under this definition: " + absent.join(", ") + "." : "";
    return Promise.all(done);
  }

  function chooseSupplier(name) {
    for (const block of document.querySelectorAll(".supplier")) block.hidden = block.dataset.supplier !== name;
    return Promise.all(data.charts.filter((one) => one.group === name).map(draw));
  }

  for (const chart of data.charts) listen(chart);
  const definition = element("definition"), supplier = element("supplier");
  const ready = [chooseCapex(), ...data.charts.filter((one) => !one.choose && !one.group).map(draw)];
  if (definition) {
    definition.addEventListener("change", () => { state.definition = definition.value; hide(); chooseCapex(); });
    for (const choice of document.querySelectorAll("input[name=currency]")) {
      choice.addEventListener("change", () => { state.currency = choice.value; hide(); chooseCapex(); });
    }
  }
  if (supplier) {
    supplier.addEventListener("change", () => { hide(); chooseSupplier(supplier.value); });
    ready.push(chooseSupplier(supplier.value));
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".chart, #tip")) hide(); });
  addEventListener("scroll", hide, { passive: true });
  Promise.all(ready).then(() => document.documentElement.setAttribute("data-drawn", String(views.size)));
})();
