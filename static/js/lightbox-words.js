// What the viewer tells of a picture: its name and how it was made always, the rest on `i`.
export function addWords(viewer) {
  const box = element("div", "viewer-words");
  const title = element("p", "title");
  const tokens = element("p", "how");
  const more = element("p", "more-words");
  const size = element("span");
  const link = element("a");
  title.dir = "auto";
  box.setAttribute("aria-live", "polite");
  link.textContent = "Everything about this picture";
  more.append(size, " ", link);
  more.hidden = true;
  box.append(title, tokens, more);

  function tell() {
    const data = viewer.currSlide?.data;
    if (!data) return;
    const card = data.link.closest("li");
    const words = [...card.querySelectorAll(".token")].map((token) => token.textContent.trim());
    title.textContent = card.querySelector(".name").textContent;
    tokens.textContent = words.join(" · ");
    size.textContent = `${data.width} × ${data.height} px`;
    link.href = data.link.href;
  }

  viewer.on("uiRegister", () => {
    viewer.ui.registerElement({ name: "words", appendTo: "root", html: "", onInit: (holder) => holder.append(box) });
  });
  viewer.on("change", tell);
  viewer.on("info", () => {
    more.hidden = !more.hidden;
  });
}

function element(name, className = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}
