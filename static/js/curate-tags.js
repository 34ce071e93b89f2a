// The field for tags: suggestions while typing, Enter adds and leaves, Esc leaves.

import { read } from "./curate-outbox.js";

const PAUSE_MS = 120;
const LONGEST = 50;

export function tags({ form, url, onAdd, onWrong }) {
  const field = form.querySelector("[name=tag]");
  const list = field.list;
  let wait = 0;
  let asked = 0;

  async function suggest() {
    const mine = ++asked;
    try {
      const answer = await read(`${url}?q=${encodeURIComponent(field.value.split(",").at(-1).trim())}`);
      if (mine !== asked) return; // something else has been typed since
      list.replaceChildren(...answer.tags.map((name) => new Option(name, name)));
    } catch {
      // Without suggestions one can type all the same.
    }
  }

  function names() {
    return field.value.split(",").map((name) => name.trim().replace(/\s+/g, " ")).filter(Boolean);
  }

  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(suggest, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    field.value = "";
    field.blur();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = names();
    const tooLong = wanted.some((name) => [...name].length > LONGEST);
    if (tooLong) return onWrong(`A tag has at most ${LONGEST} letters`);
    if (!wanted.length) return;
    field.value = "";
    field.blur();
    onAdd(wanted);
  });

  return { open: () => field.focus() };
}
