// A page that waits for pictures: asks how far they are, and brings in what the server shows of it.
const SENT = "make:sent";
const FIRST_PAUSE_MS = 700;
const MOST_PAUSE_MS = 4000;
const LATE_MS = 6000; // queued for so long the page itself is asked: it helps out where no worker is
const SAME_FORM_MS = 30000; // between sending the form and the birth of its job, at most

let root;
let bornAt; // of the job, by this clock

function init() {
  root = document.querySelector("[data-live]");
  if (!root) return;
  keepWords();
  begin();
  setInterval(tick, 1000);
}

/** What the view holds after each exchange: a countdown, a job or a page to look at again. */
function begin() {
  bornAt = Date.now() - Number(root.dataset.waited || 0) * 1000;
  startCountdown();
  leadBack();
  if (root.dataset.job) watchJob(FIRST_PAUSE_MS);
  else if ("page" in root.dataset) later(FIRST_PAUSE_MS, refresh);
}

function later(pause, act) {
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", act, { once: true });
    else act();
  }, pause);
}

function watchJob(pause) {
  later(pause, async () => {
    const next = Math.min(pause * 1.3, MOST_PAUSE_MS);
    let status;
    try {
      const answer = await fetch(root.dataset.job, { cache: "no-store" });
      if (answer.status === 404) return location.reload();
      if (answer.ok) status = (await answer.json()).status;
    } catch {
      say("The connection is lost; trying again.");
    }
    const isLate = status === "queued" && Date.now() - bornAt > LATE_MS;
    if (status && (status !== root.dataset.state || isLate)) return refresh();
    watchJob(next);
  });
}

/** The page as the server shows it now takes the place of the view. */
async function refresh() {
  let fresh;
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
    const text = await answer.text();
    fresh = new DOMParser().parseFromString(text, "text/html");
  } catch {
    say("The connection is lost; trying again.");
    later(MOST_PAUSE_MS, refresh);
    return;
  }
  const newRoot = fresh.querySelector("[data-live]");
  if (!newRoot) return location.reload();
  exchange(newRoot, fresh.title);
}

function exchange(newRoot, title) {
  const view = root.querySelector("[data-view]");
  const newView = document.importNode(newRoot.querySelector("[data-view]"), true);
  for (const kept of newView.querySelectorAll("[data-keep]")) {
    const old = view.querySelector(`[data-keep="${CSS.escape(kept.dataset.keep)}"]`);
    if (old) kept.replaceWith(old); // a picture that is shown already is not loaded again
  }
  const before = root.dataset.title;
  const hadFocus = view.contains(document.activeElement);
  const fewer = Object.keys(root.dataset).filter((name) => name !== "live");
  for (const name of fewer) delete root.dataset[name];
  Object.assign(root.dataset, { ...newRoot.dataset });
  view.replaceWith(newView);
  document.title = title;
  if (root.dataset.title !== before) say(root.dataset.title);
  if (hadFocus) focusOn(newView.querySelector("h1"));
  begin();
}

function focusOn(element) {
  if (!element) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function say(words) {
  const place = root.querySelector("[data-say]");
  if (place.textContent !== words) place.textContent = words;
}

// ── Time that passes ────────────────────────────────────────────────────────────────────────────

let openAt = 0; // when another try has a chance

function seconds(count) {
  return `${count} second${count === 1 ? "" : "s"}`;
}

function tick() {
  const elapsed = root.querySelector("[data-elapsed]");
  if (elapsed) elapsed.textContent = seconds(Math.max(0, Math.round((Date.now() - bornAt) / 1000)));
  showCountdown();
}

function startCountdown() {
  const link = root.querySelector("[data-wait]");
  if (!link) return;
  openAt = Date.now() + Number(link.dataset.wait) * 1000;
  link.addEventListener("click", (event) => {
    if (Date.now() < openAt) event.preventDefault();
  });
  showCountdown();
}

function showCountdown() {
  const link = root.querySelector("[data-wait]");
  const place = root.querySelector("[data-countdown]");
  if (!link || !place) return;
  const left = Math.ceil((openAt - Date.now()) / 1000);
  if (left > 0) {
    link.setAttribute("aria-disabled", "true");
    place.textContent = seconds(left);
  } else {
    link.removeAttribute("aria-disabled");
    if (place.parentElement) place.parentElement.hidden = true;
  }
}

// ── The words, for another try ──────────────────────────────────────────────────────────────────

function jobId() {
  return location.pathname.split("/")[2] || "";
}

/** The form was sent from this tab a moment ago: its words belong to this job. The server forgets
    the words of a job that fails. */
function keepWords() {
  if (!root.dataset.job && !root.querySelector("[data-again]")) return;
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT));
    if (!sent || Date.now() - sent.at > SAME_FORM_MS) return;
    sessionStorage.setItem(`make:${jobId()}`, JSON.stringify(sent));
    sessionStorage.removeItem(SENT);
  } catch {
    // a browser that keeps nothing: the words are typed again
  }
}

function leadBack() {
  const link = root.querySelector("[data-again]");
  if (!link) return;
  try {
    const kept = JSON.parse(sessionStorage.getItem(`make:${link.dataset.again}`));
    if (!kept) return;
    const address = new URL(link.href);
    address.searchParams.set("kind", kept.kind);
    address.searchParams.set("again", link.dataset.again);
    link.href = address.href;
  } catch {
    // then the link leads to the form as the server fills it
  }
}

init();
