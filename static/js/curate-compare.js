// Two pictures of one subject: which is the better one, and what becomes of the other.

import { desk } from "./curate-desk.js";
import { draw } from "./curate-draw.js";
import { keys } from "./curate-keys.js";

const COMMANDS = {
  j: "next", ArrowRight: "next", k: "previous", ArrowLeft: "previous", s: "nextSubject",
  a: "left", b: "right", x: "trashOther", z: "undo", c: "single", o: "open", "?": "help",
};

const NEED_A_PAIR = new Set(["left", "right", "trashLeft", "trashRight", "trashOther", "open"]);

export function compare(root, { messages, leave, leaveFor, on }, { doer, wire }) {
  const cards = JSON.parse(document.getElementById("curate-pair").textContent);
  const sides = [...root.querySelectorAll("[data-side]")];
  const places = { acts: root.dataset.acts, undo: root.dataset.undo };
  const csrf = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const board = desk({ places, csrf, on: { ...on, change: show, shown: cameBack } });
  const act = doer(board, messages);
  const [left, right] = cards.map((card) => card.id);

  function show() {
    for (const [n, side] of sides.entries()) {
      const card = board.look(cards[n].id);
      draw(side, card, { onRemoveTag: () => {} });
      side.classList.toggle("chosen", card.featured_id === card.id);
      side.classList.toggle("gone", card.isGone);
      side.querySelector("[data-gone]").hidden = !card.isGone;
      for (const button of side.querySelectorAll("[data-do]")) button.disabled = card.isGone;
    }
  }

  /** An act from before this page was taken back: its picture is shown, on a page that tells it again. */
  function cameBack(id) {
    if (id === left || id === right) return;
    leaveFor(board, id);
  }

  function follow(hook) {
    const link = root.querySelector(`[data-${hook}]`);
    if (link) leave(board, link.href);
    else messages.tell(hook === "previous" ? "This is the first pair" : "This was the last pair");
  }

  function choose(id) {
    const card = board.look(id);
    if (card.isGone) messages.tell("That picture is in the trash");
    else if (card.featured_id === id) messages.tell("That one is featured already");
    else act(card, "feature");
  }

  /** The one that was not chosen. */
  function trashOther() {
    const pair = [left, right].map(board.look);
    const chosen = pair.find((card) => card.featured_id === card.id && !card.isGone);
    const other = pair.find((card) => card !== chosen && !card.isGone);
    if (chosen && other) act(other, "trash");
    else messages.tell(chosen ? "The other one is in the trash already" : "Choose the better one first: a or b");
  }

  function trash(id) {
    const card = board.look(id);
    if (!card.isGone) act(card, "trash");
  }

  const commands = {
    next: () => follow("next"),
    previous: () => follow("previous"),
    nextSubject: () => follow("next-subject"),
    left: () => choose(left),
    right: () => choose(right),
    trashLeft: () => trash(left),
    trashRight: () => trash(right),
    trashOther,
    undo: () => board.undo(),
    single: () => follow("single"),
    open: () => leave(board, board.look(right).detail_url),
    help: () => keyboard.help(),
  };
  const isPair = cards.length === 2;

  function run(name) {
    if (isPair || !NEED_A_PAIR.has(name)) commands[name]();
  }

  const keyboard = keys({ root, commands: COMMANDS, run });
  board.keep(cards);
  if (isPair) {
    wire(root, run);
    show();
  }
}
