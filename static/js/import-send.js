// Sends pieces to the API one after the other. A piece that fails stops the work, with the words to tell why.

export class Stopped extends Error {}

// `onAnswer(answer, done)` is told of each piece; it may return a promise.
export async function sendAll(pieces, { url, token, from = 0, dryRun, onAnswer }) {
  for (let index = from; index < pieces.length; index += 1) {
    const answer = await send(dryRun ? `${url}?dry_run=true` : url, token, pieces[index].body);
    await onAnswer(answer, index + 1);
  }
}

async function send(url, token, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body,
    });
  } catch {
    throw new Stopped("The service cannot be reached.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.status === 401 || response.status === 403) throw new Stopped("You are not logged in any more. Log in again, then go on.");
  throw new Stopped(answer?.message ?? `The service answered with status ${response.status}.`);
}
