"""A visitor's own sound, through the browser's real file chooser."""

import io

import numpy as np
import pytest
import soundfile as sf

UPLOAD = "Upload a clip…"
ALERT = "[data-testid=stAlert]"


def wav(seconds):
    t = np.arange(int(seconds * 22050)) / 22050
    return file_of(0.5 * np.sin(2 * np.pi * 440 * t) * np.linspace(0.1, 1, len(t)))


def file_of(y):
    file = io.BytesIO()
    sf.write(file, y, 22050, "PCM_16", format="WAV")
    return file.getvalue()


def upload(visit, name, data):
    with visit.page.expect_file_chooser() as chooser:
        visit.page.locator("[data-testid=stFileUploader] button", has_text="Upload").click()
    chooser.value.set_files({"name": name, "mimeType": "audio/wav", "buffer": data})


@pytest.mark.parametrize(
    ("name", "data"), [("words.wav", b"these are only words " * 40), ("empty.wav", b"")]
)
def test_a_bad_upload_is_one_sentence_and_the_clip_stays_and_plays(visit, name, data):
    said = visit.says()
    title = visit.stage.get_by_role("heading", level=2).inner_text()
    visit.choose("Clip", UPLOAD)
    upload(visit, name, data)
    visit.page.locator(ALERT).first.wait_for()
    visit.wait("watch.still()")
    assert visit.page.locator(ALERT).count() == 1
    sentence = visit.page.locator(ALERT).inner_text().strip()
    assert name in sentence and "\n" not in sentence
    assert visit.says() == said
    assert visit.stage.get_by_role("heading", level=2).inner_text() == title
    assert f"clip={said['clip'].replace('[', '%5B').replace(']', '%5D')}&" in visit.page.url
    visit.button("Play").click()
    visit.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 5")
    # The way out is the same list.
    visit.choose("Clip", "Cello, quick notes")
    visit.wait("watch.facts().clip !== wanted && watch.still()", said["clip"])
    assert visit.page.locator(ALERT).count() == 0


def test_a_sound_of_ones_own_plays(visit):
    visit.choose("Clip", UPLOAD)
    upload(visit, "mine.wav", wav(2.0))
    visit.wait("watch.facts().clip?.startsWith('own/') && watch.still()")
    visit.until(state="paused", frames=2 * 22050 // 512 + 1 - 42)
    visit.button("Play").click()
    visit.wait("watch.says({ state: 'playing' }) && Number(watch.facts().frame) > 5")


def test_noise_is_no_instrument(visit):
    y = 0.3 * np.random.default_rng(0).normal(size=2 * 22050).astype(np.float32)
    visit.choose("Clip", UPLOAD)
    upload(visit, "noise.wav", file_of(y))
    visit.wait("watch.facts().clip?.startsWith('own/') && watch.still()")
    assert visit.stage.get_by_role("heading", level=2).inner_text() == "noise.wav"
    assert "nothing reaches 0.38" in visit.stage.locator(".headline").inner_text()
    assert visit.stage.locator(".bar.named").count() == 0


def test_a_sound_shorter_than_a_second_is_padded_and_says_so(visit):
    visit.choose("Clip", UPLOAD)
    upload(visit, "short.wav", wav(0.4))
    visit.wait("watch.facts().clip?.startsWith('own/') && watch.still()")
    visit.until(state="paused", frame=0, frames=2)
    assert "padded" in visit.stage.inner_text()
    visit.button("Play").click()
    visit.wait("watch.says({ state: 'playing' })")
    visit.until(state="paused", frame=1)
    visit.slid(1)
