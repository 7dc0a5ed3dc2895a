/* Every page works without this. It only moves the focus where the eye should go, tells screen readers what an
   update changed, says when an update failed, and unfolds everything for the printer. */
(() => {
  "use strict";

  const announce = (words) => {
    const region = document.getElementById("announcer");
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = words; });
  };

  const focusOn = (element) => {
    if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus();
  };

  const failed = (yes) => { document.getElementById("failure").hidden = !yes; };

  document.querySelector("[data-focus]")?.focus();

  document.body.addEventListener("htmx:beforeRequest", () => failed(false));

  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    const swapped = detail.elt;
    const wanted = swapped.matches("[data-focus]") ? swapped : swapped.querySelector("[data-focus]");
    if (wanted) focusOn(wanted);
    else if (document.activeElement === document.body) focusOn(swapped.querySelector("h1, h2, h3") ?? swapped);
    const words = swapped.matches("[data-announce]") ? swapped : swapped.querySelector("[data-announce]");
    if (words) announce(words.dataset.announce || words.textContent.trim());
  });

  for (const event of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
    document.body.addEventListener(event, () => failed(true));
  }

  const unfolded = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
      unfolded.push(details);
    }
  });
  addEventListener("afterprint", () => { for (const details of unfolded.splice(0)) details.open = false; });
})();
