"""
The form designer: sections and items, words, skip logic, preview, what changes. Every
button posts the whole page (``edits``): what was typed is kept before it does its work.
"""
