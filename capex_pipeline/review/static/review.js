// The review page: shows each mention beside its sentence, collects decisions, and saves them as a file.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const decisions = new Map();
  const about = new Map();
  const cards = new Map();
  const marks = new Map();
  let saved = true;

  const make = (name, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children.filter((child) => child !== null && child !== ""));
    return node;
  };
  const entry = (id) => data.entries[id];
  // An undecided number asks for an answer, unless one is preselected: then it waits to be compared, as a drafted figure does.
  const isOpen = (id) => entry(id).part === "undecided" && !decisions.has(id);
  const asks = (id) => isOpen(id) && entry(id).chosen === null;
  const proposes = (id) => isOpen(id) && entry(id).chosen !== null;
  const waits = (id) => (entry(id).waits && !decisions.has(id)) || proposes(id);
  const ids = () => [...cards.keys()];
  // What the review has of a number after its decision; the program computed it for every answer.
  const fieldsOf = (id) => decisions.get(id)?.becomes ?? { ...entry(id).fields, ...(decisions.get(id)?.fields ?? {}) };
  const missing = (fields) => [...data.required, ...(data.requiredBy[fields.metric] ?? [])]
    .filter((key) => !fields[key] && !(data.otherWays[key] ?? []).some((way) => way.every((other) => fields[other])));
  const lacks = (id) => missing(fieldsOf(id)).length > 0;

  // The browser keeps the decisions for this state of the review, so that a reload loses none.
  // What a person states of the source, and how many files were saved, stays when the article is read again.
  const here = `capex-pipeline review of ${data.command}`;
  let saves = 0;
  const keep = () => {
    saved = false;
    try {
      localStorage.setItem(data.store, JSON.stringify({ decisions: [...decisions] }));
      localStorage.setItem(here, JSON.stringify({ about: [...about], saves }));
    } catch { /* a browser without storage keeps nothing */ }
  };
  // Decisions that one key made have one number, by which they are undone together.
  let batch = 0;
  const decide = (id, decision) => {
    decisions.set(id, { ...decision, batch });
    keep();
    draw(id);
  };
  const undo = (id) => {
    const number = decisions.get(id).batch;
    const together = ids().filter((other) => other === id || decisions.get(other)?.batch === number);
    together.forEach((other) => decisions.delete(other));
    keep();
    together.forEach(draw);
    cards.get(id).focus();
  };
  // The keys in which a decision differs from what the draft had; a check does not hold them against the text again. An offered answer names those that
  // a check would object to, so that choosing between two readings corrects nothing.
  const corrections = (id, fields, typed = []) => Object.keys(fields)
    .filter((key) => typed.includes(key) || (entry(id).fields[key] && entry(id).fields[key] !== fields[key]));
  // The numbers that one answer settles, each with its own option: those with the same question and the same answer among theirs. Of numbers that
  // were left out for one reason, another company's with the same reading is settled too ("bought 196,000 and 169,000").
  const isLeft = (id) => entry(id).part === "ignored" && !decisions.has(id);
  const matters = (id, option) => ["metric", "period", "status"].map((key) => ({ ...entry(id).fields, ...option.set })[key]).join();
  const ownerOf = (id, option) => ({ ...entry(id).fields, ...option.set }).entity;
  const answerOf = (other, id, option) => {
    const first = entry(other).options.find((one) => one.set);
    const same = entry(other).options.find((one) => one.label === option.label);
    // A number for which another answer is preselected keeps it.
    const own = proposes(other) ? entry(other).options[entry(other).chosen].label : undefined;
    if (own !== undefined && own !== (proposes(id) ? entry(id).options[entry(id).chosen].label : option.label)) return undefined;
    const differs = entry(other).fields.measure !== entry(id).fields.measure;
    // "Each bought 230,000": one number that is a figure of several companies.
    const twin = id.split("-")[0] === other.split("-")[0] && option.set && entry(other).options.find((one) => one.set && matters(other, one) === matters(id, option));
    if (twin) return twin;
    // "Amazon took 196,000 and Google 169,000": the first reading of each, if it is the first reading that is chosen.
    const isFirst = first && option.set && option === entry(id).options.find((one) => one.set) && !differs;
    const likewise = asks(other) && isFirst && matters(other, first) === matters(id, option) && ownerOf(other, first) !== ownerOf(id, option) ? first : undefined;
    // One fact has one value: the same words for another value would contradict the answer.
    const isSameFact = same?.becomes && option.becomes && factOf(same.becomes) === factOf(option.becomes) && valueOf(same.becomes) !== valueOf(option.becomes);
    // The cells of a table, each with its own period and value.
    if (option.together && first?.together) return first;
    if (!isLeft(other)) return likewise ?? (same && !isSameFact && (differs || !same.alone) ? same : undefined);
    if (first && option.set && matters(other, first) === matters(id, option) && ownerOf(other, first) !== ownerOf(id, option)) return first;
    return differs ? same : undefined;
  };
  const settled = (id, option) => new Map(ids().filter((other) => other !== id && (isOpen(other) || isLeft(other)) && isLeft(other) === isLeft(id)
    && String(entry(other).group) === String(entry(id).group)).map((other) => [other, answerOf(other, id, option)]).filter(([, one]) => one));
  // The numbers elsewhere that would state the same fact as an answer in other words ("about $125bn" and "$125bn"), as far as nobody decided them, and
  // the most exact one if it was decided to be that fact; one of them is recorded.
  const repeated = (id, option) => (option.same ?? []).filter(([other]) => other !== id && cards.has(other)
    && (!decisions.has(other) || (other === option.kept && isFigure(other) && factOf(likely(other)) === factOf(option.becomes))));
  const decideAll = (id, option) => {
    batch += 1;
    const same = new Map(repeated(id, option));
    const likewise = [...settled(id, option)].filter(([other]) => !same.has(other));
    record(id, option);
    for (const [other, own] of likewise) if (!decisions.has(other)) record(other, own);
    proceed(id);
  };
  const record = (id, option) => {
    const same = new Map(repeated(id, option));
    const kept = same.has(option.kept) ? option.kept : id;
    for (const other of [id, ...same.keys()]) if (other !== kept) decide(other, { action: "ignore", reason: `The same figure as ${entry(kept).quote}.` });
    const answer = kept === id ? option : entry(kept).options[same.get(kept)];
    if (kept === id || !decisions.has(kept)) decide(kept, answer ? decisionOf(kept, answer) : { action: "accept" });
  };
  // One of several amounts is the figure: the others that the same question asks about are left out.
  const chooseAlone = (id, option) => {
    batch += 1;
    (option.instead ?? ids().filter((other) => other !== id && isOpen(other) && String(entry(other).group) === String(entry(id).group)))
      .forEach((other) => decide(other, { action: "ignore", reason: option.others }));
    decide(id, decisionOf(id, option));
    proceed(id);
  };
  // The number repeats another one, which is kept.
  const keepOther = (id, option) => {
    const other = option.keep;
    batch += 1;
    decide(id, { action: "ignore", reason: option.ignore });
    if (decisions.get(other)?.action === "ignore") decisions.delete(other);
    if (proposes(other)) decide(other, decisionOf(other, entry(other).options[entry(other).chosen]));
    else if (waits(other)) decide(other, { action: "accept" });
    proceed(id);
  };
  let latest = "";
  // Who reads on with j and k stays at a figure after a decision; who goes from question to question is taken to the next one.
  let reads = false;
  const next = (id, otherwise = document.getElementById("save")) => {
    const all = ids();
    const from = all.indexOf(id) + 1;
    const waiting = [...all.slice(from), ...all.slice(0, from)].find(asks);
    (cards.get(waiting) ?? otherwise).focus();
  };
  // After a decision the button that accepts the rest never gets the focus by itself: Enter after the last answer must accept nothing unread.
  const proceed = (id) => reads ? cards.get(id).focus() : next(id, cards.get(id));
  const decisionOf = (id, option) => option.ignore ? { action: "ignore", reason: option.ignore }
    : { action: "change", fields: withDefinition(option.set, option.becomes), corrected: option.corrected ?? corrections(id, option.set), becomes: option.becomes };
  // The definition is recorded as it was shown.
  const deciding = ["entity", "metric", "status", "period"];
  const withDefinition = (fields, becomes) => becomes?.definition && deciding.some((key) => key in fields) ? { ...fields, definition: becomes.definition } : fields;
  // A preselected answer without a person's decision confirms no reason of the draft and corrects nothing.
  const unread = (id) => {
    const decision = decisionOf(id, entry(id).options[entry(id).chosen]);
    if (decision.action === "change") return { ...decision, corrected: [] };
    return decision.reason.startsWith(data.confirmed) ? { ...decision, reason: decision.reason.slice(data.confirmed.length) } : decision;
  };
  const choose = (id, option) => option.keep ? keepOther(id, option) : option.others ? chooseAlone(id, option) : decideAll(id, option);
  const accept = (id) => {
    const one = entry(id);
    if (proposes(id)) return choose(id, one.options[one.chosen]);
    if (one.part === "ignored" && one.options.length) return choose(id, one.options[0]);
    const lacking = missing(fieldsOf(id));
    if (lacking.length) return change(id, `Enter ${lacking.join(", ")}.`);
    batch += 1;
    decide(id, { action: "accept" });
    proceed(id);
  };

  const stateOf = (id) => {
    const decision = decisions.get(id);
    if (decision) return { accept: "Accepted", change: "Figure", ignore: "Left out" }[decision.action];
    if (asks(id)) return "Question: needs your answer";
    if (proposes(id)) return "Preselected: only compare";
    if (entry(id).other) return "Not in the draft";
    return entry(id).part === "ignored" ? "Left out by the draft" : waits(id) ? "Figure: only compare" : "Reviewed";
  };
  const short = (id) => (id.length < 9 ? id : "");
  const reasonOf = (id) => (decisions.get(id) ?? (proposes(id) ? unread(id) : entry(id))).reason;
  const summary = (id) => {
    const decision = decisions.get(id) ?? (proposes(id) ? unread(id) : undefined);
    return reasonOf(id) || reading(decision?.becomes ?? { ...entry(id).fields, ...(decision?.fields ?? {}) });
  };
  // A question shows the ids of each answer beside it.
  const hasIds = (id) => isLeft(id) ? !entry(id).options.length : !reasonOf(id) && !(isOpen(id) && entry(id).options.some((option) => option.also !== undefined));
  // A number that is left out as the figure that its first reading makes of it.
  const figureOf = (id) => entry(id).options.find((option) => option.becomes)?.becomes ?? fieldsOf(id);
  // A group with its members, since an id such as us_four does not name them.
  const membersOf = (id) => data.groups[id]?.members.length ? data.groups[id].members.join(", ") : data.groups[id]?.name ?? "";
  const named = (id) => data.groups[id] ? `${id} (${membersOf(id)})` : id;
  // Ids in plain words; the ids themselves are beside them in small letters.
  const plain = (kind, id) => data.plain[kind]?.[id] ?? (id ?? "").replaceAll("_", " ");
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const dayOf = (day) => `${Number(day.slice(8))} ${months[day.slice(5, 7) - 1]} ${day.slice(0, 4)}`;
  // "Jul to Sep 2025" for whole months, "2025" for a calendar year, days for others; a label that a person typed stays as it is.
  const whenOf = (period) => {
    const [, start, end] = (period ?? "").match(/^(\d{4}-\d\d-\d\d)\/(\d{4}-\d\d-\d\d)$/) ?? [];
    if (!start) return period ?? "";
    const last = new Date(Date.UTC(end.slice(0, 4), end.slice(5, 7), 0)).getUTCDate();
    if (!start.endsWith("-01") || Number(end.slice(8)) !== last) return start === end ? dayOf(end) : `${dayOf(start)} to ${dayOf(end)}`;
    const [first, second] = [start, end].map((day) => months[day.slice(5, 7) - 1]);
    const [year, next] = [start.slice(0, 4), end.slice(0, 4)];
    if (year === next && first === "Jan" && second === "Dec") return year;
    return year === next ? (first === second ? `${first} ${year}` : `${first} to ${second} ${year}`) : `${first} ${year} to ${second} ${next}`;
  };
  const measures = { yoy_growth: ", growth from a year before", yoy_multiple: ", multiple of a year before", share: ", share" };
  const ownDefinition = (fields) => data.definitions.named.includes(fields.definition) ? ` (${(data.meanings.definition?.[fields.definition] ?? plain("definition", fields.definition)).split(",")[0]})` : "";
  // The reading of an answer in plain words.
  const words = (fields) => [plain("entity", fields.entity), `${plain("metric", fields.metric)}${ownDefinition(fields)}`,
    fields.bound === "direction" ? "direction" : "", fields.status, whenOf(fields.period)].filter(Boolean).join(", ");
  const textOf = (option) => option.also === undefined ? option.label : words(option.becomes) + option.also;
  // What is recorded of a number, in plain words, and its ids.
  const reading = (fields) => {
    const number = fields.value || [fields.value_low, fields.value_high].filter(Boolean).join(" to ");
    const value = [fields.bound && fields.bound !== "exact" ? fields.bound.replaceAll("_", " ") : "", number, fields.bound === "direction" ? "" : fields.unit].filter(Boolean).join(" ");
    return [fields.entity ? plain("entity", fields.entity) : "no company", fields.metric ? `${plain("metric", fields.metric)}${ownDefinition(fields)}${measures[fields.measure] ?? ""}` : "no metric",
      value || "no value", fields.period ? whenOf(fields.period) : "no period", fields.status, fields.same_fact_as ? `same fact as: ${fields.same_fact_as}` : "", fields.note ? `note: ${fields.note}` : "",
      fields.claimant || data.required.includes("claimant") ? `claimant: ${fields.claimant ?? "none"}` : ""].filter(Boolean).join(" · ");
  };
  const idsOf = (fields) => [named(fields.entity), fields.metric, fields.measure === "level" ? "" : fields.measure, (fields.period ?? "").replace("/", " to "),
    ...["definition", "segment", "supplier", "product", "customer", "flow"].filter((key) => fields[key])
      .map((key) => `${key}: ${fields[key]}${key === "definition" && data.meanings.definition?.[fields[key]] ? ` (${data.meanings.definition[fields[key]]})` : ""}`)].filter(Boolean).join(" · ");
  const button = (key, text, act, className = "", detail = "") => {
    const node = make("button", { type: "button", className }, key ? make("kbd", { textContent: key }) : "", text,
      detail ? make("span", { className: "detail", textContent: detail }) : "");
    node.addEventListener("click", act);
    return node;
  };

  // The keys of the answers: digits, then the letters that mean nothing else.
  const keyOf = [..."123456789bdefghlmpqrtvwxyz"];
  // A question without a reading: a person may enter what is missing.
  const isDeadEnd = (id) => isOpen(id) && !entry(id).options.some((option) => option.set);
  // What is recorded of a count of chips besides its company.
  const chips = (fields, says) => !data.requiredBy[fields.metric]?.includes("flow") ? []
    : [fields.flow, ...["supplier", "product", "customer"].filter((key) => fields[key] && !says(plain("entity", fields[key]))).map((key) => `${key}: ${plain("entity", fields[key])}`)];
  // What an answer records besides the words of its label.
  const details = (id, option) => {
    if (!option.set) return "";
    const fields = option.becomes;
    const bound = fields.bound && !["exact", "range", "direction"].includes(fields.bound) ? fields.bound.replaceAll("_", " ") : "";
    const label = `${option.label} ${textOf(option)}`;
    const says = (text) => label.toLowerCase().split(/[ ,]+/).join(" ").includes(text.toLowerCase());
    const claimant = fields.claimant && data.required.includes("claimant") ? `claimant: ${fields.claimant}` : "";
    return [data.groups[fields.entity] && says(fields.entity) ? membersOf(fields.entity) : "", option.also === undefined ? "" : option.label, bound, fields.status && !says(fields.status) ? fields.status : "", ...chips(fields, says), claimant]
      .filter(Boolean).join(" · ");
  };

  // A form in which something was entered stays open, whatever else is decided meanwhile, until it is done or cancelled.
  const forms = new Map();
  const entered = (node) => [...node.elements].map((control) => control.value).join("\n");
  const isUnfinished = (id) => forms.has(id) && (entered(forms.get(id).node) !== forms.get(id).before || (entry(id).other && !decisions.has(id)));
  const close = (id) => { forms.delete(id); draw(id); };
  const showUnfinished = (id, problem = "") => {
    const { node } = forms.get(id);
    if (problem) node.querySelector(".error").textContent = problem;
    node.scrollIntoView({ block: "nearest" });
    node.querySelector("input, select").focus();
  };

  const draw = (id) => {
    const card = cards.get(id);
    const one = entry(id);
    const isLeftOut = one.part === "ignored" && !decisions.has(id);
    const [filed, origin] = one.other && decisions.has(id) ? filedOf(fieldsOf(id)) : [one.filed, one.origin];
    card.className = `card${asks(id) ? " ask" : proposes(id) ? " proposed" : isLeftOut ? " left" : ""}${decisions.has(id) ? " decided" : ""}`;
    const also = (option) => {
      if (option.others || option.keep) return "";
      const same = repeated(id, option).map(([name]) => name);
      const names = [...settled(id, option).keys()].filter((name) => !same.includes(name));
      return (names.length ? ` (and ${names.map((name) => short(name) || entry(name).quote).join(", ")})` : "")
        + (same.length ? ` (the same figure as ${same.map((name) => `${short(name)} ${entry(name).quote}`.trim()).join(", ")}: recorded once)` : "");
    };
    const options = isOpen(id) || isLeftOut ? one.options.map((option, place) =>
      make("li", {}, button(keyOf[place] ?? "", (place === one.chosen ? "Preselected: " : "") + textOf(option) + also(option), () => choose(id, option),
        place === one.chosen ? "chosen" : "", details(id, option)))) : [];
    if (isDeadEnd(id)) options.push(make("li", {}, button(keyOf[options.length], `A figure: enter ${missing(fieldsOf(id)).join(", ") || "what it is"}`, () => change(id))));
    const buttons = decisions.has(id)
      ? [button("c", "Change", () => change(id)), button("u", "Undo", () => undo(id))]
      : [isLeftOut ? (options.length ? "" : button("a", lacks(id) ? "Use as figure, with more entered" : "Use as figure", () => accept(id))) : isOpen(id) ? "" : waits(id) ? button("a", "Accept", () => accept(id)) : "",
        button("c", "Change", () => change(id)), isLeftOut ? "" : button("i", "Leave out", () => leaveOut(id))];
    card.replaceChildren(
      make("h3", {}, make("span", { className: "id", textContent: short(id) }), one.quote, one.heads ? make("span", { className: "heads", textContent: one.heads }) : "", make("span", { className: "state", textContent: stateOf(id) })),
      make("p", { className: isLeftOut ? "kept" : "", textContent: summary(id) }),
      isLeftOut ? make("p", { className: "kept", textContent: `As a figure: ${reading(figureOf(id))}` }) : "",
      make("p", { className: "ids", textContent: hasIds(id) ? idsOf(isLeftOut ? figureOf(id) : likely(id)) : "" }),
      filed ? make("p", { className: "kept", textContent: filed }) : "",
      origin ? make("p", { className: "ids", textContent: origin }) : "",
      one.assistant ? make("p", { className: "kept", textContent: one.assistant }) : "",
      isOpen(id) ? make("p", { className: "question", textContent: one.reads ? one.question.replace("[reading]", () => words(one.reads)) : one.question }) : "",
      make("p", { className: "question conflict", textContent: conflictOf(id) }),
      ...(decisions.has(id) ? [] : one.findings.map((textContent) => make("p", { className: "question", textContent }))),
      options.length ? make("ol", { className: "options" }, ...options) : "",
      make("div", { className: "buttons" }, ...buttons),
    );
    if (isUnfinished(id)) card.append(forms.get(id).node);
    else forms.delete(id);
    for (const mark of marks.get(id) ?? []) {
      const left = decisions.get(id)?.action === "ignore" || isLeftOut;
      mark.className = `mark${asks(id) ? " ask" : left ? " ignored" : ""}`;
    }
    progress();
  };
  // Two figures with one of these facts and different values contradict each other. The same is checked when decisions are applied.
  const factOf = (fields) => data.fact.map((key) => fields[key] || (key === "measure" ? "level" : "")).join("|");
  const valueOf = (fields) => [fields.value_low, fields.value, fields.value_high, fields.unit].map((text) => text ?? "").join("|");
  const scales = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
  // An amount of money in full units, without its sign; undefined for anything else.
  const amountOf = (fields) => {
    const text = (fields.value ?? "").replace(/[,\s]/g, "");
    if (!text || Number.isNaN(Number(text)) || (fields.measure || "level") !== "level" || kindOf(fields.unit ?? "") !== "money") return undefined;
    const scale = scales[fields.unit.split(" ").at(-1)] ?? 1;
    const decimals = (text.split(".")[1] ?? "").length;
    return { full: Number((Math.abs(Number(text)) * scale).toPrecision(12)), currency: fields.unit.split(" ")[0], step: scale / 10 ** decimals };
  };
  // Whether one amount is the other one, or the same in fewer digits.
  const agree = (one, other) => {
    const [first, second] = [amountOf(one), amountOf(other)];
    return Boolean(first && second) && first.currency === second.currency && Math.abs(first.full - second.full) <= (first.full === second.full ? 0 : Math.max(first.step, second.step) / 2) * (1 + 1e-9);
  };
  // Whether two figures have one amount for one metric and period, on whatever definition.
  const isAlike = (one, other) => !one.same_fact_as && agree(one, other) && ["entity", "metric", "period", "status"].every((key) => (one[key] ?? "") === (other[key] ?? ""));
  const isRecorded = (id) => isFigure(id) && !asks(id) && !(proposes(id) && entry(id).options[entry(id).chosen].ignore);
  let conflicts = new Map();
  const findConflicts = () => {
    const facts = new Map();
    for (const id of ids().filter(isRecorded)) {
      const fields = likely(id);
      if (!fields.same_fact_as) facts.set(factOf(fields), [...(facts.get(factOf(fields)) ?? []), [id, valueOf(fields)]]);
    }
    const found = new Map();
    for (const together of facts.values()) {
      for (const [id, value] of together) {
        const others = together.filter(([other, text]) => text !== value && !agree(likely(other), likely(id))).map(([other]) => `${short(other)} ${entry(other).quote}`.trim());
        if (others.length) found.set(id, `Contradicts ${others.join(" and ")}: two values for one company, metric, definition and period. Leave one out, or change what differs.`);
      }
    }
    const recorded = ids().filter(isRecorded);
    for (const id of recorded.filter((one) => entry(one).other && !found.has(one))) {
      const other = recorded.find((one) => one !== id && isAlike(likely(one), likely(id)) && likely(one).definition !== likely(id).definition);
      if (other) found.set(id, `The same amount is a figure already: ${`${short(other)} ${entry(other).quote}`.trim()}, as ${likely(other).definition ?? "no definition"}. Leave one out, unless the document states both.`);
    }
    for (const id of ids()) {
      const option = proposes(id) ? entry(id).options[entry(id).chosen] : undefined;
      if (option?.keep && !isRecorded(option.keep)) found.set(id, `${entry(option.keep).quote}, which it repeats, is left out.`);
    }
    return found;
  };
  const conflictOf = (id) => conflicts.get(id) ?? "";
  const showConflicts = () => {
    conflicts = findConflicts();
    for (const [id, card] of cards) {
      const line = card.querySelector(".conflict");
      if (line) line.textContent = conflictOf(id);
    }
  };

  const known = new Map(Object.entries(data.names));
  for (const [id, group] of Object.entries(data.groups)) {
    for (const words of [group.name.toLowerCase(), ...group.words]) if (!known.has(words)) known.set(words, id);
  }
  const listOf = (text) => text.split(/,|;|&|\+|\band\b/).map((one) => one.trim()).filter(Boolean);
  // The id of a company or group: by its id, a name, "the big four" or the names of all its members.
  const entityOf = (text) => {
    const words = text.trim().toLowerCase().replace(/^the /, "");
    if (known.has(words)) return known.get(words);
    const members = listOf(words).map((one) => known.get(one));
    const key = [...members].sort().join();
    return members.length > 1 ? Object.keys(data.groups).find((id) => data.groups[id].ids.join() === key) : undefined;
  };
  // The least number of letters by which two words differ.
  const distance = (one, other) => {
    let last = [...Array(other.length + 1).keys()];
    for (let row = 1; row <= one.length; row += 1) {
      const next = [row];
      for (let at = 1; at <= other.length; at += 1) next.push(Math.min(next[at - 1] + 1, last[at] + 1, last[at - 1] + (one[row - 1] === other[at - 1] ? 0 : 1)));
      last = next;
    }
    return last[other.length];
  };
  const didYouMean = (text) => {
    const words = text.trim().toLowerCase();
    const members = listOf(words).map((one) => known.get(one)).filter(Boolean);
    const groups = members.length > 1 ? Object.keys(data.groups).filter((id) => members.every((member) => data.groups[id].ids.includes(member))) : [];
    const near = [...known.keys()].map((name) => [name.includes(words) && words.length > 2 ? 0 : distance(words, name), name])
      .filter(([gap, name]) => gap <= Math.max(1, name.length / 4)).sort((one, other) => one[0] - other[0]).map(([, name]) => known.get(name));
    const likely = [...new Set([...groups, ...near])].slice(0, 3).map((id) => named(id));
    return likely.length ? ` Did you mean ${likely.join(" or ")}?` : "";
  };
  const closed = new Set(["definition", "supplier", "product"]);
  const period = new RegExp(data.periods, "i");
  // The kind of a unit as the build reads it; empty where the page cannot tell, and the command does.
  const kindOf = (unit) => {
    const text = unit.trim().toLowerCase();
    if (Object.hasOwn(data.units.plain, text)) return data.units.plain[text];
    const counted = data.units.counted.find((word) => text === word || text.endsWith(` ${word}`));
    if (counted) return /(\/|\b(per|an?)\b)/.test(text) ? "money_per_unit" : "count";
    return /^([a-z]{3}|[a-z]{0,3}\W)( (thousand|million|billion|trillion))?$/.test(text) ? "money" : "";
  };
  const wrongUnit = (unit, fields) => {
    const fitting = data.kinds[fields.metric]?.[fields.measure || "level"] ?? [];
    const kind = kindOf(unit);
    return kind && fitting.length && !fitting.includes(kind)
      ? `A ${fields.measure || "level"} of ${fields.metric} is not printed in ${unit}; correct the unit, the measure or the metric.` : "";
  };
  const wrongIn = (key, value, whole) => {
    if (key === "entity" && !entityOf(value)) return `${value} is no company or group that is known; choose one of the list.${didYouMean(value)}`;
    if (value && closed.has(key) && !data.choices[key].includes(value)) return `${value} is no ${key} that is known; choose one of the list.`;
    if (key === "unit") return wrongUnit(value, whole);
    if (key === "period" && !period.test(value)) return `${value} is no period; write it as 2025-04-01/2025-06-30, Q2 2025, CY2025 or FY2025 Q1.`;
    return "";
  };
  const form = (id, nodes, done, problem) => {
    const error = make("p", { className: "error", textContent: problem ?? "" });
    error.setAttribute("role", "alert");
    const node = make("form", { noValidate: true }, ...nodes, make("div", { className: "buttons" },
      make("button", { type: "submit", className: "main", textContent: "Done" }),
      button("Esc", "Cancel", () => { close(id); cards.get(id).focus(); })), error);
    // Enter is done at once, also in a list of choices; a suggestion that the browser shows is taken over first.
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input, select")) setTimeout(() => node.isConnected && node.requestSubmit());
    });
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = done();
      if (wrong) { error.textContent = wrong; error.scrollIntoView({ block: "nearest" }); return; }
      close(id);
      proceed(id);
    });
    close(id);
    cards.get(id).append(node);
    document.getElementById("left").open = false; // its list would cover the form
    return node;
  };
  const field = (text, control) => make("label", { className: "wide" }, text, control);
  // The letter of each field, the first of its name, or else of the alphabet, that no field before it has: Alt and the letter go to the field.
  const letters = new Map();
  for (const key of data.fields) letters.set(key, [...key, ..."abcdefghijklmnopqrstuvwxyz"].find((letter) => letter !== "_" && ![...letters.values()].includes(letter)));
  const ofChips = new Set(["supplier", "product", "customer", "flow"]);
  // A field with its meaning below it.
  const helped = (id, key, control) => {
    const help = make("small", { id: `help-${id}-${key}` });
    control.setAttribute("aria-describedby", help.id);
    const name = make("span", { textContent: key.replaceAll("_", " ") });
    name.dataset.letter = `Alt ${letters.get(key).toUpperCase()}`;
    control.setAttribute("aria-keyshortcuts", `Alt+${letters.get(key).toUpperCase()}`);
    return make("label", { className: `of-${key}` }, name, control, help);
  };
  // Brings a form above the footer as far as it fits, and its field into view.
  const reveal = (id, node, control) => {
    forms.set(id, { node, before: entered(node) });
    node.scrollIntoView({ block: "nearest" });
    control.focus();
  };
  // A change of these keys can be made at once for other figures that have the same value there.
  const shared = new Set(["entity", "metric", "definition", "segment", "supplier", "product", "customer", "flow", "period", "status", "claimant"]);
  const scopes = { one: "this number only", sentence: "its sentence", paragraph: "its paragraph", below: "all below", all: "the whole text" };
  const isWithin = (scope, id, other) => {
    const all = ids();
    if (scope === "sentence") return entry(other).place === entry(id).place;
    if (scope === "paragraph") return data.passages[entry(other).place]?.place === data.passages[entry(id).place]?.place;
    return scope === "all" || (scope === "below" && all.indexOf(other) > all.indexOf(id));
  };
  const isFigure = (id) => decisions.has(id) ? decisions.get(id).action !== "ignore" : entry(id).part !== "ignored";
  const likely = (id) => (proposes(id) ? entry(id).options[entry(id).chosen].becomes : undefined) ?? fieldsOf(id);
  // The figure that the card of a number shows: as it is recorded, or as it would be if it were not left out.
  const shown = (id) => isFigure(id) ? likely(id) : figureOf(id);
  // The definition that follows from company, metric, status and first day; empty where the page does not know the day.
  const definitionOf = (before, now) => {
    const same = before.entity === now.entity && before.metric === now.metric;
    if (same && data.definitions.named.includes(before.definition)) return before.definition;
    if (same && before.status === now.status && before.definition && before.definition !== usualDefinition(before)) return before.definition;
    return usualDefinition(now);
  };
  const usualDefinition = (now) => {
    const { rules } = data.definitions;
    const rows = rules[entityOf(now.entity ?? "") ?? ""]?.[now.metric] ?? rules[""]?.[now.metric] ?? [];
    const place = now.status === "guidance" ? 1 : 2;
    const [start] = (now.period ?? "").match(/^\d{4}-\d\d-\d\d/) ?? [];
    if (new Set(rows.map((row) => row[place])).size < 2) return rows[0]?.[place] ?? "";
    return start ? rows.filter(([day]) => day <= start).at(-1)?.[place] ?? "" : "";
  };
  const follows = (before, changed) => {
    const now = { ...before, ...changed };
    return !("definition" in changed) && Object.keys(changed).some((key) => deciding.includes(key)) ? { ...now, definition: definitionOf(before, now) } : now;
  };
  // The definition of the other figures of a number's row, else the only one that the document's tables have for its metric; "" where there are several.
  const definitionBeside = (id, now) => {
    const same = ids().filter((other) => other !== id && isFigure(other) && entry(other).heads && likely(other).definition
      && ["entity", "metric", "status"].every((key) => (likely(other)[key] ?? "") === (now[key] ?? "")));
    const inRow = same.filter((other) => entry(other).place === entry(id).place);
    const listed = [...new Set((inRow.length ? inRow : same).map((other) => likely(other).definition))];
    return listed.length === 1 ? listed[0] : "";
  };
  // What the filings give for an added figure.
  const filedOf = (fields) => {
    const one = (fields.measure || "level") === "level" && fields.status === "reported" ? data.filed.find((row) => ["metric", "definition", "period"].every((key) => row[key] === fields[key])) : undefined;
    return one ? [`As filed: the filings give ${one.value} for ${whenOf(one.period)}.`, one.origin] : ["", ""];
  };
  // The other figures to which a change is made as well, with what is changed of each.
  const alike = (id, changed, scope) => {
    const before = shown(id);
    const found = new Map();
    for (const other of ids()) {
      if (other === id || !isFigure(other) || !isWithin(scope, id, other)) continue;
      const now = likely(other);
      const same = Object.fromEntries(Object.entries(changed).filter(([key]) => shared.has(key) && (now[key] ?? "") === (before[key] ?? "")));
      if (Object.keys(same).length && !missing({ ...now, ...same }).length) found.set(other, same);
    }
    return found;
  };
  const changeAlike = (found) => {
    for (const [other, same] of found) {
      const answered = proposes(other) ? entry(other).options[entry(other).chosen].set ?? {} : decisions.get(other)?.fields ?? {};
      const becomes = follows(likely(other), same);
      const fields = withDefinition({ ...answered, ...same }, becomes);
      decide(other, { action: "change", fields, corrected: corrections(other, { ...answered, ...same }, Object.keys(same)), becomes });
    }
  };
  // The other numbers of a row that the draft does not use, and the same figures of them: each keeps its value, period and unit.
  const inRow = (id) => Object.keys(data.entries).filter((other) => other !== id && entry(other).other && entry(other).place === entry(id).place && !decisions.has(other));
  const ofCell = new Set(["value", "value_low", "value_high", "period", "unit", "measure"]);
  const ofRow = (id, whole, changed) => {
    const found = new Map();
    const shared = Object.fromEntries(Object.entries(changed).filter(([key]) => !ofCell.has(key)));
    for (const other of inRow(id)) {
      const fields = { ...shared };
      for (const key of ["period", "unit"]) if (!entry(other).fields[key] && changed[key]) fields[key] = changed[key];
      const becomes = Object.fromEntries(Object.entries({ ...entry(other).fields, ...fields }).filter(([, value]) => value));
      if (data.positive.includes(whole.metric) && becomes.value?.startsWith("-")) fields.value = becomes.value = becomes.value.slice(1);
      if (isStated(becomes)) continue;
      if (missing(becomes).length || becomes.measure !== (whole.measure || undefined) && (becomes.measure ?? "level") !== (whole.measure || "level")) continue;
      found.set(other, { action: "change", fields: withDefinition(fields, becomes), corrected: Object.keys(fields), becomes });
    }
    return found;
  };
  // Whether another cell of the document has the amount of a number as a figure, for the same metric and period.
  const isStated = (fields) => ids().some((id) => isRecorded(id) && entry(id).heads && isAlike(likely(id), fields));
  // A sentence that states an added figure in other digits or words is left out.
  const repeatsOf = (id, fields) => ids().filter((other) => other !== id && isRecorded(other) && !entry(other).heads && factOf(likely(other)) === factOf(fields) && agree(likely(other), fields));
  const decideAdded = (id, decision) => {
    for (const other of repeatsOf(id, decision.becomes)) decide(other, { action: "ignore", reason: `The same figure as ${entry(id).quote}.` });
    decide(id, decision);
  };
  const addRow = (id, whole, changed) => {
    for (const [other, decision] of ofRow(id, whole, changed)) {
      if (!cards.has(other)) place(other);
      decideAdded(other, decision);
    }
  };
  const change = (id, problem) => {
    if (isUnfinished(id)) { showUnfinished(id); return; }
    const fields = shown(id);
    const suggested = isFigure(id) ? {} : entry(id).suggested ?? {};
    let isTyped = false;  // whether the person entered the definition
    const controls = new Map(data.fields.map((key) => {
      const choices = data.choices[key];
      const isClosed = choices && !["entity", "claimant", ...data.lists].includes(key);
      const control = isClosed
        ? make("select", {}, ...["", ...choices].map((choice) => make("option", { value: choice, textContent: choice || "none", selected: choice === (suggested[key] ?? fields[key] ?? "") })))
        : make("input", { type: "text", value: suggested[key] ?? fields[key] ?? "", maxLength: 300, autocomplete: "off" });
      if (choices && !isClosed) control.setAttribute("list", `choices-${key}`);
      control.addEventListener("input", () => { if (key === "definition") isTyped = true; });
      control.addEventListener("change", () => {
        if (key === "entity" && entityOf(control.value)) control.value = entityOf(control.value);
        explain();
        const wrong = control.value.trim() ? wrongIn(key, values()[key], values()) : "";
        control.setAttribute("aria-invalid", String(Boolean(wrong)));
        control.form.querySelector(".error").textContent = wrong;
      });
      return [key, control];
    }));
    // A card shows a period as "2025-04-01 to 2025-06-30", so it can be typed in that form too.
    const written = (key, text) => key === "period" ? text.replace(/^(\S+) to (\S+)$/, "$1/$2") : text;
    const values = () => Object.fromEntries([...controls].map(([key, control]) => [key, written(key, control.value.trim())]));
    const isAdded = Boolean(entry(id).other);
    const offered = isAdded ? { one: scopes.one, row: "the whole row, each number with its own period" } : scopes;
    const scope = make("select", { className: "scope" }, ...Object.entries(offered).map(([value, textContent]) => make("option", { value, textContent })));
    const affected = make("small", {});
    affected.setAttribute("role", "status");
    const filedLine = make("p", { className: "kept wide filed" });
    const changes = () => {
      const whole = values();
      return Object.fromEntries([...controls.keys()].filter((key) => whole[key] !== (fields[key] ?? "")).map((key) => [key, whole[key]]));
    };
    const preview = () => {
      if (scope.value === "row") {
        const found = ofRow(id, values(), changes());
        const left = inRow(id).filter((other) => !found.has(other));
        const stated = left.filter((other) => isStated({ ...entry(other).fields, ...Object.fromEntries(Object.entries(changes()).filter(([key]) => !ofCell.has(key))) }));
        const lacking = left.filter((other) => !stated.includes(other)).map((other) => entry(other).quote);
        const already = stated.map((other) => entry(other).quote);
        const added = [...found.keys()].map((other) => `${entry(other).quote} (${entry(other).heads})`);
        affected.textContent = `${added.length ? `Also adds ${added.join("; ")}.` : "Adds no other number."}${already.length ? ` Not ${already.join("; ")}, of which the amount is a figure already.` : ""}${lacking.length ? ` Not ${lacking.join("; ")}, of which more has to be entered.` : ""}`;
        return;
      }
      const found = [...alike(id, changes(), scope.value).keys()];
      affected.textContent = scope.value === "one" ? "" : found.length
        ? `Also changes ${found.length}: ${found.map((other) => `${short(other)} ${entry(other).quote}`.trim()).join("; ")}. u undoes all of them at once.`
        : "No other figure there has the same value in a field that you changed.";
    };
    scope.addEventListener("change", preview);
    const labels = new Map([...controls].map(([key, control]) => [key, helped(id, key, control)]));
    // Shows what is required and what the chosen words mean; fields of chips are shown for chips only.
    const explain = () => {
      if (!isTyped) {
        const { definition: _, ...changed } = changes();
        const now = values();
        const asSuggested = suggested.definition && now.metric === suggested.metric ? suggested.definition : "";
        const besides = !data.required.includes("claimant") && (isAdded || "metric" in changed) ? definitionBeside(id, now) : "";
        controls.get("definition").value = asSuggested || besides || follows(fields, changed).definition || "";
      }
      const now = values();
      [filedLine.textContent] = isAdded ? filedOf({ ...now, definition: now.definition }) : [""];
      const required = [...data.required, ...(data.requiredBy[now.metric] ?? [])];
      for (const [key, control] of controls) {
        const label = labels.get(key);
        label.firstChild.classList.toggle("required", required.includes(key));
        control.required = required.includes(key) && !(data.otherWays[key] ?? []).some((way) => way.every((other) => now[other]));
        label.lastChild.textContent = data.meanings[key]?.[now[key]] ?? data.help[key] ?? "";
        label.hidden = ofChips.has(key) && !now.metric.startsWith("gpu") && !now[key];
      }
      preview();
    };
    const goTo = (event) => {
      const wanted = event.altKey ? [...controls].find(([key]) => event.code === `Key${letters.get(key).toUpperCase()}`) : undefined;
      if (!wanted) return;
      event.preventDefault();
      labels.get(wanted[0]).hidden = false;
      wanted[1].focus();
    };
    const node = form(id, [...labels.values(), filedLine, make("label", { className: "wide" }, "same change for", scope, affected)], () => {
      const changed = {};
      const whole = values();
      // A payment that is added from a row is printed as a deduction.
      if (entry(id).other && data.positive.includes(whole.metric) && (whole.measure || "level") === "level") whole.value = whole.value.replace(/^-/, "");
      for (const key of controls.keys()) {
        if (whole[key] !== (entry(id).fields[key] ?? "")) changed[key] = whole[key];
      }
      const lacking = missing(whole);
      if (lacking.length) return `Enter ${lacking.join(", ")}.`;
      for (const [key, control] of controls) {
        const wrong = wrongIn(key, whole[key], whole);
        if (wrong) { labels.get(key).hidden = false; control.focus(); return wrong; }
      }
      const found = scope.value === "row" ? new Map() : alike(id, changes(), scope.value);
      // What the preselected answer gave, and a definition that follows from other fields, was not corrected by the person.
      const typed = Object.keys(changes()).filter((key) => key !== "definition" || isTyped);
      if (!whole.definition) delete changed.definition;  // the command decides it
      batch += 1;
      changeAlike(found);
      if (scope.value === "row") addRow(id, whole, changed);
      const becomes = Object.fromEntries(Object.entries(whole).filter(([, value]) => value));
      const decision = { action: "change", fields: withDefinition(changed, becomes), corrected: data.fields.filter((key) => typed.includes(key)), becomes };
      if (isAdded) decideAdded(id, decision);
      else decide(id, decision);
      return "";
    }, problem);
    node.addEventListener("keydown", goTo);
    explain();
    const first = missing(fields)[0] ?? entry(id).options.flatMap((option) => Object.keys(option.set ?? {}))[0] ?? "entity";
    const control = controls.get(first) ?? node.elements[0];
    reveal(id, node, control);
    if (control.matches("input")) control.select();  // what is typed replaces the doubtful value
  };
  const leaveOut = (id) => {
    if (isUnfinished(id)) { showUnfinished(id); return; }
    const reason = make("input", { type: "text", maxLength: 300, value: data.reasons[0], autocomplete: "off" });
    reason.setAttribute("list", "reasons");
    form(id, [field("Reason", reason)], () => {
      if (!reason.value.trim()) return "Enter a reason.";
      batch += 1;
      decide(id, { action: "ignore", reason: reason.value.trim() });
      return "";
    });
    reveal(id, reason.form, reason);
    reason.select();
  };

  const keys = (id) => (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { close(id); cards.get(id).focus(); return; }
    if (event.target.matches("input, select, textarea")) return;
    const isLeftOut = entry(id).part === "ignored" && !decisions.has(id);
    const option = isOpen(id) || isLeftOut ? entry(id).options[keyOf.indexOf(event.key)] : undefined;
    const isByHand = isDeadEnd(id) && keyOf[entry(id).options.length] === event.key;
    const all = ids();
    const beside = (step) => { reads = true; cards.get(all[all.indexOf(id) + step])?.focus(); };
    const actions = {
      Enter: () => waits(id) && accept(id),
      a: () => !decisions.has(id) && accept(id), c: () => change(id), i: () => !isLeftOut && leaveOut(id), u: () => decisions.has(id) && undo(id),
      n: () => { reads = false; next(id); }, j: () => beside(1), k: () => beside(-1), s: save,
    };
    if (event.key === "Enter" && event.target !== cards.get(id)) return;
    const act = isByHand ? () => change(id) : option ? () => choose(id, option) : Object.hasOwn(actions, event.key) ? actions[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  };

  // Numbers that stay left out without a person's decision although a reading is offered, or although they are an amount beside a company.
  // Its preselected answer is that it is no figure; a repeat of another figure is none of them.
  const leavesOut = (id) => {
    const one = proposes(id) ? entry(id).options[entry(id).chosen] : undefined;
    return Boolean(one?.ignore && !one.keep);
  };
  const leftUnread = () => ids().filter((id) => {
    const isLeft = entry(id).part === "ignored" && !entry(id).other && !decisions.has(id);
    return leavesOut(id) || (isLeft && (entry(id).loses || entry(id).options.some((option) => option.set)));
  });
  // Several cards are drawn at once; what is said of all of them is computed once.
  let isDue = false;
  const progress = () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => { isDue = false; showProgress(); });
  };
  const showProgress = () => {
    showConflicts();
    const against = conflicts.size ? ` ${conflicts.size} contradict each other.` : "";
    const open = ids().filter(asks).length + unknown().length;
    const rest = ids().filter(waits).length;
    document.getElementById("progress").replaceChildren(
      `${open} ${open === 1 ? "question" : "questions"} open.`, make("span", { className: "more", textContent: ` ${rest} other${rest === 1 ? " needs no answer and is" : "s need no answer and are"} recorded as shown unless you change ${rest === 1 ? "it" : "them"}. ${decisions.size} decided${saved ? "" : ", not saved"}.` }), against);
    const left = leftUnread();
    document.getElementById("left").hidden = !left.length;
    document.querySelector("#left summary").textContent = `${left.length} left out, to look at`;
    document.querySelector("#left ul").replaceChildren(...left.map(rowOfLeft));
    const omitted = left.length ? `, ${left.length} left out` : "";
    const right = ids().filter((id) => waits(id) && !leavesOut(id)).length;
    document.getElementById("save").textContent = right ? `${right === 1 ? "The other one is" : `The other ${right} are`} right${omitted}: accept and save` : `Save decisions${omitted}`;
  };
  // A number that is left out, with a button that shows it in its sentence and one that gives the likeliest answer: mostly the figure that is added.
  const rowOfLeft = (id) => {
    const [option] = entry(id).options;
    return make("li", {}, button("", `${short(id)} ${entry(id).quote}`.trim(), () => cards.get(id).focus()), option?.set ? " is " : " ",
      option ? button("", option.set ? `${textOf(option)}: add` : option.label, () => choose(id, option)) : button("", "add", () => change(id)));
  };
  const unanswered = () => {
    const open = ids().filter(asks).length + unknown().length;
    return open ? `${open === 1 ? "1 question is" : `${open} questions are`} open, so the review stays a draft. ` : "";
  };
  const save = () => {
    const unfinished = ids().find(isUnfinished);
    if (unfinished) { showUnfinished(unfinished, "Nothing is saved yet, since this form is open. Enter takes it in, Esc drops it; then save again."); return; }
    batch += 1;
    ids().filter(waits).forEach((id) => decide(id, proposes(id) ? unread(id) : { action: "accept" }));
    const decided = [...decisions].map(([id, { batch: _, becomes: __, ...decision }]) => [id, decision]);
    saves += 1;
    keep();
    // A browser that has a file of this name gives the next one another, which the command would not find.
    const file = saves === 1 ? data.file : data.file.replace(/\.json$/, `-${saves}.json`);
    const text = JSON.stringify({ review: data.review, document: Object.fromEntries(about), decisions: Object.fromEntries(decided) }, null, 1);
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    make("a", { href: address, download: file }).click();
    saved = true;
    progress();
    const copy = make("textarea", { readOnly: true, value: text });
    document.getElementById("after").replaceChildren(
      make("p", {}, `${unanswered()}Saved ${file} among your downloads. Now run: `, make("code", { textContent: data.command.replace(data.file.match(/\.decisions\.json$/)[0], file.match(/\.decisions[^.]*\.json$/)[0]) })),
      make("details", {}, make("summary", { textContent: "Nothing was saved, or under another name?" }),
        make("p", { textContent: "If the browser gave the file another name, write that name in the command. If it saved nothing, copy the decisions into a file of this name:" }), field(`Content of ${file}`, copy)));
  };

  const markOf = (text, names) => {
    const isOther = entry(names[0]).other;
    const mark = make("a", { className: `mark${isOther ? " ignored" : ""}`, href: `#card-${names[0]}` }, text, isOther ? "" : make("sup", { textContent: names.map(short).join(" ").trim() }));
    mark.addEventListener("click", (event) => { event.preventDefault(); if (isOther && !cards.has(names[0])) add(names[0]); else cards.get(names[0]).focus(); });
    names.forEach((name) => marks.set(name, [...(marks.get(name) ?? []), mark]));
    return mark;
  };
  const sentence = (one) => {
    const nodes = [];
    let position = 0;
    for (const [start, end, names] of one.marks) {
      if (start < position || start === end) continue;
      nodes.push(one.text.slice(position, start), markOf(one.text.slice(start, end), names));
      position = end;
    }
    return [...nodes, one.text.slice(position)];
  };
  const row = (one) => {
    const names = new Map(one.marks.map(([start, , listed]) => [start, listed]));
    const cells = one.cells.map(([heads, start, end]) => make("div", {}, make("dt", { textContent: heads || "no heads" }),
      make("dd", {}, names.has(start) ? markOf(one.text.slice(start, end), names.get(start)) : one.text.slice(start, end))));
    return [make("p", { className: "label", textContent: one.text.slice(0, one.cells[0][1] - 3) }), make("dl", {}, ...cells)];
  };
  // In a narrow window the sentence stays above its cards.
  const narrow = matchMedia("(max-width: 60rem)");
  const card = (id) => {
    const node = make("article", { id: `card-${id}`, tabIndex: 0 });
    node.setAttribute("aria-label", `${id}: ${entry(id).quote}`);
    node.addEventListener("keydown", keys(id));
    node.addEventListener("focusin", () => {
      latest = id;
      const [mark] = marks.get(id) ?? [];
      const text = mark?.closest(".text");
      node.parentNode.style.setProperty("--text", `${text?.offsetHeight ?? 0}px`);
      if (narrow.matches && node === document.activeElement) requestAnimationFrame(() => node === document.activeElement && node.scrollIntoView({ block: "start" }));
      if (text && text.scrollHeight > text.clientHeight) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
      (marks.get(id) ?? []).forEach((mark) => mark.classList.add("here"));
    });
    node.addEventListener("focusout", () => (marks.get(id) ?? []).forEach((mark) => mark.classList.remove("here")));
    cards.set(id, node);
    return node;
  };
  // A row that the draft does not use gets a card when one of its numbers is chosen.
  const beside = new Map();
  const place = (id) => {
    const node = card(id);
    beside.get(id).append(node);
    draw(id);
    return node;
  };
  // The rows that the draft does not use, with the focus on the first number of them.
  const openOthers = () => { others.open = true; others.querySelector(".mark")?.focus(); };
  const add = (id) => { place(id).focus(); change(id); };
  // Finds a number by its digits or by the words of its row or sentence, and goes there; nothing is decided.
  const folded = (text) => text.toLowerCase().replace(/(\d)(,|[ \u00a0\u202f](?=\d{3}))(?=\d)/g, "$1").replace(/\s+/g, " ");
  const passageOf = (id) => data.passages[entry(id).place];
  const labelOf = (id) => {
    const one = passageOf(id);
    return one ? (one.cells.length ? one.text.slice(0, one.cells[0][1] - 3) : one.text) : "";
  };
  const numeralOf = (text) => folded(text).match(/\d[\d.]*/)?.[0] ?? "";
  const matching = (query) => {
    const wanted = folded(query).split(" ").filter(Boolean);
    const number = numeralOf(query);
    const rank = (id) => {
      const numeral = numeralOf(entry(id).quote);
      if (number && numeral === number) return 0;
      if (number && numeral.startsWith(number)) return 1;
      return folded(labelOf(id)).startsWith(wanted[0]) ? 2 : 3;
    };
    return Object.keys(data.entries).filter((id) => {
      const text = folded([id, entry(id).quote, entry(id).heads, labelOf(id)].join(" "));
      return wanted.length && wanted.every((word) => text.includes(word));
    }).map((id) => [rank(id), entry(id).place, id]).sort(([one, first], [other, second]) => one - other || first - second).map(([, , id]) => id);
  };
  const mostFound = 10;
  const goTo = (id) => {
    reads = true;
    if (cards.has(id)) { cards.get(id).focus(); return; }
    others.open = true;
    marks.get(id)?.[0].focus();
  };
  const finder = make("dialog", { id: "find" });
  const find = () => {
    const input = make("input", { type: "text", id: "find-text", maxLength: 100, autocomplete: "off" });
    const list = make("ul", { id: "find-list" });
    const count = make("p", {});
    count.setAttribute("role", "status");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Numbers that were found");
    for (const [key, value] of [["role", "combobox"], ["aria-controls", list.id], ["aria-expanded", "true"], ["aria-autocomplete", "list"]]) input.setAttribute(key, value);
    let found = [];
    let at = 0;
    const go = (id) => { finder.close(); goTo(id); };
    const show = () => {
      list.replaceChildren(...found.slice(0, mostFound).map((id, number) => {
        const line = make("li", { id: `find-${number}` }, make("strong", { textContent: entry(id).quote }), ` ${[entry(id).heads, labelOf(id)].filter(Boolean).join(" · ")}`);
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", String(number === at));
        line.addEventListener("click", () => go(id));
        return line;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-activedescendant", found.length ? `find-${at}` : "");
      list.children[at]?.scrollIntoView({ block: "nearest" });
      count.textContent = !input.value.trim() ? "" : found.length > mostFound ? `${found.length} found; the first ${mostFound} are shown.` : found.length ? `${found.length} found.` : "No number has these digits, and no row or sentence these words.";
    };
    input.addEventListener("input", () => { found = matching(input.value); at = 0; show(); });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { at = Math.max(0, Math.min(at + step, Math.min(found.length, mostFound) - 1)); show(); event.preventDefault(); }
      if (event.key === "Enter") { event.preventDefault(); if (found[at]) go(found[at]); }
    });
    finder.replaceChildren(make("label", { className: "wide" }, "Find a number by its digits, or by words of its row or sentence. Enter goes there, Esc closes.", input), list, count);
    show();
    finder.showModal();
    input.focus();
  };

  const main = document.getElementById("main");
  // What the source does not state of itself is asked before its figures.
  const unknown = () => data.unknown.filter((key) => !about.get(key));
  // Periods such as "this year" are read by the command, from the day of publication.
  const showDated = () => {
    const line = document.querySelector(".dated");
    if (!line || !data.redraft.command) return;
    const date = about.get("published");
    line.replaceChildren(date ? "The periods are read from this date. Run this first, and reload the page: " : "The periods of this text are not read, since they depend on its date. Enter it, or run: ",
      make("code", { textContent: date ? data.redraft.command.replace(data.redraft.date, date) : data.redraft.command }));
  };
  if (data.unknown.length) {
    const controls = data.unknown.map((key) => {
      const control = make("input", { type: key === "published" ? "date" : "text", maxLength: 300, autocomplete: "off", id: `about-${key}` });
      control.addEventListener("input", () => { about.set(key, control.value.trim()); keep(); progress(); showDated(); });
      return field(key, control);
    });
    main.append(make("form", { className: "about" }, make("p", { className: "question", textContent: "The source does not state this of itself. Enter it here." }), ...controls));
    const dated = make("p", { className: "dated" });
    dated.setAttribute("role", "status");
    main.lastChild.append(dated);
    main.lastChild.addEventListener("submit", (event) => { event.preventDefault(); next(""); });
  }
  const others = make("details", { className: "others" }, make("summary", { textContent: "Other rows: choose a number to add it as a figure" }));
  const places = new Map();
  for (const one of data.passages) places.set(one.place, [...(places.get(one.place) ?? []), one]);
  let above = "";
  for (const [place, listed] of places) {
    const names = listed.flatMap((one) => one.marks.flatMap((mark) => mark[2]));
    const text = make("div", { className: "text" }, make("h2", { textContent: place }));
    const title = listed[0].above;
    if (title && title !== above) text.append(make("p", { className: "above", textContent: title }));
    above = title;
    if (listed[0].cells.length) listed.forEach((one) => text.append(...row(one)));
    else text.append(make("p", {}, ...listed.flatMap((one, number) => [number ? " " : "", ...sentence(one)])));
    const own = make("div", { className: "cards" }, ...names.filter((name) => !entry(name).other).map(card));
    names.filter((name) => entry(name).other).forEach((name) => beside.set(name, own));
    (listed[0].other ? others : main).append(make("section", {}, text, own));
  }
  if (beside.size) main.append(others);
  const lost = Object.keys(data.entries).filter((id) => !cards.has(id) && !beside.has(id));
  if (lost.length) {
    main.append(make("section", {}, make("div", { className: "text" }, make("h2", { textContent: "Without a place in the text" })),
      make("div", { className: "cards" }, ...lost.map(card))));
  }
  const lists = [["reasons", data.reasons], ["choices-claimant", data.choices.claimant],
    ...data.lists.map((key) => [`choices-${key}`, data.choices[key]])];
  main.append(make("datalist", { id: "choices-entity" }, ...data.choices.entity.map((value) => make("option", { value, label: data.groups[value] ? named(value) : value }))));
  // A definition is listed with its name, since ids of two definitions may differ in a word that says little.
  const meaningOf = (id, value) => data.meanings[id.replace("choices-", "")]?.[value] ?? "";
  main.append(finder, ...lists.map(([id, choices]) => make("datalist", { id }, ...choices.map((value) => make("option", { value, label: meaningOf(id, value) || value })))));
  const saver = button("", "", save, "main");
  saver.id = "save";
  document.getElementById("saving").append(
    make("div", { className: "buttons" }, saver, button("", "Next question", () => next(""))),
    make("div", { id: "after" }));
  const take = (kept) => {
    for (const [id, decision] of kept) {
      if (!cards.has(id) && beside.has(id)) { place(id); others.open = true; }
      if (cards.has(id)) decisions.set(id, decision);
    }
  };
  try {
    const stated = JSON.parse(localStorage.getItem(here) ?? "{}");
    saves = stated.saves ?? 0;
    for (const [key, value] of stated.about ?? []) if (data.unknown.includes(key)) about.set(key, value);
    for (const [key, value] of about) document.getElementById(`about-${key}`).value = value;
    take(JSON.parse(localStorage.getItem(data.store) ?? "{}").decisions ?? []);
    batch = Math.max(0, ...[...decisions.values()].map((decision) => decision.batch ?? 0));
    saved = decisions.size === 0 && about.size === 0;
  } catch { /* nothing was kept */ }
  showDated();
  // Decisions of an earlier visit are said to be there, and can be forgotten; what was forgotten can be taken back.
  const notice = document.getElementById("notice");
  const many = (count) => `${count} decision${count === 1 ? "" : "s"}`;
  const startOver = () => {
    const forgotten = [...decisions];
    decisions.clear();
    keep();
    ids().forEach(draw);
    notice.replaceChildren(`${many(forgotten.length)} forgotten. `, button("", "Take them back", () => {
      take(forgotten);
      keep();
      ids().forEach(draw);
      sayRestored(`${many(forgotten.length)} taken back. `);
    }));
    next("");
  };
  const sayRestored = (text) => notice.replaceChildren(text, button("", "Start over", startOver));
  if (decisions.size) sayRestored(`${many(decisions.size)} of an earlier visit ${decisions.size === 1 ? "is" : "are"} restored. `);
  ids().forEach(draw);
  const foot = document.querySelector("footer");
  new ResizeObserver(() => document.documentElement.style.setProperty("--footer", `${foot.offsetHeight}px`)).observe(foot);
  const first = ids().find(asks) ?? ids().find(waits) ?? ids()[0];
  if (unknown().length) document.getElementById(`about-${unknown()[0]}`).focus();
  else if (first) cards.get(first).focus({ preventScroll: false });
  // Keys that belong to no figure work wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const all = ids();
    const beside = (step) => { reads = true; cards.get(all[all.indexOf(latest) + step] ?? latest)?.focus(); };
    const rows = [...others.querySelectorAll(".mark")];
    const row = rows.indexOf(event.target);
    const along = (step) => row < 0 ? beside(step) : (rows[row + step] ?? rows[row]).focus();
    const actions = { s: save, n: () => { reads = false; next(""); }, j: () => along(1), k: () => along(-1), o: openOthers, "/": find };
    // A key of a figure shows the latest figure first, since the focus is elsewhere.
    if (latest && "acui".includes(event.key) || keyOf.includes(event.key)) actions[event.key] ??= () => cards.get(latest)?.focus();
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
  window.addEventListener("beforeunload", (event) => { if (!saved || ids().some(isUnfinished)) event.preventDefault(); });
})();
