/* Where a form asks for latitude and longitude, the device can fill them in. Nothing is asked of it before the reader
   presses the button, and nothing is sent before they send the form. */
(() => {
  "use strict";

  const offer = document.querySelector("[data-position]");
  if (!offer || !isSecureContext || !navigator.geolocation) return;

  const METRES = 5; // decimals of a degree that tell one metre from the next
  const form = offer.closest("form");
  const { latitude, longitude } = form.elements;
  const button = offer.querySelector("button");
  const told = offer.querySelector("[role=status]");

  latitude.closest(".field").before(offer);
  offer.hidden = false;

  const answer = (words) => {
    told.textContent = words;
    button.removeAttribute("aria-disabled");
  };

  button.addEventListener("click", () => {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(METRES);
        longitude.value = coords.longitude.toFixed(METRES);
        answer(offer.dataset.found);
      },
      () => answer(offer.dataset.failed),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
})();
