"""What the page makes of its address, run by Streamlit without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.clips.recordings import shipped
from cnnviz.views import sidebar
from cnnviz.views.plain import BRIEF, brief
from cnnviz.views.resources import loader
from tests.views.pages import SAMPLES, SHIPPED, TIMEOUT_S, header, page, travel, wav

LISTED = {entry.title: entry for entry in shipped(SAMPLES)}
FLUTES = [title for title, it in LISTED.items() if it.id.startswith("samples/[flu]")]
ALL_FLUTES = [title for title, it in LISTED.items() if "flute" in f"{title} {it.id}".lower()]


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load the shipped network once, as the first visitor's page does."""
    return loader(str(SHIPPED)).network


def told(at: AppTest) -> list[str]:
    assert not at.exception and not at.error
    return [warning.value.replace("\\", "") for warning in at.warning]


def opened(at: AppTest) -> tuple[str, str]:
    assert not at.exception
    return header(at)["clip"]["title"], header(at)["layer"]["name"]


@pytest.fixture(scope="module")
def usual() -> tuple[str, str]:
    return opened(page().run())


# --- refusals ---------------------------------------------------------------------------------


def test_a_layer_that_is_not_there_is_said_until_another_is_chosen(usual):
    at = page(layer="conv9").run()
    assert opened(at) == usual
    (sentence,) = told(at)
    assert sentence.startswith(
        "The address asks for the layer “conv9”, which han2016 does not have; conv2_2 is open "
        "instead. Layers: conv1_1, conv1_2, pool1, "
    )
    assert told(at.run()) == [sentence]
    at.selectbox(key="layer").select("pool1").run()
    assert told(at) == []
    at.selectbox(key="layer").select("conv2_2").run()
    assert told(at) == []


@pytest.mark.parametrize(
    ("clip", "says"),
    [
        ("kazoo", "“kazoo”, which fits no title and no id on the list;"),
        ("flute", f"“flute”, which fits {len(ALL_FLUTES)} clips (“{ALL_FLUTES[0]}”, "),
        ("a", "more); "),
        ("../../etc/passwd", "“../../etc/passwd”, which fits no"),
    ],
)
def test_a_clip_that_is_not_there_is_one_sentence(clip, says, usual):
    at = page(clip=clip).run()
    assert opened(at) == usual
    (sentence,) = told(at)
    assert says in sentence
    assert f"“{usual[0]}” is open instead." in sentence
    at.selectbox(key="clip").select(FLUTES[0]).run()
    assert told(at) == []


@pytest.mark.parametrize(
    ("clip", "kind"),
    [
        ("upload", "An uploaded"),
        ("Upload a clip…", "An uploaded"),
        ("recording", "A recorded"),
    ],
)
def test_a_sound_of_the_senders_own_is_no_part_of_a_link(clip, kind, usual):
    at = page(clip=clip, frame="20").run()
    assert opened(at) == usual
    assert at.selectbox(key="clip").value in (sidebar.UPLOAD, sidebar.RECORD)
    (sentence,) = told(at)
    assert sentence.startswith(f"{kind} sound is not part of an address: ")


def test_nothing_is_said_of_the_address_once_the_sound_is_there():
    at = page(clip="upload").run()
    assert told(at)
    at.file_uploader(key="upload").upload("mine.wav", wav(), "audio/wav").run()
    assert header(at)["clip"]["title"] == "mine.wav"
    assert told(at) == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("filter", "64", "filter “64”, but conv2_2 has filters 0 to 63."),
        ("filter", "x", "filter “x”, but conv2_2 has"),
        ("frame", "88", " has frames 0 to 87."),
        ("frame", "-7", "frame “-7”, but"),
        ("scale", "jet", "scale “jet”, which is none of layer, "),
        ("colours", "jet", "which is none of viridis, "),
        ("speed", "1e9", "which is none of 0.1, "),
        ("loop", "yes", "which is none of 0, 1."),
        ("order", "loudness", "order “loudness”, which is none of number, movement."),
    ],
)
def test_a_number_or_look_that_cannot_be_is_one_sentence(name, value, says, usual):
    at = page(**{name: value}).run()
    assert opened(at) == usual
    (sentence,) = told(at)
    assert says in sentence
    assert told(page(filter="63", frame="87", scale="layer", speed="0.5", loop="1").run()) == []


@pytest.mark.parametrize(
    "look", [{"speed": "1.0"}, {"speed": ".5"}, {"loop": "0"}, {"order": "movement"}]
)
def test_a_look_that_the_browser_takes_is_taken_without_a_word(look):
    assert told(page(**look).run()) == []


def test_a_number_is_not_held_against_what_is_open_instead():
    assert len(told(page(layer="conv9", filter="999").run())) == 1
    assert len(told(page(clip="kazoo", frame="999").run())) == 1


