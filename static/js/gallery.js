// The gallery's page: further pages by themselves, the place kept for Back, pictures in the viewer.
import { askShortly } from "./gallery-ask.js";
import { keepPlace } from "./gallery-place.js";
import { openInViewer } from "./gallery-viewer.js";
import { growWall } from "./gallery-wall.js";

function init() {
  const form = document.querySelector("[data-ask]");
  const list = document.querySelector("[data-wall]");
  if (form) askShortly(form);
  if (!list) return;
  const wall = growWall(list);
  keepPlace(list, wall);
  openInViewer(list, wall);
}

init();
