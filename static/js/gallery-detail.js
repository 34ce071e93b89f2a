// A picture's own page: prompts to copy, arrow keys along the list.
function init() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copyWith(button));
  }
  addEventListener("keydown", walk);
}

async function copyWith(button) {
  const source = document.getElementById(button.dataset.copy);
  const done = (await copied(source.textContent)) || copiedFrom(source);
  button.textContent = done ? "Copied" : "Press Ctrl+C";
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not over plain HTTP, or not allowed
  }
}

// The old way leaves the text selected, so that a person can copy it where this fails, too.
function copiedFrom(source) {
  getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

function walk(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const selector = { ArrowLeft: "[data-before]", ArrowRight: "[data-after]" }[event.key];
  if (selector) document.querySelector(selector)?.click();
}

init();
