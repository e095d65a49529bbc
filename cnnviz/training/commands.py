"""What each command of `python -m cnnviz.training` does, from parsed options to printed lines.

Heavy libraries are imported by the command that needs them, so that `--help` and `check` are quick.
"""

import json
import os
from argparse import Namespace
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnnviz.clips.instruments import CODES, NAMES
from cnnviz.errors import BadInput
from cnnviz.training import collection


def check(given: Namespace) -> None:
    """Print what a collection holds."""
    items = collection.read(given.collection)
    clips = Counter(label for item in items for label in item.labels)
    recordings = Counter(label for label, _ in {(x, i.recording) for i in items for x in i.labels})
    print(f"{len(items)} files, every line holds")
    for code in CODES:
        print(f"  {code}  {clips[code]:5d} files  {recordings[code]:4d} recordings  {NAMES[code]}")


def samples(given: Namespace) -> None:
    """Render the sample clips."""
    from cnnviz.training import samples as room

    print(f"{len(room.write(given.out))} clips in {given.out}")


def recordings(given: Namespace) -> None:
    """Cut and level the recordings."""
    from cnnviz.training import recordings as room

    written = room.write(given.source, given.out)
    n_bytes = sum(path.stat().st_size for path in written)
    print(f"{len(written)} clips in {given.out}, {n_bytes / 1e6:.1f} MB")


def mark(given: Namespace) -> None:
    """Write down beside a network what it names in every clip that travels with the app."""
    from cnnviz.training import marks as room

    print(room.write(given.network, samples=given.samples))


def learnable(
    manifests: Sequence[Path], held: Collection[str]
) -> tuple[list[collection.Item], list[collection.Item]]:
    """Part the training rows of manifests into those learned from and those held out.

    Parameters
    ----------
    manifests : sequence of Path
        Of instruments.
    held : collection of str
        Names of recordings.

    Raises
    ------
    BadInput
        If a manifest does not hold, a recording is on two sides, one held out is in none of them,
        or a file travels with the app.
    """
    every = [item for manifest in manifests for item in collection.read(manifest)]
    collection.check_sides(every)
    items = [item for item in every if item.split in ("train", "")]
    if unknown := {*held} - {item.recording for item in items}:
        raise BadInput(
            "held-out recordings must stand in a manifest's train split, but these lack "
            f"{', '.join(sorted(unknown))}. Correct the list."
        )
    learned = [item for item in items if item.recording not in held]
    collection.check_learnable(item.path for item in learned)
    return learned, [item for item in items if item.recording in held]


def _names(option: str, path: Path | None) -> frozenset[str]:
    """Return the names in a file, one a line."""
    if path is None:
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{option} must name a text file with a recording in each line, but '{path}' cannot "
            f"be read: {error}. Correct it."
        ) from error
    return frozenset(line.strip() for line in lines if line.strip())


def render(given: Namespace) -> None:
    """Render shards in several processes; shards that are there already are kept."""
    from cnnviz.training import render as room
    from cnnviz.training import sources

    learned, held = learnable(given.manifests, _names("--held-out", given.held_out))
    behind = _names("--held-out-backing", given.held_out_backing)
    _settle(given)
    shards = given.out / "shards"
    shards.mkdir(parents=True, exist_ok=True)
    room.write_collection(
        given.out / "held_out",
        sources.open_sources(held, [given.held_font]),
        seed=given.seed + 1,
        n_clips=given.held_clips,
    )
    some = partial(
        _render_some,
        items=learned,
        fonts=given.fonts,
        backing=given.backing,
        held=behind,
        folder=shards,
        seed=given.seed,
        mastered=not given.unmastered,
    )
    numbers = [range(k, given.shards, given.workers) for k in range(given.workers)]
    os.environ["OMP_NUM_THREADS"] = "1"  # of BLAS: there are as many workers as cores
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(some, numbers))
    print(f"{given.shards} shards in {shards}, held-out clips in {given.out / 'held_out'}")


def _settle(given: Namespace) -> None:
    """Write down what decides the clips of a folder; refuse to add others to it.

    Raises
    ------
    BadInput
        If the folder was begun with other options.
    """
    places = [*map(str, given.manifests), str(given.backing or "")]
    settled = {
        "manifests": [Path(place).name for place in places],
        "held_out": sorted(_names("--held-out", given.held_out)),
        "held_out_backing": sorted(_names("--held-out-backing", given.held_out_backing)),
        "fonts": [*given.fonts],
        "held_font": given.held_font,
        "unmastered": given.unmastered,
        "seed": given.seed,
    }
    path = given.out / "render.json"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        if others := [key for key in settled if settled[key] != before.get(key)]:
            raise BadInput(
                f"--out must name a new folder, or one rendered with the same options, but "
                f"'{given.out}' was begun with other {', '.join(others)}. Choose another."
            )
        return
    given.out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settled, indent=1) + "\n", encoding="utf-8")


