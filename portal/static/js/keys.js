/* The bench by keyboard. What a key does stands in the markup: data-key="a" on a link or button presses it, on a field
   goes into it. j and k walk the queue, ? shows the sheet. Readers who speak or type otherwise can switch it all off
   on the sheet (WCAG 2.1.4). */
(() => {
  "use strict";

  const sheet = document.getElementById("key-sheet");
  if (!sheet) return;

  const OFF = "redress-keys-off";
  const toggle = sheet.querySelector("[data-keys-on]");
  const isOn = () => localStorage.getItem(OFF) === null;

  toggle.checked = isOn();
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });

  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }

  const walk = (step) => {
    const rows = [...document.querySelectorAll("[data-walk] a[href]")];
    if (rows.length === 0) return;
    const here = rows.findIndex((row) => row === document.activeElement);
    const current = here >= 0 ? here : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
    rows[Math.min(rows.length - 1, Math.max(0, current + step))].focus();
  };

  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("input, select, textarea")) target.focus();
    else if (target.matches("a, button")) target.click();
    else if (target.matches("summary")) {
      target.click();
      target.parentElement.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    }
    else target.focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || sheet.open || !isOn()) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") sheet.showModal();
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (!press(event.key)) return;
    event.preventDefault();
  });
})();
