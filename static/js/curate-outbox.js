// Sends acts to the server one after the other, in the order in which they were made.

const PATIENCE_MS = 20_000;

/** The server did not do it. `isOffline`: it may not even have heard of it. */
export class NotDone extends Error {
  constructor(message, { status = 0, detail = {}, isOffline = false } = {}) {
    super(message);
    Object.assign(this, { status, detail, isOffline });
  }
}

async function answerOf(response) {
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new NotDone(`The server answered with an error (${response.status})`, { status: response.status });
  }
  if (response.ok) return answer;
  throw new NotDone(answer.message || "The server refused", {
    status: response.status,
    detail: answer.detail || {},
  });
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { ...options, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new NotDone("The server cannot be reached", { isOffline: true });
  }
  return answerOf(response);
}

export function read(url) {
  return ask(url, { headers: { Accept: "application/json" } });
}

export function write(url, body, csrf) {
  const headers = { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * `add({ send, done, failed })`: `send()` gives a promise, or null when there is nothing to send any
 * more. When the server cannot be reached, whatever waits fails too, last one first: it was built upon.
 */
export function outbox(onCount) {
  const waiting = [];
  let isBusy = false;
  let idle = Promise.resolve();

  const count = () => waiting.length + (isBusy ? 1 : 0);

  /** What the server did or did not do is so, whatever goes wrong while it is shown. */
  function tell(show) {
    try {
      show();
    } catch (error) {
      console.error(error);
    }
  }

  async function work() {
    while (waiting.length) {
      const job = waiting.shift();
      let answer = null;
      try {
        answer = await job.send();
      } catch (error) {
        const told = error instanceof NotDone ? error : new NotDone("Something went wrong on this page");
        const lost = told.isOffline ? waiting.splice(0).reverse() : [];
        for (const later of lost) tell(() => later.failed(told, { isFollower: true }));
        tell(() => job.failed(told, { lost: lost.length + 1 }));
        if (!(error instanceof NotDone)) console.error(error);
      }
      if (answer) tell(() => job.done(answer));
      onCount(waiting.length);
    }
    isBusy = false;
    onCount(0);
  }

  window.addEventListener("beforeunload", (event) => {
    if (count()) event.preventDefault();
  });

  return {
    add(job) {
      waiting.push(job);
      onCount(count());
      if (isBusy) return;
      isBusy = true;
      idle = work();
    },
    /** Settles when nothing waits any more. */
    drained: () => idle,
  };
}
