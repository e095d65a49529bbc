"""Joining modules that read JSON; the rest of joining is in `test_stage.py`."""

import json
import subprocess

import pytest

from cnnviz.stage.script import join

IMPORT = 'import LOOKS from "./looks.json" with { type: "json" };\n'


def folder_of(tmp_path, **files):
    (tmp_path / "looks.json").write_text(json.dumps({"gap": 4, "minus": "\N{MINUS SIGN}"}))
    for name, text in files.items():
        (tmp_path / f"{name}.mjs").write_text(text)
    return tmp_path


def test_a_constant_of_json_has_a_name_of_its_own(tmp_path):
    folder = folder_of(tmp_path, a="const LOOKS = 1;\n", b=IMPORT)
    with pytest.raises(ValueError, match=r"'LOOKS' stands in a\.mjs and in looks\.json"):
        join(folder, ["a.mjs", "b.mjs"])
    with pytest.raises(ValueError, match=r"'LOOKS' stands in looks\.json and in a\.mjs"):
        join(folder, ["b.mjs", "a.mjs"])


def test_json_of_two_modules_stands_once_before_both(tmp_path):
    folder = folder_of(
        tmp_path,
        a=f"// a\n\n{IMPORT}export const gap = () => LOOKS.gap;\n",
        b=f'{IMPORT}import {{ gap }} from "./a.mjs";\nexport default () => gap() + LOOKS.minus;\n',
    )
    text = join(folder, ["a.mjs", "b.mjs"])
    assert text.count("LOOKS =") == 1
    assert "import" not in text
    (tmp_path / "joined.mjs").write_text(text)
    script = f"console.log((await import('{(tmp_path / 'joined.mjs').as_uri()}')).default())"
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "4\N{MINUS SIGN}"
