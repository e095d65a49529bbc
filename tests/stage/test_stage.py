import json
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnnviz import stage
from cnnviz.analyses.scales import Scale, Scales
from cnnviz.front_ends.log_mel import LogMel
from cnnviz.networks import outputs
from cnnviz.networks.card import Layer
from cnnviz.networks.verdict import Verdict
from cnnviz.stage.payload import Overlay, pack, quantise, wav
from cnnviz.stage.script import join
from tests import rounding

FOLDER = Path(stage.__file__).parent
FRONT_END = LogMel()
CLASSES = {"cel": "cello", "flu": "flute"}


def packed(**changes):
    y = np.sin(np.arange(33075) / 9).astype(np.float32)  # 1.5 s: 65 frames, 23 windows
    rng = np.random.default_rng(0)
    low, high = np.array([-1, 0, 0.5], np.float32), np.array([1, 2, 0.5], np.float32)

    def random(*shape):
        return rng.integers(0, 256, shape, dtype=np.uint8)

    shared = random(3, 7, 0, 4), random(3, 7, 4), random(3, 7, 1, 4)  # a row, and one at the right
    segments = [
        outputs.Segment(0, (random(3, 16, 2, 4),), low, high),
        outputs.Segment(16, shared, low, high),
    ]
    facts = {
        "picture_id": "b",
        "clip_id": "samples/a b",
        "title": "A b",
        "labels": ("flu",),
        "network": "small",
        "classes": CLASSES,
        "front_end": FRONT_END,
        "y": y,
        "input": FRONT_END.input(y),
        "n_windows": 23,
        "verdict": Verdict(tuple(CLASSES), np.array([0.25, 0.75], np.float32), 0.5),
        "predictions": rng.random((23, 2), dtype=np.float32),
        "layer": Layer("conv1", "convolution", 3, 2, 4, 1.0, 2.0, 0.5, 30.0),
        "segments": outputs.packed(segments),
        "scales": Scales(
            slice(0, 2),
            slice(0, 4),
            np.array([-1, 0], np.float32),
            np.array([1, 2], np.float32),
            {"layer": Scale(0.0, 1.0, 0.0, 0.0, "some"), "full": Scale(None, None, 0, 0.25, "all")},
        ),
        "rankings": {"movement": np.array([0.5, 0.25, 0], np.float32)},
        "notes": ("Padded to one second.",),
        "credit": {"licence": "CC0 1.0", "text": "A phrase; CC0 1.0"},
    } | changes
    return facts, pack(**facts)


def unpacked(buffer):
    length = int.from_bytes(buffer[:4], "little")
    header = json.loads(buffer[4 : 4 + length])
    start = 4 + length

    def block(name):
        place = header["blocks"][name]
        return buffer[start + place["offset"] :][: place["bytes"]]

    return header, block


def test_a_number_that_json_lacks_is_refused():
    verdict = Verdict(tuple(CLASSES), np.array([np.nan, 0.5], np.float32), 0.5)
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed(verdict=verdict)


N_FRAMES, N_MELS = 65, 128  # of the packed clip's input


def overlay(name="gradient", *, value=0.0, shape=(N_FRAMES, N_MELS)):
    values = np.zeros(shape, np.float32)
    values.flat[7] = value
    return Overlay(name, values)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_overlay_of_other_than_numbers_is_refused(value):
    with pytest.raises(ValueError, match=r"'gradient'.*and 1 of its numbers are not finite"):
        packed(overlays=[overlay(value=value)])


def test_an_overlay_that_does_not_lie_over_the_input_is_refused():
    with pytest.raises(ValueError, match=r"input's shape \(65, 128\), but .* shape \(64, 128\)"):
        packed(overlays=[overlay(shape=(64, 128))])


@pytest.mark.parametrize("names", [("input",), ("a", "b", "a")])
def test_a_name_of_an_overlay_is_used_once(names):
    with pytest.raises(ValueError, match=rf"different names, but two are '{names[-1]}'"):
        packed(overlays=[overlay(name) for name in names])


