"""What a person sees and chooses alone: own roles, language, time zone, looks."""
