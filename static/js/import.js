// The import page: where pictures come from, a look at what would happen, the import itself in pieces that
// survive a reload, and the report. Without this script the form does the same in one go.

import { offerClearing } from "./import-clear.js";
import { forget, keepPlan, keepProgress, keptImport } from "./import-kept.js";
import { addAnswer, count, emptyTally, megabytes, showRows, summary } from "./import-report.js";
import { Stopped, sendAll } from "./import-send.js";
import { isAllPictures, piecesOf, storesOfBrowser, storesOfText } from "./import-stores.js";

const ZIP = "PK\u0003\u0004";

function init(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const form = part("form");
  const token = form.elements.csrfmiddlewaretoken.value;
  const show = (element, shown = true) => { element.hidden = !shown; };

  function tell(problem) {
    part("problem").textContent = problem;
    show(part("problem"), Boolean(problem));
  }

  function showProgress(title, words, done, total) {
    show(part("work"));
    part("work-title").textContent = title;
    part("status").textContent = words;
    part("progress").max = Math.max(1, total);
    part("progress").value = done;
  }

  function showTable(tally, looking) {
    show(part("table"), showRows(part("rows"), part("table-more"), tally, { looking }) > 0);
  }

  function quiet() {
    tell("");
    part("report")?.remove();
    for (const name of ["work", "table", "clear", "import-now", "again", "resume"]) show(part(name), false);
  }

  async function attempt(work) {
    show(part("again"), false);
    root.setAttribute("aria-busy", "true");
    try {
      await work();
      tell("");
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      tell(error.message);
      part("again").onclick = () => attempt(work);
      show(part("again"));
    } finally {
      root.removeAttribute("aria-busy");
    }
  }

  // ── Looking ──

  async function look(plan) {
    quiet();
    const pieces = piecesOf(plan.stores);
    if (!pieces.length) {
      tell(`There are no pictures in it (${count(plan.ignored, "other key")}).`);
      return;
    }
    await attempt(async () => {
      const tally = emptyTally();
      showProgress("Looking", "", 0, pieces.length);
      part("work-title").focus();
      await sendAll(pieces, {
        url: root.dataset.url, token, dryRun: true,
        onAnswer: (answer, done) => {
          addAnswer(tally, answer);
          showProgress("Looking", `${count(tally.found, "picture")} looked at`, done, pieces.length);
        },
      });
      showProgress("What would happen", summary(tally, plan.ignored, { looking: true }), pieces.length, pieces.length);
      showTable(tally, true);
      offerImport(plan, tally);
    });
  }

  function offerImport(plan, tally) {
    const number = tally.scenes + tally.items;
    part("import-now").textContent = `Import ${count(number, "picture")}`;
    part("import-now").onclick = async () => {
      await keepPlan(plan);
      await take(plan, null);
    };
    show(part("import-now"), number > 0);
    if (!number && !tally.errors.length && plan.fromBrowser) offerClearing(root, plan.stores.filter(isAllPictures));
  }

  // ── Importing ──

  async function take(plan, progress) {
    quiet();
    const pieces = piecesOf(plan.stores);
    let { done, tally } = progress ?? { done: 0, tally: emptyTally() };
    await attempt(async () => {
      showProgress("Importing", progress ? "Going on" : "", done, pieces.length);
      part("work-title").focus();
      await sendAll(pieces, {
        url: root.dataset.url, token, from: done, dryRun: false,
        onAnswer: async (answer, number) => {
          addAnswer(tally, answer);
          done = number;
          showProgress("Importing", `${count(tally.found, "picture")} done`, done, pieces.length);
          await keepProgress({ done, tally });
        },
      });
      await forget();
      report(plan, tally, pieces.length);
    });
  }

  function report(plan, tally, pieces) {
    showProgress("Report", summary(tally, plan.ignored, { looking: false }), pieces, pieces);
    showTable(tally, false);
    part("work-title").focus();
    if (plan.fromBrowser && !tally.errors.length) offerClearing(root, plan.stores.filter(isAllPictures));
    describeBrowser();
  }

  async function offerToGoOn() {
    const kept = await keptImport();
    if (!kept) return;
    const pieces = piecesOf(kept.plan.stores).length;
    part("resume-words").textContent = `${kept.progress?.done ?? 0} of ${count(pieces, "piece")} were done. Nothing is stored twice.`;
    part("go-on").onclick = () => take(kept.plan, kept.progress);
    part("forget").onclick = async () => {
      await forget();
      show(part("resume"), false);
    };
    show(part("resume"));
  }

  // ── Where pictures come from ──

  function describeBrowser() {
    const found = readBrowser();
    const chars = found ? found.stores.reduce((sum, [, text]) => sum + text.length, 0) : 0;
    show(part("read-browser"), chars > 0);
    part("browser-words").textContent = !found
      ? "This browser does not let the page read what it keeps."
      : chars ? `It keeps ${megabytes(chars)} of the game's pictures for this address.` : "It keeps no pictures of the game for this address.";
    show(part("browser"));
  }

  function readBrowser() {
    try {
      return storesOfBrowser();
    } catch {
      return null;
    }
  }

  function lookAtText(text) {
    const found = storesOfText(text);
    if (found) return look({ ...found, fromBrowser: false });
    quiet();
    tell("This is not the text of a localStorage, nor an archive of this service.");
    return undefined;
  }

  async function lookAtFile(file) {
    if ((await file.slice(0, 4).text()) === ZIP) {
      sendZip(file);
      return;
    }
    await lookAtText(await textOf(file));
  }

  // An archive goes as it is, through the form.
  function sendZip(file) {
    const carrier = new DataTransfer();
    carrier.items.add(file);
    form.elements.file.files = carrier.files;
    sendForm = true;
    form.requestSubmit(form.elements.look);
  }

  let sendForm = false;
  form.addEventListener("submit", (event) => {
    if (sendForm || event.submitter === part("take")) return;
    const [file] = form.elements.file.files;
    if (!file && !form.elements.text.value.trim()) return;
    event.preventDefault();
    if (file) lookAtFile(file);
    else lookAtText(form.elements.text.value);
  });
  form.elements.file.addEventListener("change", () => {
    const [file] = form.elements.file.files;
    if (file) lookAtFile(file);
  });

  const drop = part("drop");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const [file] = event.dataTransfer.files;
    const text = event.dataTransfer.getData("text");
    if (file) lookAtFile(file);
    else if (text) lookAtText(text);
  });

  part("read-browser").addEventListener("click", () => {
    const found = readBrowser();
    if (found) look({ ...found, fromBrowser: true });
  });
  initCopying(part("copy"), part("snippet"), part("copied"));
  show(part("drop-hint"));
  describeBrowser();
  offerToGoOn();
}

// Windows' editors save UTF-16; its mark tells.
async function textOf(file) {
  const bytes = await file.arrayBuffer();
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function initCopying(button, snippet, status) {
  if (!navigator.clipboard) return; // not over plain HTTP from another machine: the line can be marked by hand
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(snippet.textContent);
      status.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(snippet);
      status.textContent = "Marked: copy it with the keyboard";
    }
  });
}

document.querySelectorAll("[data-import]").forEach(init);
