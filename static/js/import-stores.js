// Which keys of a localStorage hold pictures, and how a dump is cut into pieces that the API takes one by one.
// The service reads the entries; here only the outermost layers are opened. Nothing else leaves the browser.

const BY_ENTRY = ["nanoBananaSceneCache", "nanoBananaImageLibrary", "scene_cache", "item_images"];
const WHOLE = ["sprite_enhancer_history", "pixellab_jobs_v1"];
const SINGLE = ["scene_cache_", "item_image_"];
const MOST_CHARS = 700_000;
const MOST_ENTRIES = 25;
const MOST_LAYERS = 3;

export function holdsPictures(key) {
  return BY_ENTRY.includes(key) || WHOLE.includes(key) || SINGLE.some((start) => key.startsWith(start));
}

// Whether a store is all pictures that were stored here: jobs that wait for theirs would be lost with it.
export function isAllPictures([key, text]) {
  if (key !== "pixellab_jobs_v1") return true;
  const jobs = opened(text)?.jobs;
  return Array.isArray(jobs) && jobs.every((job) => job?.result?.image_data_url);
}

// The picture stores of this origin as [key, text] pairs; throws where the browser does not let us look.
export function storesOfBrowser() {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const key = localStorage.key(index);
    if (holdsPictures(key)) found.push([key, localStorage.getItem(key)]);
  }
  return { stores: found.sort(([a], [b]) => (a < b ? -1 : 1)), ignored: localStorage.length - found.length };
}

// The picture stores in a text; null when it is not the text of an object.
export function storesOfText(text) {
  const dump = opened(text.replace(/^\uFEFF/, ""));
  if (!isObject(dump)) return null;
  const all = Object.entries(dump);
  const stores = all.filter(([key]) => holdsPictures(key));
  return { stores, ignored: all.length - stores.length };
}

// Bodies for the API, each with some whole entries: {body, entries}. The same stores give the same pieces.
export function piecesOf(stores) {
  const pieces = [];
  let open = null;
  const close = () => {
    if (open) pieces.push({ body: written(open.members), entries: open.entries });
    open = null;
  };
  for (const [store, key, text] of entriesOf(stores)) {
    open ??= { members: new Map(), chars: 0, entries: 0 };
    if (open.entries && open.chars + text.length > MOST_CHARS) {
      close();
      open = { members: new Map(), chars: 0, entries: 0 };
    }
    if (!open.members.has(store)) open.members.set(store, []);
    open.members.get(store).push([key, text]);
    open.chars += text.length;
    open.entries += 1;
    if (open.entries >= MOST_ENTRIES) close();
  }
  close();
  return pieces;
}

function* entriesOf(stores) {
  for (const [store, value] of stores) {
    const inside = BY_ENTRY.includes(store) ? opened(value) : null;
    if (!isObject(inside)) {
      yield [store, null, JSON.stringify(value)]; // as it is: the service says what is wrong with it
      continue;
    }
    for (const [key, entry] of Object.entries(inside)) yield [store, key, JSON.stringify(entry)];
  }
}

// Put together as text: an object would take a key such as __proto__ for something else.
function written(members) {
  const parts = [];
  for (const [store, entries] of members) {
    const whole = entries.find(([key]) => key === null);
    const inside = entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",");
    parts.push(`${JSON.stringify(store)}:${whole ? whole[1] : `{${inside}}`}`);
  }
  return `{${parts.join(",")}}`;
}

function opened(value) {
  try {
    for (let layer = 0; layer < MOST_LAYERS && typeof value === "string"; layer += 1) value = JSON.parse(value);
  } catch {
    return null;
  }
  return value;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
