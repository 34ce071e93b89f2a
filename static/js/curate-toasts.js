// What was done, for a while, with a way back; what went wrong, until it is put away.

const SHOWN_MS = 9_000;
const MOST_QUIET = 3;

export function toasts(root) {
  const quiet = root.querySelector("[data-told]");
  const loud = root.querySelector("[data-warned]");

  function toast(list, text, ...buttons) {
    const item = document.createElement("p");
    item.className = "toast";
    const words = document.createElement("span");
    words.textContent = text;
    item.append(words, ...buttons);
    list.append(item);
    return item;
  }

  function button(text, act, label = "") {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quick";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  /** Gone after a while, though not while somebody is at it. */
  function fade(item) {
    setTimeout(() => {
      if (item.matches(":hover, :focus-within")) fade(item);
      else item.remove();
    }, SHOWN_MS);
  }

  return {
    tell(text, undo) {
      const back = undo ? [button("Undo", () => (item.remove(), undo()), `Undo: ${text}`)] : [];
      const item = toast(quiet, text, ...back);
      while (quiet.children.length > MOST_QUIET) quiet.firstElementChild.remove();
      fade(item);
      return item;
    },
    /** The same once more is counted: what else was lost stays in view. */
    warn(text) {
      const known = [...loud.children].find((item) => item.dataset.text === text);
      if (known) {
        known.dataset.times = Number(known.dataset.times) + 1;
        known.firstElementChild.textContent = `${text} (${known.dataset.times} times)`;
        return;
      }
      const item = toast(loud, text, button("×", () => item.remove(), "Put this message away"));
      Object.assign(item.dataset, { text, times: 1 });
    },
  };
}
