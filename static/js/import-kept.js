// What an import under way needs after a reload: the picture stores and how far it is. IndexedDB holds it until
// the import has ended; a browser that keeps nothing imports all the same, from the beginning.

const NAME = "dndimages-import";
const PLAN = "plan";
const PROGRESS = "progress";

export async function keepPlan(plan) {
  await write([[PLAN, plan], [PROGRESS, null]]);
}

export async function keepProgress(progress) {
  await write([[PROGRESS, progress]]);
}

// {plan, progress}, or null when nothing was interrupted.
export async function keptImport() {
  const found = await within("readonly", (store) => [store.get(PLAN), store.get(PROGRESS)]);
  return found?.[0] ? { plan: found[0], progress: found[1] } : null;
}

export async function forget() {
  await within("readwrite", (store) => [store.clear()]);
}

function write(pairs) {
  return within("readwrite", (store) => pairs.map(([key, value]) => store.put(value, key)));
}

async function within(mode, work) {
  let database;
  try {
    database = await opened();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(NAME, mode);
      const asked = work(transaction.objectStore(NAME));
      transaction.oncomplete = () => resolve(asked.map((request) => request.result));
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return null; // no IndexedDB here, or no room in it
  } finally {
    database?.close();
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(NAME);
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
