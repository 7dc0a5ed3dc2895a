/* A form is sent once. The server refuses the second copy anyway; this spares the reader the sight of it. */
(() => {
  "use strict";

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-disabled");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
  }, { capture: true });

  // The back button shows the page as it was left: let its forms be sent again.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  document.addEventListener("htmx:afterRequest", ({ target }) => {
    const form = target.closest?.("form[data-sent]");
    if (form) release(form);
  });
})();
