// What a reader takes away from a chart: its rows as a table or CSV, the picture as SVG or PNG with source and release, and a citation.
"use strict";
(() => {
  const { data, element, line, views } = page;
  const SAFE = /^[\s]*[=+\-@\t\r]/;

  const titleOf = (chart) => chart.title || element(chart.id + "-card").querySelector("h3, h4").firstChild.textContent.trim();
  const unitOf = (chart) => element(chart.id + "-card").querySelector(".unit").textContent;
  const fileName = (chart, end) => `${(titleOf(chart) + " " + data.release.slice(0, 12)).toLowerCase().replace(/[^a-z0-9]+/g, "-")}.${end}`;

  // One record for each mark: the columns that hold anything.
  function records(chart, rows = page.setsOf(chart).rows) {
    const unit = unitOf(chart);
    const sources = rows.map(page.documentsOf), listed = (values) => values.map((value) => value || "").join("; ");
    const made = rows.map((row, place) => {
      const from = sources[place];
      return {
        id: row.company || "", series: row.entity || row.member || row.label || chart.heading || titleOf(chart), period: row.quarter, period_start: row.t === undefined ? "" : new Date(row.t).toISOString().slice(0, 10), value: row.value ?? "", low: row.low ?? "", high: row.high ?? "",
        run_rate: row.rate ?? "", unit, reporting_currency: row.currency || "", amount_local_bn: row.amount ?? "", revenue_local_bn: row.revenue ?? "", state: row.state || "", reading: row.text || "", description: row.how || "", note: row.note || "",
        computed_as: row.formula || "", first_reported: row.first || "", place: row.locator || "", document: listed(from.map((one) => one.title)),
        publisher: listed([...new Set(from.map((one) => one.publisher))]), published: listed(from.map((one) => one.day)), address: listed(from.map((one) => one.url)), release: data.release,
      };
    });
    const used = Object.keys(made[0] || {}).filter((name) => made.some((row) => row[name] !== ""));
    return { columns: used, rows: made, sources };
  }

  function cell(value) {
    const text = typeof value === "string" && SAFE.test(value) ? "'" + value : String(value);
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  function csv(chart, chosen) {
    const { columns, rows } = records(chart, chosen);
    return "\ufeff" + [columns.join(","), ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))].join("\r\n") + "\r\n";
  }

  function sources(chart) {
    const counts = new Map();
    for (const source of page.setsOf(chart).rows.flatMap(page.documentsOf)) {
      const name = source.publisher || source.title;
      counts.set(name, (counts.get(name) || 0) + 1);
    }
    const listed = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
    return listed.length > 3 ? listed.slice(0, 3).join(", ") + ` and ${listed.length - 3} more` : listed.join(", ");
  }

  function citation(chart) {
    const at = location.protocol.startsWith("http") ? " " + location.href : " View: " + location.pathname.split("/").pop() + location.hash;
    return `capex_pipeline, “${titleOf(chart)}, ${unitOf(chart)}”, release ${data.release.slice(0, 12)}, figures up to ${data.upTo}. Documents by ${sources(chart)}.${at}`;
  }

  // The same for a bibliography. The day of the newest figure gives the year, since a page knows no clock.
  function bibtex(chart) {
    const key = fileName(chart, "").replace(/[^a-z0-9]/g, ""), plain = (text) => text.replace(/[{}\\]/g, "").replace(/[&%$#_]/g, "\\$&");
    const fields = { title: titleOf(chart) + ", " + unitOf(chart), author: "capex_pipeline", year: data.upTo.slice(0, 4),
      note: `Release ${data.release.slice(0, 12)}, figures up to ${data.upTo}. Documents by ${sources(chart)}` };
    return `@misc{${key},\n${Object.entries(fields).map(([name, text]) => `  ${name} = {${plain(text)}}`).join(",\n")}\n}`;
  }

  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

  // What a picture has to explain: the definition of the panels of companies, or the note below the chart.
  function noteOf(chart) {
    const note = element(chart.id + "-card").querySelector("figcaption");
    return chart.choose ? element("definition-text").textContent : note ? note.textContent.trim() : "";
  }

  function wrapped(paragraphs, room) {
    const lines = [];
    for (const paragraph of paragraphs.filter(Boolean)) {
      lines.push("");
      for (const word of paragraph.split(" ")) {
        if (lines.at(-1) && lines.at(-1).length + word.length >= room) lines.push("");
        lines.push((lines.pop() + " " + word).trim());
      }
    }
    return lines;
  }

  // The picture with title, legend, source and release; colours of the page are written out, since a file has no style sheet.
  async function svg(chart) {
    const style = getComputedStyle(element(chart.id + "-card"));
    if (!views.has(chart.id)) await page.draw(chart);
    const drawn = await views.get(chart.id).view.toSVG();
    const width = Number(/width="([\d.]+)"/.exec(drawn)[1]), height = Number(/height="([\d.]+)"/.exec(drawn)[1]);
    const font = 'font-family="system-ui, sans-serif"', entries = chart.legend || [];
    let x = 0, line = 0;
    const legend = entries.map(([name, colour]) => {
      const wide = 28 + name.length * 7.5;
      if (x + wide > width) { x = 0; line += 1; }
      const made = `<rect x="${x}" y="${30 + line * 18}" width="10" height="10" fill="${colour}"/><text x="${x + 15}" y="${39 + line * 18}" ${font} font-size="12" fill="var(--ink)">${escaped(name)}</text>`;
      x += wide;
      return made;
    });
    const top = entries.length ? 54 + line * 18 : 30;
    const text = (words, y, size, colour) => `<text x="0" y="${y}" ${font} font-size="${size}" fill="${colour}">${escaped(words)}</text>`;
    const below = wrapped([noteOf(chart), `Source: ${sources(chart)}. capex_pipeline, release ${data.release.slice(0, 12)}.`], width / 6.2);
    const end = height + top + 30 + 14 * below.length;
    const whole = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width + 24}" height="${end}" viewBox="-12 -8 ${width + 24} ${end}">`
      + `<rect x="-12" y="-8" width="${width + 24}" height="${end}" fill="var(--surface)"/>${text(titleOf(chart) + ", " + unitOf(chart), 16, 15, "var(--ink)")}`
      + `${legend.join("")}<g transform="translate(0,${top})">${drawn}</g>${below.map((words, place) => text(words, height + top + 22 + 14 * place, 10, "var(--muted)")).join("")}</svg>`;
    return whole.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  }

  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function png(chart) {
    const picture = new Image();
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await svg(chart));
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * 2;
    canvas.height = picture.height * 2;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  function table(chart) {
    const { columns, rows, sources } = records(chart);
    const made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    const caption = made.createCaption();
    caption.textContent = titleOf(chart) + ", " + unitOf(chart);
    // Value and unit come second, so that a narrow screen shows them without scrolling.
    const first = ["series", "value", "unit"].filter((name) => columns.includes(name));
    const shown = [...first, ...columns.filter((name) => ![...first, "id", "release", "address", "place"].includes(name))];
    for (const name of shown) { const one = line("th", name.replaceAll("_", " ")); one.scope = "col"; head.append(one); }
    for (const [number, row] of rows.entries()) {
      const placed = body.insertRow();
      shown.forEach((name, place) => {
        const one = line(place ? "td" : "th", "");
        if (!place) one.scope = "row";
        if (typeof row[name] === "number") { one.className = "number"; one.textContent = row[name].toLocaleString("en-US", { maximumFractionDigits: 3 }); }
        else if (name === "document") {
          one.className = "documents";
          for (const source of sources[number]) {
            const link = line(source.url ? "a" : "span", source.title);
            if (source.url) link.href = source.url;
            one.append(...(one.hasChildNodes() ? ["; ", link] : [link]));
          }
        }
        else one.textContent = row[name];
        placed.append(one);
      });
    }
    return made;
  }

  function show(card, chart, kind) {
    const before = card.querySelector(".taken");
    const same = before && before.dataset.kind === kind;
    if (before) before.remove();
    if (same) return;
    const place = document.createElement("div");
    place.className = "taken";
    place.dataset.kind = kind;
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", (kind === "table" ? "Table: " : "Citation: ") + titleOf(chart));
    if (kind === "table") place.append(table(chart));
    else { const text = line("p", citation(chart)); text.className = "note"; place.append(text, line("pre", bibtex(chart))); }
    place.classList.toggle("scroll", kind === "table");
    card.append(place);
  }

  page.takeaway = { csv, svg, png, citation, bibtex, records };
  for (const chart of data.charts) {
    // Behind one summary, so that a keyboard passes a chart in two steps.
    const card = element(chart.id + "-card"), bar = document.createElement("details"), summary = line("summary", "Table, download, cite");
    bar.className = "takeaway";
    summary.setAttribute("aria-label", "Table, download, cite: " + titleOf(chart));
    bar.append(summary);
    const actions = {
      Table: () => show(card, chart, "table"),
      CSV: () => save(fileName(chart, "csv"), new Blob([csv(chart)], { type: "text/csv" })),
      ...(page.specs[chart.id] && { "CSV of all companies and quarters": () => save(fileName(chart, "csv").replace(/\.csv$/, "-all.csv"),
        new Blob([csv(chart, page.specs[chart.id].everything())], { type: "text/csv" })) }),
      PNG: async () => save(fileName(chart, "png"), await png(chart)),
      SVG: async () => save(fileName(chart, "svg"), new Blob([await svg(chart)], { type: "image/svg+xml" })),
      Cite: () => show(card, chart, "cite"),
    };
    for (const [word, action] of Object.entries(actions)) {
      const button = line("button", word);
      button.type = "button";
      button.addEventListener("click", action);
      bar.append(button);
    }
    card.append(bar);
  }
  page.start();
})();
