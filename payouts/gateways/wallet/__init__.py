"""The consumer's wallet with the platform: money moves within our own books and arrives at once."""
