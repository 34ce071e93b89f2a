/* Lets ReDoc work under a content security policy without exceptions; loaded before it. */
(() => {
  "use strict";
  const { nonce } = document.currentScript;

  /* The style sheets that it writes into the page need the nonce, the first already while it loads. */
  const createElement = document.createElement;
  document.createElement = function (name, ...more) {
    const element = createElement.call(this, name, ...more);
    if (name === "style") element.nonce = nonce;
    return element;
  };

  /* Its footer shows a badge from its makers' host, and leaves it out when that cannot be loaded:
     it is told so before anything is asked for. */
  const isOurs = (url) => ["data:", location.protocol].includes(url.protocol) && [location.host, ""].includes(url.host);
  const own = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  function setSource(url) {
    if (isOurs(new URL(url, location.href))) own.set.call(this, url);
    else setTimeout(() => this.dispatchEvent(new Event("error")));
  }
  Object.defineProperty(HTMLImageElement.prototype, "src", { ...own, set: setSource });
  HTMLImageElement.prototype.setAttribute = function (name, value) {
    if (name === "src") this.src = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
})();
