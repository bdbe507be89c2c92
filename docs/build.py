"""Build the site: the pages of `pages/`, and those that nobody writes, made of the code and the profiles as they are.

    python docs/build.py             into docs/site/, which opens from disk; exit code 1 where a link leads nowhere
    python docs/build.py FOLDER      into this folder

What is made is made anew each time and kept nowhere in the repository, so no page of it can be out of date. Needs the
extra `docs`; nothing is fetched, neither here nor by whoever reads the site.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # a script finds only what lies beside it

from sphinx.cmd.build import build_main  # noqa: E402

from docs.made import codes, commands, mirrored, profiles, python, rules  # noqa: E402

MAKERS = (commands, python, rules, profiles, codes, mirrored)


def made() -> dict[str, str]:
    """The pages that nobody writes, by where they stand in the site."""
    return {path: content for maker in MAKERS for path, content in maker.pages().items()}


def write(folder: Path) -> None:
    """All sources of the site into the folder; raises FileExistsError where a page is both written and made."""
    shutil.copytree(HERE / "pages", folder, dirs_exist_ok=True)
    for path, content in made().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(content)


def main(arguments: list[str]) -> int:
    """Build it, and say with the exit code whether everything is as it should be."""
    site = Path(*arguments) if arguments else HERE / "site"
    with TemporaryDirectory() as draft:
        write(Path(draft))
        return build_main(["-q", "-E", "-W", "--keep-going", "-j", "auto", "-c", str(HERE), draft, str(site)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
