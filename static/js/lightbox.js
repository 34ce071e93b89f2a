// Pictures of the wall at full size: keyboard, touch, zoom, neighbours loaded ahead, further pages at the
// end of the list. The address names the picture, and Back closes.
import PhotoSwipe from "../vendor/photoswipe/photoswipe.esm.min.js";
import { addWords } from "./lightbox-words.js";

const FULL_ICON =
  '<svg aria-hidden="true" class="pswp__icn" viewBox="0 0 32 32" width="32" height="32">' +
  '<path d="M6 6h8v3H9v5H6zM18 6h8v8h-3V9h-5zM6 18h3v5h5v3H6zM23 18h3v8h-8v-3h5z"/></svg>';
const AHEAD = 3; // pictures before the end at which the next page is fetched
let isOpen = false;

// `link` is a card's; `isDeep`: the address named the picture when the page was loaded.
export async function show({ list, wall, link, isDeep }) {
  if (isOpen) return;
  isOpen = true;
  try {
    await styled(list.dataset.viewerCss);
  } catch (error) {
    isOpen = false;
    throw error;
  }
  const links = [...list.querySelectorAll("a.picture")];
  const viewer = new PhotoSwipe({
    dataSource: links.map(slide),
    index: links.indexOf(link),
    loop: false,
    preload: [1, 2],
    bgOpacity: 1,
    showHideAnimationType: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "fade",
    showAnimationDuration: 180,
    hideAnimationDuration: 180,
    returnFocus: false, // to the picture that was looked at last, see below
    paddingFn: () => ({ top: 52, bottom: 84, left: 0, right: 0 }),
    closeTitle: "Close (Esc)",
    zoomTitle: "Zoom (z)",
    arrowPrevTitle: "Previous (←)",
    arrowNextTitle: "Next (→)",
    errorMsg: "This picture cannot be loaded",
  });
  addButtons(viewer);
  addWords(viewer);
  growAtEnd(viewer, wall);
  keepAddress(viewer, isDeep);
  viewer.on("afterInit", () => {
    viewer.element.setAttribute("aria-label", "Picture viewer");
    viewer.element.setAttribute("aria-modal", "true");
  });
  viewer.on("openingAnimationEnd", () => {
    viewer.element.dataset.ready = "";
  });
  viewer.on("destroy", () => {
    isOpen = false;
    const card = viewer.currSlide?.data.link;
    card?.scrollIntoView({ block: "nearest", behavior: "instant" });
    card?.focus({ preventScroll: true });
  });
  viewer.init();
}

function slide(link) {
  const picture = link.querySelector("img:not(.backdrop)");
  return {
    link,
    src: picture.src,
    srcset: picture.srcset,
    width: Number(picture.getAttribute("width")),
    height: Number(picture.getAttribute("height")),
    msrc: picture.complete ? picture.currentSrc : undefined,
    alt: picture.alt,
  };
}

// PhotoSwipe's sheet, once, from our own host.
function styled(address) {
  if (document.querySelector("link[data-viewer-sheet]")) return Promise.resolve();
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = address;
  sheet.dataset.viewerSheet = "";
  return new Promise((done, failed) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", () => {
      sheet.remove();
      failed(new Error("No style sheet for the viewer"));
    });
    document.head.append(sheet);
  });
}

function addButtons(viewer) {
  const toggleFullscreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else viewer.element.requestFullscreen?.().catch(() => {}); // a phone may have none
  };
  viewer.on("uiRegister", () => {
    viewer.ui.registerElement({
      name: "info",
      ariaLabel: "Information (i)",
      title: "Information (i)",
      order: 8,
      isButton: true,
      html: "i",
      onClick: () => viewer.dispatch("info"),
    });
    if (!document.fullscreenEnabled) return;
    viewer.ui.registerElement({
      name: "full",
      ariaLabel: "Full screen (f)",
      title: "Full screen (f)",
      order: 9,
      isButton: true,
      html: FULL_ICON,
      onClick: toggleFullscreen,
    });
  });
  // Not by the viewer's own event: it hears nothing before its opening has ended.
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "f") toggleFullscreen();
    else if (event.key === "i") viewer.dispatch("info");
  };
  document.addEventListener("keydown", press);
  viewer.on("destroy", () => {
    document.removeEventListener("keydown", press);
    if (document.fullscreenElement) document.exitFullscreen();
  });
}

function growAtEnd(viewer, wall) {
  async function grow() {
    const slides = viewer.options.dataSource;
    if (viewer.currIndex < slides.length - AHEAD || !wall.hasMore()) return;
    const cards = await wall.more();
    if (!isOpen || cards.length === 0) return;
    const first = slides.length;
    slides.push(...cards.map((card) => slide(card.querySelector("a.picture"))));
    viewer.refreshSlideContent(first); // it may stand ready as an empty neighbour
    viewer.dispatch("change");
  }
  viewer.on("change", grow);
}

// With the page that the picture stands on, so that it is there when somebody comes back.
function addressOf(card) {
  const address = new URL(location.href);
  if (!card) return address;
  address.hash = card.id;
  if (card.dataset.page === "1") address.searchParams.delete("page");
  else address.searchParams.set("page", card.dataset.page);
  return address;
}

function keepAddress(viewer, isDeep) {
  let isPushed = false;
  const goneBack = () => {
    if (viewer.opener.isOpen) viewer.close();
    else viewer.on("openingAnimationEnd", () => viewer.close()); // it cannot close before it is open
  };

  viewer.on("change", () => {
    const address = addressOf(viewer.currSlide?.data.link.closest("li"));
    if (location.hash === address.hash) return;
    if (isPushed || isDeep) {
      history.replaceState(history.state, "", address);
    } else {
      history.pushState(history.state, "", address);
      isPushed = true;
    }
  });
  addEventListener("popstate", goneBack);
  viewer.on("close", () => {
    removeEventListener("popstate", goneBack);
    if (!location.hash.startsWith("#picture-")) return; // Back has closed it
    if (isPushed) history.back();
    else history.replaceState(history.state, "", location.pathname + location.search);
  });
}
