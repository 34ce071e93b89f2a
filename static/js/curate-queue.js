// Where the curator is among the pictures, and what lies before and behind.

import { read } from "./curate-outbox.js";

const NEAR = 6;
const STALE_MS = 15_000;

/** `board` knows the pictures; `onChange` draws anew, `onNews(text)` tells what others did. */
export function queueOf({ first, url, isOldestFirst, board, onChange, onNews, onFailure }) {
  let line = [];
  let at = first.at;
  let count = { before: first.before, after: first.after, isExact: first.is_exact };
  const ends = { behind: false, ahead: false };
  const loading = new Map();
  const countsAt = new Map(); // as they were where a picture went to the trash: it may come back

  const inOrder = (a, b) => (isOldestFirst ? a - b : b - a);
  const isAhead = (id) => inOrder(at, id) < 0;
  const shown = () => line.filter((id) => !board.look(id).isGone);

  function take(answer, asOf) {
    board.keep(answer.pictures, asOf);
    line = [...new Set([...line, ...answer.pictures.map((card) => card.id)])].sort(inOrder);
  }

  /** What is asked for already is not asked for again. */
  function load(query) {
    if (!loading.has(query)) {
      const asOf = performance.now();
      const asked = read(`${url}${url.includes("?") ? "&" : "?"}${query}`);
      loading.set(query, asked.then((answer) => (take(answer, asOf), answer)).finally(() => loading.delete(query)));
    }
    return loading.get(query);
  }

  /** More pictures on that side, while there are any. */
  async function extend(side) {
    const edge = side === "ahead" ? line.at(-1) : line[0];
    if (edge === undefined || ends[side]) return;
    const known = line.length;
    try {
      await load(`at=${edge}`);
      if (line.length === known) ends[side] = true;
    } catch (error) {
      onFailure(error);
    }
  }

  function current() {
    if (at === null) return null;
    const card = board.look(at);
    if (card && !card.isGone) return card;
    return null;
  }

  function settle() {
    // The picture is in the trash: the one behind the gap takes its place.
    if (at === null || current()) return;
    const following = shown().find(isAhead);
    if (following === undefined) return;
    countsAt.set(at, count);
    arrive(following, { before: 0, after: -1 });
  }

  function arrive(id, { before, after }) {
    at = id;
    count = { ...count, before: Math.max(0, count.before + before), after: Math.max(0, count.after + after) };
    const place = shown().indexOf(id);
    if (shown().length - place <= NEAR) extend("ahead").then(onChange);
    if (place < NEAR) extend("behind").then(onChange);
    if (performance.now() - board.seenAt(id) > STALE_MS) refresh();
  }

  /** Look at the server how the picture is by now. */
  async function refresh() {
    if (at === null) return;
    const id = at;
    await board.drained(); // what is under way here is no news
    const version = board.version();
    const before = JSON.stringify(facts(board.look(id)));
    try {
      const answer = await load(`at=${id}`);
      if (id !== at) return;
      if (board.version() !== version) return refresh(); // something was done here meanwhile
      if (!answer.pictures.some((card) => card.id === id)) return vanish(id);
      count = { before: answer.before, after: answer.after, isExact: answer.is_exact };
      if (JSON.stringify(facts(board.look(id))) !== before) onNews("Somebody else has changed this picture");
      onChange();
    } catch {
      // The next act will tell that the server cannot be reached.
    }
  }

  function vanish(id) {
    board.lose([id]);
    onNews("Somebody else has moved this picture to the trash");
    settle();
    onChange();
  }

  const facts = (card) => [card?.rating, card?.featured_id, card?.tags];

  /** To a picture that is known; its counts are asked for. */
  function jump(id) {
    if (!line.includes(id)) line = [...line, id].sort(inOrder);
    at = id;
    count = countsAt.get(id) ?? count;
    countsAt.delete(id);
    refresh();
  }

  async function move(step) {
    const seen = shown();
    const target = step > 0 ? seen.find(isAhead) : seen.findLast((id) => inOrder(id, at) < 0);
    if (target !== undefined) return arrive(target, { before: step, after: -step });
    const side = step > 0 ? "ahead" : "behind";
    if (ends[side]) return;
    await extend(side);
    const found = step > 0 ? shown().find(isAhead) : shown().findLast((id) => inOrder(id, at) < 0);
    if (found !== undefined) arrive(found, { before: step, after: -step });
  }

  async function nextSubject() {
    const here = board.look(at);
    const answer = await load(`past=${here.id}`);
    if (answer.at === null) return false;
    at = answer.at;
    count = { before: answer.before, after: answer.after, isExact: answer.is_exact };
    return true;
  }

  take(first);
  ends.behind = first.before === 0;
  ends.ahead = first.is_exact && line.filter((id) => at !== null && isAhead(id)).length >= first.after;
  return {
    current, settle, move, jump, refresh, nextSubject,
    at: () => at,
    count: () => count,
    neighbours: () => {
      const seen = shown();
      const place = seen.indexOf(at);
      return place < 0 ? [] : [1, 2, -1].map((step) => seen[place + step]).filter((id) => id !== undefined);
    },
    hasMore: (step) => (step > 0 ? shown().some(isAhead) || !ends.ahead : shown().some((id) => inOrder(id, at) < 0)),
  };
}