def test_every_block_comes_back(tmp_path):
    facts, buffer = packed()
    header, block = unpacked(buffer)
    assert (header["format"], header["picture"], header["network"]) == (4, "b", "small")
    assert header["rankings"] == {"movement": [0.5, 0.25, 0.0]}
    assert header["inside"] == {"frames": [0, 2], "mels": [0, 4], "low": [-1, 0], "high": [1, 2]}
    assert list(header["scales"]) == ["layer", "full"]
    assert header["scales"]["full"] == {
        "low": None,
        "high": None,
        "below": 0.0,
        "above": 0.25,
        "about": "all",
    }
    assert header["clip"] == {
        "id": "samples/a b",
        "title": "A b",
        "labels": ["flu"],
        "seconds": 1.5,
        "credit": {"licence": "CC0 1.0", "text": "A phrase; CC0 1.0"},
    }
    assert header["verdict"] == {
        "first": "flu",
        "scores": [0.25, 0.75],
        "threshold": 0.5,
        "named": ["flu"],
        "rival": None,
    }
    assert header["layer"]["mel_step"] == 30.0
    assert header["windows"] == 23
    assert header["spectrogram"]["frames"] == N_FRAMES
    assert len(header["spectrogram"]["mel_hz"]) == N_MELS
    np.testing.assert_array_equal(
        np.frombuffer(block("predictions"), "<f4").reshape(23, 2), facts["predictions"]
    )
    for entry, packed_ in zip(header["segments"], facts["segments"], strict=True):
        segment = packed_.whole()
        for maps, codes in zip(entry["maps"], segment.blocks, strict=True):
            inflated = b"".join(zlib.decompress(block(name)) for name in maps["parts"])
            changes = np.frombuffer(inflated, np.uint8).reshape(maps["shape"])
            np.testing.assert_array_equal(np.cumsum(changes, axis=1, dtype=np.uint8), codes)
        assert (entry["first"], entry["windows"]) == (segment.first, segment.n_windows)
        assert (entry["hop"], entry["low"]) == (1, list(segment.low))
    file = tmp_path / "sound.wav"
    file.write_bytes(block("sound"))
    y, rate = sf.read(file)
    assert rate == 22050
    np.testing.assert_allclose(y, facts["y"], atol=1 / 32768)


def test_arrays_over_the_input_come_back_within_half_a_step():
    rng = np.random.default_rng(1)
    drawn = [
        Overlay("gradient", rng.normal(size=(N_FRAMES, N_MELS)).astype(np.float32)),
        Overlay("share", rng.random((N_FRAMES, N_MELS), dtype=np.float32), "sequential", "%"),
    ]
    facts, buffer = packed(overlays=drawn)
    header, block = unpacked(buffer)
    expected = [Overlay("input", facts["input"], "sequential", "log-mel"), *drawn]
    for entry, array in zip(header["arrays"], expected, strict=True):
        said = [entry[name] for name in ("name", "over", "shape", "colour", "unit")]
        assert said == [array.name, "input", [N_FRAMES, N_MELS], array.colour, array.unit]
        step = (entry["high"] - entry["low"]) / 255
        codes = np.frombuffer(block(entry["block"]), np.uint8).reshape(entry["shape"])
        # rounding as in the test of `quantise`
        half = step / 2 + rounding.gamma(8, float) * np.abs(array.values).max()
        rounding.assert_within(entry["low"] + codes * step, array.values, half)


def test_while_the_network_loads_there_is_sound_and_spectrogram():
    _, buffer = packed(
        verdict=None, predictions=None, layer=None, segments=(), scales=None, rankings=None
    )
    header, _ = unpacked(buffer)
    assert set(header["blocks"]) == {"sound", "array_input"}
    assert header["rankings"] == {}
    assert header["layer"] is None
    assert header["verdict"] is None
    assert header["segments"] == []
    assert (header["inside"], header["scales"]) == (None, {})


@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=20),
        elements=st.floats(-50, 50, width=32),
    )
)
def test_an_array_is_within_half_a_step(values):
    codes, low, high = quantise(values)
    back = low + np.frombuffer(codes, np.uint8).reshape(values.shape) * (high - low) / 255
    # both ways are computed in float64, with eight roundings in all
    half = (high - low) / 255 / 2 + rounding.gamma(8, float) * np.abs(values).max()
    rounding.assert_within(back, values, half)


@settings(max_examples=30)
@given(
    hnp.arrays(
        np.float32, st.integers(1, 4000), elements=st.floats(-1, 1, width=32, allow_nan=False)
    )
)
def test_a_waveform_comes_back_within_a_step_of_16_bits(y):
    data = wav(y, sample_rate=22050)
    assert data[:4] == b"RIFF"
    samples = np.frombuffer(data[data.index(b"data") + 8 :], "<i2")
    np.testing.assert_allclose(samples / 32768, y, atol=1.01 / 32768)


