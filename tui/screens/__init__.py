"""The screens: home, cross-check desk, look-up, imports, log.

Textual reads these variables when it is imported: they would take pictures of the screen, write down what is typed,
open a line to another program or play keys. None of that belongs to a screen with people's data.
"""

import os

for _name in ("", "_LOG", "_SCREENSHOT", "_PRESS", "_DEBUG"):
    os.environ.pop("TEXTUAL" + _name, None)

# At the usual 60 frames a second a key may wait 17 ms for its paint, and twice that when a finding arrives meanwhile.
os.environ.setdefault("TEXTUAL_FPS", "120")
