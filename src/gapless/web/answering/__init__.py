"""
The customer's page 答卷: where somebody without an account says how it was.

It is pre-rendered for each form version and language (``pages``), works as one long form
without a script, and is one question at a time with it (``frontend/src/answer``). A door's
token opens it once and then stands in a cookie (``entry``), so that the address in the
history, on a screenshot or over somebody's shoulder answers nothing.
"""
