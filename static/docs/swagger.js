/* Swagger UI over our own document. A member of staff who is logged in may try writing, too. */

const place = document.getElementById("swagger-ui");

/** The session needs the CSRF token beside it; requests to elsewhere never get it. */
function withCsrfToken(request) {
  if (place.dataset.csrf && new URL(request.url, location.href).origin === location.origin) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
  }
  return request;
}

window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  requestInterceptor: withCsrfToken,
});
