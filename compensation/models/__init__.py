"""What the platform gave beyond the refund, and why. One subject a file."""

from compensation.models.honouring import Honouring

__all__ = ["Honouring"]
