"""Pages of calendars: the year of a unit, its week and closures, and public holidays."""
