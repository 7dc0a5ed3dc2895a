"""What cannot be delivered after all."""

from django.utils.translation import gettext_noop as _

from notices.sentences.phrases import SEE_ORDER
from notices.sentences.row import Row

OUT_OF_STOCK = (
    Row(
        "stock_out_reported",
        _("%(merchant)s cannot deliver all of your order %(order)s"),
        (
            _("“%(item)s” is out of stock, in whole or in part."),
            _("The order’s page shows how many pieces are missing and what you may choose for them."),
        ),
        action=SEE_ORDER,
    ),
)
