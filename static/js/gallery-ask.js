// The filter form: a choice of order holds at once, and fields that are empty stay out of the address.
export function askShortly(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-at-once]")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && !field.value) field.disabled = true;
    }
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false; // back from the browser's own cache
  });
}