def _render_some(
    numbers: range,
    *,
    items: Sequence[Any],
    fonts: Sequence[str],
    backing: Path | None,
    held: frozenset[str],
    folder: Path,
    seed: int,
    mastered: bool,
) -> None:
    from cnnviz.training import backing as behind
    from cnnviz.training import render as room
    from cnnviz.training import sources
    from cnnviz.training.mastering import PRACTISED

    real = behind.read(backing, but=held) if backing else None
    opened = sources.open_sources(items, fonts, real)
    chain = PRACTISED if mastered else None
    for number in tqdm(numbers, unit="shard", position=numbers.start, disable=None):
        room.write_shard(folder, opened, seed=seed, number=number, chain=chain)


def produce(given: Namespace) -> None:
    """Write a produced test of a collection."""
    from cnnviz.training import backing
    from cnnviz.training import render as room

    items = collection.of_split(given.collection, given.split)
    names = _names("--held-out-backing", given.held_out_backing)
    behind = backing.read(given.backing, names=names)
    low, high = given.over_db
    print(room.write_produced(given.out, items, behind, seed=given.seed, over_db=(low, high)))


def fit(given: Namespace) -> None:
    """Learn from a collection and write a network folder."""
    from cnnviz.training.split import read

    # TensorFlow takes seconds to import: a collection that does not hold is refused before
    sides = read(given.collection, share=given.validation, seed=given.seed)
    from cnnviz.training import plan as recipes
    from cnnviz.training import run as room

    plan = recipes.RENDERED if sides.shards else recipes.PAPER
    if given.recipe is not None:
        plan = replace(plan, recipe=_recipe(given.recipe, plan.recipe))
    options = (
        *("epochs", "minutes", "patience", "batch", "rate", "seed", "architecture"),
        *("normalised", "average", "precision"),
    )
    chosen = {key: getattr(given, key) for key in options if getattr(given, key) is not None}
    try:
        card = room.run(
            sides,
            given.out,
            replace(plan, **chosen),
            resume=given.resume,
            cache=given.cache,
            start_from=given.start_from,
            title=given.title,
        )
    except KeyboardInterrupt:
        print(f"\nstopped; go on with the same command and --resume ('{given.out}')")
        raise
    print((card.parent / "README.md").read_text(encoding="utf-8"))


def _recipe(given: Any, before: Any) -> Any:
    """Return a recipe with what was given changed.

    Raises
    ------
    BadInput
        If there is nothing to change, or it is none of a recipe's settings.
    """
    if before is None:
        raise BadInput("--recipe changes rendered clips, but these are not rendered. Leave it out.")
    known = [field.name for field in fields(before)]
    if not isinstance(given, dict) or {*given} - {*known}:
        raise BadInput(
            f"--recipe must be an object with some of {', '.join(known)}, but it is "
            f"{given!r:.100}. Correct it."
        )
    return replace(before, **given)


def evaluate(given: Namespace) -> None:
    """Judge networks on a collection."""
    from cnnviz.training import evaluation

    try:
        evaluation.run(given)
    except KeyboardInterrupt:
        print("\nstopped; nothing was written")
        raise


def fetch_irmas(given: Namespace) -> None:
    """Download IRMAS and check every file against mirdata's checksums."""
    try:
        import mirdata
    except ImportError as error:
        raise BadInput(
            "IRMAS is fetched by mirdata, which is not installed. Install it: pip install mirdata"
        ) from error
    data = mirdata.initialize("irmas", data_home=str(given.out))
    try:
        data.download()
    except OSError as error:  # what came whole stays, and is not fetched again
        raise BadInput(f"IRMAS could not be fetched: {error} Then run this again.") from error
    missing, changed = data.validate()
    bad = [*missing.get("tracks", {}), *changed.get("tracks", {})]
    if bad:
        raise BadInput(
            f"every file of IRMAS must be there as published, but {len(bad)} tracks are missing or "
            f"differ ({', '.join(map(str, bad[:5]))} ...). Delete '{given.out}' and fetch it again."
        )
    print(f"IRMAS is in {given.out}; its terms: not for commercial use, not to be passed on")
