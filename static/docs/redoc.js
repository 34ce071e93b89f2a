/* ReDoc over our own document, in the fonts that the reader has. */

import { keepAccessible, level } from "./accessible.js";

const place = document.getElementById("redoc");
const fontFamily = "system-ui, sans-serif";

window.Redoc.init(
  place.dataset.openapi,
  { theme: { typography: { fontFamily, headings: { fontFamily } } } },
  place,
);

keepAccessible(place, [level("h5", 3)]);
