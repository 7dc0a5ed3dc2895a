"""What was given, owed and advanced, through the API: coupons, the special fund, events, rehousings and stock-outs."""
