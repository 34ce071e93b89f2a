// The place on the wall: the address names the page in view, and Back returns to the same picture.
const SETTLED_MS = 150;

export function keepPlace(list, wall) {
  let settling = 0;

  function firstInView() {
    for (const card of list.children) {
      const box = card.getBoundingClientRect();
      if (box.bottom > 0) return { card, top: box.top };
    }
    return null;
  }

  function keep() {
    if (location.hash.startsWith("#picture-")) return; // the viewer is open
    const found = firstInView();
    if (!found) return;
    const address = new URL(location.href);
    address.hash = "";
    const page = found.card.dataset.page;
    if (page === "1") address.searchParams.delete("page");
    else address.searchParams.set("page", page);
    const place = { id: found.card.id, top: found.top, y: scrollY };
    history.replaceState({ ...history.state, place }, "", address);
  }

  function put({ id, top, y }) {
    const card = document.getElementById(id);
    if (!card) return;
    // At the very top there is more than the wall to see.
    if (y === 0) scrollTo({ top: 0, behavior: "instant" });
    else scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
  }

  async function restore(place) {
    put(place);
    const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    if (isAtEnd && wall.hasMore()) {
      await wall.more();
      put(place);
    }
  }

  history.scrollRestoration = "manual";
  if (history.state?.place) restore(history.state.place);
  addEventListener(
    "scroll",
    () => {
      clearTimeout(settling);
      settling = setTimeout(keep, SETTLED_MS);
    },
    { passive: true },
  );
  // A link, or an address typed, may lead away before the scrolling has settled.
  addEventListener("click", keep, { capture: true });
  addEventListener("pagehide", keep);
}
