// One picture's card drawn into the elements that the page came with.

function textOf(root, hook, text) {
  for (const element of root.querySelectorAll(`[data-${hook}]`)) {
    element.textContent = text;
    element.hidden = !text;
  }
}

/** A fresh element: the picture before must not stay under the new name while this one loads. */
function picture(root, card) {
  const old = root.querySelector("[data-picture]");
  if (Number(old.dataset.picture) === card.id) return;
  const fresh = old.cloneNode();
  fresh.removeAttribute("srcset");
  fresh.dataset.picture = card.id;
  fresh.alt = card.alt;
  fresh.width = card.width;
  fresh.height = card.height;
  fresh.srcset = card.srcset;
  fresh.src = card.image_url;
  old.replaceWith(fresh);
  const backdrop = root.querySelector("[data-backdrop]");
  if (backdrop) {
    backdrop.hidden = !card.placeholder;
    if (card.placeholder) backdrop.src = card.placeholder;
  }
}

function stars(root, rating) {
  for (const button of root.querySelectorAll("[data-stars]")) {
    const count = Number(button.dataset.stars);
    button.setAttribute("aria-pressed", String(count > 0 && rating === count));
    button.classList.toggle("lit", count > 0 && count <= (rating ?? 0));
  }
}

function chips(root, card, onRemove) {
  const list = root.querySelector("[data-tags]");
  if (!list) return;
  list.replaceChildren(
    ...card.tags.map((name) => {
      const item = document.createElement("li");
      const label = document.createElement("bdi");
      label.textContent = name;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", `Take the tag ${name} away`);
      button.addEventListener("click", () => onRemove(name));
      item.className = "chip";
      item.append(label, button);
      return item;
    }),
  );
}

export function draw(root, card, { onRemoveTag }) {
  const isFeatured = card.featured_id === card.id;
  picture(root, card);
  textOf(root, "name", card.subject_name);
  textOf(root, "type", card.subject_type);
  textOf(root, "badge", card.badge);
  textOf(root, "campaign", card.campaign);
  textOf(root, "prompt", card.prompt);
  textOf(root, "made-on", card.made_on);
  textOf(root, "rival", card.featured_id && !isFeatured ? "Another picture of this subject is featured" : "");
  for (const mark of root.querySelectorAll("[data-featured]")) mark.hidden = !isFeatured;
  for (const link of root.querySelectorAll("[data-open]")) link.href = card.detail_url;
  for (const button of root.querySelectorAll("[data-feature]")) {
    button.setAttribute("aria-pressed", String(isFeatured));
  }
  stars(root, card.rating);
  chips(root, card, onRemoveTag);
}

/** Loads what will be looked at next, in the size that will be shown. */
const asked = new Map();
export function preload(card, sizes) {
  if (!card || asked.has(card.id)) return;
  const image = new Image();
  image.sizes = sizes;
  image.srcset = card.srcset;
  image.src = card.image_url;
  asked.set(card.id, image);
  if (asked.size > 12) asked.delete(asked.keys().next().value);
}
