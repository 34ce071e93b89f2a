// Curating at keyboard speed. The page works without this: what it does here goes faster.

import { compare } from "./curate-compare.js";
import { desk } from "./curate-desk.js";
import { draw, preload } from "./curate-draw.js";
import { keys } from "./curate-keys.js";
import { queueOf } from "./curate-queue.js";
import { swipes } from "./curate-swipe.js";
import { tags } from "./curate-tags.js";
import { toasts } from "./curate-toasts.js";

const COMMANDS = {
  j: "next", ArrowRight: "next", k: "previous", ArrowLeft: "previous", s: "nextSubject",
  f: "feature", x: "trash", z: "undo", t: "tag", c: "compare", o: "open", "?": "help",
  0: "rate", 1: "rate", 2: "rate", 3: "rate", 4: "rate", 5: "rate",
};
const MOST_COUNTED = 1000; // by the server
const GO_ON = "curate-go-on";
const CARRIED = "curate-told";

function carry(text) {
  try {
    sessionStorage.setItem(CARRIED, text);
  } catch {
    // a browser that keeps nothing
  }
}

function carriedHere() {
  try {
    const text = sessionStorage.getItem(CARRIED);
    sessionStorage.removeItem(CARRIED);
    return text;
  } catch {
    return null; // a browser that keeps nothing
  }
}

function shared(root) {
  const messages = toasts(root);
  const login = root.dataset.login;

  let losses = 0;

  /** Bad news: what was not saved, and what can be done. */
  function warn(error, entry, lost = 1) {
    losses += 1;
    const what = lost > 1 ? `${lost} acts were not saved` : "Not saved";
    const gone = error.detail.kind === "image_not_found" ? "somebody else has moved this picture to the trash" : error.message;
    messages.warn(error.status === 401 ? `${what}: you are signed out.` : `${what}: ${gone}.`);
    if (error.status === 401) root.querySelector("[data-login]").hidden = !login;
  }

  function count(unsent) {
    root.querySelector("[data-unsent]").textContent = unsent ? `Saving ${unsent}…` : "";
  }

  function tally(numbers) {
    for (const [name, number] of Object.entries(numbers)) {
      const place = root.querySelector(`[data-tally="${name}"]`);
      if (place) place.textContent = number;
    }
  }

  /** What was told while an act is under way is not true any more when it fails. */
  function withdraw(entry) {
    entry.toast?.remove();
  }

  let lastTold = "";
  function tell(text) {
    lastTold = text;
    messages.tell(text);
  }

  /** Go to the same page with its filters at another picture, which tells again what was told last. */
  function leaveFor(board, id) {
    const there = new URL(location.href);
    for (const name of ["left", "with", "past"]) there.searchParams.delete(name);
    there.searchParams.set("at", id);
    return leave(board, there.href, lastTold);
  }

  /** Go to another page once all acts are saved; stay where one was not, since this page alone says so. */
  async function leave(board, address, tellingThere = "") {
    const before = losses;
    await board.drained();
    if (losses !== before) return;
    if (tellingThere) carry(tellingThere);
    location.assign(address);
  }

  const carried = carriedHere();
  if (carried) messages.tell(carried);
  return { messages, leave, leaveFor, on: { warn, withdraw, count, tally, tell } };
}

const WORDS = {
  feature: () => "Featured",
  unfeature: () => "Featured no longer",
  trash: () => "Moved to the trash",
  rate: ({ stars }) => (stars ? `Rated ${stars} star${stars === 1 ? "" : "s"}` : "Took the stars away"),
  tag: ({ add, remove }) => (add ? `Tagged ${add.join(", ")}` : `Took the tag ${remove.join(", ")} away`),
};

/** Does it at once and tells it, with a way back. */
export function doer(board, messages) {
  return (card, verb, options = {}) => {
    const entry = board.act(card, verb, options);
    entry.toast = messages.tell(WORDS[verb](options), () => board.undo(entry));
    return entry;
  };
}

