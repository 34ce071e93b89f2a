// Single keys, and the switch that turns them off (WCAG 2.1.4).

const KEPT_AS = "curate-keys";
const MAY_REPEAT = new Set(["next", "previous"]);

function areOn() {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

function keepOn(isOn) {
  try {
    localStorage.setItem(KEPT_AS, isOn ? "on" : "off");
  } catch {
    // then it holds for this page
  }
}

/** The key as it is named in `commands`; on keyboards of other scripts the letter in its place. */
function nameOf(event) {
  if (event.key.length > 1 || event.key.charCodeAt(0) < 128) return event.key.length > 1 ? event.key : event.key.toLowerCase();
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

/** `commands`: key → name; `run(name, key)`. The help is a dialog that its button opens too. */
export function keys({ root, commands, run }) {
  const help = root.querySelector("[data-help]");
  const toggle = root.querySelector("[data-keys-on]");
  let isOn = areOn();

  function show() {
    toggle.checked = isOn;
    root.classList.toggle("keys-off", !isOn);
  }

  document.addEventListener("keydown", (event) => {
    if (!isOn || event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const key = nameOf(event);
    if (event.shiftKey && /^[a-z]$/.test(key)) return;
    const name = commands[key];
    if (!name || (event.repeat && !MAY_REPEAT.has(name))) return;
    event.preventDefault();
    run(name, key);
  });

  toggle.addEventListener("change", () => {
    isOn = toggle.checked;
    keepOn(isOn);
    show();
  });
  for (const opener of root.querySelectorAll("[data-open-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
  help.addEventListener("click", (event) => {
    if (event.target === help) help.close(); // beside it
  });
  show();
  return { help: () => help.showModal() };
}
