// What is known of the pictures, and the acts upon them.
//
// `truth` is what the server last said. Acts that are under way are laid over it whenever a picture is
// looked at; when one fails it is taken off again, and the picture is as the server knows it.

import { outbox, write } from "./curate-outbox.js";

const isSameSubject = (a, b) => a.subject_name === b.subject_name && a.subject_type === b.subject_type;

/** What each act does to a card at once, before the server has answered. */
const CHANGES = {
  feature: (target) => (card) => (isSameSubject(card, target) ? { ...card, featured_id: target.id } : card),
  unfeature: (target) => (card) => (isSameSubject(card, target) ? { ...card, featured_id: null } : card),
  rate: (target, { stars }) => (card) => (card.id === target.id ? { ...card, rating: stars } : card),
  trash: (target) => (card) => (card.id === target.id ? { ...card, isGone: true } : card),
  tag: (target, { add = [], remove = [] }) => (card) => {
    if (card.id !== target.id) return card;
    return { ...card, tags: [...new Set([...card.tags, ...add])].filter((tag) => !remove.includes(tag)).sort() };
  },
};

/** The same backwards, from the card as it was. */
const REVERSALS = {
  feature: (was) => (card) => (isSameSubject(card, was) ? { ...card, featured_id: was.featured_id } : card),
  unfeature: (was) => (card) => (isSameSubject(card, was) ? { ...card, featured_id: was.featured_id } : card),
  rate: (was) => (card) => (card.id === was.id ? { ...card, rating: was.rating } : card),
  trash: (was) => (card) => (card.id === was.id ? { ...card, isGone: false } : card),
  tag: (was) => (card) => (card.id === was.id ? { ...card, tags: was.tags } : card),
};

/**
 * `places`: addresses of `acts` and `undo`. `on`: `change()` draw anew, `tell(text, entry)`,
 * `warn(error, text)`, `withdraw(entry)` its word, `count(unsent)`, `tally(numbers)`, `shown(id)` a picture
 * that came back.
 */
export function desk({ places, csrf, on }) {
  const truth = new Map();
  const underWay = [];
  const done = [];
  let version = 0;
  const post = outbox(on.count);

  /** `asOf`: when the server was asked; what an act has told since then is newer. */
  function keep(cards, asOf = Infinity) {
    const news = cards.filter((card) => (truth.get(card.id)?.seenAt ?? 0) <= asOf);
    for (const card of news) truth.set(card.id, { ...card, isGone: false, seenAt: performance.now() });
    for (const card of news) {
      for (const other of truth.values()) {
        if (isSameSubject(card, other)) other.featured_id = card.featured_id;
      }
    }
  }

  function loseSight(ids) {
    for (const id of ids) if (truth.has(id)) Object.assign(truth.get(id), { isGone: true, seenAt: performance.now() });
  }

  function look(id) {
    const known = truth.get(id);
    return known && underWay.reduce((card, entry) => entry.apply(card), known);
  }

  function takeOff(entry) {
    const place = underWay.indexOf(entry);
    if (place >= 0) underWay.splice(place, 1);
  }

  function finish(entry, answer) {
    takeOff(entry);
    keep(answer.pictures);
    loseSight(answer.gone);
    on.tally(answer.tally);
  }

  function giveUp(entry, error, { isFollower = false, lost = 1 } = {}) {
    takeOff(entry);
    entry.isVoid = true;
    on.withdraw(entry);
    if (error.detail.picture) keep([error.detail.picture]);
    if (error.detail.kind === "image_not_found") loseSight([entry.id]);
    if (!isFollower) on.warn(error, entry, lost);
    if (entry.verb === "trash" && !look(entry.id).isGone) on.shown(entry.id); // it is still there
    on.change();
  }

  function act(card, verb, options = {}) {
    const was = look(card.id);
    const entry = { id: card.id, verb, was, actId: null, apply: CHANGES[verb](was, options) };
    version += 1;
    underWay.push(entry);
    done.push(entry);
    const { stars = null, add = [], remove = [] } = options;
    const seen = { seen_featured_id: was.featured_id, seen_rating: was.rating };
    post.add({
      send: () => write(places.acts, { act: verb, image: card.id, stars, add, remove, ...seen }, csrf),
      done(answer) {
        entry.actId = answer.act;
        finish(entry, answer);
        if (!answer.has_changed) {
          drop(entry);
          entry.isVoid = true; // no act to take back
        }
        on.change();
      },
      failed(error, how) {
        drop(entry);
        giveUp(entry, error, how);
      },
    });
    on.change();
    return entry;
  }

  function drop(entry) {
    const place = done.indexOf(entry);
    if (place >= 0) done.splice(place, 1);
  }

  /** Take this act back; without one the last of this page, or of this sitting. */
  function undo(entry = done.at(-1)) {
    if (entry && !done.includes(entry)) return;
    if (entry) drop(entry);
    const undoing = { id: entry?.id, verb: "undo", apply: entry ? REVERSALS[entry.verb](entry.was) : (card) => card };
    version += 1;
    underWay.push(undoing);
    post.add({
      send() {
        if (!entry?.isVoid) return write(places.undo, { act: entry?.actId ?? null }, csrf);
        takeOff(undoing); // there is nothing to take back
        on.change();
        return null;
      },
      done(answer) {
        finish(undoing, answer);
        on.tell(answer.told);
        if (!entry && answer.pictures.length) on.shown(answer.pictures.at(-1).id);
        on.change();
      },
      failed(error, how) {
        if (entry && !entry.isVoid && error.status !== 404) done.push(entry);
        giveUp(undoing, error, how);
      },
    });
    if (entry) on.shown(entry.id);
    on.change();
  }

  return {
    keep, look, act, undo,
    version: () => version,
    lose: loseSight,
    drained: post.drained,
    seenAt: (id) => truth.get(id)?.seenAt ?? 0,
  };
}
