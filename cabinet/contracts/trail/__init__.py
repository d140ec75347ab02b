"""The trail of what was done with clients' data: its entries, and how a contract's administrator reads them."""
