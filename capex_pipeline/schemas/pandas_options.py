"""Chooses how pandas stores texts, before frames are made. Modules from which frames come first import this one.

Texts are stored as Python objects. Operations on Arrow's texts take several times as long on the frames of a build, which have some hundred rows
and dozens of columns of text: a first build took a tenth more time. Dtypes have the same names, and values and files are equal.
"""

from __future__ import annotations

import pandas as pd

TEXTS = "python"
"""Name of this storage in pandas and pandera."""

pd.set_option("mode.string_storage", TEXTS)
