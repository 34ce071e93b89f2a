// Runs in the head, before anything is painted: the chosen looks must not flash in later.
(() => {
  const KEY = "theme"; // Django's admin keeps its own under the same name, with the same words
  const root = document.documentElement;
  const CHOICES = ["auto", "light", "dark"];

  function kept() {
    try {
      const choice = localStorage.getItem(KEY);
      return CHOICES.includes(choice) ? choice : "auto";
    } catch {
      return "auto"; // a browser that keeps nothing
    }
  }

  function keep(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // then it holds for this page
    }
  }

  function show(choice) {
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
  }

  show(kept());
  root.classList.add("js");

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-looks]");
    if (!button) return;
    let choice = kept();
    const tell = () => {
      button.dataset.looks = choice;
      button.setAttribute("aria-label", `Looks: ${choice}. Change`);
      button.title = `Looks: ${choice}`;
    };
    button.addEventListener("click", () => {
      choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
      keep(choice);
      show(choice);
      tell();
    });
    button.hidden = false;
    tell();
  });
})();