@pytest.mark.parametrize("window", [4, 20])  # of the one segment, and of the other
def test_the_browsers_half_reads_what_is_packed(tmp_path, window):
    facts, buffer = packed()
    file = tmp_path / "clip.bin"
    file.write_bytes(buffer)
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ decode, mapStart, segmentOf, valueOf }} from "{(FOLDER / "decode.mjs").as_uri()}";
        const model = await decode(new Uint8Array(readFileSync("{file}")));
        const segment = segmentOf(model, {window});
        const start = mapStart(model, segment, {{ filter: 1, window: {window} }});
        const codes = Array.from(segment.codes.subarray(start, start + 8));
        const values = codes.map((code) => valueOf(segment, {{ filter: 1, code }}));
        console.log(JSON.stringify({{ values, scores: Array.from(model.predictions) }}));
    """
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    segment = facts["segments"][window >= 16].whole()
    codes = segment.codes[1, window - segment.first].ravel()
    expected = segment.low[1] + codes * (segment.high[1] - segment.low[1]) / 255
    np.testing.assert_allclose(answer["values"], expected, rtol=1e-6)
    np.testing.assert_allclose(answer["scores"], facts["predictions"].ravel(), rtol=1e-6)


def test_joining_refuses_a_module_that_stands_after_its_user(tmp_path):
    (tmp_path / "a.mjs").write_text("export const one = 1;\n")
    (tmp_path / "b.mjs").write_text('import { one } from "./a.mjs";\nexport default () => one;\n')
    with pytest.raises(ValueError, match=r"b\.mjs imports a\.mjs"):
        join(tmp_path, ["b.mjs", "a.mjs"])


def test_joining_refuses_one_name_in_two_modules(tmp_path):
    (tmp_path / "a.mjs").write_text("const step = 1;\n")
    (tmp_path / "b.mjs").write_text("export function step() {}\n")
    with pytest.raises(ValueError, match=r"'step' stands in a\.mjs and in b\.mjs"):
        join(tmp_path, ["a.mjs", "b.mjs"])


def test_joining_leaves_comments_behind_and_nothing_else(tmp_path):
    kept = [
        'const address = "https://a.b//c"; // at the end of a line',
        "const marks = ['/** no comment */', '// nor this'];",
        r"const twoSlashes = /^\/\/ [/**]*\//;",
        "const text = `// ${address} /** */`;",
        "  /** before code */ const after = 1;",
        "const size = 4 /** within */ / 2;",
    ]
    lines = ["// first", *kept[:3], "  // indented", "/** One line. */", kept[3]]
    lines += ["/**", " * Several `lines`; an odd `.", " * // and this", " */", *kept[4:]]
    (tmp_path / "a.mjs").write_text("\n".join(lines) + "\n")
    assert join(tmp_path, ["a.mjs"]).splitlines() == kept


def test_joining_refuses_a_text_whose_lines_could_be_taken_for_comments(tmp_path):
    (tmp_path / "a.mjs").write_text("const text = `one\n// two\n`;\n")
    with pytest.raises(ValueError, match=r"must end on its line.*in a\.mjs one does not"):
        join(tmp_path, ["a.mjs"])


MOUNTED = {
    "stage": stage.STAGE_MODULES,
    "frame": stage.FRAME_MODULES,
    "chart": stage.CHART_MODULES,
    "reporter": stage.REPORTER_MODULES,
}


@pytest.mark.parametrize("names", MOUNTED.values(), ids=MOUNTED)
def test_what_is_mounted_is_one_module_with_one_default_export(names, tmp_path):
    text = join(FOLDER, names)
    assert not [line for line in text.splitlines() if line.startswith("import ")]
    exports = [line for line in text.splitlines() if line.startswith("export ")]
    assert len(exports) == 1
    assert exports[0].startswith("export default function mount")
    assert not [line for line in text.splitlines() if line.lstrip().startswith("//")]
    assert "/**" not in text
    file = tmp_path / "joined.mjs"
    file.write_text(text)
    subprocess.run(["node", "--check", str(file)], check=True)
    script = f'const m = await import("{file.as_uri()}"); console.log(Object.keys(m).join())'
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "default"


def test_every_module_of_the_folder_is_mounted():
    names = {name for names in MOUNTED.values() for name in names}
    assert names == {path.name for path in FOLDER.glob("*.mjs")}


def test_a_report_stays_small_on_the_wire():
    # 20 kB is what a report may cost; the reporter's script rides in each.
    assert len(join(FOLDER, stage.REPORTER_MODULES).encode()) < 2_500
