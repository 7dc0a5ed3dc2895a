"""What people fill in about coupons, the special fund, rehousings and stock-outs."""
