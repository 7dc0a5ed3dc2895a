"""What becomes of a merchant’s label."""

from django.utils.translation import gettext_noop as _

from notices.sentences.row import Row

SEE_LABEL = _("See the label")
DECIDE_APPEAL = _("Decide the appeal")
REASONS_ON_LABEL = _("The figures, the terms and how to appeal are on the label’s page.")

LABELS = (
    Row(
        "label_granted",
        _("You carry the label “%(label)s”"),
        (_("All checks are met. Orders placed from now on are covered by what the label promises."),),
        action=SEE_LABEL,
    ),
    Row(
        "label_refused",
        _("The label “%(label)s” was refused"),
        (REASONS_ON_LABEL,),
        action=SEE_LABEL,
    ),
    Row(
        "label_lost",
        _("You lost the label “%(label)s”"),
        (
            _("Orders placed from now on are not covered by it any more; orders placed before stay covered."),
            REASONS_ON_LABEL,
        ),
        action=SEE_LABEL,
    ),
    Row(
        "label_appealed",
        _("%(merchant)s appeals about the label “%(label)s”"),
        (_("Somebody who did not take the label away has to decide."),),
        action=DECIDE_APPEAL,
    ),
    Row(
        "label_appeal_decided",
        _("Your appeal: you carry the label “%(label)s” again"),
        (_("Orders placed from now on are covered again. The reason is on the label’s page."),),
        action=SEE_LABEL,
        case="restored",
    ),
    Row(
        "label_appeal_decided",
        _("Your appeal about the label “%(label)s” was not granted"),
        (_("The decision stands and is final. The reason is on the label’s page."),),
        action=SEE_LABEL,
        case="upheld",
    ),
)
