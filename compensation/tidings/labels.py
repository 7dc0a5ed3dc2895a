"""Who is told what about a label: the people of the merchant, and the operators when somebody has to decide."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from accounts.models import Role, User
from compensation.models import Admission
from notices.actions import Telling, tell_all
from policies.wording import label_of_rule


def tell_merchant(admission: Admission, kind: str, *, at: datetime, case_: str = "") -> None:
    """Tell everybody who works for the merchant."""
    people = User.objects.filter(membership__merchant=admission.merchant_id, is_active=True)
    _tell(admission, people, kind, link=reverse("label", args=[admission.label]), at=at, case_=case_)


def tell_operators(admission: Admission, kind: str, *, at: datetime) -> None:
    """Tell all operators: whoever did not take the label away may decide."""
    people = User.objects.filter(role=Role.OPERATOR, is_active=True)
    _tell(admission, people, kind, link=reverse("admission", args=[admission.pk]), at=at)


def _tell(admission: Admission, people: Iterable[User], kind: str, *, link: str, at: datetime, case_: str = "") -> None:
    values = {
        "label": _called(admission.label, "en"),
        "label_zh": _called(admission.label, "zh-hans"),
        "merchant": admission.merchant.name,
        "merchant_zh": admission.merchant.name_zh,
        **({"case": case_} if case_ else {}),
    }
    key = f"label:{admission.pk}:{kind}"
    tell_all([Telling(key, person, kind, values, link) for person in people], at=at)


def _called(label: str, language: str) -> str:
    with translation.override(language):
        return label_of_rule(label)
