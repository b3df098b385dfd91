"""The tree of units: browse, search, move, edit."""