function single(root) {
  const first = JSON.parse(document.getElementById("curate-queue").textContent);
  const { messages, leave, on } = shared(root);
  const places = { acts: root.dataset.acts, undo: root.dataset.undo };
  const csrf = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const board = desk({ places, csrf, on: { ...on, change: show, shown: (id) => queue.jump(id) } });
  const queue = queueOf({
    first, board, url: root.dataset.queue, isOldestFirst: root.dataset.order === "oldest",
    onChange: show, onNews: messages.tell, onFailure: (error) => messages.warn(`${error.message}.`),
  });
  const act = doer(board, messages);
  const goesOn = root.querySelector("[data-go-on]");
  let drawn = null;

  function show() {
    queue.settle();
    const card = queue.current();
    root.querySelector("[data-desk]").hidden = !card;
    root.querySelector("[data-end]").hidden = Boolean(card);
    if (card) draw(root, card, { onRemoveTag: (name) => act(card, "tag", { remove: [name] }) });
    if (card && card.id !== drawn) arrived(card);
    position(card);
  }

  function arrived(card) {
    const isFirst = drawn === null;
    drawn = card.id;
    const sizes = root.querySelector("[data-picture]").sizes;
    for (const id of queue.neighbours()) preload(board.look(id), sizes);
    if (!isFirst) root.querySelector("[data-here]").textContent = card.alt;
  }

  function position(card) {
    const { before, after, isExact } = queue.count();
    const left = card ? after : 0;
    root.querySelector("[data-left]").textContent = `${left > MOST_COUNTED ? "1,000+" : left.toLocaleString("en")} more`;
    const bar = root.querySelector("[data-progress]");
    bar.hidden = !isExact;
    bar.max = before + 1 + after;
    bar.value = before + 1;
    bar.textContent = `${before + 1} of ${bar.max}`;
    for (const [hook, step] of [["previous", -1], ["next", 1]]) {
      for (const link of root.querySelectorAll(`[data-${hook}]`)) {
        link.setAttribute("aria-disabled", String(!queue.hasMore(step)));
      }
    }
    if (queue.at() === null) return;
    const here = new URL(location.href);
    here.searchParams.delete("past");
    here.searchParams.set("at", queue.at());
    if (here.href !== location.href) history.replaceState(null, "", here);
    for (const link of root.querySelectorAll("[data-compare]")) {
      here.searchParams.set("mode", "compare");
      link.href = here.href;
    }
  }

  async function go(step) {
    const before = queue.at();
    await queue.move(step);
    if (queue.at() === before && queue.current()) messages.tell(step > 0 ? "This is the last one" : "This is the first one");
    show();
  }

  const commands = {
    next: () => go(1),
    previous: () => go(-1),
    async nextSubject() {
      try {
        if (!(await queue.nextSubject())) messages.tell("There is no other subject after this one");
      } catch (error) {
        messages.warn(`${error.message}.`);
      }
      show();
    },
    feature: (card) => act(card, card.featured_id === card.id ? "unfeature" : "feature"),
    trash: (card) => act(card, "trash"),
    rate(card, key) {
      act(card, "rate", { stars: Number(key) || null });
      if (goesOn.checked) go(1);
    },
    undo: () => board.undo(),
    tag: () => tagField.open(),
    compare: () => leave(board, root.querySelector("[data-compare]").href),
    open: (card) => leave(board, card.detail_url),
    help: () => keyboard.help(),
  };
  const NEED_NO_PICTURE = new Set(["next", "previous", "undo", "help"]);

  function run(name, key) {
    const card = queue.current();
    if (card || NEED_NO_PICTURE.has(name)) commands[name](card, key);
  }

  const keyboard = keys({ root, commands: COMMANDS, run });
  const tagField = tags({
    form: root.querySelector("[data-tag-form]"), url: root.dataset.tagNames,
    onAdd: (add) => act(queue.current(), "tag", { add }), onWrong: (text) => messages.warn(`${text}.`),
  });
  wire(root, run);
  swipes(root.querySelector("[data-stage]"), (step) => go(step));
  rememberSwitch(goesOn);
  window.addEventListener("online", () => {
    messages.tell("The connection is back");
    queue.refresh();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") queue.refresh();
  });
  show();
}

/** A queue without a picture: what there was can be taken back, and the page goes there. */
function empty(root) {
  const { messages, leaveFor, on } = shared(root);
  const places = { acts: root.dataset.acts, undo: root.dataset.undo };
  const csrf = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const shown = (id) => leaveFor(board, id);
  const board = desk({ places, csrf, on: { ...on, shown, change() {} } });
  const commands = {
    next: () => messages.tell("There is no other picture here"),
    previous() {
      const link = root.querySelector("a[data-do=previous]");
      if (link) location.assign(link.href);
      else commands.next();
    },
    undo: () => board.undo(),
    help: () => keyboard.help(),
  };
  const run = (name) => commands[name]?.();
  const keyboard = keys({ root, commands: COMMANDS, run });
  wire(root, run);
}

/** Links and buttons do what their keys do. */
function wire(root, run) {
  root.addEventListener("click", (event) => {
    const element = event.target.closest("[data-do]");
    if (!element || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    run(element.dataset.do, element.dataset.stars ?? "");
  });
}

function rememberSwitch(box) {
  try {
    box.checked = localStorage.getItem(GO_ON) === "on";
  } catch {
    // a browser that keeps nothing
  }
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(GO_ON, box.checked ? "on" : "off");
    } catch {
      // then it holds for this page
    }
  });
}

function init() {
  const root = document.querySelector("[data-curate]");
  if (!root) return;
  root.classList.add("alive");
  if (root.dataset.curate === "compare") compare(root, shared(root), { doer, wire });
  else if (root.querySelector("[data-desk]")) single(root);
  else empty(root);
}

init();
