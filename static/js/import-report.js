// Counts over all pieces, and the table that shows them. Everything from a dump enters the page as text.

const MOST_ROWS = 300;
const WORDS = {
  new: ["will be imported", "imported"],
  restored: ["will come back from the trash", "came back from the trash"],
  here: ["here already", "here already"],
  error: ["cannot be taken", "could not be taken"],
};

export function emptyTally() {
  return { scenes: 0, items: 0, skipped: 0, found: 0, restored: 0, bytes: 0, errors: [], notes: [], rows: [], hidden: 0 };
}

// Adds an answer of the API; errors are always kept, other rows up to MOST_ROWS.
export function addAnswer(tally, answer) {
  tally.scenes += answer.scenes;
  tally.items += answer.items;
  tally.skipped += answer.skipped;
  tally.found += answer.report.found;
  tally.restored += answer.report.restored;
  tally.errors.push(...answer.errors);
  tally.notes.push(...answer.report.notes);
  for (const entry of answer.report.entries ?? []) {
    tally.bytes += entry.verdict === "new" || entry.verdict === "restored" ? entry.bytes : 0;
    if (entry.verdict === "error") continue;
    if (tally.rows.length < MOST_ROWS) tally.rows.push(entry);
    else tally.hidden += 1;
  }
  return tally;
}

export function summary(tally, ignored, { looking }) {
  const taken = `${count(tally.scenes, "scene")} and ${count(tally.items, "item picture")}`;
  const parts = [`${count(tally.found, "picture")} found: ${taken} ${looking ? "will be imported" : "imported"}`];
  if (looking && tally.bytes) parts[0] += ` (${megabytes(tally.bytes)})`;
  parts.push(`${tally.skipped.toLocaleString("en")} here already`, count(tally.errors.length, "error"));
  if (tally.restored) parts.push(`${tally.restored.toLocaleString("en")} of them from the trash`);
  return `${parts.join(", ")}. ${count(ignored, "other key")} left alone.`;
}

export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

export function megabytes(bytes) {
  return bytes < 100_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function showRows(body, more, tally, { looking }) {
  const errors = tally.errors.map(({ key, error }) => ({ key, verdict: "error", notes: [error], name: "", kind: "" }));
  const notes = looking ? [] : tally.notes.map(({ key, note }) => ({ key, verdict: "note", notes: [note], name: "", kind: "" }));
  const all = [...errors, ...tally.rows, ...notes];
  const shown = all.slice(0, MOST_ROWS);
  body.replaceChildren(...shown.map((entry) => row(entry, looking)));
  const left = all.length - shown.length + tally.hidden;
  more.textContent = left ? `The first ${shown.length} are shown, ${left.toLocaleString("en")} are not.` : "";
  return all.length;
}

function row(entry, looking) {
  const line = document.createElement("tr");
  line.className = entry.verdict;
  const name = cell(line, "th");
  name.scope = "row";
  add(name, "bdi", entry.name || "–");
  add(name, "span", ` ${entry.kind}`).className = "quiet";
  cell(line).textContent = entry.verdict === "note" ? "imported, but" : WORDS[entry.verdict][looking ? 0 : 1];
  cell(line).textContent = entry.width ? `${entry.width} × ${entry.height}, ${megabytes(entry.bytes)}` : "";
  const where = cell(line);
  add(where, "bdi", entry.key).className = "quiet";
  for (const note of entry.notes) {
    where.append(document.createElement("br"), note);
  }
  return line;
}

function cell(line, tag = "td") {
  return line.appendChild(document.createElement(tag));
}

function add(parent, tag, text) {
  const child = parent.appendChild(document.createElement(tag));
  child.textContent = text;
  return child;
}
