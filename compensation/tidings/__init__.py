"""What people are told in this room: holders of coupons, merchants and finance, who carries a label, who is rehoused."""
