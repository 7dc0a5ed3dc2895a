"""Somebody at a browser who uses nothing but the keyboard, and who has to see where the focus is at every step."""

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import FilePayload, Locator, Page, expect

from common.formats import money_text

# Whether the focus is there, and where it is in a few words for the message of a test that fails.
FOCUS = "(one) => [one === document.activeElement, document.activeElement.outerHTML.slice(0, 120)]"

# As many presses of Tab lead once around the page and back to its first control.
AROUND = """() => document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]").length + 2"""

# A ring of two pixels or more around the control itself or the label or card that stands for it, and no part of the
# page over the control (WCAG 2.2, 2.4.7 and 2.4.11).
FOCUS_IS_SEEN = """(one) => {
    const ringed = [one, one.closest("label"), one.closest(".card")].filter(Boolean).some((around) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(around);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const middle = [(left + right) / 2, (top + bottom) / 2];
    const points = [middle, [left + 2, top + 2], [left + 2, bottom - 2], [right - 2, top + 2], [right - 2, bottom - 2]];
    const uncovered = points.some(([x, y]) => {
        const there = document.elementFromPoint(x, y);
        return there && (one.contains(there) || there.contains(one));
    });
    return ringed && uncovered;
}"""

AXE = Axe().axe_script
FIND_VIOLATIONS = """() => axe.run({ resultTypes: ["violations"] }).then(
    ({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))"""

# Whether a key on it leads to another page: a form that can be sent as it is, or a link to another address.
LEADS_AWAY = """(one) => {
    if (one.matches("a")) {
        const [here, there] = [location.href, one.href].map((address) => address.split("#")[0]);
        return here !== there && !one.hasAttribute("download") && !one.closest("[hx-boost]");
    }
    return one.type === "submit" && (one.form.noValidate || one.formNoValidate || one.form.checkValidity());
}"""

IS_WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > innerWidth"


class Visitor:
    """A reader of one language at one page. `problems` are what the browser complained about."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.problems: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        self._in_hand: FilePayload | None = None
        page.on("filechooser", lambda asked: asked.set_files(self._in_hand or []))

    # --- words ---------------------------------------------------------------------------------

    def says(self, source: str, /, **values: Any) -> str:
        """What the portal calls it in the reader's language."""
        with translation.override(self.language):
            return gettext(source) % values if values else gettext(source)

    def money(self, amount: int, currency: str = "CNY") -> str:
        with translation.override(self.language):
            return money_text(amount, currency)

    # --- looking -------------------------------------------------------------------------------

    def open(self, path: str) -> int:
        """Go to an address; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()
        self.page.wait_for_load_state()

    def is_at(self, heading: str | re.Pattern[str]) -> None:
        """The page with this heading is there as a whole."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.page.wait_for_load_state()

    def violations(self) -> list[str]:
        """What axe finds on the page: each rule with the first element that breaks it."""
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(FIND_VIOLATIONS)
        return found

    def has_to_scroll_sideways(self) -> bool:
        return bool(self.page.evaluate(IS_WIDER_THAN_THE_SCREEN))

    def control(self, role: Any, name: str, *, about: str = "") -> Locator:
        """By how its name, as it is read out, begins; `about` tells apart what is there once for each thing."""
        begins = rf"^{re.escape(name)}" + (rf"\s*:\s*{re.escape(about)}" if about else "")
        return self.page.get_by_role(role, name=re.compile(begins, re.IGNORECASE))

    # --- by keyboard ---------------------------------------------------------------------------

    def reach(self, control: Locator) -> None:
        """Press Tab until the control has the focus, and see it there. Fails when no way leads to it."""
        expect(control).to_be_visible()
        wanted, passed = control.element_handle(), []
        for _press in range(self.page.evaluate(AROUND)):
            is_there, where = self.page.evaluate(FOCUS, wanted)
            if is_there:
                assert wanted.evaluate(FOCUS_IS_SEEN), f"The focus is not seen on {where}"
                return
            passed.append(where)
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never led to {control}, only to:\n" + "\n".join(passed))

    def follow(self, name: str, *, about: str = "") -> None:
        """A link."""
        self._press(self.control("link", name, about=about), "Enter")

    def press(self, name: str, *, key: str = "Enter") -> None:
        """A button."""
        self._press(self.page.locator("main").get_by_role("button", name=name, exact=True), key)

    def _press(self, control: Locator, key: str) -> None:
        self.reach(control)
        self._use(control, lambda: self.page.keyboard.press(key))

    def click(self, control: Locator) -> None:
        """With a pointer, for those who have one."""
        self._use(control, control.click)

    def _use(self, control: Locator, act: Callable[[], None]) -> None:
        """Where it leads to another page, that one is there afterwards, so that nobody takes the old one for it."""
        if control.evaluate(LEADS_AWAY):
            with self.page.expect_navigation():
                act()
        else:
            act()

    def unfold(self, title: str, *, key: str = "Enter") -> None:
        """What is folded away under its title."""
        self.reach(self.page.locator("summary", has_text=title).filter(visible=True))
        self.page.keyboard.press(key)

    def write(self, label: str, words: str) -> None:
        """Into a field, in place of what is in it."""
        self.reach(self.control("textbox", label))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(words)

    def count(self, label: str, number: str) -> None:
        """Into a field that takes a whole number."""
        self.reach(self.control("spinbutton", label))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(number)

    def choose(self, name: str) -> None:
        """One of several radio buttons: Tab leads to the group, the arrows within it."""
        wanted = self.control("radio", name)
        self.reach(self._stop_of_the_group(wanted))
        for _press in range(wanted.evaluate("(one) => one.form.elements[one.name].length ?? 1")):
            if wanted.evaluate("(one) => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()
        assert wanted.evaluate(FOCUS_IS_SEEN)

    def _stop_of_the_group(self, wanted: Locator) -> Locator:
        """Where Tab enters the group: at the button that is chosen, else at the first one."""
        group = self.page.locator(f'input[name="{wanted.get_attribute("name")}"]')
        chosen = group.and_(self.page.locator(":checked"))
        return chosen if chosen.count() else group.first

    def pick(self, label: str, option: str) -> None:
        """One option of a list, with the arrows."""
        wanted = self.control("combobox", label)
        self.reach(wanted)
        for _press in range(wanted.locator("option").count()):
            if wanted.evaluate("(one) => one.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} has no {option}")

    def attach(self, label: str, *, name: str, kind: str, content: bytes) -> None:
        """A file, in the dialogue that the browser opens for it."""
        self._in_hand = {"name": name, "mimeType": kind, "buffer": content}
        field = self.page.get_by_label(label)
        self.reach(field)
        self.page.keyboard.press("Enter")
        expect(field).to_have_value(re.compile(re.escape(name)))
