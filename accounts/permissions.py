"""Which operations of the API belong to which roles. What somebody may see of a list is `.visible_to`, not this."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Role


def for_roles(*roles: Role) -> type[IsAuthenticated]:
    """A permission for signed-in people of these roles; everybody else is told that it is not theirs to do (403)."""

    class ForRoles(IsAuthenticated):
        def has_permission(self, request: Request, view: APIView) -> bool:
            return super().has_permission(request, view) and getattr(request.user, "role", "") in roles

    return ForRoles