@pytest.mark.parametrize(
    "text",
    ["x" * 20_000, "<img src=x onerror=alert(1)>", "\x00a\nb\x1b[2J\u202egnp", "[x](y)" * 99],
)
def test_nonsense_is_shown_harmlessly_and_briefly(text):
    at = page(clip=text, layer=text).run()
    assert not at.exception and not at.error
    for warning in at.warning:
        assert "asks for the" in warning.value
        assert warning.value.isprintable()
        assert len(warning.value) < 700  # with every character of the layers' names escaped
        assert "<img" not in warning.value.replace("\\<", "") and "](" not in warning.value


def test_a_brief_text_is_one_printable_line():
    assert brief("a  b\n\tc") == "a b c"
    assert brief("\x00\u202e\ud800") == ""
    assert brief("x" * BRIEF) == "x" * BRIEF
    assert brief("x" * (BRIEF + 1)) == "x" * BRIEF + "…"


# --- what is opened ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clip", "layer"),
    [
        (LISTED[FLUTES[1]].id, "conv3_2"),
        (FLUTES[1], "conv3_2 · 128 filters of 10×20"),  # as old links have it
        (FLUTES[1].upper(), "CONV3-2"),
        (LISTED[FLUTES[1]].id.removeprefix("samples/"), "conv3_2 · of another size"),
    ],
)
def test_an_address_opens_clip_and_layer(clip, layer):
    at = page(clip=clip, layer=layer, frame="31").run()
    assert opened(at) == (FLUTES[1], "conv3_2")
    assert told(at) == []
    assert at.selectbox(key="clip").value == FLUTES[1]
    assert at.selectbox(key="layer").value == "conv3_2"
    assert opened(at.run()) == (FLUTES[1], "conv3_2")
    at.selectbox(key="layer").select("pool1").run()
    assert opened(at) == (FLUTES[1], "pool1")


def test_an_empty_name_is_none(usual):
    at = page(clip="", layer="", frame="", filter="").run()
    assert opened(at) == usual and told(at) == []


def test_python_leaves_the_address_to_the_browser():
    address = {"clip": "kazoo", "layer": "conv9", "frame": "31", "embed": "true"}
    at = page(**address).run()
    at.selectbox(key="layer").select("pool1").run()
    at.selectbox(key="clip").select(FLUTES[0]).run()
    assert {name: at.query_params[name] for name in address} == address


def test_what_the_browser_still_holds_outweighs_the_address_of_a_new_session():
    """A server that starts again: the browser sends its lists, and the address it came with."""
    at = page(layer="conv3_2").run()
    at.selectbox(key="layer").select("pool1").run()
    other = page(layer="conv3_2")
    other._tree = at._tree  # its widgets
    other.run()
    assert opened(other)[1] == "pool1"


# --- Back and Forward -------------------------------------------------------------------------


def test_back_opens_clip_and_layer_of_the_address(usual):
    at = page(layer="conv9").run()
    at.selectbox(key="clip").select(FLUTES[0]).run()
    at.selectbox(key="layer").select("pool1").run()
    travel(at, clip=LISTED[usual[0]].id, layer="conv3_1").run()
    assert opened(at) == (usual[0], "conv3_1") and told(at) == []
    assert at.selectbox(key="clip").value == usual[0]
    at.selectbox(key="layer").select("pool1").run()
    assert opened(at) == (usual[0], "pool1")
    travel(at).run()
    assert opened(at) == usual


def test_back_hushes_what_was_said_of_the_first_address():
    at = page(layer="conv9", scale="jet").run()
    assert len(told(at)) == 2
    travel(at, layer="conv2_2").run()
    assert told(at) == []


def test_back_to_an_upload_that_is_gone_keeps_the_clip_and_says_so():
    at = page().run()
    at.selectbox(key="clip").select(sidebar.UPLOAD).run()
    at.file_uploader(key="upload").upload("mine.wav", wav(), "audio/wav").run()
    assert header(at)["clip"]["id"].startswith("own/upload/")
    at.selectbox(key="clip").select(FLUTES[0]).run()
    travel(at, clip="upload", layer="conv2_2").run()
    assert at.selectbox(key="clip").value == sidebar.UPLOAD
    (sentence,) = told(at)
    assert "not part of an address" in sentence


def two_pictures(**address: str) -> AppTest:
    def two(network: str, folder: str) -> None:
        from pathlib import Path

        from cnnviz.views import picture, resources

        loader = resources.loader(network)
        for id in ("", "b"):
            picture.show(picture.choose(id, loader=loader, samples=Path(folder)))

    at = AppTest.from_function(two, args=(str(SHIPPED), str(SAMPLES)), default_timeout=TIMEOUT_S)
    at.query_params.update(address)
    return at.run()


def test_each_picture_has_names_of_its_own(usual):
    at = two_pictures(layer_b="conv3_1", clip="kazoo")
    assert len(told(at)) == 1
    travel(at, id="b", layer="pool1").run()
    layers = [header(at, picture=id)["layer"]["name"] for id in ("", "b")]
    assert layers == [usual[1], "pool1"]
    assert len(told(at)) == 1, "of the first picture's address"


def test_a_look_belongs_to_all_pictures_and_is_said_once():
    at = two_pictures(scale="jet")
    assert len(told(at)) == 1
