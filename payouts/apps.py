from django.apps import AppConfig
from django.core.checks import register


class PayoutsConfig(AppConfig):
    name = "payouts"

    def ready(self) -> None:
        from payouts.checks import check_gateways  # noqa: PLC0415 the room is ready only now

        register(check_gateways)
