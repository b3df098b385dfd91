"""Pages of campaigns: the list, the plan, how it goes, the ways in, quotas, QR sheets."""
