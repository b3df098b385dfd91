"""The files that published numbers were computed from."""

import csv
import json

import numpy as np
import pytest


@pytest.fixture
def reference(shared_data):
    values = json.loads((shared_data / "reference_values.json").read_text("utf-8"))
    return {each["id"]: each for each in values}


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def columns_of(rows, names):
    return np.array([[int(float(row[name])) for name in names] for row in rows])
