"""A small survey on paper, and where `gapless gap` is tried on it."""

import json

from gapless.cli.gap.command import main

FORM = """\
column,kind,item,dimension
e1,expectation,clean,tangibles
p1,perception,clean,tangibles
e2,expectation,modern,tangibles
p2,perception,modern,tangibles
e3,expectation,prompt,care
p3,perception,prompt,care
e4,expectation,parking,
p4,perception,parking,
hall,unit,,
"""
# One line per respondent: (E, P) of clean, modern, prompt and parking, and the hall.
PEOPLE = """\
e1,p1,e2,p2,e3,p3,e4,p4,hall
7,5,6,6,7,4,5,1,East
6,6,,3,5,5,5,5,East
7,6,7,4,,,4,2,West
5,4,6,5,6,4,,,West
"""


class Desk:
    """Where the two files lie and the command is given."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self.capsys = capsys

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def run(self, people=PEOPLE, form=FORM, *options):
        answers = self.write("people.csv", people) if isinstance(people, str) else people
        status = main([str(answers), "--map", str(self.write("form.csv", form)), *options])
        said = self.capsys.readouterr()
        return status, said.out, said.err

    def json(self, people=PEOPLE, form=FORM, *options):
        status, out, err = self.run(people, form, *options, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    def refused(self, *arguments):
        status, out, err = self.run(*arguments)
        assert (status, out) == (2, "")
        return err.splitlines()
