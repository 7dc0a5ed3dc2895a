"""A label is lost, appealed and given back, in a real Chromium; every page of it at 320 px and looked at by axe."""

import pytest

from accounts.models import Role
from compensation.actions import take_label_away
from compensation.models import Admission, LabelAppeal
from conftest import person
from disputes.tests.label_cases import TRAVEL, carried

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALLEST = 320
STATION = {"en": "Guests were left at the station.", "zh-hans": "客人被留在车站。"}
FLOOD = {"en": "There was a flood that day.", "zh-hans": "当天发生了洪水。"}
TRUE = {"en": "The weather service says so, too.", "zh-hans": "气象部门也证实了。"}


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 390)])
def test_a_merchant_reads_why_appeals_and_carries_the_label_again(
    language, width, visit, shop, merchant, operator, published_policies, now
):
    operator2 = person("operator2", Role.OPERATOR)
    admission = carried(shop, now)
    take_label_away(admission=admission, because=STATION[language], by=operator, at=now)

    visitor = visit("/desk/peace-of-mind/", person=merchant, language=language, width=width)
    fits(visitor, width)
    visitor.follow(visitor.says("Peace of Mind: travel"))
    visitor.is_at(visitor.says("Peace of Mind: travel"))
    visitor.sees(STATION[language])
    fits(visitor, width)
    visitor.write(visitor.says("Why should another operator look at it again?"), FLOOD[language])
    visitor.press(visitor.says("Send the appeal"))
    visitor.sees(FLOOD[language])
    assert visitor.problems == []

    decider = visit("/labels/", person=operator2, language=language, width=width)
    fits(decider, width)
    decider.sees(decider.says("Appeals to decide"))
    decider.open(f"/labels/{admission.pk}/")
    decider.sees(FLOOD[language])
    fits(decider, width)
    decider.choose(decider.says("The label is given back"))
    decider.write(decider.says("Why?"), TRUE[language])
    decider.press(decider.says("Decide for good"))
    decider.sees(TRUE[language])
    decider.open("/labels/licences/")
    fits(decider, width)
    assert decider.problems == []

    assert LabelAppeal.objects.get().decided_by == operator2
    assert Admission.objects.held().get().label == TRAVEL
    visitor.open(f"/desk/peace-of-mind/{TRAVEL}/")
    visitor.sees(visitor.says("Give the label up"))


def fits(visitor, width):
    visitor.page.set_viewport_size({"width": SMALLEST, "height": 844})
    assert not visitor.has_to_scroll_sideways()
    visitor.page.set_viewport_size({"width": width, "height": 844})
    assert visitor.violations() == []
