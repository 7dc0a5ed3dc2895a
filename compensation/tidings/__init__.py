"""What people are told about coupons, the special fund, labels and rehousings."""
