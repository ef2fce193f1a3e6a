// The chart of companies on one axis: choices, rows, and the specification that Vega draws.
"use strict";
(() => {
  const source = page.data.explorer;
  if (!source) return;
  const { element, spoken } = page;
  const at = Object.fromEntries(source.columns.map((name, place) => [name, place]));
  for (const row of Object.values(source.metrics).flat()) while (row.length < source.columns.length) row.push(null);
  const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"];
  const DASHES = [[], [6, 3], [2, 2]];
  const first = { metric: "capex", view: "amount", basis: "comparable", money: "usd", scale: "linear",
    from: source.quarters[source.first], to: source.quarters[source.quarters.length - 1] };
  const shown = () => source.shown[state.metric]; // companies at first
  const state = { ...first };
  const names = ["metric", "view", "basis", "money", "scale", "from", "to"];
  const selects = Object.fromEntries(names.map((name) => [name, element("explore-" + name)]));
  const boxes = [...document.querySelectorAll("input[name=company]")];

  page.parts.push({
    read(parameters) {
      for (const name of names) {
        const asked = parameters.get(name);
        state[name] = [...selects[name].options].some((option) => option.value === asked) ? asked : first[name];
        selects[name].value = state[name];
      }
      const asked = parameters.has("companies") ? parameters.get("companies").split(",") : shown();
      state.companies = source.companies.map((one) => one.id).filter((id) => asked.includes(id));
      for (const box of boxes) box.checked = state.companies.includes(box.value);
      fit();
    },
    write(parameters) {
      if (state.companies.join() !== shown().join()) parameters.set("companies", state.companies.join());
      for (const name of names) if (state[name] !== first[name]) parameters.set(name, state[name]);
    },
  });

  // Choices that the metric or the view does not have are put out of reach.
  function fit() {
    const onlyComparable = state.metric !== "capex", ratio = state.view === "share" || state.view === "growth";
    if (onlyComparable) { state.basis = "comparable"; if (state.view === "share") state.view = "amount"; }
    if (state.view === "growth") state.scale = "linear";
    for (const option of selects.view.options) option.disabled = option.value === "share" && onlyComparable;
    selects.basis.disabled = onlyComparable;
    selects.money.disabled = ratio;
    selects.scale.disabled = state.view === "growth";
    if (state.to < state.from) state.to = state.from;
    for (const name of names) selects[name].value = state[name];
  }

  const round = (value) => (value === null ? null : Number(value.toPrecision(6)));
  const format = (value) => value.toLocaleString("en-US", { maximumSignificantDigits: Math.abs(value) >= 100 ? 4 : 3 });
  const start = (quarter) => Date.UTC(Number(quarter.slice(0, 4)), 3 * (Number(quarter[5]) - 1), 1);

  // Rows of one company in time order with the amount on the chosen definition and in the chosen currency.
  function amounts(place) {
    const isHeadline = state.basis === "headline";
    return source.metrics[state.metric].filter((row) => row[at.company] === place).map((row) => {
      const local = isHeadline ? row[at.headline] : row[at.local];
      // A headline in yuan is converted at the rate of the same quarter, which the row's own amounts give.
      const converted = state.money === "usd" ? (isHeadline ? row[at.headline_usd] : row[at.usd])
        : local === null || row[at.cny] === null || !row[at.local] ? null : (local * row[at.cny]) / row[at.local];
      return { row, quarter: row[at.quarter], local, amount: converted, definition: isHeadline ? row[at.headline_definition] : row[at.definition], isBreak: row[at.break] };
    });
  }

  // Where the chosen amount of a quarter is from. A headline that is the comparable amount has no source of its own.
  function sourceOf(row) {
    const own = state.basis === "headline" && row[at.headline_derived] !== null ? "headline_" : "";
    return { isOwn: own !== "", isDerived: row[at[own + "derived"]], document: row[at[own + "document"]], locator: row[at[own + "locator"]], formula: row[at[own + "formula"]] };
  }

  // How a point is known: of a quarter its document, of a sum its four quarters and all of their documents.
  function provenance(list, place, isSum) {
    const text = (number) => (number === null ? "" : source.texts[number]), one = list[place], { row } = one;
    if (isSum) {
      const four = list.slice(place - 3, place + 1), sources = four.map((each) => sourceOf(each.row)), derived = sources.filter((each) => each.isDerived).length;
      return { how: text(one.definition) + ", sum of four quarters" + (derived ? `, ${derived} of them derived.` : "."), documents: sources.map((each) => each.document),
        formula: page.sumOf(four.map((each) => source.quarters[each.quarter])) };
    }
    const from = sourceOf(row), day = text(row[at.first_on]);
    return { how: text(one.definition) + (from.isDerived ? ", derived." : ", reported."), documents: [from.document], locator: text(from.locator), formula: text(from.formula),
      note: text(row[at.note]), first: row[at.first] === null || from.isOwn ? "" : text(row[at.first]) + (day && " on " + day) };
  }

  // Whether the quarters up to `end` follow each other on one definition.
  function joined(list, end, count) {
    for (let place = end; place > end - count + 1; place -= 1) {
      const now = list[place], before = list[place - 1];
      if (!before || now.local === null || before.local === null || now.quarter - before.quarter !== 1) return false;
      if (now.isBreak || now.definition !== before.definition) return false;
    }
    return true;
  }

  function valueOf(list, place, base) {
    const one = list[place], row = one.row, isHeadline = state.basis === "headline";
    if (state.view === "amount") return one.amount;
    if (state.view === "share") return isHeadline ? row[at.headline_share] : row[at.share];
    if (state.view === "index") return one.amount === null || !base ? null : (100 * one.amount) / base;
    if (state.view === "growth") {
      if (!isHeadline) return row[at.yoy];
      return place >= 4 && joined(list, place, 5) && list[place - 4].local > 0 ? 100 * (one.local / list[place - 4].local - 1) : null;
    }
    if (state.view === "year" && source.quarters[one.quarter][5] !== "4") return null;
    if (place < 3 || (!isHeadline && row[at.has_ttm] === null) || !joined(list, place, 4)) return null;
    return list.slice(place - 3, place + 1).reduce((sum, each) => (sum === null || each.amount === null ? null : sum + each.amount), 0);
  }

  // The values of the chosen metric, view, definition and currency. companies: ids; from, to: quarters.
  function rows(companies, firstQuarter, lastQuarter) {
    const from = source.quarters.indexOf(firstQuarter), to = source.quarters.indexOf(lastQuarter);
    const isYear = state.view === "year", drawn = [], text = (place) => (place === null ? "" : source.texts[place]);
    for (const id of companies) {
      const place = source.companies.findIndex((one) => one.id === id);
      const list = amounts(place);
      const inside = list.map((one, number) => number).filter((number) => list[number].quarter >= from && list[number].quarter <= to);
      const base = inside.map((number) => list[number].amount).find((amount) => amount !== null);
      let run = 0, previous = null;
      for (const number of inside) {
        const value = valueOf(list, number, base), one = list[number], row = one.row;
        if (value === null || (state.scale === "log" && value <= 0)) continue;
        if (previous === null || one.quarter - previous !== (isYear ? 4 : 1) || (one.isBreak && state.view !== "growth")) run += 1;
        previous = one.quarter;
        const quarter = source.quarters[one.quarter], isSum = isYear || state.view === "ttm";
        drawn.push({
          t: isYear ? start(quarter.slice(0, 4) + "Q1") : start(quarter), quarter: isYear ? quarter.slice(0, 4) : quarter, value: round(value), company: id,
          currency: text(row[at.currency]), amount: isSum ? null : one.local, revenue: isSum ? null : row[at.revenue], entity: source.companies[place].name, run: id + run,
          text: written(value), ...provenance(list, number, isSum),
        });
      }
    }
    return drawn.sort((a, b) => a.t - b.t);
  }

  const unit = () => (state.view === "share" ? "% of revenue" : state.view === "growth" ? "%" : state.view === "index" ? "first = 100"
    : (state.money === "usd" ? "USD" : "CNY") + " bn");

  const written = (value) => (unit().endsWith(" bn") ? unit().slice(0, 3) + " " + format(value) + "bn" : state.view === "index" ? format(value) : format(value) + " " + unit());

  function template() {
    const chosen = source.companies.filter((one) => state.companies.includes(one.id));
    const domain = chosen.map((one) => one.id);
    const from = start(state.from), to = start(state.to);
    const years = [];
    for (let year = new Date(from).getUTCFullYear(); year <= new Date(to).getUTCFullYear(); year += 1) {
      if (Date.UTC(year, 0, 1) >= from) years.push(Date.UTC(year, 0, 1));
    }
    const step = Math.ceil(years.length / (element("explore").clientWidth < 500 ? 4 : 8));
    const scales = [
      { name: "x", type: "utc", domain: [from, Math.max(to, from + 1)], range: "width" },
      { name: "y", type: state.scale, domain: { data: "rows", field: "value" }, range: "height", nice: true, zero: state.scale === "linear" },
      { name: "colour", type: "ordinal", domain, range: chosen.map((one) => one.colour) },
      { name: "shape", type: "ordinal", domain, range: chosen.map((one) => SHAPES[source.companies.indexOf(one) % SHAPES.length]) },
      { name: "dash", type: "ordinal", domain, range: chosen.map((one) => DASHES[Math.floor(source.companies.indexOf(one) / 10) % DASHES.length]) },
    ];
    const x = { scale: "x", field: "t" }, y = { scale: "y", field: "value" }, colour = { scale: "colour", field: "company" };
    const common = { labelColor: "var(--muted)", gridColor: "var(--grid)", domainColor: "var(--grid)", tickColor: "var(--grid)", labelFontSize: 11, labelPadding: 5 };
    return {
      width: Math.max(200, element("explore").clientWidth), height: element("explore").clientWidth < 500 ? 280 : 380, padding: 4,
      autosize: { type: "fit", contains: "padding" }, data: [{ name: "rows" }], scales,
      signals: [{ name: "names", value: Object.fromEntries(chosen.map((one) => [one.id, one.name])) }],
      legends: [{ fill: "colour", shape: "shape", orient: "top", direction: "horizontal", labelColor: "var(--ink)", labelFontSize: 12, symbolSize: 70,
        columns: Math.max(2, Math.floor(element("explore").clientWidth / 120)), columnPadding: 14, offset: 8, labelFont: "system-ui, sans-serif",
        encode: { labels: { update: { text: { signal: "names[datum.value]" } } } } }],
      config: { axis: { labelFont: "system-ui, sans-serif" } },
      axes: [
        { orient: "bottom", scale: "x", format: "%Y", values: years.filter((_, place) => (years.length - 1 - place) % step === 0), ...common },
        { orient: "left", scale: "y", grid: true, domain: false, ticks: false, tickCount: 6, format: ",~f", ...common },
      ],
      marks: [
        { type: "group", from: { facet: { name: "lines", data: "rows", groupby: ["run", "company"] } },
          marks: [{ type: "line", from: { data: "lines" }, encode: { enter: { x, y, stroke: colour, strokeWidth: { value: 2 }, strokeDash: { scale: "dash", field: "company" } } } }] },
        { type: "symbol", name: "points_marks", from: { data: "rows" },
          encode: { enter: { x, y, fill: colour, stroke: colour, shape: { scale: "shape", field: "company" }, size: { value: 30 } } } },
      ],
    };
  }

  function chosen() {
    const chart = page.data.charts.find((one) => one.id === "explore");
    const name = source.names[state.metric], view = source.views[state.view];
    chart.title = name + ", " + view.toLowerCase() + (state.basis === "headline" ? ", company’s own headline" : "");
    chart.unit = unit();
    chart.unit_in_text = true;
    const listed = source.companies.filter((one) => state.companies.includes(one.id)).map((one) => one.name);
    const card = element("explore-card"), heading = card.querySelector("h3");
    heading.firstChild.textContent = chart.title + " ";
    card.querySelector(".unit").textContent = chart.unit;
    const drawn = rows(state.companies, state.from, state.to);
    const absent = listed.filter((one) => !drawn.some((row) => row.entity === one));
    element("explore").setAttribute("aria-label", `${chart.title}, ${chart.unit}, ${spoken(state.from)} to ${spoken(state.to)}: `
      + listed.join(", ") + ". " + drawn.length + " points.");
    element("explore-note").textContent = absent.length ? "No values with this choice: " + absent.join(", ") + "." : "";
    card.querySelector("figcaption").textContent = state.view === "index" ? "Each company’s first quarter in the chosen period is 100."
      : state.view === "ttm" || state.view === "year" ? "Sum of four quarters on one definition; a break or a missing quarter leaves a gap."
      : "Lines are interrupted where a quarter is missing or the definition changes.";
    return { rows: drawn };
  }
  const everything = () => rows(source.companies.map((one) => one.id), source.quarters[0], source.quarters[source.quarters.length - 1]);
  page.specs.explore = { template, sets: chosen, everything };

  function choose(companies) {
    for (const box of boxes) box.checked = companies.includes(box.value);
    state.companies = boxes.filter((box) => box.checked).map((box) => box.value);
  }

  function change(event) {
    const untouched = state.companies.join() === shown().join();
    state.companies = boxes.filter((box) => box.checked).map((box) => box.value);
    for (const name of names) state[name] = selects[name].value;
    // Another metric shows its own largest companies, unless the reader has chosen some.
    if (event.target === selects.metric && untouched) choose(shown());
    fit();
    page.hide();
    page.remember(event.target);
    page.draw(page.data.charts.find((one) => one.id === "explore"));
  }
  for (const control of [...boxes, ...Object.values(selects)]) control.addEventListener("change", change);
  element("explore-reset").addEventListener("click", (event) => {
    for (const name of names) selects[name].value = first[name];
    choose(source.shown[first.metric]);
    change(event);
  });
  for (const [id, checked] of [["explore-all", true], ["explore-none", false]]) {
    element(id).addEventListener("click", (event) => { for (const box of boxes) box.checked = checked; change(event); });
  }
  element("explore-link").addEventListener("click", async () => {
    history.replaceState(null, "", page.hashOf("explorer"));
    let words = "Copied.";
    try { await navigator.clipboard.writeText(location.href); } catch { words = "This browser does not allow it: copy the address of the page."; }
    element("explore-copied").textContent = words;
  });
  let width = 0;
  addEventListener("resize", () => {
    if (element("explore").clientWidth === width) return;
    width = element("explore").clientWidth;
    page.draw(page.data.charts.find((one) => one.id === "explore"));
  });
})();
