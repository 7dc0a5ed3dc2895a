"""Stripe: money goes back along the payment it came by, as a refund of its payment intent."""
