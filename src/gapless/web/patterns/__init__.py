"""The page that shows every component of the product in use, light and dark."""
