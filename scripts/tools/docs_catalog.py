"""A catalogue as DocC wants it: docs_catalog.py CATALOG COPY BASE

In the repository the pages link to each other by relative paths, as a reader of the repository follows them. Here a page of the
same catalogue becomes `doc:PAGE`, a page of another module the address of its page, a picture from elsewhere a copy in the catalogue,
and any other file its path as text.
"""

import pathlib
import re
import shutil
import sys

catalog, copy, base = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3].strip("/")
root = pathlib.Path.cwd()
shutil.copytree(catalog, copy)


def link(match):
    mark, text, target = match.groups()
    if ":" in target or target.startswith("#"):
        return match[0]
    path = (catalog / target.split("#")[0]).resolve()
    if mark:
        if path.parent != (catalog / "Resources").resolve():
            (copy / "Resources").mkdir(exist_ok=True)
            shutil.copy(path, copy / "Resources" / path.name)
        return f"![{text}]({path.name})"
    if path.parent == catalog.resolve():
        return f"[{text}](doc:{path.stem})"
    if path.parent.suffix == ".docc":
        module = path.parent.stem.lower()
        page = "" if path.stem == path.parent.stem else f"/{path.stem.lower()}"
        return f"[{text}]({'/' + base if base else ''}/documentation/{module}{page})"
    return f"{text} (`{path.relative_to(root)}`)"


for page in copy.glob("*.md"):
    page.write_text(re.sub(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", link, page.read_text()))
