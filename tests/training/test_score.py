import numpy as np
import pytest

from cnnviz.training import players, rhythm, score

EVERY = [(code, manner) for code, p in players.PLAYERS.items() for manner in p.manners]


@pytest.mark.parametrize(("code", "manner"), EVERY)
def test_parts_stay_within_the_instrument(code, manner):
    player = players.PLAYERS[code]
    for seed in range(20):
        rng = np.random.default_rng(seed)
        tune = score.compose(rng)
        notes = score.MANNERS[manner](tune, rng, 4.0, player.low, player.high)
        assert notes, "an instrument never stays silent"
        # A chord's root may lie up to an octave above the bottom, and the chord on top of it.
        assert all(player.low <= note.pitch <= player.high + 12 for note in notes)
        assert all(note.duration_s > 0 and 1 <= note.velocity <= 127 for note in notes)
        assert min(note.start_s for note in notes) < 2.0


def test_the_same_seed_gives_the_same_music():
    def play():
        rng = np.random.default_rng(4)
        return score.song(score.compose(rng), rng, 5.0, 60, 84)

    assert play() == play()


def test_degrees_go_up_by_octaves():
    tune = score.Tune(48, score.MAJOR, (0,), 0.5, 80)
    assert [tune.pitch(d) for d in (0, 2, 7, -7)] == [48, 52, 60, 36]


def test_drums_keep_to_the_kit():
    rng = np.random.default_rng(0)
    assert all(35 <= note.pitch <= 81 for note in rhythm.drums(score.compose(rng), rng, 8.0))


def test_a_tune_has_louder_and_softer_notes():
    rng = np.random.default_rng(2)
    notes = score.song(score.compose(rng), rng, 10.0, 60, 84)
    assert len({note.velocity for note in notes}) > 5
