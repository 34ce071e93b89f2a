// Offers to remove the picture stores from this browser, after all of them were stored; asked twice.

import { count, megabytes } from "./import-report.js";

export function offerClearing(root, stores) {
  if (!stores.length) return;
  const part = (name) => root.querySelector(`[data-clear-${name}]`);
  const panel = root.querySelector("[data-clear]");
  const chars = stores.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  const what = `${count(stores.length, "entry").replace("entrys", "entries")} (${megabytes(chars)})`;
  part("words").textContent = `All pictures are stored here. This browser's own copy, ${what}, is no longer needed; other entries are not touched.`;
  const ask = (sure) => {
    part("ask").hidden = sure;
    part("sure").hidden = !sure;
    part(sure ? "keep" : "first").focus();
  };
  part("first").onclick = () => ask(true);
  part("keep").onclick = () => ask(false);
  part("second").onclick = () => {
    part("sure").hidden = true;
    root.querySelector("[data-cleared]").textContent = removed(stores);
  };
  part("ask").hidden = false;
  part("sure").hidden = true;
  root.querySelector("[data-cleared]").textContent = "";
  panel.hidden = false;
}

// Only what is still as it was imported: the game may have added pictures in another tab.
function removed(stores) {
  let gone = 0;
  for (const [key, text] of stores) {
    if (localStorage.getItem(key) === text) {
      localStorage.removeItem(key);
      gone += 1;
    }
  }
  const words = `Removed ${gone} of ${stores.length}.`;
  return gone === stores.length ? words : `${words} The others have changed since; import again to bring what is new.`;
}
