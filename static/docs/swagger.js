/* Swagger UI over our own document. A member of staff who is logged in may try writing, too. */

import { keepAccessible, level } from "./accessible.js";

const place = document.getElementById("swagger-ui");

/** The session needs the CSRF token beside it; requests to elsewhere never get it. */
function withCsrfToken(request) {
  if (place.dataset.csrf && new URL(request.url, location.href).origin === location.origin) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
  }
  return request;
}

/** A link inside the button that opens an operation: no keyboard reaches it. The button leads there as well. */
const withoutLinkInButton = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
});

window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: [withoutLinkInButton],
  layout: "BaseLayout",
  requestInterceptor: withCsrfToken,
});

/** The parameter that a field is for, else what kind of field it is. */
function label(field) {
  const parameter = field.closest("[data-param-name]")?.dataset.paramName;
  return { "aria-label": parameter ?? (field.matches("textarea") ? "Request body" : "Example") };
}

keepAccessible(place, [
  [".information-container", () => ({ role: "region", "aria-label": "About" })],
  level("h3.opblock-tag", 2),
  level(".opblock h4", 3),
  level(".opblock h5", 4),
  level(".models h4", 2),
  ["textarea:not([aria-label]), select:not([aria-label]), .parameters input:not([aria-label])", label],
  ["pre.microlight", () => ({ tabindex: "0" })],
]);
