"""What a hotel without the booked room is asked, and what its guest is."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MoneyField
from common.templatetags.bilingual import called
from compensation.actions import Offered
from orders.models import RoomType

ROOM, HOTEL, NEITHER = "room", "hotel", "neither"
PARTS = ("name", "address", "room", "difference", "transport")


class MissingRoomForm(forms.Form):
    """What the hotel gives instead; what belongs to the way it did not choose is left alone."""

    instead = forms.ChoiceField(
        label=_("What does the guest get instead?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the guest gets instead.")},
    )

    def __init__(self, *args: Any, rooms: Sequence[RoomType], currency: str, alternatives: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [
            (ROOM, _("A free room here, of the same class or better"), bool(rooms)),
            (HOTEL, _("A room in another hotel, at our cost"), alternatives),
            (NEITHER, _("Nothing: the guarantee pays the guest"), True),
        ]
        self.fields["instead"].choices = [(way, label) for way, label, there in ways if there]  # type: ignore[attr-defined]  # a ChoiceField, see above
        if rooms:
            self.fields["room"] = forms.ChoiceField(
                label=_("Room type"),
                choices=[("", "—"), *((room.code, called(room)) for room in rooms)],
                required=False,
            )
        for number in (1, 2) if alternatives else ():
            self._ask_for_hotel(number, currency)

    def _ask_for_hotel(self, number: int, currency: str) -> None:
        labels = (
            (_("Name of the other hotel"), _("Its address"), _("Its room"))
            if number == 1
            else (_("Name of a second hotel"), _("Address of the second hotel"), _("Room of the second hotel"))
        )
        longest = (160, 300, 120)
        for part, label, most in zip(PARTS[:3], labels, longest, strict=True):
            self.fields[f"{part}_{number}"] = forms.CharField(label=label, max_length=most, required=False)
        self.fields[f"difference_{number}"] = MoneyField(
            label=_("What it costs more") if number == 1 else _("What the second hotel costs more"),
            help_text=_("You pay it there. 0 where it costs no more."),
            currency=currency,
            minimum=0,
            required=False,
        )
        self.fields[f"transport_{number}"] = MoneyField(
            label=_("The way there") if number == 1 else _("The way to the second hotel"),
            help_text=_("Paid to the guest out of your settlement. 0 where it costs nothing."),
            currency=currency,
            minimum=0,
            required=False,
        )

    @property
    def has_second_hotel(self) -> bool:
        """Whether anything was told about it."""
        return any(self.data.get(f"{part}_2") for part in PARTS)

    def clean(self) -> dict[str, Any]:
        """`room` and `hotels`, as the action takes them."""
        told = super().clean() or {}
        way = told.get("instead")
        if way == ROOM and not told.get("room"):
            self.add_error("room", _("Choose the room."))
        if way == HOTEL:
            self._refuse_gaps(told)
        hotels = [_hotel(told, number) for number in (1, 2) if way == HOTEL and told.get(f"name_{number}")]
        return {"instead": way, "room": told.get("room", "") if way == ROOM else "", "hotels": hotels}

    def _refuse_gaps(self, told: dict[str, Any]) -> None:
        for number in (1, 2):
            parts = {part: told.get(f"{part}_{number}") for part in PARTS}
            if number == 1 or any(value not in (None, "") for value in parts.values()):
                for part, value in parts.items():
                    if value in (None, "") and f"{part}_{number}" not in self.errors:
                        self.add_error(f"{part}_{number}", _("Fill this in, so that the guest knows what they choose."))


def _hotel(told: dict[str, Any], number: int) -> Offered:
    parts = {part: told.get(f"{part}_{number}") for part in PARTS}
    return Offered(
        name=parts["name"] or "",
        address=parts["address"] or "",
        room=parts["room"] or "",
        difference=parts["difference"] or 0,
        transport=parts["transport"] or 0,
    )


class RehousingAnswerForm(forms.Form):
    """One of the hotels, or none of them."""

    hotel = forms.TypedChoiceField(
        label=_("Which do you choose?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a hotel, or the money."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, hotels: list[tuple[int, str]], money: str, **kwargs: Any) -> None:
        """`hotels` are what each is chosen by and how it reads, `money` how the choice of none of them reads."""
        super().__init__(*args, **kwargs)
        self.fields["hotel"].choices = [*hotels, (0, money)]  # type: ignore[attr-defined]  # a ChoiceField, see above
