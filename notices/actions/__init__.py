"""The verbs of this room: tell somebody something, deliver what is due, mark as read."""

from notices.actions.deliver import deliver_due
from notices.actions.read import mark_all_read, mark_read
from notices.actions.tell import Telling, tell, tell_all

__all__ = ["Telling", "deliver_due", "mark_all_read", "mark_read", "tell", "tell_all"]
