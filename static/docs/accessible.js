/* What Swagger UI and ReDoc draw, made usable by everybody. They draw again whenever they like, so it is
   looked at again after each time; only attributes are set that they know nothing of. */

/**
 * @param {HTMLElement} place what they draw in
 * @param {[string, (element: Element) => Object<string, string>][]} rules selector → attributes to set
 */
export function keepAccessible(place, rules) {
  const mend = () => {
    for (const [selector, attributes] of rules) {
      for (const element of place.querySelectorAll(selector)) {
        for (const [name, value] of Object.entries(attributes(element))) {
          if (element.getAttribute(name) !== value) element.setAttribute(name, value);
        }
      }
    }
  };
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
  mend();
}

/** A rule for headings that skip a level. */
export const level = (selector, number) => [selector, () => ({ "aria-level": String(number) })];
