// The door to the viewer: it is fetched when somebody is about to open a picture. Without it, and with
// a modifier key, a card's link opens the picture's own page.
const DEEP_LINK = /^#picture-(\d+)$/;

export function openInViewer(list, wall) {
  const fetchViewer = () => import("./lightbox.js");

  async function open(link, options) {
    try {
      const { show } = await fetchViewer();
      await show({ list, wall, link, ...options });
    } catch (error) {
      console.warn("The viewer could not be opened", error);
      location.assign(link.href);
    }
  }

  for (const hint of ["pointerover", "focusin"]) {
    list.addEventListener(hint, () => fetchViewer().catch(() => {}), { once: true });
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a.picture");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain) return;
    event.preventDefault();
    open(link, { isDeep: false });
  });

  // The address names a picture: when the page comes, and when somebody goes forth to it or types it.
  function openDeep() {
    const asked = DEEP_LINK.exec(location.hash);
    if (!asked) return;
    const link = document.getElementById(`at-${asked[1]}`);
    if (link) open(link, { isDeep: true });
    else location.replace(`/pictures/${asked[1]}${location.search}`); // the list has moved on
  }

  addEventListener("hashchange", openDeep);
  openDeep();
}
