"""What befell the demo's marketplace: a storm, a hotel without a room, and a dispute that lasted too long.

The special fund pays first, the storm is still on, and one guest has another hotel to say yes or no to.
"""

from datetime import datetime, timedelta

from accounts.models import Member, User
from compensation.actions import Offered, declare_force_majeure, report_no_room
from compensation.models import Advance, ForceMajeure
from disputes import actions
from disputes.advances import advance_due
from disputes.models import Claim, DecisionReason, Outcome, Status
from orders.demo.catalogue import HARBOUR_HOTEL, LAKESIDE
from orders.models import Line, Stay

STORM_SINCE = timedelta(days=2)

OTHER_HOTELS = (
    Offered(
        name="West Lake Garden Hotel 西湖花园酒店",
        address="18 Nanshan Road, Hangzhou 杭州市南山路18号",
        room="Lake view, breakfast 湖景房（含早）",
        difference=180_00,
        transport=45_00,
    ),
    Offered(
        name="Wulin Plaza Hotel 武林广场酒店",
        address="3 Tiyuchang Road, Hangzhou 杭州市体育场路3号",
        room="Deluxe king 豪华大床房",
        difference=0,
        transport=38_00,
    ),
)


def add_troubles(*, agent: User, senior: User, now: datetime) -> None:
    """After the fund is filled and the cases are there."""
    _declare_storm(senior, now)
    advance_due(now=now)
    _decide_the_lengthy(agent, now)
    _offer_other_hotels(now)


def _declare_storm(senior: User, now: datetime) -> None:
    declare_force_majeure(
        kind=ForceMajeure.Kind.STORM,
        place=ForceMajeure.Place.CITY,
        where=HARBOUR_HOTEL.city,
        starts_at=now - STORM_SINCE,
        ends_at=None,
        because="Typhoon warning, red: no trains or flights to Shanghai. 台风红色预警，抵沪列车与航班停运。",
        by=senior,
        at=now - STORM_SINCE,
    )


def _decide_the_lengthy(agent: User, now: datetime) -> None:
    """What the fund paid first, its hotel now owes."""
    lengthy = Advance.objects.filter(cause=Advance.Cause.LENGTHY).values("claim")
    for claim in Claim.objects.filter(number__in=lengthy, status=Status.UNDER_REVIEW).order_by("id")[:1]:
        actions.decide(
            claim=claim,
            by=agent,
            outcome=Outcome.CONSUMER,
            reason=DecisionReason.EVIDENCE_FOR_CONSUMER,
            statement="The guest's pictures show another room than the one that was booked.",
            at=now,
        )


def _offer_other_hotels(now: datetime) -> None:
    """Lakeside has no room for a guest who arrives soon, and found two other hotels."""
    owner = Member.objects.filter(merchant__code=LAKESIDE.code).order_by("id")[0].user
    to_come = Line.objects.filter(
        order__merchant__code=LAKESIDE.code,
        order__consumer__email="consumer@example.com",
        stay__outcome=Stay.Outcome.BOOKED,
    )
    report_no_room(line=to_come.order_by("id")[0].pk, hotels=OTHER_HOTELS, by=owner, at=now)
