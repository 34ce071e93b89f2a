// Further pages of the wall, as its end comes near. The links stay links: a failure leaves them to press.
const PAGES_UNASKED = 3; // then a button waits, so that what is below the wall can be reached
const NEAR = "1500px"; // what is added must not push away what is in view

export function growWall(list) {
  const pages = document.querySelector("[data-pages]");
  const status = document.querySelector("[data-status]");
  let unasked = 0;
  let loading = null;
  const observer = new IntersectionObserver(nearTheEnd, { rootMargin: NEAR });

  const older = () => pages?.querySelector("[data-older]") ?? null;
  const newer = () => document.querySelector("[data-newer]");

  function tell() {
    const shown = list.children.length;
    const total = Number(list.dataset.total);
    status.textContent = older() || newer() ? `${shown} of ${total} pictures are here` : `That is all: ${total} pictures`;
  }

  // The cards of another page that are not here yet: pages shift when a picture is made in between.
  async function fetchPage(address) {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`The page answered ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const all = [...page.querySelectorAll("[data-wall] > li")];
    const total = Number(page.querySelector("[data-wall]")?.dataset.total ?? 0);
    const isHere = (card) => document.getElementById(card.id) !== null;
    return { page, total, all, isHere, cards: all.filter((card) => !isHere(card)) };
  }

  function follow(link, next) {
    if (next) {
      link.href = next.getAttribute("href");
    } else {
      link.remove();
    }
  }

  // Where pictures went meanwhile, those behind them have moved up into pages that are here already.
  async function movedUp(address, totalNow) {
    const here = new URL(address);
    const first = Number(list.firstElementChild.dataset.page);
    const moved = [];
    let total = totalNow; // 0: there is no such page any more
    let looked = 0;
    for (let n = here.searchParams.get("page") - 1; n >= first && looked < list.dataset.total - total; n -= 1) {
      here.searchParams.set("page", n);
      const before = await fetchPage(here);
      moved.unshift(...before.cards);
      looked += before.all.length;
      total ||= before.total;
    }
    if (total) list.dataset.total = total;
    return moved;
  }

  // Where pictures were made meanwhile, those before the first one here have moved down behind it.
  async function movedDown(address) {
    const here = new URL(address);
    const moved = [];
    for (let n = Number(here.searchParams.get("page") ?? 1) + 1; ; n += 1) {
      here.searchParams.set("page", n);
      const { all, isHere } = await fetchPage(here);
      const known = all.findIndex(isHere);
      moved.push(...all.slice(0, known < 0 ? all.length : known));
      if (known >= 0 || !all.length) return moved;
    }
  }

  async function addOlder(link) {
    const { page, cards, total } = await fetchPage(link.href);
    const moved = await movedUp(link.href, total);
    const known = new Set(moved.map((card) => card.id));
    const added = [...moved, ...cards.filter((card) => !known.has(card.id))];
    list.append(...added);
    follow(link, page.querySelector("[data-older]"));
    return added;
  }

  async function addNewer(link) {
    const { page, cards, total } = await fetchPage(link.href);
    const moved = await movedDown(link.href);
    if (total > list.dataset.total) list.dataset.total = total; // that it shrank is for `movedUp` to see
    const added = [...new Map([...cards, ...moved].map((card) => [card.id, card])).values()];
    const anchor = list.firstElementChild;
    const before = anchor.getBoundingClientRect().top;
    list.prepend(...added);
    follow(link, page.querySelector("[data-newer]"));
    scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
    return cards;
  }

  // One at a time; gives the new cards, none at the end or when it failed.
  function load(link, add) {
    if (!link) return Promise.resolve([]);
    loading ??= add(link)
      .then((cards) => {
        tell();
        return cards;
      })
      .catch(() => {
        status.textContent = "More pictures could not be loaded. The button tries again.";
        unasked = PAGES_UNASKED;
        return [];
      })
      .finally(() => {
        loading = null;
        lookAgain();
      });
    return loading;
  }

  const more = () => load(older(), addOlder);

  function dress() {
    const link = older();
    if (link) link.textContent = "More pictures";
  }

  function nearTheEnd(entries) {
    const isNear = entries.at(-1).isIntersecting; // a busy browser tells several at once, the newest last
    if (!isNear || loading || unasked >= PAGES_UNASKED || !older()) return;
    unasked += 1;
    more();
  }

  // Observing anew tells at once whether the end is still near.
  function lookAgain() {
    if (!pages) return;
    observer.unobserve(pages);
    observer.observe(pages);
  }

  if (pages) {
    dress();
    observer.observe(pages);
    pages.addEventListener("click", async (event) => {
      const link = event.target.closest("[data-older]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      unasked = 1;
      const [first] = await more();
      // A keyboard goes on with what is new, also when the button has gone.
      first?.querySelector("a")?.focus({ preventScroll: true });
    });
  }
  newer()?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    Promise.resolve(loading).then(() => load(newer(), addNewer));
  });

  return { more, hasMore: () => older() !== null };
}
