// The form that asks for a picture: sent once however often it is clicked, its words kept for another try.
const SENT = "make:sent";

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null; // a browser that keeps nothing, or somebody else's words
  }
}

function write(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // then they are typed again
  }
}

/** The fields that a person fills in, by name. */
function wordFields(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden");
}

function wordsOf(form) {
  const words = {};
  for (const field of wordFields(form)) words[field.name] = field.type === "checkbox" ? field.checked : field.value;
  return { kind: form.dataset.make, words, at: Date.now() };
}

function fill(form, words) {
  for (const field of wordFields(form)) {
    const value = words[field.name];
    if (field.type === "checkbox" && typeof value === "boolean") field.checked = value;
    else if (typeof value === "string") field.value = value;
  }
}

/** Another try: the words of the job that the address names, as this tab sent them. */
function restore(form) {
  const job = new URLSearchParams(location.search).get("again");
  const kept = job && read(`make:${job}`);
  if (kept && kept.kind === form.dataset.make && kept.words) fill(form, kept.words);
}

function init(form) {
  const button = form.querySelector("[data-send]");
  let isSent = false;
  restore(form);
  form.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    button.setAttribute("aria-disabled", "true");
    write(SENT, wordsOf(form));
  });
  // By the Back button the page may come back as it was left.
  addEventListener("pageshow", () => {
    isSent = false;
    button.removeAttribute("aria-disabled");
  });
}

const form = document.querySelector("[data-make]");
if (form) init(form);
