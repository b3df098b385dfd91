"""The `gapless` command."""
